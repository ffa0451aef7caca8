/**
 * One WebSocket to a bridge's `/live` with one subscription on it.
 *
 *     connecting ─ snapshot ─▶ live ─ no answer ─▶ stale ─┐
 *         ▲                     └───── closed ────────────┴─▶ reconnecting ─▶ live …      closed (final)
 *
 * After a loss it comes back with the position of the last frame (`since`), so the bridge sends only what was missed.
 * Everything outside (socket, timers, clocks, chance) comes in as the environment, so that tests drive it by hand.
 */

import { mayReturn, retryDelay } from './backoff.js';
import { decodeBinary } from './binary.js';
import { ProtocolError } from './check.js';
import { decodeText } from './frame.js';
/** @import {ConnectionName, ConnectionState, DataFrame, Frame, Position, Subscription} from '../types.js' */

export const PROTOCOLS = ['eontide.v1.bin', 'eontide.v1'];
export const PING_MS = 15_000;
/** A ping without any frame after it for this long: stale. As long again: the socket is given up. */
export const ANSWER_MS = 5_000;
/** Opening and first snapshot together; a black-holed address must not hold "connecting" for minutes. */
export const OPEN_MS = 15_000;

/**
 * @typedef {Pick<WebSocket, 'send'|'close'|'binaryType'|'onopen'|'onmessage'|'onclose'>} Socket
 * @typedef {object} Environment
 * @property {(url: string, protocols: string[]) => Socket} socket
 * @property {(run: () => void, ms: number) => number} after
 * @property {(timer: number) => void} cancel
 * @property {() => number} now  monotonic ms
 * @property {() => number} random
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
  #url;
  #onFrame;
  #onState;
  #env;
  /** @type {Socket|null} */
  #socket = null;
  /** @type {ConnectionState} */
  #state = { name: 'closed', reason: '', retryAt: null, attempt: 0 };
  /** @type {Subscription|null} */
  #subscription = null;
  #sub = 0;
  /** @type {Position|null} where to resume; null asks for everything */
  #position = null;
  /** @type {string|null} why not to come back, from the bridge's `closing` */
  #final = null;
  #closingReason = '';
  #pings = 0;
  /** @type {number|null} the one timer: what it means follows from the state */
  #timer = null;
  #decodeErrors = 0;

  /**
   * @param {string} url
   * @param {{onFrame: (frame: DataFrame, receivedAt: number) => void, onState: (state: ConnectionState) => void,
   *   environment?: Environment}} options
   */
  constructor(url, { onFrame, onState, environment = BROWSER }) {
    this.#url = url;
    this.#onFrame = onFrame;
    this.#onState = onState;
    this.#env = environment;
  }

  get state() { return this.#state; }
  get position() { return this.#position; }
  get decodeErrors() { return this.#decodeErrors; }

  /** @param {Subscription} subscription */
  open(subscription) {
    this.close();
    this.#subscription = subscription;
    this.#sub += 1;
    this.#position = null;
    this.#setState('connecting', '', 0);
    this.#dial();
  }

  /**
   * Another channel or window over the same socket; the old subscription's late frames are told apart by their number.
   * @param {Subscription} subscription
   */
  subscribe(subscription) {
    if (this.#state.name !== 'live') return this.open(subscription);
    this.#send({ sub: this.#sub, unsubscribe: true });
    this.#subscription = subscription;
    this.#sub += 1;
    this.#position = null;
    this.#send({ sub: this.#sub, subscribe: subscription });
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

  close() {
    this.#drop(1000);
    this.#subscription = null;
    if (this.#state.name !== 'closed') this.#setState('closed', '', 0);
  }

  #dial() {
    const socket = this.#env.socket(this.#url, PROTOCOLS);
    this.#socket = socket;
    this.#final = null;
    this.#closingReason = '';
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#send({ sub: this.#sub, subscribe: this.#request() });
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code, event.reason);
    this.#arm(OPEN_MS, () => this.#giveUp('the bridge did not answer'));
  }

  #request() {
    return this.#position === null ? this.#subscription : { ...this.#subscription, since: this.#position };
  }

  /** @param {unknown} data */
  #receive(data) {
    const receivedAt = this.#env.now();
    let frame;
    try {
      frame = typeof data === 'string' ? decodeText(data) : decodeBinary(/** @type {ArrayBuffer} */ (data));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // What was in it is lost, so resuming after it would leave a silent hole: start afresh.
      this.#decodeErrors += 1;
      this.#position = null;
      return this.#giveUp(`unreadable answer: ${error.message}`);
    }
    this.#alive(frame);
    this.#dispatch(frame, receivedAt);
  }

  /** @param {Frame} frame @param {number} receivedAt */
  #dispatch(frame, receivedAt) {
    switch (frame.type) {
      case 'snapshot':
      case 'update':
        if (frame.sub !== this.#sub) return;
        this.#position = frame.position;
        if (this.#state.name !== 'live') this.#setState('live', '', 0);
        return this.#onFrame(frame, receivedAt);
      case 'presence':
      case 'gap':
        if (frame.sub === this.#sub) this.#onFrame(frame, receivedAt);
        return;
      case 'error':
        if (frame.sub === null || frame.sub === this.#sub) this.#end(frame.message || frame.kind);
        return;
      case 'closing':
        this.#closingReason = frame.reason;
        if (!frame.reconnect) this.#final = frame.reason || `closed with code ${frame.code}`;
        return;
    }
  }

  /**
   * Any frame proves that the bridge is there; the ping only makes a silent one speak.
   * @param {Frame} frame
   */
  #alive(frame) {
    if (this.#state.name === 'stale') this.#setState('live', '', 0);
    const first = frame.type === 'snapshot' && frame.sub === this.#sub;
    if (this.#state.name === 'live' || first) this.#arm(PING_MS, () => this.#ping());
  }

  #ping() {
    this.#pings += 1;
    this.#send({ ping: this.#pings });
    this.#arm(ANSWER_MS, () => {
      this.#setState('stale', 'the bridge does not answer', 0);
      this.#arm(ANSWER_MS, () => this.#giveUp('the bridge does not answer'));
    });
  }

  /** @param {number} code @param {string} reason */
  #closed(code, reason) {
    this.#socket = null;
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
    this.#setState('reconnecting', reason, attempt + 1, this.#env.now() + delay);
    this.#arm(delay, () => this.#dial());
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
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#timer = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  /** @param {unknown} message */
  #send(message) {
    this.#socket?.send(JSON.stringify(message));
  }

  /** @param {number} ms @param {() => void} run */
  #arm(ms, run) {
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#timer = this.#env.after(() => {
      this.#timer = null;
      run();
    }, ms);
  }

  /** @param {ConnectionName} name @param {string} reason @param {number} attempt @param {number|null} [retryAt] */
  #setState(name, reason, attempt, retryAt = null) {
    this.#state = { name, reason, retryAt, attempt };
    this.#onState(this.#state);
  }
}
