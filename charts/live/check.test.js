import assert from 'node:assert/strict';
import test from 'node:test';
import { once, text } from './check.js';

test('the first of equal ones is kept', () => {
  /** @type {Map<string, {n: number}>} */
  const known = new Map();
  const first = { n: 1 };
  assert.equal(once(known, 'a', first), first);
  assert.equal(once(known, 'a', { n: 1 }), first);
  assert.notEqual(once(known, 'b', { n: 1 }), first);
});

test('what is kept has an end, and begins anew', () => {
  /** @type {Map<string, number>} */
  const known = new Map();
  for (let i = 0; i < 12_345; i++) {
    assert.equal(once(known, `${i}`, i), i);
    assert.ok(known.size <= 1_000, `${known.size} after ${i}`);
  }
  assert.equal(once(known, '12344', -1), 12_344);
});

test('a text is a text that is not empty', () => {
  for (const [value, expected] of [['a', 'a'], ['', null], [null, null], [7, null], [undefined, null], [{}, null]]) {
    assert.equal(text(value), expected);
  }
});
