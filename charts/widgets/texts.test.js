import assert from 'node:assert/strict';
import test from 'node:test';
import { rangeText } from '../cursor.js';
import { cellTitle } from './cell-dialog.js';
import { countText } from './count.js';
import { tabsOf } from './metric-tabs.js';
import { cellTexts, placement, swatches } from './tooltip.js';

test('counts with their nouns', () => {
  assert.equal(countText(15_000, 15_000, 'series', 'series'), '15,000 series');
  assert.equal(countText(1_234, 15_000, 'series', 'series'), '1,234 of 15,000 series');
  assert.equal(countText(1, 1, 'source', 'sources'), '1 source');
  assert.equal(countText(0, 1, 'source', 'sources'), '0 of 1 source');
});

test('tabs: all, or those that were chosen', () => {
  const chosen = (/** @type {boolean[]} */ ...visible) => {
    const tabs = tabsOf(visible.map((one, i) => ({ name: `m${i}`, count: 5, visible: one })));
    return tabs.map(({ text, selected }) => (selected ? `[${text}]` : text)).join(' ');
  };
  for (const [visible, wanted] of /** @type {[boolean[], string][]} */ ([
    [[], ''], [[true], '[m0]'], [[true, true, true], '[All] m0 m1 m2'], [[false, true, false], 'All m0 [m1] m2'],
    [[true, true, false], 'All [m0] [m1] m2'],
  ])) assert.equal(chosen(...visible), wanted);
  assert.equal(tabsOf(Array.from({ length: 500 }, (_, i) => ({ name: `m${i}`, count: 1, visible: true }))).length, 61);
});

test('a cell of the density in words', () => {
  const cell = { count: 312, total: 15_000, range: '12 – 14 MiB', low: 0.41, high: 0.43 };
  assert.deepEqual(cellTexts(cell), ['312 of 15,000 values · 12 – 14 MiB', 'p41 – p43 · click to see which']);
  assert.equal(cellTexts({ ...cell, count: 1, low: 0.9996, high: 1 })[1], 'p100 · click to see it');
  assert.equal(cellTexts({ ...cell, low: 0.992, high: 0.9975 })[1], 'p99.2 – p99.8 · click to see which');
  assert.equal(cellTexts({ ...cell, low: 0, high: 0.004 })[1], 'p0 – p0.4 · click to see which');
  assert.deepEqual(cellTexts({ ...cell, count: 0, low: 1, high: 1 }), ['0 of 15,000 values · 12 – 14 MiB', 'p100'], 'nothing to be seen by a click');
  assert.equal(rangeText('12 MiB', '14 MiB'), '12 MiB – 14 MiB');
  assert.equal(rangeText('12 MiB', '12 MiB'), '12 MiB', 'both ends were said, alike');
});

test('the card’s title: how many, of which values, when', () => {
  const series = [{ name: 'rss-a', value: 13, unit: 'MiB', source: 'a' }];
  const cell = { from: 1_000, to: 4_000, low: 12, high: 14, metrics: ['rss'], total: 312, series, error: '' };
  assert.deepEqual(cellTitle(cell, 'utc'), {
    title: '312 series from 12 MiB to 14 MiB', text: 'rss · 00:00:01 – 00:00:04 · the first 1',
  });
  assert.equal(cellTitle({ ...cell, low: 12, high: 12.000001 }, 'utc').title, '312 series at 12 MiB', 'both ends are written alike');
  assert.equal(cellTitle({ ...cell, to: 1_500, total: 1 }, 'utc').text, 'rss · 00:00:01');
  assert.equal(cellTitle({ ...cell, series: [], error: 'HTTP 503' }, 'utc').text, 'Which ones cannot be said: HTTP 503');
});

test('the tooltip stands beside the pointer, on the side where there is room, and inside', () => {
  assert.equal(placement({ px: 100, py: 50, width: 1000, height: 400 }),
    'translate(clamp(4px, 114px, max(4px, 996px - 100%)), clamp(4px, 50px - 50%, max(4px, 396px - 100%)))');
  assert.match(placement({ px: 900.4, py: 50, width: 1000, height: 400 }), /^translate\(clamp\(4px, 886px - 100%,/);
});

test('pieces of lines below each other, dashed as the lines are', () => {
  assert.equal(swatches([{ colour: '#123456' }]), 'linear-gradient(#123456, #123456) 0 8px / 100% 2px no-repeat');
  assert.equal(swatches([{ colour: 'red', dash: [] }, { colour: 'blue', dash: [6, 3] }]),
    'linear-gradient(red, red) 0 8px / 100% 2px no-repeat, repeating-linear-gradient(90deg, blue 0px 6px, transparent 6px 9px) 0 26px / 100% 2px no-repeat');
  assert.equal(swatches([]), '');
});
