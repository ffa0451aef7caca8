import assert from 'node:assert/strict';
import test from 'node:test';
import { Ring } from '../series/ring.js';
import { extent, isGap, reduceColumns, Trace } from './columns.js';

/** @param {[number, number][]} points @param {number} columnMs @param {import('./columns.js').Gaps} [gaps] */
function reduced(points, columnMs, gaps = { gapMs: Infinity, breaks: [] }) {
  const ring = new Ring();
  for (const [x, v] of points) ring.push(x, v, 1e6);
  const trace = new Trace();
  reduceColumns(ring, ring.start, ring.end, columnMs, gaps, trace);
  return [...trace.x.subarray(0, trace.length)].map((x, i) => [x, trace.v[i]]);
}

test('fewer points than columns stay as they are', () => {
  assert.deepEqual(reduced([[0, 1], [10, 2], [20, 0]], 5), [[0, 1], [10, 2], [20, 0]]);
});

test('of a full column first, extremes and last stay, in order of time', () => {
  assert.deepEqual(reduced([[0, 5], [1, 9], [2, 1], [3, 4], [4, 6]], 10), [[0, 5], [1, 9], [2, 1], [4, 6]]);
  assert.deepEqual(reduced([[0, 5], [1, 1], [2, 3], [3, 9], [4, 6]], 10), [[0, 5], [1, 1], [3, 9], [4, 6]]);
  assert.deepEqual(reduced([[0, 1], [1, 5], [2, 9]], 10), [[0, 1], [2, 9]]);
  assert.deepEqual(reduced([[0, 1], [1, 1], [2, 1]], 10), [[0, 1], [2, 1]]);
});

test('the cut-down line has the same extremes in every column as the line', () => {
  const points = Array.from({ length: 5_000 }, (_, i) => /** @type {[number, number]} */ ([i, Math.sin(i / 50) * 100 + ((i * 7919) % 13)]));
  const result = reduced(points, 100);
  assert.ok(result.length <= 4 * 50);
  for (let column = 0; column < 50; column++) {
    const of = (/** @type {number[][]} */ all) => all.filter(([x]) => Math.floor(x / 100) === column).map(([, v]) => v);
    assert.equal(Math.min(...of(result)), Math.min(...of(points)));
    assert.equal(Math.max(...of(result)), Math.max(...of(points)));
  }
});

test('the line is lifted at a gap, a hole and a restart, once each', () => {
  const lifted = (/** @type {number[][]} */ line) => line.map(([x]) => (Number.isNaN(x) ? '|' : x)).join(' ');
  assert.equal(lifted(reduced([[0, 1], [1, NaN], [2, NaN], [3, 1]], 1)), '0 | 3');
  assert.equal(lifted(reduced([[0, 1], [1, 1], [10, 1]], 1, { gapMs: 3, breaks: [] })), '0 1 | 10');
  assert.equal(lifted(reduced([[0, 1], [1, 1], [2, 1]], 1, { gapMs: 9, breaks: [2] })), '0 1 | 2');
  assert.equal(lifted(reduced([[0, NaN], [1, 1]], 1)), '1');
  assert.equal(lifted(reduced([[0, 1], [1, NaN]], 1)), '0 |');
});

test('a gap within one column still lifts the line', () => {
  assert.equal(reduced([[0, 1], [1, NaN], [2, 5]], 100).filter(([x]) => Number.isNaN(x)).length, 1);
});

test('gaps between neighbours', () => {
  for (const [before, after, breaks, expected] of /** @type {[number, number, number[], boolean][]} */ ([
    [0, 10, [], false], [0, 11, [], true], [0, 5, [5], true], [0, 5, [0], false], [0, 5, [6], false], [0, 5, [-3, 3, 90], true],
  ])) assert.equal(isGap(before, after, { gapMs: 10, breaks }), expected);
});

test('a trace has room for the longest line, each other point a hole', () => {
  const points = Array.from({ length: 20_001 }, (_, i) => /** @type {[number, number]} */ ([i, i % 2 ? NaN : i]));
  const result = reduced(points, 1);
  assert.deepEqual([result.length, result[20_000], result[20_001]], [20_001, [20_000, 20_000], undefined]);
  assert.ok(result.every(([x, v], i) => (i % 2 ? Number.isNaN(x) && Number.isNaN(v) : x === i && v === i)));
});

test('the extent leaves gaps out', () => {
  const ring = new Ring();
  [3, NaN, -1, 7].forEach((v, x) => ring.push(x, v, 100));
  assert.deepEqual(extent(ring, ring.start, ring.end), [-1, 7]);
  assert.deepEqual(extent(ring, 1, 2), [NaN, NaN]);
});
