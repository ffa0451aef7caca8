import assert from 'node:assert/strict';
import test from 'node:test';
import { Given, kindOf } from './given.js';
import { LiveModel } from './model.js';
import { TimeView } from './scale/time-view.js';
/** @import {ChartOptions} from './options.js' */

/** @param {ChartOptions} options */
function world(options) {
  const model = new LiveModel(300_000);
  const view = new TimeView(300_000, { still: true });
  const given = new Given(model, view, options);
  given.open();
  /** @param {string} name */
  const points = (name) => {
    const ring = model.store.get(name)?.ring;
    return ring ? Array.from({ length: ring.length }, (_, i) => [ring.x[ring.start + i], ring.v[ring.start + i]]) : null;
  };
  return { model, view, given, points };
}

test('what x is shows itself', () => {
  /** @type {[(string|number|null)[], string][]} */
  const cases = [
    [[1, 2, 3], 'linear'], [['1', '2.5', ' 3 '], 'linear'], [[], 'linear'], [[null], 'linear'], [[0, null, -5], 'linear'], [[2024, 2025], 'linear'],
    [[1_763_683_200_000, 1_763_683_201_000], 'time'], [['1763683200000'], 'time'],
    [['2026-01-02', '2026-01-03'], 'time'], [['2026-01-02T03:04:05Z', null], 'time'], [['2026-01'], 'time'], [['2026-01-02 03:04'], 'time'],
    [['web', 'api'], 'category'], [['1', 'two'], 'category'], [[''], 'category'],
    // What browsers take for dates.
    [['web-1', 'web-2'], 'category'], [['May 1', 'June 2'], 'category'], [['2026-01-02 and more'], 'category'],
  ];
  for (const [x, kind] of cases) assert.equal(kindOf(x), kind, JSON.stringify(x));
});

test('columns become series, in order of x, with their gaps', () => {
  const { given, points, model } = world({ data: { columns: [['x', 3, 1, 2], ['a', 30, 10, 20], ['b', null, '1.5', ''], ['short', 7]] } });
  assert.equal(given.kind, 'linear');
  assert.deepEqual(points('a'), [[1, 10], [2, 20], [3, 30]]);
  assert.deepEqual(points('b'), [[1, 1.5], [2, NaN], [3, NaN]]);
  assert.deepEqual(points('short'), [[3, 7]]);
  assert.equal(model.filled, true);
});

test('without x the rows are counted', () => {
  const { points } = world({ data: { columns: [['a', 5, 6], ['b', 7, 8, 9]] } });
  assert.deepEqual([points('a'), points('b')], [[[0, 5], [1, 6]], [[0, 7], [1, 8], [2, 9]]]);
});

test('x may have another name, or be no x at all', () => {
  const { points } = world({ data: { x: 'day', columns: [['a', 1, 2], ['day', 10, 20], ['x', 3, 4]] } });
  assert.deepEqual([points('a'), points('x'), points('day')], [[[10, 1], [20, 2]], [[10, 3], [20, 4]], null]);
});

test('dates are times, what is none is left out', () => {
  const { given, points } = world({ data: { columns: [['x', '2026-01-02T00:00:00Z', null, '2026-01-01T00:00:00Z'], ['a', 1, 2, 3]] } });
  assert.equal(given.kind, 'time');
  assert.deepEqual(points('a'), [[Date.UTC(2026, 0, 1), 3], [Date.UTC(2026, 0, 2), 1]]);
});

test('categories stand in the order in which they come, or that was asked for', () => {
  const free = world({ data: { columns: [['x', 'web-2', 'web-1', 'web-2'], ['a', 1, 2, 3]] } });
  assert.deepEqual([free.given.kind, free.given.categories], ['category', ['web-2', 'web-1']]);
  assert.deepEqual(free.points('a'), [[0, 3], [1, 2]], 'of two values in one place the last one');
  const asked = world({ data: { categories: ['api', 'web', 'db'], columns: [['x', 'web', 'api'], ['a', 1, 2]] } });
  assert.deepEqual([asked.given.categories, asked.points('a')], [['api', 'web', 'db'], [[0, 2], [1, 1]]]);
  const numbered = world({ data: { categories: ['api', 'web'], columns: [['a', 5, 6]] } });
  assert.deepEqual([numbered.given.kind, numbered.points('a')], ['category', [[0, 5], [1, 6]]]);
});

test('the kind that is asked for holds', () => {
  /** @type {[import('./given.js').XKind, (string|number|null)[], number[]][]} */
  const cases = [['category', [2024, 2025], [0, 1]], ['log', [1, 10], [1, 10]], ['linear', [1_763_683_200_000], [1_763_683_200_000]], ['time', [5], [5]]];
  for (const [type, x, wanted] of cases) {
    const { given, points } = world({ axis: { x: { type } }, data: { columns: [['x', ...x], ['a', ...x.map(() => 1)]] } });
    assert.deepEqual([given.kind, points('a')?.map(([at]) => at)], [type, wanted], type);
  }
});

test('everything is in sight, with a little air', () => {
  /** @type {[ChartOptions, number, number][]} */
  const cases = [
    [{ data: { columns: [['x', 0, 100], ['a', 1, 2]] } }, -2, 102],
    [{ data: { columns: [['x', 5], ['a', 1]] } }, 4.98, 5.02],
    [{ data: { columns: [] } }, -0.02, 1.02],
    [{ data: { columns: [['x', 'a', 'b', 'c'], ['a', 1, 2, 3]] } }, -0.5, 2.5],
    [{ data: { columns: [['x', 0, 100], ['a', 1, 2]] }, axis: { x: { min: 10, max: 20 } } }, 10, 20],
    [{ data: { columns: [['x', 1, 100], ['a', 1, 2]] }, axis: { x: { type: 'log' } } }, 100 ** -0.02, 100 * 100 ** 0.02],
  ];
  for (const [options, from, to] of cases) {
    const { view } = world(options);
    assert.ok(Math.abs(view.from - from) < 1e-9 && Math.abs(view.to - to) < 1e-9, `${JSON.stringify(options)}: ${view.from} to ${view.to}`);
    assert.equal(view.mode, 'held');
  }
});

test('more is loaded, of the same name in its place; what is unloaded is gone', () => {
  const { given, model, points, view } = world({ data: { columns: [['x', 1, 2], ['a', 10, 20], ['b', 1, 2]] } });
  const { version } = model;
  given.load({ columns: [['x', 5, 6], ['a', 50, 60], ['c', 7, 8]] });
  assert.deepEqual([points('a'), points('b'), points('c')], [[[5, 50], [6, 60]], [[1, 1], [2, 2]], [[5, 7], [6, 8]]]);
  assert.ok(model.version > version && view.to > 6);
  given.unload(['a', 'c', 'nobody']);
  assert.deepEqual([model.store.names(), view.to < 2.1], [['b'], true]);
});

test('columns without x that come later stand on the axis there is', () => {
  const { given, points } = world({ data: { columns: [['x', 'web', 'api'], ['a', 1, 2]] } });
  given.load({ columns: [['b', 3, 4]] });
  assert.deepEqual([given.kind, given.categories, points('b')], ['category', ['web', 'api'], [[0, 3], [1, 4]]]);
  given.load({ columns: [['x', 'api', '7'], ['c', 5, 6]] });
  assert.deepEqual([given.kind, given.categories, points('c')], ['category', ['web', 'api', '7'], [[1, 5], [2, 6]]]);
});

test('opened again it begins afresh', () => {
  const { given, model } = world({ data: { columns: [['a', 1]] } });
  given.load({ columns: [['b', 1]] });
  given.open();
  assert.deepEqual(model.store.names(), ['a']);
});
