/**
 * One WebSocket to a bridge for all clients of a page. What several of them watch is subscribed once, as a raw view.
 *
 *     watch ─▶ anchor: a view of nothing, asked for anew, says where the stream is ─▶ raw view since there ─▶ items, in order
 *
 * So nothing is lost between being told that it is connected and the first message, nor while the bridge is away: each view
 * goes on after its last message, and what comes twice is dropped by its offset.
 */

import { retryDelay } from '../../live/backoff.js';
import { BROWSER, Connection } from '../../live/connection.js';
import { InOrder } from './in-order.js';
import { readRaw } from './raw.js';
/** @import {Environment} from '../../live/connection.js' */
/** @import {ConnectionState, GapFrame, Position, SnapshotFrame, Source} from '../../types.js' */
/** @import {Item, MessagesFrame} from './raw.js' */

/** A bridge takes 64 subscriptions of a socket; one is the anchor. */
export const WATCHED_MAX = 63;
const ANCHOR = 'anchor';
/** Of no series, so that its snapshot is a position and nothing else. */
const NOTHING = Object.freeze({ channel: 'pubnub-anchor', window: '1ms', series: [''], width: 1, sources: false });
/** Refusals that pass: history is still read, or too many others read the past. */
const PASSING = new Set(['not_ready', 'replay']);

/**
 * @typedef {object} Member  a client; told of what it watches and of the socket
 * @property {(pattern: string, item: Item) => void} message
 * @property {(pattern: string, position: Position) => void} connected  from there on nothing is lost
 * @property {(pattern: string, message: string, kind: string) => void} failed  it is not watched any longer
 * @property {(pattern: string, message: string) => void} gap  messages that cannot be had
 * @property {(pattern: string, sources: Source[]) => void} presence
 * @property {(reason: string) => void} down  the socket is lost, or cannot be had; it is tried again
 * @property {() => void} up  it is back
 *
 * @typedef {object} Watched  one subscription
 * @property {string} key
 * @property {string} pattern
 * @property {boolean} sources
 * @property {Set<Member>} members
 * @property {Position|null} position  of what was delivered last; null: not anchored yet
 * @property {number} attempt
 *
 * @typedef {{close: () => void, readonly position: Position|null}} Watch
 */

export class Wire {
  #env;
  #connection;
  #inOrder;
  /** @type {Map<string, Watched>} */
  #watched = new Map();
  /** Clients that are told of the socket, and how much each watches. @type {Map<Member, number>} */
  #members = new Map();
  /** Who wants to know the time. @type {Set<{resolve: (now: number) => void, reject: (error: Error) => void}>} */
  #asking = new Set();
  /** The bridge's time when it was heard last, and our clock then. */
  #heard = { time: 0, at: 0 };
  #private = 0;
  #isDown = false;
  #asked = false;
  /** @type {AbortController|null} */
  #page = null;
  /** @type {Set<number>} */
  #timers = new Set();

  /** @param {string} url  of `/live` @param {Environment} [environment] */
  constructor(url, environment = BROWSER) {
    this.#env = environment;
    this.#connection = new Connection(url, {
      environment, read: readRaw,
      onFrame: (key, frame) => this.#take(key, frame),
      onError: (key, message, kind) => this.#refused(key, message, kind),
      onState: (state) => this.#changed(state),
    });
    this.#inOrder = new InOrder(environment, (/** @type {Watched} */ { pattern, members }, item) => {
      for (const member of [...members]) member.message(pattern, item);
    });
  }

  get state() { return this.#connection.state; }
  /** The bridge's time by our clock, ms; 0 before the first anchor. */
  get time() { return this.#heard.time && this.#heard.time + this.#env.now() - this.#heard.at; }
  /** Subscriptions there are. */
  get size() { return this.#watched.size; }

  /**
   * @param {string} pattern  as the bridge takes it
   * @param {Member} member
   * @param {{since?: Position|null, sources?: boolean}} [options]  since: messages after it, in place of those from now on
   * @returns {Watch|null}  null where there are too many
   */
  watch(pattern, member, { since = null, sources = false } = {}) {
    this.#private += since ? 1 : 0;
    const key = `${pattern} ${sources ? 'sources' : ''} ${since ? this.#private : ''}`;
    const known = this.#watched.get(key);
    if (!known && this.#watched.size >= WATCHED_MAX) return null;
    const one = known ?? { key, pattern, sources, members: new Set(), position: since, attempt: 0 };
    one.members.add(member);
    this.#members.set(member, (this.#members.get(member) ?? 0) + 1);
    if (!known) this.#begin(one);
    if (one.position !== null) this.#soon(() => one.members.has(member) && one.position !== null && member.connected(pattern, one.position));
    return { close: () => this.#leave(one, member), get position() { return one.position; } };
  }

  /** The bridge's time, ms. @returns {Promise<number>} */
  now() {
    const asked = new Promise((resolve, reject) => this.#asking.add({ resolve, reject }));
    this.#open();
    this.#anchor();
    return asked;
  }

  /** A socket that was refused for good is tried once more. */
  again() {
    if (this.#page !== null && this.state.name === 'closed') this.#connection.open();
    else this.#connection.hurry();
  }

  /** @param {Watched} one */
  #begin(one) {
    this.#watched.set(one.key, one);
    this.#open();
    if (one.position === null) this.#anchor();
    else this.#subscribe(one);
  }

  #open() {
    if (this.#page !== null) return;
    this.#page = new AbortController();
    const { signal } = this.#page;
    if (typeof window !== 'undefined') {
      window.addEventListener('online', () => this.#connection.hurry(), { signal });
      document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#connection.hurry(), { signal });
    }
    // First, so that its answer, which there always is, comes first after a loss.
    this.#connection.set(ANCHOR, NOTHING);
    this.#connection.open();
  }

  /** @param {Watched} one @param {Member} member */
  #leave(one, member) {
    if (!one.members.delete(member)) return;
    const rest = (this.#members.get(member) ?? 1) - 1;
    if (rest > 0) this.#members.set(member, rest);
    else this.#members.delete(member);
    if (one.members.size === 0) this.#end(one);
  }

  /** @param {Watched} one */
  #end(one) {
    this.#watched.delete(one.key);
    this.#connection.set(one.key, null);
    this.#rest();
  }

  /** Without anybody who watches or asks nothing is left of it. */
  #rest() {
    if (this.#watched.size + this.#asking.size > 0) return;
    this.#page?.abort();
    this.#page = null;
    this.#inOrder.flush();
    for (const timer of this.#timers) this.#env.cancel(timer);
    this.#timers.clear();
    this.#connection.set(ANCHOR, null);
    this.#connection.close();
    this.#isDown = this.#asked = false;
  }

  /** Once for all that begin together. */
  #anchor() {
    if (this.#asked) return;
    this.#asked = true;
    this.#soon(() => {
      if (!this.#asked) return;
      this.#asked = false;
      this.#connection.set(ANCHOR, null);
      this.#connection.set(ANCHOR, NOTHING);
    });
  }

  /** @param {Watched} one */
  #subscribe({ key, pattern, sources, position }) {
    this.#connection.set(key, null);
    this.#connection.set(key, { channel: pattern, view: 'raw', sources, ...(position ? { since: position } : {}) });
  }

  /** @param {string} key @param {{type: string}} frame */
  #take(key, frame) {
    if (key === ANCHOR) {
      if (frame.type === 'snapshot' && !this.#asked) this.#anchored(/** @type {SnapshotFrame} */ (frame));
      return;
    }
    const one = this.#watched.get(key);
    if (!one) return;
    if (frame.type === 'messages') this.#messages(one, /** @type {MessagesFrame} */ (/** @type {unknown} */ (frame)));
    else if (frame.type === 'gap') this.#gap(one, /** @type {GapFrame} */ (/** @type {unknown} */ (frame)));
    else if (frame.type === 'presence') {
      const { sources } = /** @type {{sources: Source[]}} */ (/** @type {unknown} */ (frame));
      for (const member of [...one.members]) member.presence(one.pattern, sources);
    }
  }

  /** Whoever waits begins here. @param {SnapshotFrame} frame */
  #anchored({ position, now }) {
    this.#heard = { time: now, at: this.#env.now() };
    for (const { resolve } of this.#asking) resolve(now);
    this.#asking.clear();
    for (const one of [...this.#watched.values()]) {
      if (one.position !== null) continue;
      one.position = position;
      this.#subscribe(one);
      for (const member of [...one.members]) member.connected(one.pattern, position);
    }
    this.#rest();
  }

  /** @param {Watched} one @param {MessagesFrame} frame */
  #messages(one, { position, items }) {
    one.attempt = 0;
    const before = one.position;
    if (before !== null && before.epoch !== position.epoch) this.#inOrder.flush();
    const known = before !== null && before.epoch === position.epoch ? before.offset : -1;
    const news = items.filter(({ offset }) => offset > known);
    one.position = { epoch: position.epoch, offset: Math.max(position.offset, known) };
    this.#inOrder.take(one, news, this.#watched.size === 1);
  }

  /** @param {Watched} one @param {GapFrame} frame */
  #gap(one, { reason, message, to }) {
    // It fell behind the log; the stream itself still has what was missed.
    if (reason === 'behind' && to !== null && to.epoch === one.position?.epoch) return this.#subscribe(one);
    this.#inOrder.flush();
    if (to !== null && to.epoch !== one.position?.epoch) one.position = to;
    for (const member of [...one.members]) member.gap(one.pattern, message);
  }

  /** @param {string} key @param {string} message @param {string} kind */
  #refused(key, message, kind) {
    if (key === ANCHOR) {
      this.#after(retryDelay(1, this.#env.random()), () => this.#connection.set(ANCHOR, NOTHING));
      return;
    }
    const one = this.#watched.get(key);
    if (!one) return;
    if (PASSING.has(kind)) {
      this.#after(retryDelay(one.attempt, this.#env.random()), () => this.#watched.get(key) === one && this.#subscribe(one));
      one.attempt += 1;
      return;
    }
    const members = [...one.members];
    for (const member of members) this.#leave(one, member);
    for (const member of members) member.failed(one.pattern, message, kind);
  }

  /** @param {ConnectionState} state */
  #changed({ name, reason }) {
    if (name === 'live' && this.#isDown) {
      this.#isDown = false;
      for (const member of [...this.#members.keys()]) member.up();
    } else if (!this.#isDown && (name === 'reconnecting' || (name === 'closed' && reason !== ''))) {
      this.#isDown = true;
      this.#inOrder.flush();
      for (const member of [...this.#members.keys()]) member.down(reason);
      for (const { reject } of this.#asking) reject(new Error(`the bridge cannot be reached: ${reason}`));
      this.#asking.clear();
      this.#rest();
    }
  }

  /** @param {() => void} run */
  #soon(run) {
    this.#after(0, run);
  }

  /** @param {number} ms @param {() => void} run */
  #after(ms, run) {
    const timer = this.#env.after(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}
