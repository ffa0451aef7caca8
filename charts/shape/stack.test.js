import assert from 'node:assert/strict';
import test from 'node:test';
import { traceOf } from '../testing.js';
import { stackColumns } from './stack.js';

/** @param {[number, number][][]} series @param {Parameters<typeof stackColumns>[1]} [how] */
const stacked = (series, how) => stackColumns(series.map(traceOf), how);
/** @param {Float64Array} numbers */
const list = (numbers) => [...numbers];

test('layers lie on each other in the given order', () => {
  const { x, layers, low, high, order } = stacked([[[0, 1], [1, 2]], [[0, 10], [1, 20]]]);
  assert.deepEqual(list(x), [0, 1]);
  assert.deepEqual(layers.map(({ lower, upper }) => [list(lower), list(upper)]), [[[0, 0], [1, 2]], [[1, 2], [11, 22]]]);
  assert.deepEqual([low, high, order], [0, 22, [0, 1]]);
});

test('the smallest or the largest sum lies lowest, layers stay where they were listed', () => {
  const series = /** @type {[number, number][][]} */ ([[[0, 5]], [[0, 1]], [[0, 9]]]);
  assert.deepEqual(stacked(series, { order: 'ascending' }).order, [1, 0, 2]);
  const { order, layers } = stacked(series, { order: 'descending' });
  assert.deepEqual(order, [2, 0, 1]);
  assert.deepEqual(layers.map(({ lower }) => lower[0]), [9, 14, 0]);
});

test('sources that publish at other times meet in buckets; the last value of a bucket counts', () => {
  const { x, layers } = stacked([[[0, 1], [400, 2], [1_100, 3]], [[300, 10], [1_900, 20]]], { bucketMs: 1_000 });
  assert.deepEqual(list(x), [0, 1_000]);
  assert.deepEqual(layers.map(({ value }) => list(value)), [[2, 3], [10, 20]]);
});

test('a gap is a gap: the layer ends, those above it come down', () => {
  for (const gap of /** @type {[number, number][]} */ ([[1, NaN], [NaN, NaN]])) {
    const { x, layers } = stacked([[[0, 1], gap, [2, 3]], [[0, 10], [1, 10], [2, 10]]]);
    assert.deepEqual(list(x), [0, 1, 2]);
    assert.deepEqual(list(layers[0].upper), [1, NaN, 3]);
    assert.deepEqual(list(layers[1].lower), [1, 0, 3]);
    assert.deepEqual(list(layers[1].upper), [11, 10, 13]);
  }
});

test('a slow source is held beside a fast one, until a gap or too long a silence', () => {
  const fast = Array.from({ length: 8 }, (_, i) => /** @type {[number, number]} */ ([i, 1]));
  const value = (/** @type {[number, number][]} */ slow) => list(stacked([fast, slow], { bucketMs: 1, holdMs: 3 }).layers[1].value);
  assert.deepEqual(value([[0, 5], [4, 6]]), [5, 5, 5, 5, 6, 6, 6, 6]);
  assert.deepEqual(value([[0, 5], [6, 6]]), [5, 5, 5, 5, NaN, NaN, 6, 6]);
  assert.deepEqual(value([[0, 5], [2, NaN], [6, 6]]), [5, 5, NaN, NaN, NaN, NaN, 6, 6]);
  assert.deepEqual(value([[0, 5], [0.5, NaN], [6, 6]]), [5, NaN, NaN, NaN, NaN, NaN, 6, 6], 'a gap behind a value in its bucket');
});

test('what is negative is stacked downwards', () => {
  const { layers, low, high } = stacked([[[0, 2]], [[0, -3]], [[0, 4]], [[0, -5]]]);
  assert.deepEqual(layers.map(({ lower, upper }) => [lower[0], upper[0]]), [[0, 2], [0, -3], [2, 6], [-3, -8]]);
  assert.deepEqual([low, high], [-8, 6]);
});

test('the parts make up the whole, whatever the order', () => {
  for (let run = 0; run < 100; run++) {
    const series = Array.from({ length: 1 + (run % 7) }, (_, s) => Array.from({ length: 30 }, (_, i) => /** @type {[number, number]} */ ([
      i * 10 + ((s * 3 + run) % 10), (i * s + run) % 11 === 0 ? NaN : Math.sin(i * 3 + s * 5 + run) * 100,
    ])));
    for (const order of /** @type {const} */ (['given', 'ascending', 'descending'])) {
      const { x, layers, low, high, order: from } = stacked(series, { bucketMs: 10, order });
      assert.deepEqual([...from].sort((a, b) => a - b), series.map((_, i) => i));
      for (let at = 0; at < x.length; at++) {
        const values = layers.map(({ value }) => value[at]).filter((v) => !Number.isNaN(v));
        const heights = layers.map(({ lower, upper }) => upper[at] - lower[at]).filter((v) => !Number.isNaN(v));
        const sum = (/** @type {number[]} */ all) => all.reduce((a, b) => a + b, 0);
        assert.ok(Math.abs(sum(values) - sum(heights)) < 1e-9);
        const tops = [0, ...layers.map(({ upper }) => upper[at]).filter((v) => !Number.isNaN(v))];
        assert.ok(Math.abs(Math.max(...tops) - sum(values.filter((v) => v > 0))) < 1e-9);
        assert.ok(Math.abs(Math.min(...tops) - sum(values.filter((v) => v < 0))) < 1e-9);
        assert.ok(Math.max(...tops) <= high + 1e-9 && Math.min(...tops) >= low - 1e-9);
        // No two layers overlap: each begins where one below it ends.
        from.reduce((ends, index) => {
          const { lower, upper } = layers[index];
          if (Number.isNaN(upper[at])) return ends;
          assert.ok(ends.includes(lower[at]), `${run} ${order} ${at}`);
          return [...ends, upper[at]];
        }, [0]);
      }
    }
  }
});

test('nothing to stack', () => {
  assert.deepEqual(stackColumns([]), { x: new Float64Array(0), layers: [], order: [], low: 0, high: 0 });
  assert.equal(stacked([[], [[0, NaN]]], { bucketMs: 10 }).layers.length, 2);
});
