import assert from 'node:assert/strict';
import test from 'node:test';
import { mayReturn, retryDelay } from './backoff.js';
import { ANSWER_MS, Connection, OPEN_MS, PING_MS } from './connection.js';
/** @import {ConnectionState, LiveFrame, PackedFrame} from '../types.js' */

class FakeSocket {
  /** @type {any[]} */
  sent = [];
  /** @type {number|null} */
  closedWith = null;
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;
  /** @type {BinaryType} */ binaryType = 'blob';
  send(/** @type {any} */ text) { this.sent.push(JSON.parse(text)); }
  close(/** @type {number} */ code) { this.closedWith = code; }
  receive(/** @type {unknown} */ message) { this.onmessage({ data: JSON.stringify(message) }); }
  density() {
    this.receive({
      sub: 2, type: 'snapshot', view: 'density', position: { epoch: 5, offset: 7 }, now: 1, window_ms: 1, step_ms: 100, metrics: [],
      sources: { up: 1, down: 0 },
    });
  }
  snapshot(/** @type {object} */ more = {}) {
    this.receive({ sub: 1, type: 'snapshot', position: { epoch: 5, offset: 7 }, now: 1, window_ms: 1, blocks: [], sources: [], ...more });
  }
}

/** A connection, and all that is around it. */
function world() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {ConnectionState[]} */
  const states = [];
  /** @type {{key: string, frame: LiveFrame|PackedFrame}[]} */
  const frames = [];
  /** @type {string[][]} */
  const errors = [];
  /** @type {Map<number, {at: number, run: () => void}>} */
  const timers = new Map();
  let now = 0;
  let timer = 0;
  const connection = new Connection('ws://bridge/live', {
    onFrame: (key, frame) => frames.push({ key, frame }),
    onError: (key, message, kind) => errors.push([key, message, kind]),
    onState: (state) => states.push(state),
    environment: {
      socket: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      after: (run, ms) => {
        timers.set(++timer, { at: now + ms, run });
        return timer;
      },
      cancel: (id) => timers.delete(id),
      now: () => now,
      random: () => 0.5,
    },
  });
  return {
    connection, sockets, states, frames, errors, timers,
    get socket() { return sockets[sockets.length - 1]; },
    /** Time passes, timers fire in order. */
    pass(/** @type {number} */ ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = until;
    },
  };
}

const DENSITY = { channel: 'c', window: '5m', view: /** @type {const} */ ('density') };
const SUBSCRIPTION = { channel: 'c', window: '5m' };

/** One subscription, `lines`, number 1, that has its snapshot. */
function live() {
  const it = world();
  it.connection.set('lines', SUBSCRIPTION);
  it.connection.open();
  it.socket.onopen();
  it.socket.snapshot();
  return it;
}

test('it subscribes when the socket opens and is live with the first snapshot', () => {
  const it = world();
  it.connection.set('lines', SUBSCRIPTION);
  it.connection.open();
  assert.equal(it.connection.state.name, 'connecting');
  it.socket.onopen();
  assert.deepEqual(it.socket.sent, [{ sub: 1, subscribe: SUBSCRIPTION }]);
  assert.equal(it.connection.state.name, 'connecting');
  it.socket.snapshot();
  assert.equal(it.connection.state.name, 'live');
  assert.equal(it.frames.length, 1);
});

test('after a loss it comes back and resumes after the last frame', () => {
  const it = live();
  it.socket.receive({ sub: 1, type: 'update', position: { epoch: 5, offset: 9 }, now: 2, blocks: [] });
  it.socket.onclose({ code: 1006, reason: '' });
  assert.equal(it.connection.state.name, 'reconnecting');
  assert.equal(it.connection.state.retryAt, 375);
  it.pass(375);
  assert.equal(it.sockets.length, 2);
  it.socket.onopen();
  assert.deepEqual(it.socket.sent[0].subscribe, { ...SUBSCRIPTION, since: { epoch: 5, offset: 9 } });
  it.socket.snapshot({ resumed: true });
  assert.equal(it.connection.state.name, 'live');
  assert.equal(it.connection.state.attempt, 0);
});

test('attempts that fail wait longer and longer', () => {
  const it = live();
  /** @type {number[]} */
  const waits = [];
  it.socket.onclose({ code: 1012, reason: '' });
  for (let i = 0; i < 8; i++) {
    const before = it.sockets.length;
    /** @type {number} */
    const wait = /** @type {number} */ (it.connection.state.retryAt) - waits.reduce((sum, ms) => sum + ms, 0);
    it.pass(wait);
    waits.push(wait);
    assert.equal(it.sockets.length, before + 1);
    it.socket.onclose({ code: 1006, reason: '' });
  }
  assert.deepEqual(waits, [375, 750, 1500, 3000, 6000, 12000, 22500, 22500]);
});

test('codes that are decisions end it with the reason', () => {
  for (const [closing, code, reason] of /** @type {[object|null, number, string][]} */ ([
    [null, 1008, 'policy'],
    [null, 4401, 'sign in first'],
    [{ type: 'closing', code: 1001, reason: 'moved away', reconnect: false }, 1001, 'moved away'],
    [{ type: 'closing', code: 4400, reason: 'too many subscriptions', reconnect: false }, 4400, 'too many subscriptions'],
  ])) {
    const it = live();
    if (closing) it.socket.receive(closing);
    it.socket.onclose({ code, reason: closing ? '' : reason });
    assert.deepEqual([it.connection.state.name, it.connection.state.reason], ['closed', reason]);
    it.pass(1e6);
    assert.equal(it.sockets.length, 1);
  }
});

test('an error of one subscription ends that one, the others go on', () => {
  const it = live();
  it.connection.set('density', DENSITY);
  it.socket.receive({ sub: 2, type: 'error', kind: 'bad_view', message: 'no such thing' });
  assert.deepEqual(it.errors, [['density', 'no such thing', 'bad_view']]);
  assert.deepEqual([it.connection.state.name, it.connection.keys], ['live', ['lines']]);
  it.socket.receive({ sub: 1, type: 'update', position: { epoch: 5, offset: 9 }, now: 2, blocks: [] });
  assert.equal(it.frames.length, 2);
  it.connection.set('density', DENSITY);
  assert.deepEqual(it.socket.sent.at(-1), { sub: 3, subscribe: DENSITY }, 'what failed may be tried again');
});

test('an error is an answer, too: the bridge is there', () => {
  const it = world();
  it.connection.set('lines', SUBSCRIPTION);
  it.connection.open();
  it.socket.onopen();
  it.socket.receive({ sub: 1, type: 'error', kind: 'bad_channel', message: 'no such channel' });
  assert.equal(it.connection.state.name, 'live');
  it.pass(PING_MS);
  assert.deepEqual(it.socket.sent.at(-1), { ping: 1 });
});

test('an error of no subscription ends all with its message', () => {
  const it = live();
  it.socket.receive({ type: 'error', kind: 'bad_request', message: 'not understood' });
  assert.deepEqual([it.connection.state.name, it.connection.state.reason], ['closed', 'not understood']);
  assert.equal(it.socket.closedWith, 1000);
});

test('many subscriptions share the socket; frames come under their keys', () => {
  const it = live();
  it.connection.set('density', DENSITY);
  it.connection.set('top', { channel: 'c', series: ['a'], sources: false });
  assert.deepEqual(it.socket.sent.slice(1), [
    { sub: 2, subscribe: DENSITY }, { sub: 3, subscribe: { channel: 'c', series: ['a'], sources: false } },
  ]);
  it.socket.density();
  it.socket.snapshot({ sub: 3 });
  it.socket.receive({ sub: 1, type: 'presence', now: 1, sources: [] });
  it.socket.receive({ sub: 3, type: 'gap', reason: 'behind', message: '' });
  assert.deepEqual(it.frames.map(({ key, frame }) => [key, frame.type]), [
    ['lines', 'snapshot'], ['density', 'density'], ['top', 'snapshot'], ['lines', 'presence'], ['top', 'gap'],
  ]);
  assert.deepEqual(it.connection.keys, ['lines', 'density', 'top']);
});

test('each subscription resumes at its own position, a density view begins anew', () => {
  const it = live();
  it.connection.set('density', DENSITY);
  it.connection.set('top', SUBSCRIPTION);
  it.connection.set('late', SUBSCRIPTION);
  it.socket.density();
  it.socket.snapshot({ sub: 3, position: { epoch: 5, offset: 8 } });
  it.socket.receive({ sub: 1, type: 'update', position: { epoch: 5, offset: 9 }, now: 2, blocks: [] });
  assert.deepEqual(['lines', 'density', 'top', 'late', 'none'].map((key) => it.connection.position(key)?.offset), [9, 7, 8, undefined, undefined]);
  it.socket.onclose({ code: 1006, reason: '' });
  it.pass(375);
  it.socket.onopen();
  assert.deepEqual(it.socket.sent, [
    { sub: 1, subscribe: { ...SUBSCRIPTION, since: { epoch: 5, offset: 9 } } }, { sub: 2, subscribe: DENSITY },
    { sub: 3, subscribe: { ...SUBSCRIPTION, since: { epoch: 5, offset: 8 } } }, { sub: 4, subscribe: SUBSCRIPTION },
  ]);
});

test('the same subscription again asks for nothing, none ends it', () => {
  const it = live();
  it.connection.set('lines', { ...SUBSCRIPTION });
  assert.equal(it.socket.sent.length, 1);
  it.connection.set('lines', null);
  it.connection.set('lines', null);
  assert.deepEqual(it.socket.sent.slice(1), [{ sub: 1, unsubscribe: true }]);
  it.socket.receive({ sub: 1, type: 'update', position: { epoch: 5, offset: 9 }, now: 2, blocks: [] });
  assert.deepEqual([it.frames.length, it.connection.keys], [1, []]);
});

test('what is set before the socket is open is asked for when it is', () => {
  const it = world();
  it.connection.open();
  it.connection.set('lines', { channel: 'other' });
  it.connection.set('lines', SUBSCRIPTION);
  it.connection.set('gone', SUBSCRIPTION);
  it.connection.set('gone', null);
  assert.deepEqual(it.socket.sent, []);
  it.socket.onopen();
  assert.deepEqual(it.socket.sent, [{ sub: 2, subscribe: SUBSCRIPTION }]);
});

test('nothing subscribed is live all the same, once the bridge answers', () => {
  const it = world();
  it.connection.open();
  it.socket.onopen();
  assert.deepEqual(it.socket.sent, [{ ping: 1 }]);
  assert.equal(it.connection.state.name, 'connecting');
  it.socket.receive({ type: 'pong', pong: 1 });
  assert.equal(it.connection.state.name, 'live');
});

test('a bridge that falls silent is asked, then stale, then left', () => {
  const it = live();
  const first = it.socket;
  it.pass(PING_MS);
  assert.deepEqual(first.sent.at(-1), { ping: 1 });
  it.pass(ANSWER_MS);
  assert.equal(it.connection.state.name, 'stale');
  it.pass(ANSWER_MS);
  assert.equal(it.connection.state.name, 'reconnecting');
  assert.equal(first.closedWith, 4000);
});

test('any frame ends staleness', () => {
  const it = live();
  it.pass(PING_MS + ANSWER_MS);
  it.socket.receive({ type: 'pong', pong: 1 });
  assert.equal(it.connection.state.name, 'live');
  it.pass(PING_MS - 1);
  assert.equal(it.socket.sent.filter((message) => message.ping).length, 1);
});

test('an address that never answers is given up', () => {
  const it = world();
  it.connection.set('lines', SUBSCRIPTION);
  it.connection.open();
  it.pass(OPEN_MS);
  assert.equal(it.connection.state.name, 'reconnecting');
});

test('an unreadable frame is not resumed over: what it held would be missing', () => {
  const it = live();
  it.connection.set('top', SUBSCRIPTION);
  it.socket.snapshot({ sub: 2 });
  it.socket.onmessage({ data: 'nonsense' });
  assert.equal(it.connection.decodeErrors, 1);
  it.pass(1000);
  it.socket.onopen();
  assert.deepEqual(it.socket.sent.map(({ subscribe }) => subscribe.since), [undefined, undefined]);
});

test('another window is another subscription; late frames of the old one are dropped', () => {
  const it = live();
  it.connection.set('lines', { channel: 'c', window: '1h' });
  assert.deepEqual(it.socket.sent.slice(1), [{ sub: 1, unsubscribe: true }, { sub: 2, subscribe: { channel: 'c', window: '1h' } }]);
  it.socket.receive({ sub: 1, type: 'update', position: { epoch: 5, offset: 9 }, now: 2, blocks: [] });
  it.socket.receive({ sub: 1, type: 'error', kind: 'too_large', message: 'of the old one' });
  it.socket.receive({ sub: 1, type: 'gap', reason: 'behind', message: '' });
  assert.deepEqual([it.frames.length, it.errors.length, it.connection.position('lines')], [1, 0, null]);
  it.socket.snapshot({ sub: 2 });
  assert.equal(it.frames.length, 2);
});

test('closed and opened again it begins afresh with the same subscriptions', () => {
  const it = live();
  it.connection.close('seen enough');
  assert.deepEqual([it.connection.state.name, it.connection.state.reason], ['closed', 'seen enough']);
  it.connection.open();
  it.socket.onopen();
  assert.deepEqual(it.socket.sent, [{ sub: 1, subscribe: SUBSCRIPTION }]);
});

test('who closes it on hearing that it is live gets no frame any more', () => {
  /** @type {(LiveFrame|PackedFrame)[]} */
  const frames = [];
  const socket = new FakeSocket();
  /** @type {Connection} */
  const connection = new Connection('ws://bridge/live', {
    onFrame: (_, frame) => frames.push(frame),
    onState: ({ name }) => name === 'live' && connection.close(),
    environment: { socket: () => socket, after: () => 0, cancel: () => {}, now: () => 0, random: () => 0 },
  });
  connection.set('lines', SUBSCRIPTION);
  connection.open();
  socket.onopen();
  socket.snapshot();
  assert.deepEqual(frames, []);
});

test('a network that comes back is not waited for', () => {
  const it = live();
  it.socket.onclose({ code: 1006, reason: '' });
  it.connection.hurry();
  assert.equal(it.sockets.length, 2);
});

test('a stale socket is not waited for either', () => {
  const it = live();
  it.pass(PING_MS + ANSWER_MS);
  it.connection.hurry();
  assert.equal(it.sockets.length, 2);
  it.socket.onopen();
  it.socket.snapshot({ resumed: true });
  assert.equal(it.connection.state.name, 'live');
});

test('closing frees socket and timers and ignores what still arrives', () => {
  const it = live();
  const { onmessage } = it.socket;
  it.connection.close();
  assert.equal(it.socket.closedWith, 1000);
  assert.equal(it.socket.onmessage, null);
  assert.equal(it.timers.size, 0);
  assert.equal(it.connection.state.name, 'closed');
  assert.ok(onmessage);
});

test('the delay stays within half and full of its step, and under its cap', () => {
  for (const [attempt, low, high] of [[0, 250, 500], [1, 500, 1000], [5, 8000, 16000], [6, 15000, 30000], [1000, 15000, 30000]]) {
    assert.equal(retryDelay(attempt, 0), low);
    assert.ok(retryDelay(attempt, 0.999) <= high);
  }
});

test('which codes allow a return', () => {
  for (const [code, expected] of /** @type {[number, boolean][]} */ ([
    [1000, true], [1001, true], [1006, true], [1012, true], [1013, true], [4000, true], [1008, false], [4400, false], [4429, false],
  ])) assert.equal(mayReturn(code), expected, String(code));
});

test('whoever is told that it is lost may close it: no timer is left', () => {
  // It dialled on for ever: the timer of the next attempt was set after the state was told.
  const it = live();
  const push = it.states.push.bind(it.states);
  it.states.push = (state) => {
    if (state.name === 'reconnecting' || state.name === 'stale') it.connection.close();
    return push(state);
  };
  it.socket.onclose({ code: 1006, reason: '' });
  assert.deepEqual([it.timers.size, it.connection.state.name], [0, 'closed']);
});
