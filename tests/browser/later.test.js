/** What is loaded when it is wanted: nothing that comes or is done meanwhile is lost, and what fails is tried again. */

import assert from 'node:assert/strict';
import { test } from './again.js';
import { block, demo } from './demo.js';
import { Stage } from './harness.js';
import { answerHistory } from './history.js';
import { pageTest, read, theatre } from './on-page.js';
/** @import {Page} from 'playwright-core' */

/** Holds a file back. @param {Page} page @param {string} file @returns {Promise<{asked: Promise<void>, letGo: () => void}>} */
async function hold(page, file) {
  let letGo = () => {};
  let ask = () => {};
  const gone = new Promise((resolve) => { letGo = () => resolve(undefined); });
  const asked = new Promise((/** @type {(value: void) => void} */ resolve) => { ask = resolve; });
  await page.route(`**/${file}`, async (route) => {
    ask();
    await gone;
    await route.continue();
  });
  return { asked, letGo };
}

/** A page on which a file cannot be had at first. @param {string} file @param {number} processes @param {(stage: Stage, asked: () => number) => Promise<void>} body */
async function failing(file, processes, body) {
  const { browser, origin } = theatre();
  const stage = await Stage.open(browser, 'about:blank', demo(processes));
  try {
    let asked = 0;
    await stage.page.route(`**/${file}`, (route) => (asked++ === 0 ? route.abort() : route.continue()));
    await stage.page.goto(`${origin}/`);
    await stage.page.evaluate(`window.failures = []; window.eontide.chart.on('error', (message) => window.failures.push(message))`);
    await body(stage, () => asked);
  } finally {
    await stage.page.context().close();
  }
}

/**
 * Does this browser ask again for a module whose import could not be fetched? Older ones (Chromium 148) never do before the page is
 * opened anew, whatever the page does.
 */
async function asksAgain() {
  const { browser, origin } = theatre();
  const stage = await Stage.open(browser, 'about:blank', () => []);
  try {
    let asked = 0;
    const js = (/** @type {string} */ body) => ({ contentType: 'text/javascript', body });
    await stage.page.route(`${origin}/probe.js`, (route) => route.fulfill(js(`import './probe-part.js';`)));
    await stage.page.route(`${origin}/probe-part.js`, (route) => (asked++ === 0 ? route.abort() : route.fulfill(js('export {};'))));
    await stage.page.route(`${origin}/probe`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await stage.page.goto(`${origin}/probe`);
    const load = `import('/probe.js').then(() => true, () => false)`;
    assert.equal(await stage.page.evaluate(load), false);
    return await stage.page.evaluate(load) === true;
  } finally {
    await stage.page.context().close();
  }
}

const NEVER_AGAIN = 'this browser never asks again for a module that it once could not fetch';

pageTest('a drag that begins before its script is here zooms nevertheless', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0);
  const { asked, letGo } = await hold(stage.page, 'gestures.js');
  const box = await stage.byId('chart').boundingBox();
  assert.ok(box);
  const before = await read(stage, 'eontide.chart.view');
  const { mouse } = stage.page;
  await mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await mouse.down();
  await asked;
  await mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
  // Outside: the pointer is captured, or this would be nobody's.
  await mouse.move(box.x + box.width * 0.6, 5);
  await mouse.up();
  assert.equal((await read(stage, 'eontide.chart.view')).mode, 'live');
  letGo();
  await stage.until((chart) => chart.view.mode === 'held');
  const { from, to } = await read(stage, 'eontide.chart.view');
  const share = (to - from) / (before.to - before.from);
  assert.ok(share > 0.15 && share < 0.3, `a fifth of the window is held: ${share}`);
});

pageTest('keys that come before their script are read aloud in their order, and scroll nothing', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0);
  const { asked, letGo } = await hold(stage.page, 'cursor.js');
  await stage.byId('chart').focus();
  await stage.page.evaluate(() => {
    Object.assign(window, { prevented: /** @type {boolean[]} */ ([]) });
    document.addEventListener('keydown', (event) => Reflect.get(window, 'prevented').push(event.defaultPrevented));
  });
  for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowDown']) await stage.page.keyboard.press(key);
  await asked;
  assert.deepEqual(await read(stage, 'prevented'), [true, true, true]);
  letGo();
  await stage.until(() => /^rss-process-memory-1: |^heap-process-memory-0: /.test(document.querySelector('[aria-live="polite"]')?.textContent ?? ''));
});

pageTest('merged columns wait for what reads them', async (stage) => {
  const { asked, letGo } = await hold(stage.page, 'live/columns.js');
  await stage.page.reload();
  await asked;
  await stage.until((chart) => chart?.detail.series === 120);
  stage.send({ type: 'update', position: { epoch: 1, offset: 301 }, now: Date.now(), blocks: [block(0, [Date.now()])] });
  await stage.until((chart) => chart.stats().framesReceived >= 3);
  assert.deepEqual(await read(stage, '[eontide.chart.state().filled, eontide.chart.state().position?.offset]'), [false, 300]);
  letGo();
  // Sixty points of each series, whether merged or as a line, and three of the update.
  await stage.until((chart) => chart.state().filled && chart.detail.lines > 0 && chart.stats().pointsReceived % 60 === 3);
}, { processes: 40 });

test('what cannot be loaded is an error of the chart, and loaded by the next who wants it', { timeout: 40_000 }, async (context) => {
  if (!await asksAgain()) return context.skip(NEVER_AGAIN);
  await failing('gestures.js', 5, async (stage, asked) => {
    await stage.until((chart) => chart?.stats().framesDrawn > 0);
    const box = await stage.byId('chart').boundingBox();
    assert.ok(box);
    await stage.page.mouse.move(box.x + 200, box.y + 100);
    await stage.until(() => Reflect.get(window, 'failures').length === 1);
    assert.match((await read(stage, 'failures'))[0], /cannot be loaded, reload the page: .*reading\.js/);
    let x = 200;
    while (!(await stage.byId('tooltip').count())) await stage.page.mouse.move(box.x + (x += 3), box.y + 100);
    assert.equal(asked(), 2);
  });
});

test('without what reads merged columns the chart goes on trying', { timeout: 40_000 }, async (context) => {
  if (!await asksAgain()) return context.skip(NEVER_AGAIN);
  await failing('beyond.js', 40, async (stage, asked) => {
    await stage.until((chart) => chart?.detail.mode === 'density' && chart.state().filled);
    await stage.until((chart) => chart.detail.lines > 0);
    assert.ok(asked() >= 2);
  });
});

test('a chart that is gone before its parts are here leaves nothing', { timeout: 40_000 }, async () => {
  const { browser, origin } = theatre();
  const stage = await Stage.open(browser, 'about:blank', demo(5));
  try {
    answerHistory(stage, 5);
    await stage.page.goto(`${origin}/`);
    await stage.until((chart) => chart?.stats().framesDrawn > 0);
    const { asked, letGo } = await hold(stage.page, 'gestures.js');
    const box = await stage.byId('chart').boundingBox();
    assert.ok(box);
    await stage.page.mouse.move(box.x + 200, box.y + 100);
    await asked;
    await stage.page.evaluate('window.eontide.chart.destroy()');
    letGo();
    await stage.page.waitForLoadState('networkidle');
    assert.equal(await stage.page.locator('#chart .eontide-tooltip, #chart .eontide-crosshair').count(), 0);
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.page.context().close();
  }
});
