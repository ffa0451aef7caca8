import assert from 'node:assert/strict';
import test from 'node:test';
import { fillKit } from './full.js';
import { linearXAxis } from './linear-x.js';
import { parseUnit } from './units.js';
import { valueAxis } from './value-axis.js';

fillKit();

/** @param {Partial<import('./value-axis.js').AxisWish>} wish */
const axisOf = (wish) => valueAxis({ low: 0, high: 100, count: 5, ...wish });
/** @param {Partial<import('./value-axis.js').AxisWish>} wish */
const labels = (wish) => axisOf(wish).ticks.map(({ label }) => label).join(' ');

test('fixed ends stay where they are put, the other one is rounded', () => {
  for (const [wish, min, max] of /** @type {[Partial<import('./value-axis.js').AxisWish>, number, number][]} */ ([
    [{ low: 12, high: 97, min: 3 }, 3, 120], [{ low: 12, high: 97, max: 110 }, 0, 110], [{ low: 12, high: 97, min: -5, max: 41.5 }, -5, 41.5],
    [{ low: 12, high: 97, min: 500 }, 500, 550], [{ low: 12, high: 97, max: -10 }, -11, -10], [{ low: 5, high: 5, min: 9, max: 2 }, 1.8, 2],
  ])) {
    const axis = axisOf(wish);
    assert.deepEqual([axis.min, axis.max], [min, max], JSON.stringify(wish));
    assert.ok(axis.ticks.every(({ value }) => value >= min && value <= max));
  }
});

test('padding is taken at its word: not rounded, no zero pulled in', () => {
  const ends = (/** @type {Partial<import('./value-axis.js').AxisWish>} */ wish) => [axisOf(wish).min, axisOf(wish).max];
  assert.deepEqual(ends({ low: 10, high: 20, padding: 0 }), [10, 20]);
  assert.deepEqual(ends({ low: 10, high: 20, padding: 0.1 }), [9, 21]);
  assert.deepEqual(ends({ low: 10, high: 20, padding: { high: 0.5 } }), [10, 25]);
  assert.deepEqual(ends({ low: 1, high: 100, type: 'log', padding: 0.5 }), [0.1, 1000]);
});

test('bars stand on zero', () => {
  assert.equal(axisOf({ low: 1000, high: 1010, zero: true }).min, 0);
  assert.equal(axisOf({ low: -1010, high: -1000, zero: true }).max, 0);
});

test('scale and invert are each other’s inverse, inverted axes stand on their head', () => {
  for (const wish of /** @type {Partial<import('./value-axis.js').AxisWish>[]} */ ([
    {}, { inverted: true }, { type: 'log', low: 0.2, high: 9_000 }, { type: 'log', low: 1, high: 50, inverted: true },
  ])) {
    const axis = axisOf(wish);
    assert.equal(axis.scale(axis.min), wish.inverted ? 1 : 0);
    assert.equal(axis.scale(axis.max), wish.inverted ? 0 : 1);
    for (const share of [0, 0.25, 0.5, 0.9, 1]) assert.ok(Math.abs(axis.scale(axis.invert(share)) - share) < 1e-12);
    assert.ok(Number.isNaN(axis.scale(NaN)), 'a gap is a gap');
  }
});

test('a logarithmic axis counts decades, with 2 and 5 where there is room', () => {
  assert.equal(labels({ type: 'log', low: 1, high: 1e6 }), '1 10 100 1,000 10,000 100,000 1M');
  assert.equal(labels({ type: 'log', low: 3, high: 700 }), '2 5 10 20 50 100 200 500 1,000');
  assert.equal(labels({ type: 'log', low: 1e-9, high: 1e9, count: 4 }), '1n 1µ 0.001 1 1,000 1M 1G');
  assert.equal(labels({ type: 'log', low: 40, high: 60 }), '20 40 60 80 100');
});

test('bytes on a logarithmic axis are powers of two', () => {
  assert.equal(labels({ type: 'log', low: 1024, high: 2 ** 30, unit: parseUnit('B') }), '1 KiB 32 KiB 1 MiB 32 MiB 1 GiB');
  assert.equal(labels({ type: 'log', low: 1, high: 10, unit: parseUnit('MiB') }), '1 MiB 2 MiB 4 MiB 8 MiB 16 MiB');
});

test('zero and less on a logarithmic axis lie below it', () => {
  const axis = axisOf({ type: 'log', low: 0, high: 500, positive: 7 });
  assert.deepEqual([axis.min, axis.max], [5, 500]);
  assert.equal(axis.scale(0), -1);
  assert.equal(axis.scale(-3), -1);
  assert.equal(axisOf({ type: 'log', low: -5, high: 500, inverted: true }).scale(0), 2);
  for (const [low, high] of [[0, 0], [-5, -1], [0, 8], [-1, 1e9], [7, 7]]) {
    const { min, max, ticks } = axisOf({ type: 'log', low, high });
    assert.ok(min > 0 && max > min && max >= high && ticks.length > 0, `${low} ${high} ${min} ${max}`);
  }
});

test('a fixed end at zero or below says nothing to a logarithmic axis', () => {
  const { min, max } = axisOf({ type: 'log', low: 2, high: 90, min: 0, max: -1 });
  assert.deepEqual([min, max], [2, 100]);
});

test('a logarithmic axis always holds what is visible', () => {
  for (let i = 0; i < 2_000; i++) {
    const low = 10 ** (Math.sin(i) * 9);
    const high = low * 10 ** Math.abs(Math.cos(i * 7) * 8);
    for (const unit of [null, 'B', 'ms']) {
      const { min, max, ticks } = axisOf({ type: 'log', low, high, unit: parseUnit(unit) });
      assert.ok(min <= low * (1 + 1e-9) && max >= high * (1 - 1e-9), `${low}…${high} ${unit}: ${min}…${max}`);
      assert.ok(ticks.length >= 2 && ticks.length <= 14, `${low}…${high} ${unit}: ${ticks.length}`);
    }
  }
});

test('what still fits is kept: the very same axis', () => {
  for (const type of /** @type {const} */ (['linear', 'log'])) {
    const first = axisOf({ type, low: 1, high: 100 });
    assert.equal(axisOf({ type, low: 1, high: 80, previous: first }), first);
    assert.notEqual(axisOf({ type, low: 1, high: 4, previous: first }), first, 'half empty');
    assert.ok(axisOf({ type, low: 1, high: 300, previous: first }).max >= 300);
    assert.notEqual(axisOf({ type, low: 1, high: 80, count: 9, previous: first }), first);
    assert.notEqual(axisOf({ type, low: 1, high: 80, unit: parseUnit('MiB'), previous: first }), first);
  }
  const empty = axisOf({ low: NaN, high: NaN });
  assert.deepEqual(empty.ticks, []);
  assert.equal(axisOf({ low: NaN, high: NaN, previous: empty }), empty);
});

test('labels by specifier, by function, in other units and languages', () => {
  for (const [wish, expected] of /** @type {[Partial<import('./value-axis.js').AxisWish>, string][]} */ ([
    [{ format: '$,.2f', high: 1 }, '$0.00 $0.20 $0.40 $0.60 $0.80 $1.00 $1.20'], [{ format: '%', high: 0.5 }, '0% 10% 20% 30% 40% 50% 60%'],
    [{ format: 's', high: 50_000 }, '0k 10k 20k 30k 40k 50k 60k'], [{ format: (value) => `${value}!`, high: 2 }, '0! 0.5! 1! 1.5! 2! 2.5!'],
    [{ high: 0.5, unit: parseUnit('ratio') }, '0\u202f% 10\u202f% 20\u202f% 30\u202f% 40\u202f% 50\u202f% 60\u202f%'],
    [{ high: 0.05, unit: parseUnit('s') }, '0 10 ms 20 ms 30 ms 40 ms 50 ms 60 ms'], [{ high: 900, unit: parseUnit('s') }, '0 5 min 10 min 15 min 20 min'],
    [{ high: 9_000, unit: parseUnit('req/s') }, '0 req/s 2,000 req/s 4,000 req/s 6,000 req/s 8,000 req/s 10,000 req/s'],
    [{ high: 9_000, unit: parseUnit('kB/s') }, '0 2 MB/s 4 MB/s 6 MB/s 8 MB/s 10 MB/s'],
    [{ high: 9_000, locale: 'de' }, '0 2.000 4.000 6.000 8.000 10.000'], [{ high: 1.5, unit: parseUnit('GiB'), locale: 'de' }, '0 0,5 GiB 1,0 GiB 1,5 GiB 2,0 GiB'],
  ])) assert.equal(labels(wish), expected, JSON.stringify(wish));
});

test('a numeric x axis ends where the data ends', () => {
  const axis = linearXAxis({ low: 3, high: 47, count: 5 });
  assert.deepEqual([axis.min, axis.max, axis.scale(25)], [3, 47, 0.5]);
  assert.deepEqual(axis.ticks.map(({ x, label }) => [x, label]), [[10, '10'], [20, '20'], [30, '30'], [40, '40']]);
  assert.equal(linearXAxis({ low: 3, high: 47, count: 5, previous: axis }), axis);
  assert.notEqual(linearXAxis({ low: 3, high: 48, count: 5, previous: axis }), axis);
  assert.deepEqual(linearXAxis({ low: 1, high: 1000, count: 4, type: 'log' }).ticks.map(({ label }) => label), ['1', '3', '10', '30', '100', '300', '1,000']);
  assert.deepEqual(linearXAxis({ low: NaN, high: NaN, count: 5 }).ticks, []);
});
