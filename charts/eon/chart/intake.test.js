/** The seam of history and live, with clients in memory that answer when the test says so. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientV3 } from './client-v3.js';
import { ClientV4 } from './client-v4.js';
import { clientOf, fits, Uses } from './clients.js';
import { readBack } from './history.js';
import { Intake } from './intake.js';
import { wishOf } from './options.js';
import { Seam } from './seam.js';

/** @param {number} n @param {string} [channel] */
const entry = (n, channel = 'c') => ({ channel, message: { eon: { a: n } }, token: token(n) });
/** 17 digits. @param {number} n */
const token = (n) => String(17_630_000_000_000_000n + BigInt(n));

test('a message that comes both ways is new once, whichever way is first', () => {
  const seam = new Seam();
  assert.deepEqual([seam.stored(entry(1)), seam.live(entry(1)), seam.live(entry(2)), seam.stored(entry(2)), seam.stored(entry(2))], [true, false, true, false, false]);
  // Another message of the same moment, and the same of another channel, are others.
  assert.deepEqual([seam.live({ ...entry(1), message: 'other' }), seam.live(entry(1, 'd')), seam.newest('c'), seam.newest('nothing')], [true, true, 17_630_000_000_000_002n, null]);
});

test('what comes by a channel and by a group is new once', () => {
  const seam = new Seam();
  assert.deepEqual([seam.live(entry(1)), seam.live({ ...entry(1), subscription: 'group' }), seam.live({ ...entry(2), subscription: 'group' }), seam.live(entry(2))], [true, false, true, false]);
});

test('of v3 the messages of one answer share its token: each stored one is met once', () => {
  const seam = new Seam();
  const live = (/** @type {number} */ value) => ({ channel: 'c', message: value, token: token(20), after: token(10) });
  const stored = (/** @type {number} */ value, /** @type {number} */ n) => ({ channel: 'c', message: value, token: token(n) });
  assert.deepEqual([seam.stored(stored(5, 9)), seam.stored(stored(5, 12)), seam.stored(stored(5, 14))], [true, true, true]);
  assert.deepEqual([seam.live(live(5)), seam.live(live(5)), seam.live(live(5)), seam.live(live(6))], [false, false, true, true], 'the one before the answer is none of it');
  assert.deepEqual([seam.stored(stored(6, 15)), seam.stored(stored(6, 16))], [false, true]);
});

test('without a token nothing is taken for another', () => {
  const seam = new Seam();
  const bare = { channel: 'c', message: 1, token: undefined };
  assert.deepEqual([seam.live(bare), seam.live(bare), seam.stored(bare)], [true, true, true]);
});

test('what is remembered is bounded', () => {
  const seam = new Seam();
  for (let n = 0; n < 6_000; n++) seam.live(entry(n));
  assert.deepEqual([seam.stored(entry(0)), seam.stored(entry(5_999))], [true, false]);
});

// History of more than is remembered pushed out its own newest page, and what had come live meanwhile was shown twice.
test('of a long history the newest is remembered, though it is read first', () => {
  const seam = new Seam();
  for (let page = 60; page > 0; page--) for (let n = 0; n < 100; n++) seam.stored(entry(100 * page + n));
  assert.deepEqual([5_000, 6_050, 6_099, 6_100].map((n) => seam.live(entry(n))), [false, false, false, true]);
});

test('channels that come and go by a wildcard are forgotten, the one that is heard of stays', () => {
  const seam = new Seam();
  seam.live(entry(1, 'stays'));
  for (let n = 0; n < 5_000; n++) {
    seam.live(entry(n, `once-${n}`));
    assert.equal(seam.stored(entry(1, 'stays')), false);
  }
  assert.deepEqual([seam.newest('once-0'), seam.newest('once-4999')], [null, BigInt(token(4_999))]);
});

test('history is read back page by page until it is enough, or ends, or nobody waits', async () => {
  const all = Array.from({ length: 250 }, (_, n) => ({ message: n, token: token(n) }));
  const asked = /** @type {unknown[]} */ ([]);
  const page = async (/** @type {{count: number, start: unknown}} */ { count, start }) => {
    asked.push(start);
    return all.filter((one) => start === null || one.token < String(start)).slice(-count);
  };
  /** @type {number[]} */
  const lengths = [];
  await readBack(page, (entries) => lengths.push(entries.length) === 0, () => true);
  assert.deepEqual([lengths, asked], [[100, 100, 50], [null, token(150), token(50), token(0)]]);
  lengths.length = 0;
  await readBack(page, (entries) => lengths.push(entries.length) === 2, () => true);
  assert.deepEqual(lengths, [100, 100]);
  lengths.length = 0;
  await readBack(page, (entries) => lengths.push(entries.length) < 0, () => lengths.length < 1);
  assert.deepEqual(lengths, [100]);
  let same = 0;
  await readBack(async () => [{ message: same++, token: '5' }], () => false, () => true);
  assert.equal(same, 2, 'a service that does not page is asked once more');
});

/** A service in memory, and a client of v4 to it. */
function service() {
  const stored = /** @type {Map<string, {entry: any, timetoken: string}[]>} */ (new Map());
  const listeners = /** @type {Set<any>} */ (new Set());
  /** Answers that the test lets go. @type {(() => void)[]} */
  const waiting = [];
  const calls = /** @type {any[]} */ ([]);
  const pubnub = {
    addListener: (/** @type {any} */ listener) => listeners.add(listener), removeListener: (/** @type {any} */ listener) => listeners.delete(listener),
    subscribe: (/** @type {any} */ what) => calls.push(['subscribe', what]), unsubscribe: (/** @type {any} */ what) => calls.push(['unsubscribe', what]),
    history: (/** @type {any} */ { channel, count, start }, /** @type {any} */ done) => {
      const found = (stored.get(channel) ?? []).filter(({ timetoken }) => start === undefined || timetoken < start).slice(-count);
      waiting.push(() => done({ error: false }, { messages: found }));
    },
    channelGroups: { listChannels: (/** @type {any} */ _, /** @type {any} */ done) => done({ error: false }, { channels: ['g1', 'g2'] }) },
  };
  return {
    pubnub, calls, listeners, waiting,
    store: (/** @type {number} */ n, channel = 'c') => void stored.set(channel, [...stored.get(channel) ?? [], { entry: { eon: { a: n } }, timetoken: token(n) }]),
    send: (/** @type {number} */ n, channel = 'c', /** @type {string|null} */ subscription = null) => {
      for (const listener of listeners) listener.message({ channel, subscription, timetoken: token(n), message: { eon: { a: n } } });
    },
    say: (/** @type {string} */ category) => listeners.forEach((listener) => listener.status({ category })),
    /** All answers, until nothing is asked any more. */
    answer: async () => {
      for (let quiet = 0; quiet < 20; quiet++) {
        await Promise.resolve();
        if (waiting.length > 0) quiet = 0;
        waiting.splice(0).forEach((go) => go());
      }
    },
  };
}

/** @param {any} pubnub @param {object} options */
function intakeOf(pubnub, options) {
  /** @type {unknown[]} */
  const got = [];
  const client = clientOf(pubnub);
  assert.ok(client);
  const intake = new Intake(client, wishOf(options).wish, (all) => got.push(...all.flatMap(({ rows }) => rows.map(({ values }) => values[0]?.[1]))));
  intake.open();
  return { got, intake };
}

test('live waits for history, and nothing is missing or double between them', async () => {
  const { pubnub, store, send, say, answer } = service();
  [1, 2, 3].forEach((n) => store(n));
  const { got, intake } = intakeOf(pubnub, { channel: 'c', history: true });
  send(4);
  store(4);
  say('PNConnectedCategory');
  send(5);
  assert.deepEqual(got, []);
  store(5);
  await answer();
  send(6);
  assert.deepEqual(got, [1, 2, 3, 4, 5, 6]);
  // After a loss what came meanwhile is read, and only that.
  [6, 7, 8].forEach((n) => store(n));
  say('PNReconnectedCategory');
  send(9);
  store(9);
  await answer();
  assert.deepEqual(got, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  intake.close();
});

test('channels and groups are put in order of time', async () => {
  const { pubnub, store, send, say, answer, calls } = service();
  for (const [n, channel] of /** @type {[number, string][]} */ ([[1, 'c'], [4, 'c'], [2, 'g1'], [5, 'g1'], [3, 'g2']])) store(n, channel);
  const { got, intake } = intakeOf(pubnub, { channels: ['c'], channelGroups: ['group'], history: true });
  say('PNConnectedCategory');
  await answer();
  send(6, 'g2', 'group');
  send(7, 'stranger');
  assert.deepEqual(got, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(calls, [['subscribe', { channels: ['c'], channelGroups: ['group'] }]]);
  intake.close();
  assert.deepEqual(calls[1], ['unsubscribe', { channels: ['c'], channelGroups: ['group'] }]);
});

test('transform sees each message once, oldest first, and message is told of live ones', async () => {
  const { pubnub, store, send, say, answer } = service();
  for (let n = 1; n <= 150; n++) store(n);
  /** @type {number[]} */
  const seen = [];
  /** @type {unknown[]} */
  const told = [];
  const transform = (/** @type {any} */ message) => {
    seen.push(message.eon.a);
    return message.eon.a % 2 ? null : { eon: { a: -message.eon.a } };
  };
  const { got, intake } = intakeOf(pubnub, { channel: 'c', history: true, limit: 10, transform, message: (/** @type {unknown[]} */ ...all) => told.push(all) });
  say('PNConnectedCategory');
  await answer();
  send(151);
  send(152);
  assert.deepEqual(seen, Array.from({ length: 152 }, (_, i) => i + 1));
  assert.deepEqual([got.length, got[0], got.at(-1)], [76, -2, -152]);
  assert.deepEqual(told, [[null, token(151), 'c'], [{ eon: { a: -152 } }, token(152), 'c']]);
  intake.close();
});

test('a page that goes while history is read gets nothing more, and keeps nothing', async () => {
  const { pubnub, store, send, say, answer, listeners, waiting } = service();
  store(1);
  const { got, intake } = intakeOf(pubnub, { channel: 'c', history: true });
  say('PNConnectedCategory');
  await Promise.resolve();
  assert.equal(waiting.length, 1);
  intake.close();
  send(2);
  await answer();
  assert.deepEqual([got, listeners.size], [[], 0]);
});

test('two charts share a subscription, and the last one ends it; what the page has itself stays', () => {
  const { pubnub, calls } = service();
  const [one, two] = [intakeOf(pubnub, { channel: 'c' }), intakeOf(pubnub, { channels: ['c', 'd'] })];
  one.intake.close();
  assert.equal(calls.filter(([what]) => what === 'unsubscribe').length, 0);
  two.intake.close();
  assert.deepEqual(calls.at(-1), ['unsubscribe', { channels: ['c', 'd'] }]);
  const own = intakeOf(Object.assign(pubnub, { getSubscribedChannels: () => ['e'] }), { channel: 'e' });
  const before = calls.length;
  own.intake.close();
  assert.equal(calls.length, before);
});

test('v3: charts of one channel share its callback, and each is told that it is connected', async () => {
  /** @type {any[]} */
  const subscribed = [];
  /** @type {any[]} */
  const left = [];
  const client = new ClientV3({ subscribe: (/** @type {any} */ what) => subscribed.push(what), unsubscribe: (/** @type {any} */ what) => left.push(what) });
  /** @type {any[]} */
  const seen = [];
  const listening = (/** @type {string} */ name) => ({ channels: ['c'], groups: [], onMessage: (/** @type {any} */ one) => seen.push([name, one.message, one.token, one.channel]), onConnect: () => seen.push([name, 'connected']), onError: () => {} });
  const off = client.listen(listening('one'));
  subscribed[0].connect();
  const off2 = client.listen(listening('two'));
  await Promise.resolve();
  subscribed[0].message('hi', [['hi'], '17'], 'c');
  assert.deepEqual([subscribed.length, seen], [1, [['one', 'connected'], ['two', 'connected'], ['one', 'hi', '17', 'c'], ['two', 'hi', '17', 'c']]]);
  off();
  assert.deepEqual(left, []);
  off2();
  assert.deepEqual(left, [{ channel: 'c' }]);
});

test('a client is told by what it can do', () => {
  assert.ok(clientOf({ subscribe: () => {}, addListener: () => {} }) instanceof ClientV4);
  assert.ok(clientOf(Object.assign(() => {}, { subscribe: () => {} })) instanceof ClientV3);
  for (const none of [null, undefined, 5, 'PubNub', {}, { subscribe: 1 }]) assert.equal(clientOf(none), null);
  const same = { subscribe: () => {} };
  assert.equal(clientOf(same), clientOf(same));
  assert.deepEqual([fits(['a.*'], 'a.b'), fits(['a.*'], 'ab'), fits(['a'], 'a'), fits([], 'a')], [true, false, true, false]);
  const uses = new Uses();
  assert.deepEqual([uses.take(['a', 'b']), uses.take(['b', 'c']), uses.leave(['a', 'b']), uses.leave(['b', 'c'])], [['a', 'b'], ['c'], ['a'], ['b', 'c']]);
});
