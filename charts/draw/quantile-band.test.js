import assert from 'node:assert/strict';
import test from 'node:test';
import { Ring } from '../series/ring.js';
import { random } from '../testing.js';
import { wordOf } from './colour.js';
import { Edge, tintBand } from './quantile-band.js';

/** @param {[number, number][]} points */
function ring(...points) {
  const made = new Ring();
  for (const [x, v] of points) made.push(x, v, 100);
  return made;
}

const SAME = (/** @type {number} */ value) => value;
/** Ten ms a column of pixels, a row a unit, 40 rows upside down. */
const HEIGHT = 40;
const TO = { first: 0, columnMs: 10, top: 0, height: HEIGHT, rowOf: (/** @type {number} */ value) => HEIGHT - value };

/** @param {number} width @param {number} [fill] */
const image = (width, fill = 0) => ({ width, words: new Int32Array(width * HEIGHT).fill(fill) });

/** First and last row that changed of each column; empty: none. @param {ReturnType<typeof image>} one @param {number} [fill] */
function rowsOf({ width, words }, fill = 0) {
  return Array.from({ length: width }, (_, column) => {
    const rows = Array.from({ length: HEIGHT }, (_, row) => row).filter((row) => words[row * width + column] !== fill);
    return rows.length > 0 ? [rows[0], rows[rows.length - 1]] : [];
  });
}

test('an edge runs from point to point, and not across a gap, before the first or after the last', () => {
  const edge = new Edge(ring([10, 1], [20, 3], [50, 3], [60, 7]), 15, SAME, 5);
  assert.deepEqual([5, 10, 15, 20, 49, 50, 57.5, 60, 70].map((x) => edge.row(x)), [NaN, 1, 2, NaN, NaN, 3, 6, NaN, NaN]);
  assert.equal(new Edge(ring([10, 1], [20, 3]), 15, SAME, 15).row(15), 2, 'also where it is entered in the middle');
  assert.ok(Number.isNaN(new Edge(ring(), 15, SAME, 0).row(5)));
});

test('the rows between two lines are tinted, no others', () => {
  const one = image(6);
  tintBand(one, { low: ring([10, 5], [50, 5]), high: ring([10, 10], [50, 30]), gapMs: 100, colour: '#ff0000' }, TO);
  // At 15 ms the upper edge is at 12.5, at 45 at 27.5.
  assert.deepEqual(rowsOf(one), [[], [28, 34], [23, 34], [18, 34], [13, 34], []]);
  assert.equal(one.words[30 * 6 + 2] >>> 24, 31, 'faint where there was nothing');
});

test('what is there stays readable below it, and an axis may be turned or end between the lines', () => {
  const below = wordOf([0, 100, 200]);
  const one = image(3, below);
  const quantiles = { low: ring([0, -10], [50, -10]), high: ring([0, 60], [50, 60]), gapMs: 100, colour: '#ffffff' };
  tintBand(one, quantiles, { ...TO, rowOf: SAME });
  assert.deepEqual(rowsOf(one, below), Array(3).fill([0, HEIGHT - 1]));
  const tint = [0, 8, 16, 24].map((shift) => (one.words[0] >>> shift) & 255);
  assert.deepEqual(tint, [31, 119, 207, 255], 'an eighth of the way to the tint, opaque as before');
});

test('drawn in pieces it is what the whole is', () => {
  const next = random(5);
  const low = ring(...Array.from({ length: 60 }, (_, i) => /** @type {[number, number]} */ ([i * 17, 5 + 8 * next()])));
  const high = ring(...Array.from({ length: 60 }, (_, i) => /** @type {[number, number]} */ ([i * 17, 20 + 15 * next()])));
  const quantiles = { low, high, gapMs: 100, colour: '#336699' };
  const whole = image(100);
  tintBand(whole, quantiles, TO);
  for (let first = 0; first < 100;) {
    const width = Math.min(100 - first, 1 + Math.floor(next() * 20));
    const piece = image(width);
    tintBand(piece, quantiles, { ...TO, first });
    assert.deepEqual(rowsOf(piece), rowsOf(whole).slice(first, first + width), `from ${first} on`);
    first += width;
  }
});
