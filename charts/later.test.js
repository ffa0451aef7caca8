import assert from 'node:assert/strict';
import test from 'node:test';
import { Later } from './later.js';
import { settled } from './testing.js';

/** Loads when the test says so. */
function world() {
  /** @type {{resolve: (part: string) => void, reject: (error: Error) => void}[]} */
  const asked = [];
  /** @type {string[]} */
  const said = [];
  const load = () => new Promise((/** @type {(part: string) => void} */ resolve, reject) => asked.push({ resolve, reject }));
  return { asked, said, later: new Later(load, (part) => said.push(`here: ${part}`), (message) => said.push(message)) };
}

test('what is wanted is loaded once, and said to be here', async () => {
  const { asked, said, later } = world();
  assert.deepEqual([later.part, later.loading, asked.length], [null, false, 0]);
  assert.equal(later.want(), null);
  assert.equal(later.want(), null);
  assert.deepEqual([later.loading, asked.length], [true, 1]);
  asked[0].resolve('part');
  await settled();
  assert.deepEqual([later.want(), later.part, later.loading, asked.length], ['part', 'part', false, 1]);
  assert.deepEqual(said, ['here: part']);
});

test('what cannot be loaded is said, and asked for again, but not at once', async (t) => {
  let now = 5_000;
  t.mock.method(performance, 'now', () => now);
  const { asked, said, later } = world();
  later.want();
  asked[0].reject(new Error('away'));
  await settled();
  assert.deepEqual(said, ['a part of the chart cannot be loaded, reload the page: away']);
  later.want();
  assert.deepEqual([asked.length, later.loading], [1, false], 'each picture asks');
  now += 1_000;
  later.want();
  asked[1].resolve('part');
  await settled();
  assert.deepEqual([later.want(), said[1]], ['part', 'here: part']);
});
