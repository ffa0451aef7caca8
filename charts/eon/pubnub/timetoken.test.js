import assert from 'node:assert/strict';
import test from 'node:test';
import { readTimetoken, timeOf, timetokenOf } from './timetoken.js';

test('a time is 17 digits, and back', () => {
  for (const [ms, token] of /** @type {[number, string][]} */ ([[1_763_683_200_123.456, '17636832001234560'], [1_763_683_200_000, '17636832000000000']])) {
    assert.deepEqual([timetokenOf(ms), timeOf(token)], [token, ms]);
  }
});

test('what a page says for one', () => {
  for (const [value, token] of /** @type {[unknown, string|null][]} */ ([
    ['17636832001234567', '17636832001234567'], [17636832001234566, '17636832001234566'], [17636832001234566n, '17636832001234566'], [undefined, null],
    [null, null], ['', null], [0, null], ['0', null], [' 17 ', '17'],
  ])) assert.equal(readTimetoken(value), token, String(value));
  for (const value of ['soon', -1, NaN, '1.5', {}]) assert.throws(() => readTimetoken(value), /is no time token: 17 digits/, String(value));
});
