/** The bridge's answers to PubNub's own REST calls: what changes something there, which a bridge offers where it was told to. */

import { PubNubError, OFF } from './errors.js';

/** The longest address; a longer message goes as a body. */
const ADDRESS_MAX = 8_000;

/** As PubNub's clients write it in a path. @param {string} text */
export const encode = (text) => encodeURIComponent(text).replace(/[!~*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** @typedef {{publishKey: string, subscribeKey: string, uuid: string}} Keys */

export class Facade {
  #origin;
  #fetch;

  /** @param {string} origin  of the bridge @param {(url: string, init?: RequestInit) => Promise<Response>} [fetch] */
  constructor(origin, fetch = (url, init) => globalThis.fetch(url, init)) {
    this.#origin = origin;
    this.#fetch = fetch;
  }

  /**
   * @param {Keys} keys
   * @param {string} channel
   * @param {unknown} message
   * @param {Record<string, string>} [parameters]
   * @returns {Promise<string>} the message's time token
   */
  async publish({ publishKey, subscribeKey, uuid }, channel, message, parameters = {}) {
    const json = JSON.stringify(message);
    if (json === undefined) throw new PubNubError('the message is nothing that JSON can say', 400);
    const path = `/publish/${encode(publishKey)}/${encode(subscribeKey)}/0/${encode(channel)}/0`;
    const inAddress = `${path}/${encode(json)}`;
    const query = { ...parameters, uuid };
    const answer = inAddress.length <= ADDRESS_MAX ? await this.#ask(inAddress, query) : await this.#ask(path, query, json);
    if (answer[0] !== 1) throw new PubNubError(String(answer[1] ?? 'the bridge did not take the message'), 400, answer);
    return String(answer[2]);
  }

  /** @param {string} subscribeKey @param {string} group @returns {Promise<string[]>} its channels */
  async channels(subscribeKey, group) {
    const { payload } = await this.#ask(groupPath(subscribeKey, group));
    return list(payload?.channels);
  }

  /** @param {string} subscribeKey @returns {Promise<string[]>} */
  async groups(subscribeKey) {
    const { payload } = await this.#ask(groupPath(subscribeKey));
    return list(payload?.groups);
  }

  /** @param {string} subscribeKey @param {string} group @param {readonly string[]} channels */
  async add(subscribeKey, group, channels) {
    await this.#ask(groupPath(subscribeKey, group), { add: channels.join() });
  }

  /** @param {string} subscribeKey @param {string} group @param {readonly string[]} channels */
  async remove(subscribeKey, group, channels) {
    await this.#ask(groupPath(subscribeKey, group), { remove: channels.join() });
  }

  /** @param {string} subscribeKey @param {string} group */
  async removeGroup(subscribeKey, group) {
    await this.#ask(`${groupPath(subscribeKey, group)}/remove`);
  }

  /**
   * Who is there, as PubNub answers it: of one channel or of several.
   * @param {string} subscribeKey
   * @param {readonly string[]} channels
   * @param {readonly string[]} groups
   * @param {Record<string, string>} parameters
   * @returns {Promise<any>}
   */
  hereNow(subscribeKey, channels, groups, parameters) {
    const path = channels.length + groups.length > 0 ? `/channel/${encode(channels.join() || ',')}` : '';
    return this.#ask(`/v2/presence/sub-key/${encode(subscribeKey)}${path}`, { ...parameters, ...(groups.length > 0 ? { 'channel-group': groups.join() } : {}) });
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} [parameters]
   * @param {string} [body]
   * @returns {Promise<any>}
   */
  async #ask(path, parameters = {}, body) {
    const query = String(new URLSearchParams(parameters));
    let answer;
    try {
      answer = await this.#fetch(`${this.#origin}${path}${query && `?${query}`}`, body === undefined ? {} : { method: 'POST', body });
    } catch (error) {
      throw new PubNubError(`the bridge at ${this.#origin} cannot be reached, or lets no page of another origin publish: ${OFF}`, 0, error);
    }
    const json = await answer.json().catch(() => null);
    if (answer.ok && json !== null) return json;
    throw refusal(answer.status, json);
  }
}

/** @param {string} subscribeKey @param {string} [group] */
function groupPath(subscribeKey, group) {
  return `/v1/channel-registration/sub-key/${encode(subscribeKey)}/channel-group${group === undefined ? '' : `/${encode(group)}`}`;
}

/** @param {unknown} value @returns {string[]} */
const list = (value) => (Array.isArray(value) ? value.map(String) : []);

/** @param {number} status @param {any} json */
function refusal(status, json) {
  // The bridge's own words for an address that it does not know.
  if (['facade_off', 'not_found', 'method'].includes(json?.error?.kind)) return new PubNubError(`this bridge answers no calls of PubNub's clients: ${OFF}`, status, json);
  const said = json?.error?.message ?? json?.message ?? (Array.isArray(json) ? json[1] : null);
  return new PubNubError(typeof said === 'string' ? said : `the bridge answered with status ${status}`, status, json);
}
