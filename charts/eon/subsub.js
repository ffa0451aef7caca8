/** `eon.subsub` of the first years: many observers of one subscription, whose `connect` is that of the first. */

import { sayOnce, tell } from './pubnub/say.js';

/** @typedef {(message: unknown, env: unknown, channel: string) => void} Observer */

/** Of each client. @type {WeakMap<object, Map<string, Observer[]>>} */
const observed = new WeakMap();
/** Observers are never taken back; a page that adds one a second would grow for ever. */
const OBSERVERS_MAX = 10_000;

export const subsub = Object.freeze({
  /** @param {any} pubnub @param {string} channel @param {(() => void)|undefined} connect @param {Observer} observer */
  subscribe(pubnub, channel, connect, observer) {
    const channels = observed.get(pubnub) ?? new Map();
    observed.set(pubnub, channels);
    const known = channels.get(channel);
    if (known && known.length >= OBSERVERS_MAX) return sayOnce('error', `subsub: ${OBSERVERS_MAX} observers of ${channel} are enough`);
    if (known) return void known.push(observer);
    const observers = [observer];
    channels.set(channel, observers);
    pubnub.subscribe({
      channel, connect: connect ?? (() => {}),
      message: (/** @type {unknown} */ message, /** @type {unknown} */ env, /** @type {string} */ from) => {
        for (const one of [...observers]) tell(one, message, env, from);
      },
    });
  },
});
