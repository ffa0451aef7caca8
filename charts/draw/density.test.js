import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '../testing.js';
import { bucketOf, DensityColumn, highOf, lowOf } from '../series/density.js';
import { wordOf } from './colour.js';
import { BucketRows, Rows, shadeOf, shadesOf } from './density.js';
import { projection } from './layout.js';

const BOX = { left: 0, top: 20, width: 100, height: 200 };
const at = (/** @type {number} */ min, /** @type {number} */ max) => projection(BOX, { from: 0, to: 1 }, { min, max });

/** Rows that hold something, by their number. @param {number[]} values @param {number} min @param {number} max @param {number} [ratio] */
function rowsOf(values, min, max, ratio = 1) {
  const rows = new Rows();
  const height = BOX.height * ratio;
  rows.fill(DensityColumn.of(values), new BucketRows(at(min, max), ratio), height);
  return [...rows.weights.subarray(0, height)].flatMap((weight, row) => (weight > 0 ? [[row, weight]] : []));
}

test('a bucket lies between its edges, from the top of the plot', () => {
  for (const ratio of [1, 1.5, 2]) {
    const rows = new BucketRows(at(0, 100), ratio);
    for (const value of [0, 1e-3, 0.7, 1, 33, 64, 99.9, -5]) {
      const bucket = bucketOf(value);
      assert.ok(Math.abs(rows.above(bucket) - (100 - highOf(bucket)) * 2 * ratio) < 1e-9, `above ${value}`);
      assert.ok(Math.abs(rows.below(bucket) - (100 - lowOf(bucket)) * 2 * ratio) < 1e-9, `below ${value}`);
      assert.equal(rows.above(bucket), rows.above(bucket), 'and again');
    }
  }
});

test('values are spread over the rows of their bucket, at least one', () => {
  assert.deepEqual(rowsOf([50], 0, 100), [[98, 0.5], [99, 0.5]], 'from 50 to 51, two pixels a unit');
  assert.deepEqual(rowsOf([50, 50.5], 0, 100), [[98, 1], [99, 1]]);
  assert.deepEqual(rowsOf([0.001], 0, 100), [[200 - 1, 1]].map(([row, weight]) => [row, weight]));
  assert.equal(rowsOf([50], 0, 100, 2).length, 4);
});

test('what lies beyond the axis is on no row', () => {
  for (const values of [[150], [-5], [150, -150]]) assert.deepEqual(rowsOf(values, 0, 100), [], String(values));
  assert.ok(rowsOf([100], 0, 100).every(([row]) => row === 0), 'its end belongs to it');
});

test('nothing is lost: the rows hold as many values as the column', () => {
  const next = random(11);
  for (let round = 0; round < 50; round++) {
    const values = Array.from({ length: 1 + Math.floor(next() * 200) }, () => 10 + next() * 80);
    const sum = rowsOf(values, 0, 100, 1 + next()).reduce((all, [, weight]) => all + weight, 0);
    assert.ok(Math.abs(sum - values.length) < 1e-3, `${sum} of ${values.length}`);
  }
});

test('the weights of the column before are gone', () => {
  const rows = new Rows();
  const buckets = new BucketRows(at(0, 100), 1);
  rows.fill(DensityColumn.of([20, 50, 80]), buckets, 200);
  rows.fill(DensityColumn.of([50]), buckets, 200);
  assert.equal([...rows.weights].filter((weight) => weight > 0).length, 2);
});

test('more values are a fuller shade; one outlier is seen; no shade is out of range', () => {
  let before = -1;
  for (let weight = 1e-6; weight < 1e6; weight *= 1.7) {
    const shade = shadeOf(weight, 1);
    assert.ok(shade >= before && shade > 0 && shade < 64 && Number.isInteger(shade), `${weight}: ${shade}`);
    before = shade;
  }
  assert.equal(before, 63);
  assert.equal(shadeOf(8, 2), shadeOf(4, 1), 'only the share counts: nothing flickers as more processes come');
  assert.ok(shadeOf(1, 15_000 / 400) > 0, 'one among fifteen thousand');
});

test('shades go from one colour to the next', () => {
  const shades = shadesOf([[0, 0, 0], [200, 100, 50], [255, 255, 255]]);
  assert.equal(shades.length, 64);
  assert.deepEqual([shades[0], shades[63]], [wordOf([0, 0, 0]), wordOf([255, 255, 255])]);
  const reds = [...shades].map((word) => word & 255);
  assert.ok(reds.every((red, i) => i === 0 || red >= reds[i - 1]), String(reds));
});
