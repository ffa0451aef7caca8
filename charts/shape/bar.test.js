import assert from 'node:assert/strict';
import test from 'node:test';
import { Recorder, square } from '../testing.js';
import { barAt, bars, drawBars } from './bar.js';
import { stackColumns } from './stack.js';

/** @param {string} name @param {number[]} upper @param {number[]|null} [lower] */
const layer = (name, upper, lower = null) => ({ name, colour: name, x: upper.map((_, i) => i * 2 + 1), upper, lower });
/** @param {import('./bar.js').Bar[]} found */
const boxes = (found) => found.map(({ name, left, top, width, height }) => `${name} ${left} ${top} ${width} ${height}`);

test('a bar stands on the base, in the middle of its x', () => {
  assert.deepEqual(boxes(bars([[layer('a', [2, 8])]], square(), { ratio: 0.5 })), ['a 5 80 10 20', 'a 25 20 10 80']);
});

test('groups share the place, layers the height', () => {
  assert.deepEqual(boxes(bars([[layer('a', [2, 8])], [layer('b', [5, 5])]], square(), { ratio: 0.8 })),
    ['a 2 80 8 20', 'a 22 20 8 80', 'b 10 50 8 50', 'b 30 50 8 50']);
  assert.deepEqual(boxes(bars([[layer('a', [2]), layer('b', [6], [2])]], square(), { ratio: 0.5, step: 2 })), ['a 5 80 10 20', 'b 5 40 10 40']);
});

test('a bar below the base hangs from it; a gap has none, zero has one without height', () => {
  const at = { px: square().px, py: (/** @type {number} */ v) => 50 - v * 5 };
  assert.deepEqual(boxes(bars([[layer('a', [-4, NaN, 0, 4])]], at, { ratio: 0.5 })), ['a 5 50 10 20', 'a 45 50 10 0', 'a 65 30 10 20']);
});

test('lying bars grow to the right', () => {
  const at = { px: (/** @type {number} */ v) => v * 10, py: (/** @type {number} */ x) => x * 10 };
  assert.deepEqual(boxes(bars([[layer('a', [2, 8])]], at, { ratio: 0.5, rotated: true })), ['a 0 5 20 10', 'a 0 25 80 10']);
});

test('bars stand on whole pixels and neighbours do not overlap, thin ones stay as they are', () => {
  const many = (/** @type {number} */ count) => bars(
    [0, 1, 2].map((group) => [{ ...layer(`${group}`, Array(count).fill(5)), x: Array.from({ length: count }, (_, i) => i + 0.5) }]),
    square({ xMax: count }), { ratio: 0.9 },
  );
  const wide = many(7);
  for (const { left, width } of wide) assert.ok(Number.isInteger(left) && Number.isInteger(width) && width >= 3);
  const sorted = [...wide].sort((a, b) => a.left - b.left);
  sorted.forEach(({ left, width }, i) => assert.ok(i === sorted.length - 1 || left + width <= sorted[i + 1].left));
  assert.ok(many(50).every(({ width }) => Math.abs(width - 0.6) < 1e-9));
});

test('stacked bars come from a stack', () => {
  const { x, layers } = stackColumns([{ x: [1], v: [3], length: 1 }, { x: [1], v: [4], length: 1 }]);
  const group = layers.map(({ lower, upper }, i) => ({ name: 'ab'[i], colour: 'red', x, lower, upper }));
  assert.deepEqual(boxes(bars([group], square(), { ratio: 1, step: 2 })), ['a 0 70 20 30', 'b 0 30 20 40']);
});

test('what is drawn is what is hit', () => {
  const found = bars([[layer('a', [2, 8])], [layer('b', [5, 5])]], square(), { ratio: 0.8 });
  const context = new Recorder();
  drawBars(context, found);
  assert.equal(context.text, 'fillRect 2 80 8 20 a, fillRect 22 20 8 80 a, fillRect 10 50 8 50 b, fillRect 30 50 8 50 b');
  assert.deepEqual([barAt(found, 5, 90)?.name, barAt(found, 15, 60)?.name, barAt(found, 25, 30)?.index, barAt(found, 5, 30), barAt([], 0, 0)],
    ['a', 'b', 1, null, null]);
});
