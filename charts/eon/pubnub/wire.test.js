import assert from 'node:assert/strict';
import test from 'node:test';
import { HOLD_MS } from './in-order.js';
import { WATCHED_MAX, Wire } from './wire.js';
/** @import {Member} from './wire.js' */

class FakeSocket {
  /** @type {any[]} */
  sent = [];
  open = true;
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;
  /** @type {BinaryType} */ binaryType = 'blob';
  send(/** @type {any} */ text) { this.sent.push(JSON.parse(text)); }
  close() { this.open = false; }
  receive(/** @type {object} */ frame) { this.onmessage({ data: JSON.stringify(frame) }); }
  /** The latest subscribe to a channel. @param {string} channel */
  subscribe(channel) { return this.sent.findLast(({ subscribe }) => subscribe?.channel === channel); }
  anchor(/** @type {number} */ offset, epoch = 5) {
    const { sub } = this.subscribe('pubnub-anchor');
    this.receive({ type: 'snapshot', sub, position: { epoch, offset }, now: 1_000, window_ms: 1, blocks: [], sources: [] });
  }
  /** @param {string} channel @param {number[]} offsets */
  messages(channel, offsets, epoch = 5) {
    const items = offsets.map((offset) => ({ offset, time: offset, timetoken: String(offset), channel, message: { at: offset } }));
    this.receive({ type: 'messages', sub: this.subscribe(channel).sub, position: { epoch, offset: offsets.at(-1) }, items });
  }
}

function world() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {Map<number, {at: number, run: () => void}>} */
  const timers = new Map();
  let [now, timer] = [0, 0];
  const wire = new Wire('ws://bridge/live', {
    socket: () => {
      sockets.push(new FakeSocket());
      return sockets[sockets.length - 1];
    },
    after: (run, ms) => {
      timers.set(++timer, { at: now + ms, run });
      return timer;
    },
    cancel: (id) => timers.delete(id), now: () => now, random: () => 0.5,
  });
  return {
    wire, sockets, timers,
    get socket() { return sockets[sockets.length - 1]; },
    pass(/** @type {number} */ ms) {
      for (const until = now + ms; ;) {
        const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!due) return void (now = until);
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
    },
  };
}

/** Writes down what it is told. @returns {Member & {told: any[]}} */
function member() {
  /** @type {any[]} */
  const told = [];
  return {
    told,
    message: (pattern, { offset }) => told.push([pattern, offset]), connected: (pattern, { offset }) => told.push(['connected', pattern, offset]),
    failed: (pattern, _, kind) => told.push(['failed', pattern, kind]), gap: (pattern, message) => told.push(['gap', pattern, message]),
    presence: (pattern, sources) => told.push(['presence', pattern, sources.length]), down: (reason) => told.push(['down', reason]), up: () => told.push(['up']),
  };
}

/** One client that watches some channels from offset 10 on. @param {string[]} channels */
function live(...channels) {
  const it = world();
  const one = member();
  const watches = channels.map((channel) => it.wire.watch(channel, one));
  it.socket.onopen();
  it.pass(0);
  it.socket.anchor(10);
  one.told.length = 0;
  return { ...it, get socket() { return it.socket; }, one, watches };
}

test('a channel is watched from the position that the anchor said, and the client is told then', () => {
  const it = world();
  const one = member();
  it.wire.watch('c', one);
  it.socket.onopen();
  it.pass(0);
  assert.equal(it.socket.subscribe('c'), undefined);
  it.socket.anchor(10);
  assert.deepEqual(it.socket.subscribe('c').subscribe, { channel: 'c', view: 'raw', sources: false, since: { epoch: 5, offset: 10 } });
  it.socket.messages('c', [11, 13]);
  assert.deepEqual(one.told, [['connected', 'c', 10], ['c', 11], ['c', 13]]);
});

test('two clients share a subscription; with the last of them the socket goes, and no timer is left', () => {
  const it = live('c');
  const other = member();
  const watch = it.wire.watch('c', other);
  it.pass(0);
  it.socket.messages('c', [11]);
  assert.deepEqual([it.one.told, other.told], [[['c', 11]], [['connected', 'c', 10], ['c', 11]]]);
  assert.equal(it.socket.sent.filter(({ subscribe }) => subscribe?.channel === 'c').length, 1);
  it.watches[0]?.close();
  it.watches[0]?.close();
  it.socket.messages('c', [12]);
  assert.deepEqual([it.one.told.length, other.told.length], [1, 3]);
  watch?.close();
  assert.deepEqual([it.socket.open, it.wire.size, it.timers.size], [false, 0, 0]);
});

test('after a loss it goes on behind the last message; what comes twice comes once', () => {
  const it = live('c', 'quiet');
  it.socket.messages('c', [11, 12]);
  it.pass(HOLD_MS);
  it.socket.onclose({ code: 1006, reason: '' });
  it.pass(1_000);
  it.socket.onopen();
  assert.deepEqual(['c', 'quiet'].map((channel) => it.socket.subscribe(channel).subscribe.since.offset), [12, 10]);
  it.socket.anchor(20);
  it.socket.messages('c', [12, 13]);
  it.pass(HOLD_MS);
  assert.deepEqual(it.one.told, [['c', 11], ['c', 12], ['down', 'connection lost'], ['up'], ['c', 13]]);
});

test('frames of several channels are put in the order of the stream; one alone waits for nothing', () => {
  const it = live('a', 'b');
  it.socket.messages('b', [12, 15]);
  it.socket.messages('a', [11, 13, 14]);
  assert.deepEqual(it.one.told, []);
  it.pass(HOLD_MS);
  assert.deepEqual(it.one.told.map((/** @type {any[]} */ [, offset]) => offset), [11, 12, 13, 14, 15]);
  it.watches[1]?.close();
  it.socket.messages('a', [16]);
  assert.deepEqual(it.one.told.at(-1), ['a', 16]);
});

test('who fell behind the log reads on from its own place; what is gone is said', () => {
  const it = live('c');
  it.socket.messages('c', [11]);
  const gap = (/** @type {object} */ more) => it.socket.receive({ type: 'gap', sub: it.socket.subscribe('c').sub, message: 'gone', from: null, ...more });
  gap({ reason: 'behind', to: { epoch: 5, offset: 900 } });
  assert.equal(it.socket.subscribe('c').subscribe.since.offset, 11);
  gap({ reason: 'retention', to: { epoch: 5, offset: 900 } });
  it.socket.messages('c', [500]);
  gap({ reason: 'new_epoch', to: { epoch: 6, offset: 3 } });
  it.socket.messages('c', [4], 6);
  assert.deepEqual(it.one.told, [['c', 11], ['gap', 'c', 'gone'], ['c', 500], ['gap', 'c', 'gone'], ['c', 4]]);
  assert.deepEqual(it.watches[0]?.position, { epoch: 6, offset: 4 });
});

test('a refusal that passes is asked again, another one ends that channel alone', () => {
  const it = live('c', 'd');
  const error = (/** @type {string} */ channel, /** @type {string} */ kind) => it.socket.receive({ type: 'error', sub: it.socket.subscribe(channel).sub, kind, message: kind });
  const asked = it.socket.sent.length;
  error('c', 'not_ready');
  it.pass(1_000);
  assert.deepEqual([it.socket.sent.length, it.socket.subscribe('c').subscribe.since.offset], [asked + 1, 10]);
  error('d', 'bad_channel');
  assert.deepEqual([it.one.told, it.wire.size], [[['failed', 'd', 'bad_channel']], 1]);
  error('pubnub-anchor', 'not_ready');
  const before = it.socket.sent.length;
  it.pass(1_000);
  assert.deepEqual(it.socket.sent.slice(before).map(({ subscribe }) => subscribe.channel), ['pubnub-anchor']);
});

test('more than a socket takes is refused at once', () => {
  const it = world();
  const all = Array.from({ length: WATCHED_MAX + 1 }, (_, i) => it.wire.watch(`c${i}`, member()));
  assert.deepEqual([all.filter((watch) => watch === null).length, all.at(-1)], [1, null]);
});

test('the time is asked on a socket that goes with the answer, or with its loss', async () => {
  const it = world();
  const asked = it.wire.now();
  it.socket.onopen();
  it.pass(0);
  it.socket.anchor(10);
  assert.equal(await asked, 1_000);
  it.pass(500);
  assert.equal(it.wire.time, 1_500);
  assert.deepEqual([it.socket.open, it.timers.size], [false, 0]);
  const lost = it.wire.now();
  it.socket.onclose({ code: 1006, reason: '' });
  await assert.rejects(lost, /cannot be reached/);
  assert.equal(it.timers.size, 0);
});
