import assert from 'node:assert/strict';
import test from 'node:test';
import { strokePath } from './stroke.js';

/** Where the strokes lie and how wide they are, in device pixels. @param {number} width @param {number} ratio */
function strokes(width, ratio) {
  /** @type {[number, number, number][]} */
  const found = [];
  const at = { x: 0, y: 0 };
  const context = {
    lineWidth: 0,
    translate(/** @type {number} */ x, /** @type {number} */ y) {
      at.x += x;
      at.y += y;
    },
    stroke() { found.push([at.x * ratio, at.y * ratio, context.lineWidth * ratio]); },
  };
  strokePath(context, /** @type {Path2D} */ ({}), width, ratio);
  assert.deepEqual([Math.abs(at.x) < 1e-12, Math.abs(at.y) < 1e-12], [true, true], 'the context stands where it stood');
  return found;
}

test('up to a device pixel it is one stroke, and from three on, too', () => {
  for (const [width, ratio] of [[1, 1], [0.5, 2], [0.5, 1], [3.5, 1], [2, 2]]) assert.deepEqual(strokes(width, ratio), [[0, 0, width * ratio]]);
});

test('between, hairlines cover the width, without a gap', () => {
  for (const [width, ratio, count] of [[1.5, 1, 2], [2, 1, 2], [1, 2, 2], [1.5, 2, 5], [3, 1, 5], [1.25, 2, 5]]) {
    const found = strokes(width, ratio);
    assert.equal(found.length, count);
    assert.ok(found.every(([, , hairline]) => Math.abs(hairline - 1) < 1e-12));
    const across = found.filter(([x]) => Math.abs(x) < 1e-12).map(([, y]) => y).sort((a, b) => a - b);
    assert.ok(Math.abs(across[across.length - 1] - across[0] + 1 - width * ratio) < 1e-12, 'as wide as asked');
    across.forEach((y, i) => assert.ok(i === 0 || y - across[i - 1] <= 1 + 1e-12, 'no gap'));
  }
});
