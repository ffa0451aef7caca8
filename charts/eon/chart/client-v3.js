/** A client as `PUBNUB.init()` makes it: one callback for each channel, so that charts of one channel share it. */

import { answered } from './clients.js';
/** @import {Client, Listening} from './clients.js' */

/**
 * @typedef {object} Shared  what is subscribed once
 * @property {Set<Listening>} listeners
 * @property {boolean} connected
 * @property {unknown} token  of the last answer
 * @property {unknown} before  of the one before it
 */

/** A clock may be so much ahead of the service's. */
const CLOCK_MS = 10_000;

/** @implements {Client} */
export class ClientV3 {
  #pubnub;
  /** By channel, and by group below it. @type {Map<string, Shared>} */
  #channels = new Map();
  /** @type {Map<string, Shared>} */
  #groups = new Map();

  /** @param {any} pubnub */
  constructor(pubnub) {
    this.#pubnub = pubnub;
  }

  /** @param {Listening} listening */
  listen(listening) {
    const offs = [
      ...listening.channels.map((channel) => this.#join(this.#channels, 'channel', channel, listening)),
      ...listening.groups.map((group) => this.#join(this.#groups, 'channel_group', group, listening)),
    ];
    return () => offs.forEach((off) => off());
  }

  /** @param {Map<string, Shared>} all @param {'channel'|'channel_group'} what @param {string} name @param {Listening} listening */
  #join(all, what, name, listening) {
    const known = all.get(name);
    const shared = known ?? { listeners: new Set(), connected: false, token: undefined, before: (BigInt(Date.now() - CLOCK_MS) * 10_000n).toString() };
    shared.listeners.add(listening);
    all.set(name, shared);
    if (!known) this.#subscribe(shared, what, name);
    // It says so to the first one only; who comes later must not be told before it can hear.
    else if (shared.connected) queueMicrotask(() => shared.listeners.has(listening) && listening.onConnect(false));
    return () => {
      if (!shared.listeners.delete(listening) || shared.listeners.size > 0) return;
      all.delete(name);
      this.#pubnub.unsubscribe?.({ [what]: name });
    };
  }

  /** @param {Shared} shared @param {'channel'|'channel_group'} what @param {string} name */
  #subscribe(shared, what, name) {
    const connected = (/** @type {boolean} */ again) => () => {
      shared.connected = true;
      for (const { onConnect } of [...shared.listeners]) onConnect(again);
    };
    this.#pubnub.subscribe({
      [what]: name,
      message: (/** @type {unknown} */ message, /** @type {any} */ env, /** @type {unknown} */ by, /** @type {unknown} */ _latency, /** @type {unknown} */ channel = by) => {
        const token = env?.[1];
        // Messages of one answer share its token.
        if (token !== shared.token) [shared.before, shared.token] = [shared.token ?? shared.before, token];
        const from = typeof channel === 'string' && channel !== '' ? channel : name;
        for (const { onMessage } of [...shared.listeners]) {
          onMessage({ channel: from, message, token, after: shared.before, subscription: from === name ? '' : name, env });
        }
      },
      connect: connected(false), reconnect: connected(true),
      error: (/** @type {any} */ error) => {
        for (const { onError } of [...shared.listeners]) onError(`the subscription to ${name}: ${error?.message ?? JSON.stringify(error)}`);
      },
    });
  }

  /** @param {string} channel @param {{count: number, start: unknown}} ask */
  history(channel, { count, start }) {
    return answered((done, fail) => {
      this.#pubnub.history({
        channel, count, include_token: true, ...(start === null ? {} : { start }),
        callback: (/** @type {any} */ answer) => done((answer?.[0] ?? []).map((/** @type {any} */ { message, timetoken }) => ({ message, token: timetoken }))),
        error: (/** @type {any} */ error) => fail(new Error(error?.message ?? JSON.stringify(error))),
      });
    }, `history of ${channel}`);
  }

  /** @param {string} group @returns {Promise<string[]>} */
  channelsOf(group) {
    return answered((done, fail) => {
      this.#pubnub.channel_group_list_channels({
        channel_group: group, callback: (/** @type {any} */ answer) => done(answer?.channels ?? []),
        error: (/** @type {any} */ error) => fail(new Error(error?.message ?? JSON.stringify(error))),
      });
    }, `channels of group ${group}`);
  }
}
