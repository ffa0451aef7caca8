/**
 * How the page looks, kept as pictures in `screens/`: EONTIDE_UPDATE=1 takes them anew, then they are looked at by eye.
 * Data are the same each time, the page's clock stands still but for what a test lets pass, and motion is reduced, so that
 * the right edge is the time of the last frame.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo, source } from './demo.js';
import { launch, serve, Stage } from './harness.js';
import { answerHistory } from './history.js';
import { looksAs } from './pictures.js';
/** @import {Browser} from 'playwright-core' */

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const WIDE = { width: 900, height: 560 };
const PHONE = { width: 360, height: 640 };
/** What the page does by itself, it does in so little time. */
const STEP_MS = 250;

/** @type {Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser.close();
  await server.close();
});

/**
 * @typedef {object} Screen
 * @property {string} [query]
 * @property {number} [processes]
 * @property {(subscribe: any) => object[]} [answer]
 * @property {{width: number, height: number}} [viewport]
 * @property {'light'|'dark'} [scheme]
 * @property {(chart: any) => unknown} ready  in the page
 * @property {(stage: Stage) => Promise<void>} [play]
 */

/** @param {string} name @param {Screen} screen */
function screenTest(name, { query = '', processes = 5, answer, viewport = WIDE, scheme = 'light', ready, play }) {
  test(`looks as it did: ${name}`, { timeout: 60_000 }, async () => {
    const frames = answer ?? demo(processes, {}, { now: () => NOW, points: 300 });
    const stage = await Stage.open(browser, 'about:blank', frames, { viewport, colorScheme: scheme, reducedMotion: 'reduce' });
    const { page } = stage;
    try {
      await answerHistory(page, processes);
      await page.clock.install({ time: NOW });
      await page.goto(`${server.origin}/${query}`);
      await page.clock.pauseAt(NOW + 10_000);
      await played(stage, ready);
      await play?.(stage);
      for (let i = 0; i < 8; i++) await page.clock.runFor(STEP_MS);
      // Fonts and pictures are there; what is measured in real time is not the same twice.
      await page.evaluate(`document.fonts.ready.then(() => { document.getElementById('badge').style.visibility = 'hidden'; })`);
      await looksAs(browser, name, await page.screenshot());
      assert.deepEqual(stage.complaints, []);
    } finally {
      await page.context().close();
    }
  });
}

/** Lets time pass until something is so. @param {Stage} stage @param {(chart: any) => unknown} condition */
async function played(stage, condition) {
  for (let i = 0; i < 80; i++) {
    if (await stage.page.evaluate(`Boolean((${condition})(window.eontide?.chart))`)) return;
    await stage.page.clock.runFor(STEP_MS);
  }
  throw new Error(`never true: ${condition} in ${await stage.page.evaluate('JSON.stringify(window.eontide?.chart.state())')}`);
}

/** @param {number} lines */
const lines = (lines) => /** @type {(chart: any) => unknown} */ (/** @type {unknown} */ (
  `(chart) => chart?.state().lines === ${lines} && chart.stats().framesDrawn > 0 && document.querySelector('[data-testid="source-row"]')`
));

screenTest('light', { ready: lines(15) });
screenTest('dark', { scheme: 'dark', query: '?window=1m', ready: lines(15) });
screenTest('phone', { viewport: PHONE, ready: lines(15) });
screenTest('200-processes', { processes: 200, query: '?window=1m', ready: lines(15) });
screenTest('5000-processes', { processes: 5_000, query: '?window=1m', scheme: 'dark', answer: demo(5_000, {}, { now: () => NOW, points: 60 }), ready: lines(15) });
screenTest('down', {
  query: '?window=1m', ready: lines(15), play: async (stage) => {
    stage.send({ type: 'presence', now: NOW, sources: [source(3, { state: 'down', since: NOW - 20_000, reason: 'bye: killed by signal 9' }, NOW)] });
    await played(stage, () => document.querySelector('[data-source="process-memory-3"][data-state="down"]'));
  },
});
screenTest('empty', { query: '?channel=other', answer: demo(0, {}, { now: () => NOW }), ready: () => document.querySelector('[data-testid="overlay"][data-kind="empty"]:not([hidden])') });
screenTest('refused', {
  answer: () => [{ type: 'error', kind: 'bad_channel', message: 'this channel is not allowed' }],
  ready: () => document.querySelector('[data-testid="overlay"][data-kind="error"]:not([hidden])'),
});
screenTest('bridge-away', {
  query: '?window=1m', ready: lines(15), play: async (stage) => {
    await stage.page.routeWebSocket('**/live', (socket) => socket.close());
    await stage.sockets.at(-1)?.close({ code: 1001, reason: 'gone' });
    await played(stage, () => document.querySelector('[data-testid="overlay"][data-kind="stale"]:not([hidden])'));
  },
});
screenTest('help', {
  ready: lines(15), play: async (stage) => {
    await stage.byId('help').click();
    await stage.byId('help-sheet').waitFor();
  },
});
