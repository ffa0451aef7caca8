/**
 * Where history and live meet: what came both ways is shown once. A live message of v4 has the token of its own; one of v3 only
 * that of the answer it came in, so it may be any message between the answer before and this one. Pure, but for what it remembers.
 */

import { ticksOf } from './times.js';

/** Messages of a channel that are remembered; older ones no longer come twice. */
const KEPT_MAX = 5_000;
/** Of all channels together, but some of each. */
const KEPT_ALL = 100_000;
const KEPT_LEAST = 100;
/** A wildcard may bring any number; that of which was heard longest ago is forgotten. */
const CHANNELS_MAX = 1_000;

/**
 * @typedef {object} Entry
 * @property {string} channel
 * @property {unknown} message
 * @property {unknown} token
 * @property {unknown} [after]  live, of v3: the token of the answer before; absent: `token` is its own
 * @property {string} [subscription]  live: the group or wildcard by which it came
 *
 * @typedef {object} Seen  what is remembered of a message
 * @property {bigint} ticks
 * @property {bigint} after  it was sent after this one, and not after `ticks`
 * @property {number} hash
 * @property {boolean} live
 * @property {string} subscription
 * @property {boolean} met  it came the other way, too
 */

/** One channel. */
class Memory {
  /** By their own token. @type {Map<bigint, Seen[]>} */
  exact = new Map();
  /** Live ones of v3. @type {Seen[]} */
  ranges = [];
  /** Of what was stored; null: nothing. @type {bigint|null} */
  newestStored = null;
  /** @type {bigint|null} */
  newest = null;

  /** @param {Seen} one @param {number} most  that are remembered */
  keep(one, most) {
    if (this.newest === null || one.ticks > this.newest) this.newest = one.ticks;
    if (!one.live && (this.newestStored === null || one.ticks > this.newestStored)) this.newestStored = one.ticks;
    if (one.after !== one.ticks - 1n) {
      this.ranges.push(one);
      if (this.ranges.length > most) this.ranges.splice(0, this.ranges.length - most);
      return;
    }
    while (this.exact.size >= most && !this.exact.has(one.ticks)) {
      const first = /** @type {bigint} */ (this.exact.keys().next().value);
      // History is read from its end back: what came first is what may still come live.
      if (one.ticks < first) return;
      this.exact.delete(first);
    }
    this.exact.set(one.ticks, [...this.exact.get(one.ticks) ?? [], one]);
  }
}

export class Seam {
  /** @type {Map<string, Memory>} */
  #channels = new Map();

  /** @param {Entry} entry @returns {boolean} is it new? */
  live({ channel, message, token, after, subscription = '' }) {
    const ticks = ticksOf(token);
    // Without a token nothing can be told apart.
    if (ticks === null) return true;
    const since = after === undefined ? ticks - 1n : ticksOf(after) ?? 0n;
    const hash = hashOf(message);
    const memory = this.#of(channel);
    const twin = after === undefined
      ? memory.exact.get(ticks)?.find((one) => one.hash === hash && !one.met && (!one.live || one.subscription !== subscription))
      : storedWithin(memory, since, ticks, hash);
    if (!twin) memory.keep({ ticks, after: since, hash, live: true, subscription, met: false }, this.#most);
    else if (!twin.live) twin.met = true;
    return !twin;
  }

  /** @param {Entry} entry @returns {boolean} is it new? */
  stored({ channel, message, token }) {
    const ticks = ticksOf(token);
    if (ticks === null) return true;
    const hash = hashOf(message);
    const memory = this.#of(channel);
    const twin = memory.exact.get(ticks)?.find((one) => one.hash === hash)
      ?? memory.ranges.find((one) => !one.met && one.hash === hash && ticks > one.after && ticks <= one.ticks);
    if (!twin) memory.keep({ ticks, after: ticks - 1n, hash, live: false, subscription: '', met: false }, this.#most);
    else if (twin.live) twin.met = true;
    return !twin;
  }

  /** The newest token of a channel; null: none. @param {string} channel */
  newest(channel) {
    return this.#of(channel).newest;
  }

  get #most() { return Math.max(KEPT_LEAST, Math.min(KEPT_MAX, Math.floor(KEPT_ALL / this.#channels.size))); }

  /** @param {string} channel */
  #of(channel) {
    const memory = this.#channels.get(channel) ?? new Memory();
    this.#channels.delete(channel);
    if (this.#channels.size >= CHANNELS_MAX) this.#channels.delete(/** @type {string} */ (this.#channels.keys().next().value));
    this.#channels.set(channel, memory);
    return memory;
  }
}

/** @param {Memory} memory @param {bigint} since @param {bigint} ticks @param {number} hash */
function storedWithin({ exact, newestStored }, since, ticks, hash) {
  if (newestStored === null || newestStored <= since) return undefined;
  for (const [at, all] of exact) {
    if (at <= since || at > ticks) continue;
    const twin = all.find((one) => !one.live && !one.met && one.hash === hash);
    if (twin) return twin;
  }
  return undefined;
}

/** A message may be changed by whoever gets it, and is too long to be kept. @param {unknown} message */
function hashOf(message) {
  let text = '';
  try {
    text = JSON.stringify(message) ?? '';
  } catch {
    // What holds itself did not come by wire.
  }
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 0x200000 + (b >>> 11);
}
