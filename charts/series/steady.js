/**
 * Who comes and goes does not flicker. That a source is gone, or stale, is shown at once; that it is well again, too, the
 * first two times within a minute. From the third on it must have been well for 2 s, then 4, 8, 16, at most 30: until then it is shown as
 * it was, and says that it comes and goes. A new life is never held back: who restarts again and again has a state of its own.
 */

import { isDown } from './status.js';
/** @import {Source} from '../types.js' */

/** Without coming back for so long it has come to rest. */
const REST_MS = 60_000;
const FREE = 2;
const HOLD_MAX_MS = 30_000;
const KNOWN_MAX = 20_000;

/** @param {Source} source */
const isIll = (source) => source.state === 'stale' || isDown(source);

export class Steady {
  /** How often each was well again, and when last. @type {Map<string, {count: number, at: number}>} */
  #returns = new Map();
  /** What is true of those shown otherwise, and from when on it is shown. @type {Map<string, {source: Source, at: number}>} */
  #held = new Map();

  /**
   * @param {Source|undefined} before  as it is shown
   * @param {Source} source  as it is now
   * @param {number} now
   * @returns {Source} to be shown
   */
  shown(before, source, now) {
    const { id } = source;
    const pending = this.#held.get(id);
    if (!before || isIll(source) || !isIll(before) || before.epoch !== source.epoch || source.state === 'unknown') {
      this.#held.delete(id);
      return source;
    }
    const last = this.#returns.get(id);
    const count = pending ? last?.count ?? 1 : last && now - last.at < REST_MS ? last.count + 1 : 1;
    if (!pending) {
      if (this.#returns.size >= KNOWN_MAX) this.#returns.clear();
      this.#returns.set(id, { count, at: now });
    }
    if (count <= FREE) return source;
    const at = pending?.at ?? now + Math.min(HOLD_MAX_MS, 1_000 * 2 ** (count - FREE));
    this.#held.set(id, { source, at });
    return { ...source, state: before.state, since: before.since, cause: before.cause, reason: `comes and goes, ${count} times within a minute` };
  }

  /** Those that are to be shown as they are from now on. @param {number} now @returns {Source[]} */
  due(now) {
    const found = [];
    for (const [id, { source, at }] of this.#held) {
      if (at > now) continue;
      this.#held.delete(id);
      found.push(source);
    }
    return found;
  }
}
