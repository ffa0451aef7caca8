/** The client of a page, of either generation, as one. Told by what it can do: the real ones serve as well as those of a bridge. */

import { ClientV3 } from './client-v3.js';
import { ClientV4 } from './client-v4.js';
/** @import {Entry} from './seam.js' */
/** @import {Stored} from './history.js' */

/**
 * @typedef {object} Listening
 * @property {string[]} channels  `foo.*`: all below foo
 * @property {string[]} groups
 * @property {(entry: Entry & {env?: unknown}) => void} onMessage
 * @property {(again: boolean) => void} onConnect  again: after it was lost
 * @property {(message: string) => void} onError
 *
 * @typedef {object} Client
 * @property {(listening: Listening) => () => void} listen  what it returns ends it
 * @property {(channel: string, ask: {count: number, start: unknown}) => Promise<Stored[]>} history  oldest first
 * @property {(group: string) => Promise<string[]>} channelsOf
 */

/** One of each: charts share what they subscribe. @type {WeakMap<object, Client>} */
const known = new WeakMap();

/** @param {any} pubnub @returns {Client|null} null: it is no client */
export function clientOf(pubnub) {
  if ((typeof pubnub !== 'object' && typeof pubnub !== 'function') || pubnub === null || typeof pubnub.subscribe !== 'function') return null;
  let client = known.get(pubnub);
  if (!client) known.set(pubnub, client = typeof pubnub.addListener === 'function' ? new ClientV4(pubnub) : new ClientV3(pubnub));
  return client;
}

/** Does a channel's name fit one of these, of which some end in `.*`? @param {readonly string[]} wanted @param {string} channel */
export const fits = (wanted, channel) => wanted.some((one) => one === channel || (one.endsWith('*') && channel.startsWith(one.slice(0, -1))));

/** What is subscribed, and by how many. */
export class Uses {
  /** @type {Map<string, number>} */
  #count = new Map();

  /** @param {readonly string[]} names @returns {string[]} those that nobody had before */
  take(names) {
    for (const name of names) this.#count.set(name, (this.#count.get(name) ?? 0) + 1);
    return names.filter((name) => this.#count.get(name) === 1);
  }

  /** @param {readonly string[]} names @returns {string[]} those that nobody has any more */
  leave(names) {
    for (const name of names) this.#count.set(name, (this.#count.get(name) ?? 0) - 1);
    const gone = names.filter((name) => /** @type {number} */ (this.#count.get(name)) <= 0);
    for (const name of gone) this.#count.delete(name);
    return gone;
  }
}

/** Waits for an answer by callback, and not for ever. @template T @param {(done: (value: T) => void, fail: (error: Error) => void) => void} ask @param {string} what */
export function answered(ask, what) {
  return /** @type {Promise<T>} */ (new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${what}: no answer`)), ANSWER_MS);
    const end = (/** @type {(value: any) => void} */ how) => (/** @type {any} */ value) => {
      clearTimeout(late);
      how(value);
    };
    try {
      ask(end(resolve), end(reject));
    } catch (error) {
      end(reject)(error);
    }
  }));
}

const ANSWER_MS = 30_000;
