/** Legend, source table and tabs on the page, with five processes. */

import assert from 'node:assert/strict';
import { block, counts, reads, rows, ticks, widgetTest } from './on-widgets.js';
import { until } from './real.js';

widgetTest('where nothing changed nothing is written', async (stage) => {
  const written = await stage.page.evaluate(() => new Promise((resolve) => {
    /** @type {string[]} */
    const found = [];
    const observer = new MutationObserver((records) => {
      for (const { type, target } of records) {
        const at = target instanceof Element ? target : target.parentElement;
        found.push(`${type} ${at?.closest('[data-column]')?.getAttribute('data-column') ?? at?.className}`);
      }
    });
    const options = { subtree: true, childList: true, attributes: true, characterData: true };
    const watched = document.querySelectorAll(':is([data-testid="legend"], [data-testid="sources"], [data-testid="metrics"])');
    let ticks = 0;
    const off = /** @type {any} */ (window).eontide.chart.on('refresh', () => {
      ticks += 1;
      if (ticks === 2) for (const one of watched) observer.observe(one, options);
      if (ticks < 6) return;
      off();
      observer.disconnect();
      resolve(found);
    });
  }));
  assert.deepEqual(/** @type {string[]} */ (written).filter((one) => !one.endsWith(' since')), []);
});

widgetTest('rows that change places keep their elements; under the pointer they keep their places', async (stage) => {
  await stage.byId('legend-sort').selectOption('last');
  const first = (/** @type {string} */ name) => counts(stage, `[data-series="${name}"][aria-rowindex="1"]`, 1);
  await first('heap-process-memory-4');
  const item = stage.page.locator('[data-series="heap-process-memory-0"]');
  await item.evaluate((row) => { Object.assign(row, { marked: true }); });
  await item.hover();
  const order = (await rows(stage, 'legend')).map(({ key }) => key);
  const now = Date.now();
  const blocks = [block(0, [now], () => 500)];
  stage.send({ type: 'update', position: { epoch: 1, offset: 301 }, now, blocks });
  await reads(stage, '[data-series="heap-process-memory-0"] .eontide-legend-value', '^502 MiB$');
  await ticks(stage, 4);
  assert.deepEqual((await rows(stage, 'legend')).map(({ key }) => key), order, 'nothing moves under the pointer');
  await stage.page.mouse.move(5, 300);
  await first('heap-process-memory-0');
  assert.equal(await item.evaluate((row) => 'marked' in row), true, 'the same element in another place');
});

widgetTest('the filter: fields, what there is to choose from, and only these in the chart', async (stage) => {
  const search = stage.byId('legend-search');
  await search.fill('metric:heap host:web-0');
  await counts(stage, '[data-testid="legend-item"]', 3);
  assert.equal(await stage.byId('legend-count').textContent(), '3 of 15 series');
  await stage.until((chart) => chart.state().lines === 15);
  await stage.byId('legend-only').click();
  await stage.until((chart) => chart.state().lines === 3);
  await search.fill('metric:heap label.z');
  await counts(stage, 'datalist option', 3);
  const offered = await stage.page.locator('datalist option').evaluateAll((all) => all.map((one) => one.getAttribute('value')));
  assert.deepEqual(offered, ['metric:heap label.zone:z0', 'metric:heap label.zone:z1', 'metric:heap label.zone:z2']);
  await search.fill('');
  await stage.until((chart) => chart.state().lines === 15);
  assert.equal(await stage.byId('legend-only').isVisible(), false);
  assert.equal(await stage.byId('legend-count').textContent(), '15 series');
});

widgetTest('by keyboard: isolate, add, restore', async (stage) => {
  await stage.page.locator('[data-series="rss-process-memory-0"]').focus();
  await stage.page.keyboard.press('Enter');
  await stage.until((chart) => chart.state().lines === 1);
  await counts(stage, '[data-testid="legend-item"][aria-selected="true"]', 1);
  await stage.page.keyboard.press('ArrowDown');
  await stage.page.keyboard.press('Control+Enter');
  await stage.until((chart) => chart.state().lines === 2);
  await stage.page.keyboard.press('Space');
  await stage.until((chart) => chart.state().lines === 1 && !chart.state().paused);
  await stage.page.keyboard.press('ArrowUp');
  await stage.page.keyboard.press('Enter');
  await stage.until((chart) => chart.state().lines === 15);
});

widgetTest('sources: down first, sorted by any column, searched, shown alone', async (stage) => {
  const ids = async () => (await rows(stage, 'sources')).map(({ key }) => Number(key?.split('-').at(-1))).join('');
  const sort = async (/** @type {string} */ column, /** @type {string} */ wanted, /** @type {string} */ order) => {
    const header = stage.page.locator(`[role="columnheader"][data-column="${column}"]`);
    await header.getByRole('button').click();
    assert.equal(await header.getAttribute('aria-sort'), wanted, column);
    await is(order, column);
  };
  // What puts them in order is loaded by the first click.
  const is = (/** @type {string} */ order, /** @type {string} */ what) => until(`${what}: ${order}`, async () => (await ids()) === order || ids());
  assert.equal(await ids(), '30124');
  assert.equal(await stage.byId('source-count').textContent(), '5 sources · 1 down');
  await sort('source', 'ascending', '01234');
  await sort('source', 'descending', '43210');
  await sort('host', 'ascending', '02413');
  await sort('lives', 'descending', '21403');
  await sort('since', 'descending', '43210');
  await sort('value:rss', 'descending', '43210');
  await sort('value:rss', 'ascending', '01234');
  await sort('state', 'ascending', '30124');
  assert.equal(await stage.page.locator('[role="columnheader"]:not([aria-sort="none"])').count(), 1);
  const row = stage.page.locator('[data-source="process-memory-3"]');
  assert.match(await row.textContent() ?? '', /down · killed by signal 9.*4 min.*3[0-9] MiB/);
  const since = await row.locator('[data-column="since"]').getAttribute('title');
  assert.match(since ?? '', /^down since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
  assert.ok((await row.locator('path').last().getAttribute('d'))?.startsWith('M'), 'its last minute as a line');
  await stage.byId('source-search').fill('label.zone:z1 -process-memory-4');
  await is('1', 'found');
  assert.equal(await stage.byId('source-count').textContent(), '1 of 5 sources · 1 down');
  await stage.byId('source-search').fill('killed');
  await is('3', 'by its reason');
  await stage.byId('source-search').fill('');
  await row.click();
  await stage.until((chart) => chart.state().lines === 3);
  await counts(stage, '[data-testid="source-row"][aria-selected="true"]', 1);
  await row.click();
  await stage.until((chart) => chart.state().lines === 15);
  await row.click({ modifiers: ['Control'] });
  await stage.until((chart) => chart.state().lines === 12);
  await row.focus();
  await stage.page.keyboard.press('Control+Enter');
  await stage.until((chart) => chart.state().lines === 15);
});

widgetTest('metrics are tabs: one, several, all; arrows look, Enter chooses', async (stage) => {
  // * is chosen, < is where Tab leads.
  const tabs = () => stage.page.getByRole('tab').evaluateAll((all) => all.map((tab) => {
    const chosen = tab.getAttribute('aria-selected') === 'true' ? '*' : '';
    return `${chosen}${tab.textContent}${tab.getAttribute('tabindex') === '0' ? '<' : ''}`;
  }).join(' '));
  assert.equal(await tabs(), '*All< rss heap-total heap');
  await stage.byId('metric-rss').click();
  await stage.until((chart) => chart.state().lines === 5);
  assert.equal(await tabs(), 'All *rss< heap-total heap');
  await stage.byId('metric-heap').click({ modifiers: ['Control'] });
  await stage.until((chart) => chart.state().lines === 10);
  assert.equal(await tabs(), 'All *rss heap-total *heap<');
  await stage.page.keyboard.press('ArrowRight');
  await stage.until((chart) => chart.state().lines === 10);
  assert.equal(await tabs(), 'All< *rss heap-total *heap');
  await stage.page.keyboard.press('Enter');
  await stage.until((chart) => chart.state().lines === 15);
  assert.equal(await tabs(), '*All< rss heap-total heap');
});

widgetTest('to a screen reader: grids, rows, tabs with names; targets large enough', async (stage) => {
  const tree = await stage.page.locator('body').ariaSnapshot();
  for (const line of [
    /- tablist "Metrics":\n\s+- tab "All" \[selected\]/, /- searchbox|- combobox "Filter series"/, /- combobox "Sort series by"/,
    /- grid "Series":/, /- row "rss-process-memory-0 24 MiB" \[selected\]/,
    /- row "rss-process-memory-3 down since \d\d:\d\d:\d\d · killed by signal 9" \[selected\]/,
    /- grid "Sources":/, /- columnheader "state"/, /- gridcell "down · killed by signal 9"/, /- combobox "Level of detail"/,
  ]) assert.match(tree, line);
  const targets = stage.page.locator('aside :is(button, select, input, [role="row"]), [role="tab"]');
  const small = await targets.evaluateAll((all) => all.filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    return one.checkVisibility() && (width < 24 || height < 24);
  }).map((one) => one.outerHTML.slice(0, 80)));
  assert.deepEqual(small, []);
});

widgetTest('fingers get higher rows', async (stage) => {
  const box = await stage.page.locator('[data-testid="legend-item"]').first().boundingBox();
  assert.equal(box?.height, 36);
}, { options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } });

widgetTest('the reader’s own colours keep what tells lines and states apart', async (stage) => {
  await stage.page.emulateMedia({ forcedColors: 'active' });
  const names = stage.page.locator('[data-testid="source-row"] > [data-column="source"]');
  const dots = await names.evaluateAll((all) => all.map((one) => {
    const { backgroundColor, borderTopLeftRadius } = getComputedStyle(one, '::before');
    return `${backgroundColor} ${borderTopLeftRadius}`;
  }));
  assert.equal(new Set(dots).size, 2, 'down is another colour and another shape');
  const lines = stage.page.locator('.eontide-legend .eontide-swatch line');
  const strokes = await lines.evaluateAll((all) => all.map((one) => getComputedStyle(one).stroke));
  assert.ok(new Set(strokes).size >= 4, `${[...new Set(strokes)]}`);
});

widgetTest('close gives everything back', async (stage) => {
  const left = await stage.page.evaluate(() => {
    const { widgets } = /** @type {any} */ (window).eontide;
    for (const widget of widgets) widget.close();
    const ids = ['legend', 'sources', 'metrics', 'detail', 'cell-card'];
    return ids.filter((id) => document.querySelector(`[data-testid="${id}"]`));
  });
  assert.deepEqual(left, []);
  const now = Date.now();
  stage.send({ type: 'update', position: { epoch: 1, offset: 301 }, now, blocks: [block(0, [now])] });
  await stage.until((chart) => chart.stats().framesReceived > 1);
});
