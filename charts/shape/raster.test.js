import assert from 'node:assert/strict';
import test from 'node:test';
import { Raster } from './raster.js';

const RED = /** @type {import('./raster.js').Rgb} */ ([255, 0, 0]);

/**
 * The alpha of each pixel, row by row, of a line.
 * @param {number} width
 * @param {number} height
 * @param {[number, number][]} points
 * @param {Partial<import('./raster.js').Stroke>} [stroke]
 */
function drawn(width, height, points, stroke = {}) {
  const raster = new Raster();
  const words = new Int32Array(width * height);
  raster.begin(width, height, words);
  raster.line(points.map(([x]) => x), points.map(([, y]) => y), points.length, { colour: RED, alpha: 1, width: 1, ...stroke });
  return Array.from({ length: height }, (_, row) => [...words.subarray(row * width, (row + 1) * width)].map((word) => word >>> 24));
}

test('a level line covers its row, or two by halves', () => {
  assert.deepEqual(drawn(3, 3, [[0, 1.5], [3, 1.5]]), [[0, 0, 0], [255, 255, 255], [0, 0, 0]]);
  assert.deepEqual(drawn(2, 3, [[0, 1], [2, 1]]), [[128, 128], [128, 128], [0, 0]]);
  assert.deepEqual(drawn(1, 4, [[0, 2], [1, 2]], { width: 2 }), [[0], [255], [255], [0]]);
});

test('ends take their part of a column', () => {
  assert.deepEqual(drawn(3, 1, [[0.5, 0.5], [2.25, 0.5]]), [[128, 255, 64]]);
});

test('what rises within one column is seen, at the end of a line as well', () => {
  const rows = drawn(3, 10, [[0, 1.5], [1.5, 1.5], [1.5, 8.5]]);
  for (let row = 2; row < 8; row++) assert.equal(rows[row][1], 255, `row ${row}`);
  const alone = drawn(3, 10, [[1.5, 2], [1.5, 8]]);
  for (let row = 2; row < 8; row++) assert.equal(alone[row][1], 255, `row ${row}`);
});

test('NaN lifts the pen, a point alone is a dot', () => {
  const rows = drawn(9, 3, [[0, 1.5], [2, 1.5], [3, NaN], [6.5, 1.5], [8, NaN]]);
  assert.deepEqual(rows[1].slice(2, 5), [0, 0, 0]);
  assert.equal(rows[1][6], 255);
});

test('a translucent line is not darker where it turns', () => {
  const rows = drawn(4, 8, [[0, 2.5], [2.5, 5.5], [4, 2.5]], { alpha: 0.5 });
  for (const row of rows) for (const alpha of row) assert.ok(alpha <= 128, `${alpha}`);
});

test('colours mix by what the upper one covers', () => {
  const raster = new Raster();
  const words = new Int32Array(1);
  raster.begin(1, 1, words);
  raster.line([0, 1], [0.5, 0.5], 2, { colour: [0, 0, 200], alpha: 1, width: 1 });
  raster.line([0, 1], [0.5, 0.5], 2, { colour: [200, 0, 0], alpha: 0.5, width: 1 });
  const [word] = words;
  assert.deepEqual([word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24], [100, 0, 100, 255]);
});

test('dashes lie on the time axis: where a piece begins does not matter', () => {
  const dash = [2, 3];
  assert.deepEqual(drawn(10, 1, [[0, 0.5], [10, 0.5]], { dash }), [[255, 255, 0, 0, 0, 255, 255, 0, 0, 0]]);
  assert.deepEqual(drawn(10, 1, [[0, 0.5], [10, 0.5]], { dash, first: 1_001 }), [[255, 0, 0, 0, 255, 255, 0, 0, 0, 255]]);
  const halves = drawn(10, 1, [[0, 0.5], [10, 0.5]], { dash: [1.5, 2.5] });
  assert.deepEqual(halves, [[255, 255, 0, 0, 255, 255, 0, 0, 255, 255]], 'in whole columns');
});

test('a part of the picture is the same pixels as the whole', () => {
  let seed = 5;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 100; round++) {
    /** @type {[number, number][]} */
    const points = [];
    for (let x = -5 * random(); x < 70; x += random() * (round % 3 === 0 ? 0.4 : 6)) points.push([x, random() < 0.05 ? NaN : random() * 40 - 5]);
    const stroke = { width: 1 + random() * 2, alpha: round % 2 === 0 ? 1 : 0.6 };
    const whole = drawn(64, 30, points, stroke);
    const from = Math.floor(random() * 40);
    const part = drawn(20, 30, points.map(([x, y]) => [x - from, y]), stroke);
    part.forEach((row, y) => row.forEach((alpha, x) => {
      assert.ok(Math.abs(alpha - whole[y][x + from]) <= 1, `round ${round} ${x + from},${y}: ${alpha} of ${whole[y][x + from]}`);
    }));
  }
});

test('a disc and a bar cover pixels by what lies in them, wherever the image begins', () => {
  /** @param {(raster: Raster) => void} draw */
  const alphas = (draw) => {
    const words = new Int32Array(7 * 7);
    const raster = new Raster();
    raster.begin(7, 7, words);
    draw(raster);
    return Array.from({ length: 7 }, (_, row) => [...words.subarray(row * 7, row * 7 + 7)].map((word) => word >>> 24));
  };
  const disc = alphas((raster) => raster.disc(3.5, 3.5, 2, RED));
  assert.deepEqual(disc[3], [0, 128, 255, 255, 255, 128, 0]);
  assert.deepEqual(disc, disc.map((_, row) => disc.map((line) => line[row])), 'as wide as tall');
  const bar = alphas((raster) => raster.bar(3.25, 3, 1, 2.5, RED));
  assert.deepEqual(bar[3], [0, 0, 191, 255, 64, 0, 0]);
  assert.deepEqual(bar.map((row) => row[3]), [128, 255, 255, 255, 255, 128, 0]);
  const cut = alphas((raster) => raster.disc(0.5, 3.5, 2, RED));
  cut.forEach((row, y) => assert.deepEqual(row.slice(0, 4), disc[y].slice(3), 'a disc is cut at the edge, not moved'));
});
