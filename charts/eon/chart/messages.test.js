import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenSeries } from './given-data.js';
import { rowsOf } from './messages.js';
import { guessKind, msOf, ticksOf, timeOf, tokenMs } from './times.js';

const OWN = ['_eonDatetime'];

test('every form of a message becomes rows', () => {
  /** @type {[unknown, unknown][]} */
  const table = [
    [{ eon: { a: 1, b: '2.50', c: null, d: {}, e: NaN, f: 'no' } }, [{ x: undefined, values: [['a', 1], ['b', 2.5], ['c', null], ['d', null], ['e', null], ['f', null]] }]],
    [{ json: { a: 1 } }, [{ x: undefined, values: [['a', 1]] }]],
    [{ eons: [{ a: 1 }, { b: 2 }], eon: { c: 3 } }, [{ x: undefined, values: [['a', 1]] }, { x: undefined, values: [['b', 2]] }, { x: undefined, values: [['c', 3]] }]],
    [{ eons: [] }, []],
    [{ columns: [['a', 1], ['b', '2'], ['x', 1442000000.5]] }, [{ x: 1442000000.5, values: [['a', 1], ['b', 2]] }]],
    [{ columns: [['x', 1, 2], ['a', 3, null], ['b', 4]] }, [{ x: 1, values: [['a', 3], ['b', 4]] }, { x: 2, values: [['a', null]] }]],
    [{ eon: { _eonDatetime: 5, x: 1, a: 2 } }, [{ x: 5, values: [['x', 1], ['a', 2]] }]],
    [{ eon: { a: 1 }, from: { id: 'p' }, more: 5 }, [{ x: undefined, values: [['a', 1]] }]],
  ];
  for (const [message, rows] of table) assert.deepEqual(rowsOf(message, OWN), { rows, fault: null }, JSON.stringify(message));
});

test('x has the name that the page gave it', () => {
  assert.deepEqual(rowsOf({ eon: { t: '2026-01-01', a: 1 } }, ['t']).rows, [{ x: '2026-01-01', values: [['a', 1]] }]);
  assert.deepEqual(rowsOf({ columns: [['t', 1], ['a', 2], ['x', 3]] }, ['t']).rows, [{ x: 1, values: [['a', 2]] }]);
  // One that is not there, or is nothing, is no x.
  assert.deepEqual(rowsOf({ eon: { t: null, a: 1 } }, ['t']).rows, [{ x: undefined, values: [['a', 1]] }]);
});

test('what is no message says why', () => {
  for (const message of [null, 5, 'text', [], {}, { memory: 5 }]) assert.equal(rowsOf(message, OWN).fault, 'is none of them', JSON.stringify(message));
  assert.match(String(rowsOf({ eon: 5 }, OWN).fault), /something else than an object/);
  assert.match(String(rowsOf({ eons: [{ a: 1 }, null] }, OWN).fault), /something else than an object/);
  assert.match(String(rowsOf({ columns: [[1, 2]] }, OWN).fault), /does not begin with its name/);
  assert.match(String(rowsOf({ columns: [['a', ...Array(10_001).fill(1)]] }, OWN).fault), /more in it/);
  assert.match(String(rowsOf({ eon: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`n${i}`, i])) }, OWN).fault), /more in it/);
});

test('times of any unit and form', () => {
  for (const [given, ms] of [[1442000000.5, 1442000000500], [1442000000500, 1442000000500], [1442000000500123, 1442000000500.123], [1442000000500123456, 1442000000500.1235]]) assert.equal(Math.abs(msOf(given) - ms) < 0.001, true, String(given));
  const utc = { local: false };
  /** @type {[unknown, {format?: string, local?: boolean}, number][]} */
  const table = [
    ['2018-03-01', utc, Date.UTC(2018, 2, 1)], ['20180301', { ...utc, format: '%Y%m%d' }, Date.UTC(2018, 2, 1)], ['2018-03-01T10:20:30Z', {}, Date.UTC(2018, 2, 1, 10, 20, 30)],
    ['2018-03-01 10:20:30', utc, Date.UTC(2018, 2, 1, 10, 20, 30)], ['2018-03-01T10:20:30.5+02:00', utc, Date.UTC(2018, 2, 1, 8, 20, 30, 500)], ['1442000000500', {}, 1442000000500],
    [new Date(5), {}, 5], ['yesterday', {}, NaN], ['', {}, NaN], [null, {}, NaN], [{}, {}, NaN],
  ];
  for (const [value, how, ms] of table) assert.equal(timeOf(value, how), ms, String(value));
  assert.equal(timeOf('2018-03-01'), new Date(2018, 2, 1).getTime());
});

test('what x is, where nobody says it', () => {
  for (const [value, kind] of /** @type {[unknown, string][]} */ ([[5, 'linear'], ['5', 'linear'], [2013, 'linear'], [1442000000, 'time'], [1442000000000, 'time'], ['2018-03-01', 'time'], [new Date(), 'time'], ['apples', 'category']])) {
    assert.equal(guessKind(value), kind, String(value));
  }
});

test('a time token is a time, to the last digit', () => {
  assert.equal(tokenMs('14420000005001239'), 1442000000500);
  assert.equal(ticksOf('14420000005001239'), 14420000005001239n);
  assert.ok(Number.isNaN(tokenMs(undefined)) && Number.isNaN(tokenMs('soon')));
});

test('data of a page, in each form of C3', () => {
  const expected = [{ id: 'a', x: [1, 2], v: [3, 4] }, { id: 'b', x: [1, 2], v: [5, null] }];
  assert.deepEqual(givenSeries({ x: 'x', columns: [['x', 1, 2], ['a', 3, '4'], ['b', 5, null]] }), expected);
  assert.deepEqual(givenSeries({ rows: [['a', 'x', 'b'], [3, 1, 5], [4, 2, null]] }, { x: 'x' }), expected);
  assert.deepEqual(givenSeries({ json: { x: [1, 2], a: [3, 4], b: [5, null] } }, { x: 'x' }), expected);
  assert.deepEqual(givenSeries({ json: [{ t: 1, m: { a: 3 }, b: 5 }, { t: 2, m: { a: 4 } }], keys: { x: 't', value: ['m.a', 'b'] } }), [{ id: 'm.a', x: [1, 2], v: [3, 4] }, { id: 'b', x: [1, 2], v: [5, null] }]);
  assert.deepEqual(givenSeries({ xs: { a: 'x1' }, columns: [['x1', 1], ['a', 2], ['b', 3]] }), [{ id: 'a', x: [1], v: [2] }, { id: 'b', x: null, v: [3] }]);
  assert.deepEqual(givenSeries({ json: [{ a: 1 }, { b: 2 }] }), [{ id: 'a', x: null, v: [1, null] }, { id: 'b', x: null, v: [null, 2] }]);
  for (const nothing of [{}, { columns: null }, { rows: [] }, { json: 5 }]) assert.deepEqual(givenSeries(nothing), []);
});
