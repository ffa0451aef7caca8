/** The page for whoever does not see it, or not as it was drawn: screen readers, calm, contrast, paper. */

import assert from 'node:assert/strict';
import { block, demo, presence, source, update } from './demo.js';
import { counts, pageTest, read, says } from './on-page.js';
/** @import {Stage} from './harness.js' */

/** @param {Stage} stage */
const filled = (stage) => stage.until((chart) => chart?.stats().framesDrawn > 0 && chart.state().filled);
/** @param {Stage} stage */
const said = (stage) => stage.byId('announcements').textContent();

/** Watches what moves by itself from now on. @param {Stage} stage @param {boolean} buffered  from the beginning on */
const watchShifts = (stage, buffered) => stage.page.evaluate((all) => {
  /** @type {any} */ (window).shifts = [];
  new PerformanceObserver((list) => /** @type {any} */ (window).shifts.push(...list.getEntries().map((entry) => ({
    value: /** @type {any} */ (entry).value,
    // A number that grows to the left within its own cell is a text that moves, and nobody's eye follows it.
    moved: /** @type {any} */ (entry).sources.map((/** @type {any} */ { node }) => node)
      .flatMap((/** @type {unknown} */ node) => (node instanceof Element ? [node.outerHTML.slice(0, 160)] : [])),
  })))).observe({ type: 'layout-shift', buffered: all });
}, buffered);

pageTest('nothing moves while data flows', async (stage) => {
  await filled(stage);
  await counts(stage, 'source-row', 5);
  await says(stage, 'detail-text', /^15 lines$/);
  await says(stage, 'source-count', /^5 sources$/);
  await watchShifts(stage, false);
  for (let i = 0; i < 120; i++) {
    const now = Date.now();
    stage.send(update(301 + i, [0, 1, 2, 3, 4].map((k) => block(k, [now - 3 * (i % 50)])), { messages: 10 ** (i % 5) }));
    await stage.until((chart, before) => chart.stats().framesDrawn > before, await read(stage, 'eontide.chart.stats().framesDrawn'));
  }
  assert.match(await stage.byId('badge').textContent() ?? '', /\d ms · [\d,.]+ msg\/s/);
  const shifts = /** @type {{value: number, moved: string[]}[]} */ (await stage.page.evaluate('shifts'));
  assert.deepEqual(shifts.flatMap(({ moved }) => moved), []);
  assert.ok(shifts.reduce((sum, { value }) => sum + value, 0) < 0.01);
}, { query: '?window=1m' });

pageTest('the page takes its places at once, before anything is known', async (stage) => {
  await filled(stage);
  await counts(stage, 'source-row', 5);
  await watchShifts(stage, true);
  await stage.page.evaluate(() => new Promise(requestAnimationFrame));
  const shifts = /** @type {{value: number}[]} */ (await stage.page.evaluate('shifts'));
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  assert.ok(sum < 0.02, `${sum}: ${JSON.stringify(shifts, null, 1)}`);
});

pageTest('a death is said with its reason, once, and a page that opens says nothing', async (stage) => {
  await filled(stage);
  await counts(stage, 'source-row', 5);
  assert.equal(await said(stage), '');
  stage.send(presence([source(3, { state: 'down', since: Date.now(), reason: 'bye: killed by signal 9' })]));
  await says(stage, 'announcements', /^process-memory-3 is down: killed by signal 9\.$/);
  assert.equal(await stage.byId('announcements').getAttribute('role'), 'status');
});

pageTest('many deaths are one number', async (stage) => {
  await filled(stage);
  // Who is down when the page first looks is no news.
  await says(stage, 'source-count', /^30 sources/);
  await stage.page.evaluate(() => new Promise((resolve) => { /** @type {any} */ (window).eontide.chart.on('refresh', resolve); }));
  stage.send(presence(Array.from({ length: 25 }, (_, i) => source(i, { state: 'down', since: Date.now(), reason: 'silent' }))));
  await says(stage, 'announcements', /^25 processes are down, process-memory-0 and process-memory-1 among them\.$/);
}, { processes: 30 });

pageTest('the chart is a figure that is described, and nobody is interrupted by it', async (stage) => {
  await filled(stage);
  const chart = stage.byId('chart');
  assert.deepEqual([await chart.getAttribute('role'), await chart.getAttribute('aria-describedby')], ['figure', 'summary']);
  await stage.page.waitForFunction(() => /15 lines; 5 sources up/.test(document.getElementById('summary')?.textContent ?? ''));
  assert.equal(await stage.page.locator('#summary[aria-live], #summary[role]').count(), 0);
  const before = await stage.byId('summary').textContent();
  stage.send(update(301, [{ columns: [['rss-process-memory-0', 999], ['x', Date.now()]] }], { messages: 1 }));
  await stage.until((held) => held.data()[0].v.at(-1) === 999 || held.data().some((/** @type {any} */ { v }) => v.at(-1) === 999));
  assert.equal(await stage.byId('summary').textContent(), before, 'not with each tick');
  await chart.focus();
  assert.match(await stage.byId('summary').textContent() ?? '', /999 MiB/, 'but when it is asked for');
});

pageTest('every control has a name, and everything is reached by Tab', async (stage) => {
  await filled(stage);
  await stage.byId('metrics-all').waitFor();
  const nameless = await stage.page.evaluate(() => [...document.querySelectorAll('button, select, input')]
    .filter((control) => control.checkVisibility())
    .filter((control) => !(control.getAttribute('aria-label') || control.textContent?.trim() || control.getAttribute('title')))
    .map((control) => control.outerHTML.slice(0, 100)));
  assert.deepEqual(nameless, []);
  const reached = new Set();
  for (let i = 0; i < 60; i++) {
    await stage.page.keyboard.press('Tab');
    reached.add(await stage.page.evaluate('document.activeElement?.dataset.testid ?? document.activeElement?.id ?? ""'));
  }
  for (const id of [
    'channel', 'window-1m', 'share', 'theme', 'help', 'metrics-all', 'detail', 'shape', 'chart', 'pause', 'back', 'forward',
    'jump', 'replay', 'compare', 'zone', 'legend-search', 'legend-sort', 'source-search',
  ]) {
    assert.ok(reached.has(id), `${id} in ${[...reached]}`);
  }
});

pageTest('with more contrast asked for, words and lines stand out more', async (stage) => {
  await filled(stage);
  const muted = () => stage.page.evaluate(`getComputedStyle(document.documentElement).getPropertyValue('--eontide-muted')`);
  const before = await muted();
  await stage.page.emulateMedia({ contrast: 'more' });
  assert.notEqual(await muted(), before);
  const drawn = Number(await stage.page.evaluate('window.eontide.chart.stats().framesDrawn'));
  await stage.until((chart, frames) => chart.stats().framesDrawn > frames, drawn);
});

pageTest('in the reader’s own colours what is pressed can be told', async (stage) => {
  await filled(stage);
  const outline = (/** @type {string} */ id) => read(stage, `getComputedStyle(document.querySelector('[data-testid="${id}"]')).outlineStyle`);
  assert.notEqual(await outline('window-1m'), 'none');
  assert.equal(await outline('window-5m'), 'none');
}, { query: '?window=1m', options: { forcedColors: 'active' } });

pageTest('on paper there is the chart and its names, no controls', async (stage) => {
  await filled(stage);
  await stage.page.emulateMedia({ media: 'print' });
  assert.equal(await stage.byId('chart').isVisible(), true);
  for (const id of ['pause', 'share', 'window-5m', 'legend-search', 'shape']) {
    assert.equal(await stage.byId(id).isVisible(), false, id);
  }
}, { options: { colorScheme: 'dark' } });

pageTest('digits as the reader’s language writes them', async (stage) => {
  await filled(stage);
  await says(stage, 'counts', /^1\.002 series · 334 up$/);
}, { processes: 334, answer: demo(334), options: { locale: 'de-DE' } });
