import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byPlaces, collapsed, isOneMoment } from './collapse.js';
import { follows, leaving, rangeAt } from './flow.js';
import { Ledger } from './ledger.js';
import { SERIES_MAX, SeriesTable } from './series.js';

const TIMED = /** @type {const} */ ({ x: 'message', kind: 'time' });
const T = 1_763_000_000_000;
/** One message sent so many seconds in. @param {number} s @param {Record<string, number|null>} values @param {unknown} [x] */
const sent = (s, values, x) => ({ ms: T + s * 1_000, channel: 'c', rows: [{ x, values: Object.entries(values) }] });
/** @param {Ledger} ledger @returns {Record<string, [number, number|null][]>} by series: seconds and value */
const held = (ledger) => Object.fromEntries(ledger.snapshot().series.map(({ id, x, v }) => [id, x.map((place, i) => [(place - T) / 1_000, v[i]])]));

test('limit counts points of a series, however many write into the channel', () => {
  const ledger = new Ledger(TIMED, { limit: 3 });
  for (let s = 0; s < 10; s++) ledger.take([sent(s, { [`p${s % 2}`]: s })]);
  assert.deepEqual(held(ledger), { p0: [[4, 4], [6, 6], [8, 8]], p1: [[5, 5], [7, 7], [9, 9]] });
});

test('what comes late stands where it belongs, and nobody else is given a gap for it', () => {
  const ledger = new Ledger(TIMED, { limit: 4 });
  ledger.take([sent(5, { a: 5 }), sent(1, { a: 1, b: 1 }), sent(3, { a: 3 }), sent(3, { a: 33 }), sent(0, { a: 0 })]);
  assert.deepEqual(held(ledger), { a: [[1, 1], [3, 3], [3, 33], [5, 5]], b: [[1, 1]] });
});

test('x of a message is taken before the time it was sent, in any unit', () => {
  const ledger = new Ledger(TIMED);
  ledger.take([sent(9, { a: 1 }, T / 1_000), sent(9, { a: 2 }, T + 1_000), sent(9, { a: 3 }, new Date(T + 2_000).toISOString()), sent(9, { a: 4 }, 'never'), sent(3, { a: 5 })]);
  assert.deepEqual(held(ledger), { a: [[0, 1], [1, 2], [2, 3], [3, 5]] });
});

test('a series that ended is forgotten once everything that lives has moved past it', () => {
  const ledger = new Ledger(TIMED, { limit: 5 });
  for (let s = 0; s < 5; s++) ledger.take([sent(s, { dead: s, alive: s })]);
  const seen = [];
  for (let s = 5; s < 12; s++) {
    ledger.take([sent(s, { alive: s })]);
    seen.push(held(ledger).dead?.length ?? 0);
  }
  assert.deepEqual(seen, [5, 5, 5, 1, 0, 0, 0], 'within three of its intervals it may only be late');
  assert.deepEqual(Object.keys(held(ledger)), ['alive']);
});

test('one that speaks rarely keeps its points beside one that speaks often', () => {
  const ledger = new Ledger(TIMED, { limit: 3 });
  for (let s = 0; s < 200; s++) ledger.take([sent(s, s % 60 === 0 ? { slow: s, fast: s } : { fast: s })]);
  assert.deepEqual(held(ledger), { slow: [[60, 60], [120, 120], [180, 180]], fast: [[197, 197], [198, 198], [199, 199]] });
});

test('what only the last value counts of stays: a vote is not taken back', () => {
  const ledger = new Ledger(TIMED, { limit: 1 });
  for (let s = 0; s < 100; s++) ledger.take([sent(s, s === 0 ? { rare: 1, often: s } : { often: s })]);
  assert.deepEqual(held(ledger), { rare: [[0, 1]], often: [[99, 99]] });
});

test('rows are counted where x is to be counted', () => {
  const ledger = new Ledger({ x: 'count', kind: 'linear' }, { limit: 2 });
  for (let s = 0; s < 4; s++) ledger.take([sent(s, s % 2 ? { a: s } : { a: s, b: s }, 'ignored')]);
  assert.deepEqual(ledger.snapshot().series, [{ id: 'a', x: [2, 3], v: [2, 3] }, { id: 'b', x: [0, 2], v: [0, 2] }]);
});

test('names of values are the categories, of all processes together, each with its newest value', () => {
  const ledger = new Ledger({ x: 'keys', kind: 'category' }, { limit: 1 });
  ledger.take([sent(0, { apples: 1, pears: 2 }), sent(1, { plums: 3 }), sent(2, { apples: 4, pears: null })]);
  assert.deepEqual(ledger.snapshot(), { kind: 'category', categories: ['apples', 'pears', 'plums'], series: [{ id: 'value', x: [0, 1, 2], v: [4, null, 3] }] });
});

test('categories of messages: one value at each, and those that left leave their place', () => {
  const ledger = new Ledger({ x: 'message', kind: 'category' }, { limit: 2 });
  ledger.take([sent(0, { a: 1 }, 'mon'), sent(0, { a: 2 }, 'tue'), sent(0, { a: 3 }, 'tue'), sent(0, { a: 4 }, 'wed')]);
  assert.deepEqual(ledger.snapshot(), { kind: 'category', categories: ['tue', 'wed'], series: [{ id: 'a', x: [0, 1], v: [3, 4] }] });
  for (let i = 0; i < 5_000; i++) ledger.take([sent(0, { a: i }, `day ${i}`)]);
  assert.deepEqual(ledger.snapshot().categories, ['day 4998', 'day 4999']);
});

test('an axis that nobody named is what the first x looks like', () => {
  for (const [x, kind] of /** @type {[unknown, string][]} */ ([[5, 'linear'], [T / 1_000, 'time'], ['2026-01-02', 'time'], ['apples', 'category'], [undefined, 'time']])) {
    const ledger = new Ledger({ x: 'message', kind: null });
    ledger.take([sent(0, { a: 1 }, x)]);
    assert.equal(ledger.snapshot().kind, kind, String(x));
  }
});

test('data of the page takes the place of what was there, and flows behind it', () => {
  const ledger = new Ledger({ x: 'message', kind: null });
  ledger.load([{ id: 'a', x: null, v: [1, 2, 3] }, { id: 'b', x: null, v: [4, null, 6] }]);
  assert.equal(ledger.append([{ id: 'a', x: null, v: [4, 5] }, { id: 'b', x: null, v: [7] }]), 2);
  ledger.shift({ length: 2 });
  assert.deepEqual(ledger.snapshot().series, [{ id: 'a', x: [2, 3, 4], v: [3, 4, 5] }, { id: 'b', x: [2, 3], v: [6, 7] }]);
  ledger.shift({ to: 4 });
  assert.deepEqual(ledger.snapshot().series.map(({ v }) => v), [[5], []]);
  ledger.load([{ id: 'a', x: [7, 6], v: [1, 2] }]);
  assert.deepEqual(ledger.snapshot().series[0], { id: 'a', x: [6, 7], v: [2, 1] });
  ledger.shift({ length: 0 });
  assert.equal(ledger.table.get('a')?.length, 2);
});

test('data without places stands at those that are there', () => {
  const ledger = new Ledger(TIMED);
  ledger.load([{ id: 'a', x: [T, T + 1_000], v: [1, 2] }]);
  ledger.load([{ id: 'b', x: null, v: [3, 4] }]);
  assert.deepEqual(held(ledger), { a: [[0, 1], [1, 2]], b: [[0, 3], [1, 4]] });
});

test('names beyond what a picture can show are refused, and counted', () => {
  const table = new SeriesTable({ limit: 2 });
  for (let i = 0; i < SERIES_MAX + 5; i++) table.add(`s${i}`, 0, i);
  assert.deepEqual([table.size, table.refused], [SERIES_MAX, 5]);
});

// A page that was open for days refused every new name, since those of the first hours had taken all places.
test('names that come and go leave room for those that come', () => {
  for (const limit of [1, 10]) {
    const ledger = new Ledger(TIMED, { limit });
    for (let s = 0; s < 2 * SERIES_MAX; s++) ledger.take([sent(s, { stays: s, [`once ${s}`]: s })]);
    const names = ledger.snapshot().series.map(({ id }) => id);
    assert.equal(ledger.table.refused, 0);
    assert.ok(['stays', ...Array.from({ length: 20 }, (_, i) => `once ${2 * SERIES_MAX - 1 - i}`)].every((name) => names.includes(name)), `limit ${limit}: ${names.length}`);
  }
});

test('of many that live none gives way', () => {
  const ledger = new Ledger(TIMED, { limit: 2 });
  for (let i = 0; i < SERIES_MAX + 5; i++) ledger.take([sent(i / 100, { [`s${i}`]: i })]);
  assert.deepEqual([ledger.table.size, ledger.table.refused, ledger.table.names[0]], [SERIES_MAX, 5, 's0']);
});

// Only a snapshot forgot names, and a hidden page takes none.
test('names of categories are bounded though nobody looks', () => {
  const ledger = new Ledger({ x: 'message', kind: 'category' }, { limit: 3 });
  for (let s = 0; s < 10_000; s++) ledger.take([sent(s, { a: s }, `place ${s}`)]);
  assert.ok(ledger.remembered < 3_000, String(ledger.remembered));
  assert.deepEqual(ledger.snapshot().categories, ['place 9997', 'place 9998', 'place 9999']);
});

test('all points together are bounded: of many series each keeps fewer', () => {
  const table = new SeriesTable({ limit: 20_000 });
  for (let i = 0; i < 1_000; i++) table.add(`s${i}`, 0, i);
  assert.equal(table.limit, 1_000);
});

test('bars of one moment stand side by side at one place', () => {
  const at = (/** @type {number} */ s) => ({ kind: /** @type {const} */ ('time'), categories: null, series: [{ id: 'a', x: [1_000], v: [1] }, { id: 'b', x: [s * 1_000], v: [2] }] });
  assert.deepEqual(collapsed(at(3), String), { kind: 'category', categories: ['3000'], series: [{ id: 'a', x: [0], v: [1] }, { id: 'b', x: [0], v: [2] }] });
  assert.deepEqual([isOneMoment(at(3), 'bar'), isOneMoment(at(3), 'line'), isOneMoment({ ...at(3), series: [] }, 'bar'), isOneMoment({ ...at(3), series: [{ id: 'a', x: [1, 2], v: [1, 2] }] }, 'bar')], [true, false, false, false]);
});

test('series of the same places are handed over together, and of no others', () => {
  const of = (/** @type {string} */ id, /** @type {number[]} */ ...x) => ({ id, x, v: x });
  assert.deepEqual(byPlaces([of('a', 1, 2, 3), of('b', 1, 2.5, 3), of('c', 1, 2, 3), of('d'), of('e', 1), of('f', 1, 2.5, 3)]).map((group) => group.map(({ id }) => id)), [['a', 'c'], ['b', 'f'], ['d'], ['e']]);
});

test('the picture goes from where it was to where it will be', () => {
  assert.deepEqual([-1, 0, 0.25, 1, 2].map((share) => rangeAt({ from: 0, to: 10 }, { from: 4, to: 14 }, share)), [{ from: 0, to: 10 }, { from: 0, to: 10 }, { from: 1, to: 11 }, { from: 4, to: 14 }, { from: 4, to: 14 }]);
  /** @type {[import('./flow.js').Range|null, import('./flow.js').Range, boolean][]} */
  const table = [[null, { from: 0, to: 1 }, false], [{ from: 0, to: 1 }, { from: 0.2, to: 1.2 }, true], [{ from: 0, to: 1 }, { from: 1, to: 2 }, false], [{ from: 0, to: 1 }, { from: -1, to: 1 }, false]];
  for (const [before, after, expected] of table) assert.equal(follows(before, after), expected, JSON.stringify([before, after]));
});

test('what is about to leave is drawn until the picture has moved', () => {
  const before = [{ id: 'a', x: [1, 2, 3], v: [1, 2, 3] }, { id: 'gone', x: [1], v: [1] }];
  assert.deepEqual(leaving(before, [{ id: 'a', x: [3, 4], v: [3, 4] }, { id: 'new', x: [4], v: [4] }]), [{ id: 'a', x: [1, 2, 3, 4], v: [1, 2, 3, 4] }, { id: 'new', x: [4], v: [4] }]);
  assert.deepEqual(leaving(before, [{ id: 'a', x: [4], v: [4] }], 2.5), [{ id: 'a', x: [2, 3, 4], v: [2, 3, 4] }], 'a line comes in from the left edge');
});
