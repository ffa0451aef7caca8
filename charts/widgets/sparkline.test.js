import assert from 'node:assert/strict';
import test from 'node:test';
import { SPARK_WIDTH, sparkKey, sparkPath } from './sparkline.js';

/** @param {number[]} x @param {number[]} v */
const points = (x, v) => ({ x, v, start: 0, end: x.length });

test('a path from the left edge to the right one, lowest at the bottom', () => {
  assert.equal(sparkPath(points([0, 36, 72], [0, 10, 5])), 'M0 17.0L36 1.0L72 9.0h.01');
});

test('only what is in the ring', () => {
  assert.equal(sparkPath({ x: [9, 0, 72, 99], v: [50, 1, 2, 90], start: 1, end: 3 }), 'M0 17.0L72 1.0h.01');
});

test('each oddity has a picture', () => {
  for (const [x, v, path, why] of /** @type {[number[], number[], string, string][]} */ ([
    [[], [], '', 'nothing'],
    [[5], [3], `M${SPARK_WIDTH} 9.0h.01`, 'one point, where now is'],
    [[0, 72], [4, 4], 'M0 9.0L72 9.0h.01', 'a constant is a line in the middle'],
    [[0, 24, 48, 72], [1, NaN, 2, 3], 'M0 17.0h.01M48 9.0L72 1.0h.01', 'a gap lifts the pen'],
    [[0, 72], [NaN, NaN], '', 'only gaps'],
  ])) assert.equal(sparkPath(points(x, v)), path, why);
});

test('of many points in a column its extremes are kept, in the order of time', () => {
  const x = Array.from({ length: 7_201 }, (_, i) => i);
  const v = x.map((i) => (i === 3_590 ? 100 : i === 3_595 ? -100 : 0));
  const path = sparkPath(points(x, v));
  assert.match(path, /L36 1\.0L36 17\.0/);
  assert.ok(path.length < 4_000, `${path.length} characters`);
});

test('it is drawn again when it moved by a pixel, not with every point', () => {
  const at = (/** @type {number} */ to) => sparkKey(points([to - 300_000, to], [0, 0]));
  const keys = new Set(Array.from({ length: 100 }, (_, i) => at(1_700_000_000_000 + 250 * i)));
  assert.ok(keys.size >= 6 && keys.size <= 14, `${keys.size} pictures in 25 s of 5 min`);
  assert.equal(sparkKey(points([], [])), '');
});
