/** Legend, source table, tooltip and cell card on the page, with hundreds and thousands of processes. */

import assert from 'node:assert/strict';
import { counts, demo, reads, rows, widgetTest } from './on-widgets.js';
/** @import {Stage} from './harness.js' */

widgetTest('fifteen thousand series: only rows in sight are in the page, and the keys reach every one', async (stage) => {
  const list = stage.byId('legend');
  assert.equal(await list.getAttribute('aria-rowcount'), '15000');
  assert.equal(await stage.byId('legend-count').textContent(), '15,000 series');
  const check = async () => {
    const all = await rows(stage, 'legend');
    assert.ok(all.length < 60, `${all.length} rows in the page`);
    assert.deepEqual(all.map(({ index }) => index), all.map(({ index }) => index).sort((a, b) => a - b), 'read in their order');
    assert.equal(new Set(all.map(({ key }) => key)).size, all.length);
    assert.equal(all.filter(({ stop }) => stop).length, 1, 'one stop in the tab order');
    return all.find(({ focused }) => focused);
  };
  await check();
  await stage.page.locator('[data-testid="legend-item"][tabindex="0"]').focus();
  assert.equal((await check())?.index, 1);
  for (const [key, index] of /** @type {[string, number][]} */ ([
    ['End', 15_000], ['ArrowDown', 15_000], ['ArrowUp', 14_999], ['Home', 1], ['ArrowUp', 1], ['ArrowDown', 2],
  ])) {
    await stage.page.keyboard.press(key);
    assert.equal((await check())?.index, index, key);
  }
  await stage.page.keyboard.press('PageDown');
  const paged = await check();
  assert.ok(paged && paged.index > 5 && paged.index < 40, `a page on is row ${paged?.index}`);
  // Wheel to somewhere else: the row with the focus stays, and the next key starts from it.
  await list.evaluate((one) => one.scrollTo(0, 100_000));
  await counts(stage, '[data-testid="legend-item"][aria-rowindex="3850"]', 1);
  assert.equal((await check())?.key, paged.key);
  await stage.page.keyboard.press('ArrowDown');
  assert.equal((await check())?.index, paged.index + 1);
}, { answer: demo(5_000, 3) });

/** Puts the pointer on a cell of the density that holds something. @param {Stage} stage */
async function pointAtCell(stage) {
  const box = await stage.byId('chart').boundingBox();
  assert.ok(box);
  for (let away = 30; away < 200; away += 10) {
    for (let share = 0.15; share < 0.95; share += 0.04) {
      await stage.page.mouse.move(box.x + box.width - away, box.y + box.height * share);
      const text = await stage.page.locator('.eontide-tooltip-cell b').textContent();
      if (await stage.byId('tooltip').isVisible() && /^[1-9]/.test(text ?? '')) return text ?? '';
    }
  }
  throw new Error('no cell of the density holds anything');
}

widgetTest('a density says how many are under the pointer, and a click says which', async (stage) => {
  await stage.until((chart) => chart.detail.mode === 'density' && chart.stats().framesDrawn > 0);
  await reads(stage, '[data-testid="detail-text"]', '^density of 600 series · 15 highest as lines$');
  const text = await pointAtCell(stage);
  assert.match(text, /^\d+ of 3,000 values · \d+ MiB( – \d+ MiB)?$/);
  const where = await stage.page.locator('.eontide-tooltip-cell span').textContent();
  assert.match(where ?? '', /^p[\d.]+( – p[\d.]+)? · click to see/);
  await stage.page.mouse.down();
  await stage.page.mouse.up();
  const card = stage.byId('cell-card');
  await card.waitFor();
  assert.equal(await card.evaluate((one) => one === document.activeElement), true, 'the focus is in the card');
  assert.match(await card.getAttribute('aria-label') ?? '', /^\d+ series (from .*MiB to|at) .*MiB$/);
  const shown = await card.getByRole('row').count();
  assert.ok(shown > 0 && shown < 40, `${shown} rows`);
  for (const stop of ['cell-close', 'cell-series', 'cell-pin', 'cell-only', 'cell-close']) {
    if (stop === 'cell-close') await stage.byId(stop).focus();
    else await stage.page.keyboard.press('Tab');
    assert.equal(await stage.page.evaluate('document.activeElement.dataset.testid'), stop);
  }
  await stage.byId('cell-pin').click();
  assert.equal(await card.isVisible(), false);
  await stage.until((chart) => chart.pinned.size > 0 && / pinned as lines$/.test(chart.detail.text));
}, { answer: demo(200) });

widgetTest('the card gives the focus back, shows only its series, and says when the bridge cannot', async (stage) => {
  await stage.until((chart) => chart.detail.mode === 'density' && chart.stats().framesDrawn > 0);
  const card = stage.byId('cell-card');
  await stage.byId('chart').focus();
  await pointAtCell(stage);
  const click = async () => {
    await stage.page.mouse.down();
    await stage.page.mouse.up();
    await card.waitFor();
  };
  await click();
  await stage.page.keyboard.press('Escape');
  assert.equal(await card.isVisible(), false);
  assert.equal(await stage.byId('chart').evaluate((one) => one === document.activeElement), true);
  const refusal = { status: 503, json: { error: { kind: 'busy', message: 'try later' } } };
  await stage.page.route('**/ranking?*', (route) => route.fulfill(refusal));
  await click();
  assert.match(await card.textContent() ?? '', /cannot be said: .*try later/);
  assert.equal(await stage.byId('cell-only').isDisabled(), true);
  await stage.page.unroute('**/ranking?*');
  await stage.byId('cell-close').click();
  await pointAtCell(stage);
  await click();
  const total = await card.getByRole('row').count();
  await stage.byId('cell-only').click();
  await stage.until((chart, most) => chart.seriesOnly?.length > 0 && chart.seriesOnly.length >= Math.min(most, 3), total);
  stage.complaints = stage.complaints.filter((text) => !/503/.test(text));
}, { answer: demo(200) });

widgetTest('pins and levels of detail', async (stage) => {
  await stage.until((chart) => chart.detail.mode === 'density');
  await stage.page.locator('[data-series="rss-process-memory-1"] [data-testid="pin"]').waitFor();
  await stage.page.locator('[data-series="rss-process-memory-1"] [data-testid="pin"]').click();
  await stage.until((chart) => chart.pinned.has('rss-process-memory-1') && chart.state().lines > 1 && chart.seriesOnly === null);
  await stage.page.locator('[data-series="rss-process-memory-1"]').focus();
  await stage.page.keyboard.press('p');
  await stage.until((chart) => chart.pinned.size === 0);
  await stage.page.keyboard.press('ArrowRight');
  await stage.page.keyboard.press('Enter');
  await stage.until((chart) => chart.pinned.has('rss-process-memory-1'));
  await stage.page.locator('[data-source="process-memory-3"]').focus();
  await stage.page.keyboard.press('p');
  await stage.until((chart) => chart.pinned.size === 4);
  await stage.byId('detail').selectOption('lines');
  await stage.until((chart) => chart.detail.mode === 'lines' && chart.state().lines === 600);
  await reads(stage, '[data-testid="detail-text"]', '^600 lines$');
  // Values and lines of series whose points are not held come from a question to the bridge.
  await stage.byId('detail').selectOption('auto');
  await stage.until((chart) => chart.detail.mode === 'density');
  await reads(stage, '[data-source="process-memory-3"] [data-column="value:rss"]', 'MiB');
  await reads(stage, '[data-series="heap-process-memory-0"] .eontide-legend-value', 'MiB');
}, { answer: demo(200) });

widgetTest('an update of legend and table costs little at fifteen thousand series', async (stage, context) => {
  const cost = /** @type {{idle: number, full: number}} */ (await stage.page.evaluate(async () => {
    const { chart } = /** @type {any} */ (window).eontide;
    const { Legend, SourceTable } = await import(`${location.origin}/charts/index.js`);
    /** @type {(() => void)[]} */
    const refresh = [];
    let tick = 0;
    const on = (/** @type {string} */ event, /** @type {() => void} */ fn) => {
      if (event === 'refresh') refresh.push(fn);
      return () => {};
    };
    const row = (/** @type {string} */ name) => Object.assign(chart.row(name) ?? {}, { value: `${tick}.5 MiB` });
    // The chart itself, but that the test says when to look, and that every value is another each time.
    const face = new Proxy(chart, {
      get(target, name) {
        if (name === 'on') return on;
        if (name === 'row') return row;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const hosts = ['legend', 'sources'].map((id) => /** @type {HTMLElement} */ (document.getElementById(id)));
    for (const widget of /** @type {any} */ (window).eontide.widgets) widget.close();
    const made = [new Legend(hosts[0], face), new SourceTable(hosts[1], face)];
    const measure = async (/** @type {number} */ step) => {
      const took = [];
      for (let i = 0; i < 60; i += 1) {
        await new Promise(requestAnimationFrame);
        tick += step;
        const began = performance.now();
        for (const fn of refresh) fn();
        void document.body.offsetHeight;
        took.push(performance.now() - began);
      }
      return took.sort((a, b) => a - b)[30];
    };
    await measure(1);
    const result = { idle: await measure(0), full: await measure(1) };
    for (const one of made) one.close();
    return result;
  }));
  const [idle, full] = [cost.idle, cost.full].map((ms) => `${ms.toFixed(2)} ms`);
  context.diagnostic(`15,000 series, 5,000 sources: ${idle} where nothing changed, ${full} where all in sight did`);
  assert.ok(cost.full < 8, `${cost.full} ms on a machine that does other things, too`);
}, { answer: demo(5_000, 3) });
