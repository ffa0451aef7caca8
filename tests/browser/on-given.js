/** What makes a test of a chart that a page hands its data to, with ways to look at it; see given.test.js. */

import assert from 'node:assert/strict';
import { test } from './again.js';
import { Stage } from './harness.js';
import { browser, server } from './shared.js';

/** In the page: a chart of these options, drawn; and ways to look at it. */
const TOOLS = `
  const { chart } = await import('/charts/index.js');
  await Promise.all(['sheets', 'draw/stacks', 'draw/shapes', 'beyond', 'reading', 'widgets/late-style'].map((part) => import('/charts/' + part + '.js')));
  const frame = () => new Promise(requestAnimationFrame);
  // What answers pointer and keys comes with the first of them.
  const answered = async () => { for (let i = 0; i < 4; i++) await frame(); };
  const shown = async (options, { width = 600, height = 300 } = {}) => {
    const host = document.createElement('div');
    Object.assign(host.style, { width: width + 'px', height: height + 'px' });
    window.before?.destroy();
    document.body.replaceChildren(host);
    const made = window.before = chart(host, { timeZone: 'utc', ...options });
    for (let same = 0, drawn = -1; same < 5; same = made.stats().framesDrawn === drawn && drawn > 0 ? same + 1 : 0) {
      drawn = made.stats().framesDrawn;
      await frame();
    }
    return made;
  };
  // What its picture would be in a file; the one on the screen is compared with it elsewhere.
  const picture = (made) => {
    const { width, height, draw } = made.picture();
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    const texts = [];
    const { fillText } = context;
    context.fillText = (text, x, y) => {
      const wide = context.measureText(text).width;
      const begin = x - (context.textAlign === 'center' ? wide / 2 : context.textAlign === 'right' ? wide : 0);
      const [a, b] = [begin, begin + wide].map((end) => context.getTransform().transformPoint(new DOMPoint(end, y)));
      texts.push({ text, left: Math.round(Math.min(a.x, b.x)), right: Math.round(Math.max(a.x, b.x)), y: Math.round(a.y) });
      fillText.call(context, text, x, y);
    };
    draw(context);
    const { data } = context.getImageData(0, 0, width, height);
    const at = (x, y) => '#' + [0, 1, 2].map((k) => data[(Math.round(y) * width + Math.round(x)) * 4 + k].toString(16).padStart(2, '0')).join('');
    const near = (one, other) => [1, 3, 5].every((k) => Math.abs(parseInt(one.slice(k, k + 2), 16) - parseInt(other.slice(k, k + 2), 16)) < 100);
    const found = (wanted) => {
      let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
        if (!near(at(x, y), wanted)) continue;
        [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      }
      return left > right ? null : { left, right, top, bottom };
    };
    return { at, found, texts, width, height };
  };
  const hover = async (x, y) => {
    const host = document.querySelector('.eontide-chart');
    const box = host.getBoundingClientRect();
    host.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + x, clientY: box.top + y, bubbles: true }));
    await answered();
    const tips = [...document.querySelectorAll('[data-testid="tooltip"]')].filter((tip) => tip.checkVisibility());
    return tips.map((tip) => tip.innerText.split('\\n').filter(Boolean));
  };`;

/** A page by its ratio; loading all modules for each test would be most of the time. @type {Map<number, Stage>} */
const stages = new Map();

/** @param {number} scale */
async function stageOf(scale) {
  let stage = stages.get(scale);
  if (stage) return stage;
  stages.set(scale, stage = await Stage.open(browser, 'about:blank', () => [], { viewport: { width: 800, height: 600 }, deviceScaleFactor: scale }));
  await stage.page.route(`${server.origin}/blank`, (route) => route.fulfill({
    contentType: 'text/html', body: '<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="/charts/chart.css"><style>body { margin: 0 }</style>',
  }));
  await stage.page.goto(`${server.origin}/blank`);
  return stage;
}

/**
 * @param {string} name
 * @param {string} body  in the page, with the tools; returns what is looked at
 * @param {(seen: any) => void} look
 * @param {{scale?: number}} [screen]
 */
export function given(name, body, look, { scale = 1 } = {}) {
  test(name, { timeout: 40_000 }, async () => {
    const stage = await stageOf(scale);
    look(await stage.page.evaluate(`(async () => {${TOOLS}${body}})()`));
    assert.deepEqual(stage.complaints.splice(0), []);
  });
}
