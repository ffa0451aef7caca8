//# allFunctionsCalledOnLoad
/**
 * One WebSocket to a bridge's `/live` with many subscriptions on it, each under a key of the caller's.
 *
 *     connecting ─ first answer ─▶ live ─ no answer ─▶ stale ─┐
 *         ▲                         └───── closed ────────────┴─▶ reconnecting ─▶ live …      closed (final)
 *
 * After a loss each subscription comes back with the position of its last frame (`since`), so the bridge sends only what
 * was missed; a density view has none and is sent anew, it is small. An error of one subscription ends that one only.
 * Everything outside (socket, timers, clocks, chance) comes in as the environment, so that tests drive it by hand.
 */

import { mayReturn, retryDelay } from './backoff.js';
import { readBinary } from './binary.js';
import { ProtocolError } from './check.js';
import { readText } from './frame.js';
import { skimmed } from './skim.js';
/** @import {ColumnReader, ConnectionName, ConnectionState, ErrorFrame, Frame, LiveFrame, PackedFrame, Position, Subscription} from '../types.js' */

export const PROTOCOLS = ['eontide.v1.bin', 'eontide.v1'];
export const PING_MS = 15_000;
/** A ping without any frame after it for this long: stale. As long again: the socket is given up. */
export const ANSWER_MS = 5_000;
/** Opening and first answer together; a black-holed address must not hold "connecting" for minutes. */
export const OPEN_MS = 15_000;

/**
 * @typedef {Pick<WebSocket, 'send'|'close'|'binaryType'|'onopen'|'onmessage'|'onclose'>} Socket
 * @typedef {object} Environment
 * @property {(url: string, protocols: string[]) => Socket} socket
 * @property {(run: () => void, ms: number) => number} after
 * @property {(timer: number) => void} cancel
 * @property {() => number} now  monotonic ms
 * @property {() => number} random
 *
 * @typedef {object} Entry  one subscription
 * @property {string} key
 * @property {number} sub  its number on the wire; a new one for each change, so that late frames of the old are told apart
 * @property {Subscription} subscription
 * @property {string} text  as JSON, to see that nothing changed
 * @property {Position|null} position  where to resume; null: nothing has come, all is asked for
 */

/** @type {Environment} */
export const BROWSER = {
  socket: (url, protocols) => new WebSocket(url, protocols),
  after: (run, ms) => window.setTimeout(run, ms),
  cancel: (timer) => window.clearTimeout(timer),
  now: () => performance.now(),
  random: () => Math.random(),
};

export class Connection {
  /** Of merged columns: whoever shows them puts one here that reads them whole. @type {ColumnReader} */
  columns = skimmed;
  #url;
  #onFrame;
  #onError;
  #onState;
  #env;
  #read;
  /** @type {Socket|null} */
  #socket = null;
  /** Has it opened, and so been told of what is subscribed? */
  #opened = false;
  /** @type {ConnectionState} */
  #state = { name: 'closed', reason: '', retryAt: null, attempt: 0 };
  /** @type {Map<string, Entry>} */
  #byKey = new Map();
  /** @type {Map<number, Entry>} */
  #bySub = new Map();
  #subs = 0;
  /** @type {string|null} why not to come back, from the bridge's `closing` */
  #final = null;
  #closingReason = '';
  #pings = 0;
  /** @type {number|null} the one timer: what it means follows from the state */
  #timer = null;
  /** Does the timer wait for silence? */
  #listens = false;
  #heardAt = 0;
  #decodeErrors = 0;

  /**
   * @param {string} url
   * @param {{onFrame: (key: string, frame: LiveFrame|PackedFrame, receivedAt: number) => void,
   *   onError?: (key: string, message: string, kind: string) => void, onState: (state: ConnectionState) => void,
   *   environment?: Environment, read?: typeof readText}} options  onError: that subscription has ended, the others go on;
   *   read: of text frames, for those of raw messages, which no chart of ours asks for
   */
  constructor(url, { onFrame, onError = () => {}, onState, environment = BROWSER, read = readText }) {
    this.#url = url;
    this.#onFrame = onFrame;
    this.#onError = onError;
    this.#onState = onState;
    this.#env = environment;
    this.#read = read;
  }

  get state() { return this.#state; }
  get decodeErrors() { return this.#decodeErrors; }
  /** What is subscribed. @returns {string[]} */
  get keys() { return [...this.#byKey.keys()]; }

  /** Of the last frame of a subscription; null before the first. @param {string} key */
  position(key) { return this.#byKey.get(key)?.position ?? null; }

  /** Begins afresh, with all subscriptions there are. */
  open() {
    this.#drop(1000);
    this.#forget();
    this.#setState('connecting', '', 0);
    this.#dial();
  }

  /** For good, or until it is opened again; what is subscribed stays. @param {string} [reason]  for people */
  close(reason = '') {
    this.#drop(1000);
    this.#forget();
    if (this.#state.name !== 'closed' || reason !== '') this.#setState('closed', reason, 0);
  }

  /**
   * Adds, replaces or (null) ends a subscription; the same again does nothing. No frame of the one before arrives from
   * here on.
   * @param {string} key
   * @param {Subscription|null} subscription
   */
  set(key, subscription) {
    const before = this.#byKey.get(key);
    const text = JSON.stringify(subscription);
    if (before?.text === text) return;
    if (before) {
      this.#remove(before);
      if (this.#opened) this.#send({ sub: before.sub, unsubscribe: true });
    }
    if (subscription === null) return;
    this.#subs += 1;
    const entry = { key, sub: this.#subs, subscription, text, position: null };
    this.#byKey.set(key, entry);
    this.#bySub.set(entry.sub, entry);
    if (this.#opened) this.#subscribe(entry);
  }

  /** The same subscription anew, with a snapshot. @param {string} key */
  again(key) {
    const entry = this.#byKey.get(key);
    if (!entry) return;
    this.set(key, null);
    this.set(key, entry.subscription);
  }

  /** The network or the tab came back: do not wait for the back-off, and do not trust an old socket unasked. */
  hurry() {
    if (this.#state.name === 'reconnecting' && this.#socket === null) {
      this.#dial();
    } else if (this.#state.name === 'stale') {
      this.#drop(4000);
      this.#dial();
    } else if (this.#state.name === 'live') {
      this.#ping();
    }
  }

  #dial() {
    const socket = this.#env.socket(this.#url, PROTOCOLS);
    this.#socket = socket;
    this.#final = null;
    this.#closingReason = '';
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#begin();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code, event.reason);
    this.#arm(OPEN_MS, () => this.#giveUp('the bridge did not answer'));
  }

  /** Where nothing is subscribed nothing would answer, so it is asked. */
  #begin() {
    this.#opened = true;
    for (const entry of this.#byKey.values()) this.#subscribe(entry);
    if (this.#byKey.size === 0) this.#send({ ping: ++this.#pings });
  }

  /** @param {Entry} entry */
  #subscribe({ sub, subscription, position }) {
    // Columns of a density view add up: resumed, those of the present step would count twice.
    this.#send({ sub, subscribe: position === null || subscription.view === 'density' ? subscription : { ...subscription, since: position } });
  }

  /** @param {unknown} data */
  #receive(data) {
    const receivedAt = this.#env.now();
    let frame;
    try {
      frame = typeof data === 'string' ? this.#read(data, this.columns) : readBinary(/** @type {ArrayBuffer} */ (data), this.columns);
    } catch (error) {
      return this.unreadable(error);
    }
    this.#alive(frame);
    // Whoever was told of the state may have closed it.
    if (this.#socket !== null) this.#dispatch(frame, receivedAt);
  }

  /** What was in the frame is lost, so resuming after it would leave a silent hole: start afresh. @param {unknown} error */
  unreadable(error) {
    if (!(error instanceof ProtocolError)) throw error;
    this.#decodeErrors += 1;
    this.#forget();
    this.#giveUp(`unreadable answer: ${error.message}`);
  }

  /** @param {Frame} frame @param {number} receivedAt */
  #dispatch(frame, receivedAt) {
    if (frame.type === 'closing') {
      this.#closingReason = frame.reason;
      if (!frame.reconnect) this.#final = frame.reason || `closed with code ${frame.code}`;
      return;
    }
    if (frame.type === 'pong' || frame.type === 'other') return;
    if (frame.type === 'error') return this.#failed(frame);
    const entry = this.#bySub.get(frame.sub);
    if (!entry) return;
    if ('position' in frame) entry.position = frame.position;
    this.#onFrame(entry.key, frame, receivedAt);
  }

  /** @param {ErrorFrame} frame */
  #failed({ sub, kind, message }) {
    if (sub === null) return this.#end(message || kind);
    const entry = this.#bySub.get(sub);
    if (!entry) return;
    this.#remove(entry);
    this.#onError(entry.key, message || kind, kind);
  }

  /**
   * Any frame proves that the bridge is there; the ping only makes a silent one speak. Live it is with an answer to what is
   * subscribed: before that a bridge may say that it is about to close.
   * @param {Frame} frame
   */
  #alive(frame) {
    const { name } = this.#state;
    const answered = frame.type === 'pong' || ('sub' in frame && frame.sub !== null && this.#bySub.has(frame.sub));
    if (name === 'stale' || (name !== 'live' && answered)) this.#setState('live', '', 0);
    if (this.#state.name !== 'live') return;
    this.#heardAt = this.#env.now();
    // A timer set anew for each frame costs as much as what is in a small one.
    if (!this.#listens) this.#listen(PING_MS);
  }

  /** @param {number} ms */
  #listen(ms) {
    this.#arm(ms, () => {
      const rest = this.#heardAt + PING_MS - this.#env.now();
      if (rest > 0) this.#listen(rest);
      else this.#ping();
    });
    this.#listens = true;
  }

  #ping() {
    this.#pings += 1;
    this.#send({ ping: this.#pings });
    this.#arm(ANSWER_MS, () => {
      this.#arm(ANSWER_MS, () => this.#giveUp('the bridge does not answer'));
      this.#setState('stale', 'the bridge does not answer', 0);
    });
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    this.#socket = null;
    this.#opened = false;
    const why = this.#closingReason || reason;
    if (this.#final !== null) return this.#end(this.#final);
    if (!mayReturn(code)) return this.#end(why || `the bridge closed with code ${code}`);
    this.#retry(why || 'connection lost');
  }

  /** @param {string} reason */
  #giveUp(reason) {
    this.#drop(4000);
    this.#retry(reason);
  }

  /** @param {string} reason */
  #retry(reason) {
    const { attempt } = this.#state;
    const delay = retryDelay(attempt, this.#env.random());
    // First, since whoever is told of the state may close it.
    this.#arm(delay, () => this.#dial());
    this.#setState('reconnecting', reason, attempt + 1, this.#env.now() + delay);
  }

  /** @param {string} reason */
  #end(reason) {
    this.#drop(1000);
    this.#setState('closed', reason, 0);
  }

  /** @param {number} code */
  #drop(code) {
    const socket = this.#socket;
    this.#socket = null;
    this.#opened = false;
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#timer = null;
    this.#listens = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  /** @param {Entry} entry */
  #remove({ key, sub }) {
    this.#byKey.delete(key);
    this.#bySub.delete(sub);
  }

  /** The next answers bring everything. */
  #forget() {
    for (const entry of this.#byKey.values()) entry.position = null;
  }

  /** @param {unknown} message */
  #send(message) {
    this.#socket?.send(JSON.stringify(message));
  }

  /** @param {number} ms @param {() => void} run */
  #arm(ms, run) {
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#listens = false;
    this.#timer = this.#env.after(() => {
      this.#timer = null;
      this.#listens = false;
      run();
    }, ms);
  }

  /** @param {ConnectionName} name @param {string} reason @param {number} attempt @param {number|null} [retryAt] */
  #setState(name, reason, attempt, retryAt = null) {
    this.#state = { name, reason, retryAt, attempt };
    this.#onState(this.#state);
  }
}
