/**
 * What the channel groups that somebody watches hold. A bridge does not tell of changes, so each is listed every
 * {@link GROUP_MS}, and at once where this page changes it or the socket came back. One list for all clients of the page.
 */

import { asPubNubError } from './errors.js';
/** @import {Environment} from '../../live/connection.js' */
/** @import {PubNubError} from './errors.js' */

export const GROUP_MS = 5_000;
/** Where it cannot be listed. */
const FAILED_MS = 15_000;

/**
 * @typedef {object} GroupListener
 * @property {(channels: readonly string[]) => void} channels  what it holds, at first and whenever that changed
 * @property {(error: PubNubError) => void} failed  it could not be listed, for the first time; it is tried again
 *
 * @typedef {object} Watched
 * @property {string} subscribeKey
 * @property {string} group
 * @property {Set<GroupListener>} listeners
 * @property {readonly string[]|null} channels
 * @property {boolean} failed
 * @property {number|null} timer
 * @property {number} asked  answers of earlier questions count no longer
 * @property {Promise<void>} answer  to the latest; never fails
 */

export class Groups {
  #list;
  #env;
  /** @type {Map<string, Watched>} */
  #watched = new Map();

  /**
   * @param {(subscribeKey: string, group: string) => Promise<string[]>} list
   * @param {Pick<Environment, 'after'|'cancel'>} environment
   */
  constructor(list, environment) {
    this.#list = list;
    this.#env = environment;
  }

  /** @param {string} subscribeKey @param {string} group @param {GroupListener} listener @returns {() => void} ends it */
  watch(subscribeKey, group, listener) {
    const key = JSON.stringify([subscribeKey, group]);
    const one = this.#watched.get(key) ?? { subscribeKey, group, listeners: new Set(), channels: null, failed: false, timer: null, asked: 0, answer: Promise.resolve() };
    one.listeners.add(listener);
    if (!this.#watched.has(key)) {
      this.#watched.set(key, one);
      void this.#ask(one);
    } else if (one.channels !== null) {
      listener.channels(one.channels);
    }
    return () => {
      one.listeners.delete(listener);
      if (one.listeners.size > 0) return;
      this.#watched.delete(key);
      one.asked += 1;
      if (one.timer !== null) this.#env.cancel(one.timer);
    };
  }

  /** Lists now: of one group, or of all; over once the listeners know, or nobody can say. @param {string} [subscribeKey] @param {string} [group] */
  async again(subscribeKey, group) {
    const meant = [...this.#watched.values()].filter((one) => group === undefined || (one.subscribeKey === subscribeKey && one.group === group));
    await Promise.all(meant.map((one) => this.#answered(one)));
  }

  /** What is asked meanwhile overtakes the question: only the last answer counts. @param {Watched} one */
  async #answered(one) {
    let answer = this.#ask(one);
    for (await answer; answer !== one.answer; await answer) answer = one.answer;
  }

  /** @param {Watched} one */
  #ask(one) {
    one.answer = this.#answer(one);
    return one.answer;
  }

  /** @param {Watched} one */
  async #answer(one) {
    if (one.timer !== null) this.#env.cancel(one.timer);
    one.timer = null;
    const asked = ++one.asked;
    try {
      const channels = await this.#list(one.subscribeKey, one.group);
      if (asked !== one.asked) return;
      this.#found(one, [...new Set(channels)].sort());
    } catch (error) {
      if (asked !== one.asked) return;
      if (!one.failed) for (const listener of [...one.listeners]) listener.failed(asPubNubError(error));
      one.failed = true;
    }
    if (asked !== one.asked) return;
    one.timer = this.#env.after(() => void this.#ask(one), one.failed ? FAILED_MS : GROUP_MS);
  }

  /** @param {Watched} one @param {string[]} channels */
  #found(one, channels) {
    one.failed = false;
    if (one.channels?.join() === channels.join()) return;
    one.channels = channels;
    for (const listener of [...one.listeners]) listener.channels(channels);
  }
}
