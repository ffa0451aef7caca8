/** A client as `new PubNub()` makes it: listeners for everything, subscriptions beside them. */

import { answered, fits, Uses } from './clients.js';
/** @import {Client, Listening} from './clients.js' */

/** Is it there again, after it was not? @type {Map<string, boolean>} */
const CONNECTED = new Map([['PNConnectedCategory', false], ['PNReconnectedCategory', true]]);
const REFUSED = new Set(['PNAccessDeniedCategory', 'PNBadRequestCategory', 'PNMalformedResponseCategory']);

/** @implements {Client} */
export class ClientV4 {
  #pubnub;
  #channels = new Uses();
  #groups = new Uses();

  /** @param {any} pubnub */
  constructor(pubnub) {
    this.#pubnub = pubnub;
  }

  /** @param {Listening} listening */
  listen({ channels, groups, onMessage, onConnect, onError }) {
    const pubnub = this.#pubnub;
    const listener = {
      message: (/** @type {any} */ event) => {
        const { channel, message, timetoken, subscription } = event;
        const by = subscription ?? event.subscribedChannel ?? channel;
        if (!channels.includes(by) && !groups.includes(by) && !fits(channels, channel)) return;
        onMessage({ channel: String(channel), message, token: timetoken, subscription: by === channel ? '' : String(by) });
      },
      status: (/** @type {any} */ { category, errorData, affectedChannels, affectedChannelGroups }) => {
        // Of a client that others use as well.
        const affected = [...affectedChannels ?? [], ...affectedChannelGroups ?? []];
        if (affected.length > 0 && !affected.some((name) => channels.includes(name) || groups.includes(name))) return;
        const again = CONNECTED.get(category);
        if (again !== undefined) onConnect(again);
        else if (REFUSED.has(category)) onError(`the subscription was refused (${category})${errorData?.message ? `: ${errorData.message}` : ''}`);
      },
      presence: () => {},
    };
    // What the page itself listens to stays when the chart goes.
    const own = (/** @type {string} */ method) => new Set(typeof pubnub[method] === 'function' ? pubnub[method]() : []);
    const [pageChannels, pageGroups] = [own('getSubscribedChannels'), own('getSubscribedChannelGroups')];
    pubnub.addListener(listener);
    const [newChannels, newGroups] = [this.#channels.take(channels), this.#groups.take(groups)];
    pubnub.subscribe({ ...(channels.length > 0 ? { channels } : {}), ...(groups.length > 0 ? { channelGroups: groups } : {}) });
    for (const name of newChannels) if (pageChannels.has(name)) this.#channels.take([name]);
    for (const name of newGroups) if (pageGroups.has(name)) this.#groups.take([name]);
    return () => {
      pubnub.removeListener?.(listener);
      const [gone, goneGroups] = [this.#channels.leave(channels), this.#groups.leave(groups)];
      if (gone.length + goneGroups.length === 0) return;
      pubnub.unsubscribe?.({ ...(gone.length > 0 ? { channels: gone } : {}), ...(goneGroups.length > 0 ? { channelGroups: goneGroups } : {}) });
    };
  }

  /** @param {string} channel @param {{count: number, start: unknown}} ask */
  history(channel, { count, start }) {
    return answered((done, fail) => {
      this.#pubnub.history({ channel, count, reverse: false, includeTimetoken: true, stringifiedTimeToken: true, ...(start === null ? {} : { start }) },
        (/** @type {any} */ status, /** @type {any} */ response) => {
          if (status?.error || !response) return fail(new Error(reasonOf(status)));
          done((response.messages ?? []).map((/** @type {any} */ { entry, timetoken }) => ({ message: entry, token: timetoken })));
        });
    }, `history of ${channel}`);
  }

  /** @param {string} group @returns {Promise<string[]>} */
  channelsOf(group) {
    return answered((done, fail) => {
      this.#pubnub.channelGroups.listChannels({ channelGroup: group }, (/** @type {any} */ status, /** @type {any} */ response) => {
        if (status?.error || !response) return fail(new Error(reasonOf(status)));
        done(response.channels ?? []);
      });
    }, `channels of group ${group}`);
  }
}

/** @param {any} status */
const reasonOf = (status) => status?.errorData?.message ?? status?.message ?? status?.category ?? 'the client says no';
