/** A list of messages played for the bridge, which answers a page of it at a time. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { COUNT_MAX, readHistory, spanOf } from './history.js';
/** @import {Asked} from './history.js' */

const T = 17_636_832_000_000_000n;
const token = (/** @type {number} */ i) => String(T + BigInt(i) * 10n);

/** @param {number} many  messages there are @param {number} page  the most of one answer */
function bridge(many, page = 10_000) {
  const all = Array.from({ length: many }, (_, i) => ({ offset: i + 1, time: 0, timetoken: token(i), channel: 'c', message: i }));
  /** @type {Asked[]} */
  const asked = [];
  const read = async (/** @type {Asked} */ ask) => {
    asked.push(ask);
    const { from = '0', to = '99999999999999999', before = Infinity, after = 0, limit, order } = ask;
    const fit = all.filter((one) => BigInt(one.timetoken) >= BigInt(from) && BigInt(one.timetoken) <= BigInt(to) && one.offset < before && one.offset > after);
    const most = Math.min(limit, page);
    const messages = order === 'asc' ? fit.slice(0, most) : fit.slice(-most);
    const next = messages.length === fit.length ? null : order === 'asc' ? { after: messages[messages.length - 1].offset } : { before: messages[0].offset };
    return { messages, next };
  };
  return { read, asked };
}

/** @param {number} from @param {number} to */
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);

test('which messages come: start is left out, end is in, newest unless reverse', async () => {
  /** @type {[object, number[]][]} */
  const table = [
    [{ count: 3 }, [7, 8, 9]], [{ count: 3, reverse: true }, [0, 1, 2]], [{ count: 100 }, range(0, 10)],
    [{ count: 3, start: token(5) }, [2, 3, 4]], [{ count: 100, start: token(5) }, range(0, 5)], [{ count: 3, start: Number(token(4)) }, [1, 2, 3]],
    [{ count: 3, start: token(5), reverse: true }, [6, 7, 8]], [{ count: 100, end: token(6) }, [6, 7, 8, 9]], [{ count: 2, end: token(6) }, [8, 9]],
    [{ count: 3, end: token(6), reverse: true }, [0, 1, 2]], [{ count: 100, end: token(6), reverse: true }, range(0, 7)],
    [{ count: 100, start: token(7), end: token(3) }, [3, 4, 5, 6]], [{ count: 2, start: token(7), end: token(3), reverse: true }, [5, 6]],
    [{ count: 100, start: token(3), end: token(7) }, [4, 5, 6, 7]], [{ count: 100, start: token(0) }, []], [{ count: 0 }, []],
    [{ count: 100, start: '1000' }, []], [{ count: 2, end: '1000' }, [8, 9]], [{ count: 100, start: token(3), end: token(3) }, []],
  ];
  for (const [options, expected] of table) {
    const found = await readHistory(bridge(10).read, /** @type {any} */ (options));
    assert.deepEqual(found.map(({ message }) => message), expected, JSON.stringify(options));
  }
});

test('more than an answer holds comes in several, each message once, in order', async () => {
  for (const reverse of [false, true]) {
    const { read, asked } = bridge(1_050, 100);
    const found = await readHistory(read, { count: 1_000, reverse });
    assert.deepEqual(found.map(({ message }) => message), reverse ? range(0, 1_000) : range(50, 1_050));
    assert.deepEqual([asked.length, asked[9].limit], [10, 100]);
  }
});

test('what is of a channel below does not count', async () => {
  const { read } = bridge(100, 10);
  const below = async (/** @type {Asked} */ asked) => {
    const page = await read(asked);
    return { ...page, messages: page.messages.map((one) => ({ ...one, channel: Number(one.message) % 7 === 0 ? 'c' : 'c.below' })) };
  };
  const found = await readHistory(below, { count: 5, channel: 'c' });
  assert.deepEqual(found.map(({ message }) => message), [70, 77, 84, 91, 98]);
  assert.equal((await readHistory(below, { count: 5, channel: 'c.*' })).length, 5);
});

test('a page that asks for all there ever was gets so many', async () => {
  const { read, asked } = bridge(3);
  await readHistory(read, { count: 1e9 });
  assert.equal(asked[0].limit, 10_000);
  assert.ok(COUNT_MAX < 1e9);
});

test('a time token that is none is an error that says so', () => {
  assert.throws(() => spanOf({ start: 'yesterday' }), /is no time token/);
});
