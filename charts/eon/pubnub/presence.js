/** Presence as PubNub's clients tell it, made of the sources of a channel: who joined, left or fell silent. */

import { isDown } from '../../series/status.js';
import { timetokenOf } from './timetoken.js';
/** @import {Source} from '../../types.js' */

/** Of one client. */
const KNOWN_MAX = 20_000;

export class Presence {
  /** Who is up, by channel. @type {Map<string, Set<string>>} */
  #up = new Map();
  #known = 0;

  /** Channels with somebody. */
  get channels() { return this.#up.size; }

  /** Those that were there before anybody looked. @param {string} channel @param {readonly Source[]} sources */
  begin(channel, sources) {
    for (const source of sources) if (!isDown(source)) this.event(channel, source);
  }

  /**
   * What changed with a source; null where it was known so.
   * @param {string} channel  by the page's name
   * @param {Source} source
   */
  event(channel, source) {
    const joined = !isDown(source);
    if (joined && this.#up.get(channel)?.has(source.id)) return null;
    if (joined && this.#known >= KNOWN_MAX) this.clear();
    const here = this.#up.get(channel) ?? new Set();
    if (joined) {
      this.#up.set(channel, here.add(source.id));
      this.#known += 1;
    } else if (here.delete(source.id)) {
      this.#known -= 1;
      if (here.size === 0) this.#up.delete(channel);
    }
    return {
      action: joined ? 'join' : source.reason?.startsWith('bye') ? 'leave' : 'timeout', uuid: source.id, occupancy: here.size,
      timestamp: Math.floor(source.since / 1_000), timetoken: timetokenOf(source.since), state: undefined,
    };
  }

  clear() {
    this.#up.clear();
    this.#known = 0;
  }
}
