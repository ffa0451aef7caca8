import assert from 'node:assert/strict';
import test from 'node:test';
import { figureOf } from './figures.js';
import { Ring } from './ring.js';
/** @import {Figure} from './figures.js' */

const T = 1_763_683_200_000;

/** One point a second. @param {number[]} values */
function ringOf(values) {
  const ring = new Ring();
  values.forEach((value, i) => ring.push(T + i * 1_000, value, 1_000));
  return ring;
}

test('last, largest, slope per second of a range', () => {
  const rising = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  for (const [of, values, from, to, expected] of /** @type {[Figure, number[], number, number, number][]} */ ([
    ['last', rising, 0, 9, 9],
    ['last', rising, 0, 4.5, 4],
    ['last', rising, 0, 4, 4],
    ['last', [1, 2, NaN], 0, 9, 2],
    ['last', [1, NaN, NaN], 1, 9, NaN],
    ['last', [], 0, 9, NaN],
    ['max', [3, 100, 5], 0, 9, 100],
    ['max', [3, 100, 5], 2, 9, 5],
    ['max', [-3, NaN, -5], 0, 9, -3],
    ['max', [NaN], 0, 9, NaN],
    ['slope', rising, 0, 9, 1],
    ['slope', rising.map((value) => -2 * value), 3, 6, -2],
    ['slope', [5, NaN, 7], 0, 9, 1],
    ['slope', [5, 5, 5], 0, 9, 0],
    ['slope', [5], 0, 9, NaN],
    ['slope', rising, 4, 4, NaN],
    ['slope', [0, 1, 0, 1], 0, 3, 0.2],
  ])) {
    const got = figureOf(of, ringOf(values), T + from * 1_000, T + to * 1_000);
    assert.ok(Object.is(got, expected) || Math.abs(got - expected) < 1e-9, `${of} of ${values} from ${from} to ${to}: ${got}`);
  }
});
