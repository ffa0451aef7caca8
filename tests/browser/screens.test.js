/**
 * How the page looks, kept as pictures in `screens/`: EONTIDE_UPDATE=1 takes them anew, then they are looked at by eye.
 * Data are the same each time, the page's clock stands still but for what a test lets pass, and motion is reduced, so that
 * the right edge is the time of the last frame.
 */

import assert from 'node:assert/strict';
import { test } from './again.js';
import { demo, presence, source } from './demo.js';
import { SHOWN, Stage } from './harness.js';
import { answerHistory } from './history.js';
import { looksAs } from './pictures.js';
import { browser, server } from './shared.js';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const WIDE = { width: 900, height: 520 };
const PHONE = { width: 360, height: 640 };
/** The page's clock when the picture is taken: by then all is there and nobody is silent yet. */
const END = NOW + 3_000;
/** So much time passes for the page at once while it loads, and so much for us. */
const STEP_MS = 20;
const WAIT_MS = 40;

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
  test(`looks as it did: ${name}`, { timeout: 240_000 }, async () => {
    const frames = answer ?? demo(processes, {}, { now: () => NOW, points: 300 });
    const stage = await Stage.open(browser, 'about:blank', frames, { viewport, colorScheme: scheme, reducedMotion: 'reduce' });
    const { page } = stage;
    try {
      answerHistory(stage, processes);
      await page.addInitScript(() => { Math.random = () => 0.5; });
      await page.clock.install({ time: NOW - 1_000 });
      await page.clock.pauseAt(NOW);
      await page.goto(`${server.origin}/${query}`);
      await played(stage, ready);
      await play?.(stage);
      await playedUntil(stage, END);
      // Measured in real time, so not the same twice.
      await page.evaluate(`document.getElementById('badge').style.visibility = 'hidden'`);
      await looksAs(browser, name, await page.screenshot());
      assert.deepEqual(stage.complaints, []);
    } finally {
      await page.context().close();
    }
  });
}

/** Lets time pass until something is so. @param {Stage} stage @param {(chart: any) => unknown} condition */
async function played(stage, condition) {
  while (!(await holds(stage, condition))) {
    assert.ok(Number(await stage.page.evaluate('Date.now()')) < END, `never true: ${condition}`);
    await stage.page.clock.runFor(STEP_MS);
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

/** @param {Stage} stage @param {number} time  of the page's clock, ms */
async function playedUntil(stage, time) {
  await stage.page.clock.runFor(time - Number(await stage.page.evaluate('Date.now()')));
}

/** Waits while time stands still for the page. @param {Stage} stage @param {(chart: any) => unknown} condition */
async function happened(stage, condition) {
  const deadline = performance.now() + 10_000;
  while (!(await holds(stage, condition))) {
    assert.ok(performance.now() < deadline, `never true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

/** @param {Stage} stage @param {(chart: any) => unknown} condition */
const holds = (stage, condition) => stage.page.evaluate(`Boolean(${SHOWN} && (${condition})(${SHOWN}))`);

/** @param {number} lines */
const lines = (lines) => /** @type {(chart: any) => unknown} */ (/** @type {unknown} */ (
  `(chart) => chart?.state().lines === ${lines} && chart.stats().framesDrawn > 0
    && document.querySelector('[data-testid="source-row"]')`
));

screenTest('light', { ready: lines(15) });
screenTest('dark', { scheme: 'dark', query: '?window=1m', ready: lines(15) });
screenTest('phone', { viewport: PHONE, ready: lines(15) });
screenTest('200-processes', { processes: 200, query: '?window=1m', ready: lines(15) });
screenTest('5000-processes', {
  processes: 5_000, query: '?window=1m', scheme: 'dark', answer: demo(5_000, {}, { now: () => NOW, points: 30 }), ready: lines(15),
});
screenTest('down', {
  query: '?window=1m', ready: lines(15), play: async (stage) => {
    stage.send(presence([source(3, { state: 'down', since: NOW - 20_000, reason: 'bye: killed by signal 9' }, NOW)], NOW));
    await played(stage, () => document.querySelector('[data-source="process-memory-3"][data-state="down"]'));
  },
});
screenTest('empty', {
  query: '?channel=other', answer: demo(0, {}, { now: () => NOW }),
  ready: () => document.querySelector('[data-testid="overlay"][data-kind="empty"]:not([hidden])'),
});
screenTest('refused', {
  answer: () => [{ type: 'error', kind: 'bad_channel', message: 'this channel is not allowed' }],
  ready: () => document.querySelector('[data-testid="overlay"][data-kind="error"]:not([hidden])'),
});
screenTest('bridge-away', {
  query: '?window=1m', ready: lines(15), play: async (stage) => {
    await playedUntil(stage, END - 1_000);
    await stage.sockets.at(-1)?.close({ code: 1001, reason: 'gone' });
    await happened(stage, (chart) => chart.connection.name !== 'live');
  },
});
screenTest('help', {
  ready: lines(15), play: async (stage) => {
    await stage.byId('help').click();
    await stage.byId('help-sheet').waitFor();
  },
});
