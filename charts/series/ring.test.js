import assert from 'node:assert/strict';
import test from 'node:test';
import { cadence, gapThreshold } from './cadence.js';
import { Ring } from './ring.js';
import { SeriesStore } from './store.js';

/** @param {number[]} times @param {number} [pointsMax] */
function ringOf(times, pointsMax = 1000) {
  const ring = new Ring();
  for (const time of times) ring.push(time, time * 10, pointsMax);
  return ring;
}

/** The same numbers on every run. @param {number} seed */
function random(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** @param {Ring} ring */
const times = (ring) => [...ring.x.subarray(ring.start, ring.end)];
/** @param {Ring} ring */
const values = (ring) => [...ring.v.subarray(ring.start, ring.end)];

test('a late point is put where it belongs, with its value', () => {
  const ring = ringOf([1, 2, 5, 3, 0, 4]);
  assert.deepEqual(times(ring), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(values(ring), [0, 10, 20, 30, 40, 50]);
});

test('of the same time twice the last is kept', () => {
  const ring = new Ring();
  for (const [x, v] of [[1, 1], [2, 2], [3, 3], [2, 22], [3, NaN], [3, 33]]) ring.push(x, v, 100);
  assert.deepEqual(times(ring), [1, 2, 3]);
  assert.deepEqual(values(ring), [1, 22, 33]);
});

test('it keeps order through any sequence of pushes and trims', () => {
  const ring = new Ring();
  let seed = 7;
  for (let i = 0; i < 5_000; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    ring.push(i + (seed % 9) - 4, i, 500);
    if (i % 3 === 0) ring.trimBefore(i - 200);
    const all = times(ring);
    assert.ok(all.every((x, k) => k === 0 || all[k - 1] <= x), `at ${i}`);
  }
  assert.ok(ring.length <= 210);
});

test('a window that slides for ever needs no more memory', () => {
  const ring = new Ring();
  for (let i = 0; i < 100_000; i++) {
    ring.push(i, i, 1_000);
    ring.trimBefore(i - 299);
  }
  assert.equal(ring.length, 300);
  assert.equal(ring.firstX, 99_700);
  assert.ok(ring.x.length <= 540, String(ring.x.length));
});

test('a full ring thins its past: reach and extremes stay', () => {
  const ring = new Ring();
  for (let i = 0; i < 1_000; i++) ring.push(i, i === 100 ? 1e6 : i === 200 ? -1e6 : i === 300 ? NaN : i % 7, 400);
  assert.ok(ring.length <= 400);
  assert.equal(ring.firstX, 0);
  assert.equal(ring.lastX, 999);
  assert.ok(values(ring).includes(1e6));
  assert.ok(values(ring).includes(-1e6));
  assert.ok(values(ring).some(Number.isNaN), 'the gap stays a gap');
  assert.deepEqual(times(ring).slice(-100), Array.from({ length: 100 }, (_, i) => 900 + i));
});

test('points appended in one piece are those pushed one by one', () => {
  const next = random(23);
  for (let run = 0; run < 200; run++) {
    const [one, other] = [new Ring(), new Ring()];
    const pointsMax = 50 + Math.floor(next() * 300);
    let now = 0;
    for (let piece = 0; piece < 20; piece++) {
      const late = next() < 0.2 ? -20 : 1;
      const x = Float64Array.from({ length: Math.floor(next() * 60) }, (_, i) => now + late + i);
      const v = x.map(() => (next() < 0.1 ? NaN : next()));
      if (x.length > 0) now = Math.max(now, x[x.length - 1]);
      one.append(x, v, pointsMax);
      for (let i = 0; i < x.length; i++) other.push(x[i], v[i], pointsMax);
      if (next() < 0.3) for (const ring of [one, other]) ring.trimBefore(now - 100);
      assert.deepEqual([times(one), values(one)], [times(other), values(other)]);
      assert.ok(one.length <= pointsMax && one.end <= one.x.length);
    }
  }
});

test('the extremes of any stretch are those found by looking at each point', () => {
  const next = random(41);
  for (let run = 0; run < 60; run++) {
    const ring = new Ring();
    const pointsMax = 40 + Math.floor(next() * 400);
    let now = 0;
    for (let step = 0; step < 400; step++) {
      const what = next();
      if (what < 0.1) ring.push(now - Math.floor(next() * 80), next() * 1e3 - 500, pointsMax);
      else if (what < 0.13) ring.trimBefore(now - Math.floor(next() * 300));
      else if (what < 0.14) ring.trimBefore(Infinity);
      else if (what < 0.2) {
        const x = Float64Array.from({ length: Math.floor(next() * 90) }, () => (now += 1));
        ring.append(x, x.map(() => next()), pointsMax);
      } else ring.push(now += 1 + Math.floor(next() * 2), next() < 0.05 ? NaN : next() * 100, pointsMax);
      const from = ring.start + Math.floor(next() * (ring.length + 1));
      const to = from + Math.floor(next() * (ring.end - from + 1));
      const real = [...ring.v.subarray(from, to)].filter((value) => !Number.isNaN(value));
      const expected = real.length === 0 ? [NaN, NaN] : [Math.min(...real), Math.max(...real)];
      assert.deepEqual(ring.extent(from, to), expected, `run ${run}, step ${step}, ${from} to ${to}`);
    }
  }
  const out = new Float64Array(2);
  assert.equal(ringOf([1, 2]).extent(0, 2, out), out);
  assert.deepEqual([...out], [10, 20]);
});

test('searching', () => {
  const ring = ringOf([10, 20, 30]);
  for (const [x, lower, upper, nearest] of [[5, 0, 0, 0], [10, 0, 1, 0], [14, 1, 1, 0], [16, 1, 1, 1], [20, 1, 2, 1], [99, 3, 3, 2]]) {
    assert.deepEqual([ring.lowerBound(x), ring.upperBound(x), ring.nearest(x)], [lower, upper, nearest], String(x));
  }
  assert.equal(new Ring().nearest(5), -1);
  assert.ok(Number.isNaN(new Ring().lastX));
});

test('the last value is the last that is one', () => {
  const ring = new Ring();
  assert.ok(Number.isNaN(ring.lastValue));
  ring.push(1, 7, 10);
  ring.push(2, NaN, 10);
  assert.equal(ring.lastValue, 7);
});

test('cadence is the median of recent intervals', () => {
  assert.ok(Number.isNaN(cadence(ringOf([]))));
  assert.ok(Number.isNaN(cadence(ringOf([5]))));
  assert.equal(cadence(ringOf([0, 1_000, 2_000, 3_000, 60_000])), 1_000);
  assert.equal(cadence(ringOf([0, 0, 1_000])), 1_000);
  const cutDown = Array.from({ length: 50 }, (_, i) => i * 72_000);
  const exact = Array.from({ length: 40 }, (_, i) => 49 * 72_000 + i * 1_000);
  assert.equal(cadence(ringOf([...cutDown, ...exact])), 1_000);
});

test('a line breaks at three intervals, never below 2.5 s nor three pixels of a cut-down snapshot', () => {
  for (const [own, resolution, expected] of [[1_000, 250, 3_000], [100, 0, 2_500], [NaN, 0, 2_500], [60_000, 0, 180_000], [1_000, 72_000, 216_000]]) {
    assert.equal(gapThreshold(own, resolution), expected);
  }
});

test('the store forgets series of which nothing is left', () => {
  const store = new SeriesStore();
  const block = (/** @type {string} */ name, /** @type {number[]} */ x) => ({ x: Float64Array.from(x), columns: [{ name, v: Float64Array.from(x) }] });
  assert.equal(store.append([block('old', [1, 2]), block('new', [2, 100])]), 4);
  const before = store.generation;
  store.trim(50);
  assert.deepEqual(store.names(), ['new']);
  assert.equal(store.get('new')?.ring.length, 1);
  assert.notEqual(store.generation, before);
  assert.equal(store.lastX, 100);
});

test('names that look like parts of an object are names', () => {
  const store = new SeriesStore();
  store.append([{ x: Float64Array.of(1), columns: ['__proto__', 'constructor'].map((name) => ({ name, v: Float64Array.of(1) })) }]);
  assert.deepEqual(store.names(), ['__proto__', 'constructor']);
});
