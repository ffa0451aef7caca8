import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '../testing.js';
import { DensityColumn, DensityStore, quantile } from './density.js';
import { DensityView } from './density-view.js';
/** @import {Ring} from './ring.js' */

const STEP = 1_000;

/** @param {Record<string, Record<number, number[]>>} metrics  values by slot */
function frame(metrics, step = STEP) {
  return {
    step_ms: step, metrics: Object.entries(metrics).map(([name, slots]) => ({
      name, series: 1, columns: Object.entries(slots).map(([slot, values]) => ({ slot: Number(slot), column: DensityColumn.of(values) })),
    })),
  };
}

/** @param {Record<string, Record<number, number[]>>} metrics @param {string[]} [selected] @param {number} [intervalMs] @param {number} [windowMs] */
function world(metrics, selected = Object.keys(metrics), intervalMs = STEP, windowMs = 600_000) {
  const store = new DensityStore();
  store.replace(frame(metrics));
  const view = new DensityView(store);
  view.select(selected, intervalMs, windowMs);
  view.update();
  return { store, view };
}

/** @param {Ring} ring */
const points = (ring) => Array.from({ length: ring.length }, (_, i) => [ring.x[ring.start + i], ring.v[ring.start + i]]);

/** @param {DensityColumn|null} column */
const pairs = (column) => column && [column.count, column.min, column.max, column.sum, ...[...column.buckets].map((bucket, i) => [bucket, column.counts[i]])];

test('a column is as wide as the interval at which processes publish', () => {
  /** @type {[number, number, number][]} interval, window, width */
  const cases = [
    [1_000, 600_000, 1_000], [100, 600_000, 1_000], [2_000, 600_000, 2_000], [2_500, 600_000, 3_000], [1_005, 600_000, 1_000], [10_000, 600_000, 10_000],
    // Never so wide that nothing would be left to see.
    [60_000, 600_000, 10_000], [60_000, 60_000, 1_000], [60_000, 1_000, 1_000],
  ];
  for (const [interval, window, width] of cases) assert.equal(world({ a: { 1: [1] } }, ['a'], interval, window).view.widthMs, width, `${interval} of ${window}`);
});

test('smallest and largest of each column stand at its middle; its quantiles when it is over', () => {
  const values = Array.from({ length: 101 }, (_, i) => 1_000 + i);
  const { view } = world({ a: { 10: values, 11: [5], 14: [7, 9], 15: [1] } });
  assert.deepEqual(points(view.min), [[10_500, 1_000], [11_500, 5], [14_500, 7], [15_500, 1]]);
  assert.deepEqual(points(view.max), [[10_500, 1_100], [11_500, 5], [14_500, 9], [15_500, 1]]);
  const column = DensityColumn.of(values);
  assert.deepEqual(view.quantiles.map((ring) => ring.v[0]), [0.05, 0.5, 0.95].map((q) => quantile(column, q)));
  assert.deepEqual(view.quantiles.map(({ lastX }) => lastX), [14_500, 14_500, 14_500]);
  assert.equal(view.empty, false);
  assert.equal(new DensityView(new DensityStore()).empty, true);
});

test('what is grouped is what all its values make together', () => {
  const next = random(7);
  for (let round = 0; round < 40; round++) {
    /** @type {Record<string, Record<number, number[]>>} */
    const metrics = { a: {}, b: {}, c: {} };
    for (const slots of Object.values(metrics)) {
      for (let slot = 100; slot < 130; slot++) if (next() < 0.7) slots[slot] = Array.from({ length: 1 + Math.floor(next() * 4) }, () => Math.round(next() * 400 - 100));
    }
    const selected = ['a', 'b', 'c'].filter(() => next() < 0.7);
    const group = 1 + Math.floor(next() * 5);
    const { view } = world(metrics, selected, group * STEP);
    const last = Math.max(...selected.flatMap((name) => Object.keys(metrics[name]).map(Number)));
    for (let index = Math.floor(100 / group); index <= Math.floor(130 / group); index++) {
      const values = selected.flatMap((name) => Array.from({ length: group }, (_, i) => metrics[name][index * group + i] ?? []).flat());
      const column = view.at(index);
      assert.deepEqual(pairs(column), values.length === 0 ? null : pairs(DensityColumn.of(values)), `round ${round} index ${index}`);
      assert.equal(view.columnAt((index + 0.5) * group * STEP), column);
      const at = view.max.lowerBound((index + 0.5) * group * STEP);
      if (values.length > 0) assert.equal(view.max.v[at], Math.max(...values));
      if (values.length > 0 && (index + 1) * group <= last) assert.equal(view.quantiles[1].v[view.quantiles[1].lowerBound((index + 0.5) * group * STEP)], quantile(DensityColumn.of(values), 0.5));
    }
  }
});

test('an update says from when on it changed something, and only that is made anew', () => {
  const { store, view } = world({ a: { 10: [1], 11: [2] } });
  const before = view.at(10);
  assert.equal(view.update(), Infinity);
  /** Largest value and median by column. */
  const shown = () => [points(view.max), view.quantiles[1].length];
  assert.deepEqual(shown(), [[[10_500, 1], [11_500, 2]], 1], 'of the last one some values are still to come');
  store.add(frame({ a: { 11: [8], 12: [3] } }));
  assert.deepEqual([view.update(), view.dirtyTo], [10_500, 13_000], 'with the lines that lead there');
  assert.deepEqual(shown(), [[[10_500, 1], [11_500, 8], [12_500, 3]], 2]);
  store.add(frame({ a: { 13: [4] } }));
  assert.equal(view.update(), 11_500, 'the one that is over now is new to the lines');
  assert.deepEqual(view.quantiles[1].lastX, 12_500);
  assert.equal(view.at(10), before);
  assert.equal(view.update(), Infinity);
});

test('a late column falls into its place, in the group that it belongs to', () => {
  const { store, view } = world({ a: { 10: [1], 12: [2], 20: [3], 24: [1] } }, ['a'], 2_000);
  store.add(frame({ a: { 13: [9], 16: [4] } }));
  assert.equal(view.update(), 11_000);
  assert.deepEqual(points(view.max), [[11_000, 1], [13_000, 9], [17_000, 4], [21_000, 3], [25_000, 1]]);
  store.add(frame({ a: { 5: [7] } }));
  assert.equal(view.update(), 4_000);
  assert.equal(view.max.firstX, 5_000);
});

test('a metric that is not shown changes nothing of what is', () => {
  const { store, view } = world({ a: { 10: [1], 11: [1] }, b: { 10: [50] } }, ['a']);
  store.add(frame({ b: { 10: [99] } }));
  view.update();
  assert.deepEqual(points(view.max), [[10_500, 1], [11_500, 1]]);
});

test('another selection, interval or step is another picture; the same one is not', () => {
  const { store, view } = world({ a: { 10: [1] }, b: { 10: [50], 11: [60], 14: [2] } }, ['a']);
  assert.equal(view.select(['a'], STEP, 600_000), false);
  assert.equal(view.select(['a', 'b'], STEP, 600_000), true);
  assert.deepEqual(points(view.max), [[10_500, 50], [11_500, 60], [14_500, 2]]);
  assert.deepEqual(view.metrics, ['a', 'b']);
  assert.equal(view.select(['a', 'b'], 2 * STEP, 600_000), true);
  assert.deepEqual(points(view.max), [[11_000, 60], [15_000, 2]]);
  assert.equal(view.select([], STEP, 600_000), true);
  assert.equal(view.empty, true);
  store.replace(frame({ a: { 100: [5] } }, 100));
  assert.equal(view.select(['a'], STEP, 600_000), true, 'a finer step');
  assert.equal(view.widthMs, 1_000);
});

test('a new snapshot is another picture altogether', () => {
  const { store, view } = world({ a: { 10: [1] } });
  store.replace(frame({ a: { 11: [2], 12: [1] } }));
  assert.equal(view.update(), -Infinity);
  assert.deepEqual(points(view.max), [[11_500, 2], [12_500, 1]]);
  assert.equal(view.at(10), null);
});

test('what has left the window is forgotten', () => {
  const { store, view } = world({ a: { 10: [1], 11: [2], 12: [3], 13: [9] } });
  view.trim(11_600);
  assert.deepEqual(points(view.max), [[12_500, 3], [13_500, 9]]);
  store.trim(12_000);
  assert.equal(view.update(), Infinity, 'nothing in sight changed');
  assert.equal(view.at(10), null);
});

test('nothing is known: no width, no column', () => {
  const view = new DensityView(new DensityStore());
  view.select([], STEP, 600_000);
  assert.equal(view.update(), Infinity);
  assert.deepEqual([view.widthMs, view.columnAt(5)], [0, null]);
});
