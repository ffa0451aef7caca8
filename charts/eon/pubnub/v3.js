/**
 * PubNub's client of the third generation, as far as pages of EON use it, over a bridge: `PUBNUB.init({…})`, `PUBNUB({…})`, and
 * `PUBNUB` itself with the demo keys. Answers come by callbacks; each message has an envelope with its own time token.
 */

import { asPubNubError, PubNubError } from './errors.js';
import { readHistory } from './history.js';
import { patternOf } from './names.js';
import { Presence } from './presence.js';
import { sayOnce, tell } from './say.js';
import { Subscriptions } from './subscriptions.js';
import { timeOf, timetokenOf } from './timetoken.js';
import { newUuid } from './uuid.js';
/** @import {Item} from './raw.js' */
/** @import {Owner} from './subscriptions.js' */
/** @import {Transport} from './transport.js' */

/**
 * @typedef {(...all: any[]) => void} Callback
 * @typedef {object} Place  of one channel or group
 * @property {Callback} message
 * @property {Callback} [connect]
 * @property {Callback} [disconnect]
 * @property {Callback} [reconnect]
 * @property {Callback} [error]
 * @property {Callback} [presence]
 * @property {boolean} connected
 * @property {boolean} away
 */

const COUNT = 100;

export class LegacyClient {
  #transport;
  #keys;
  #error;
  #cipherKey;
  #subscriptions;
  #presence = new Presence();
  /** By the page's name. @type {Map<string, Place>} */
  #channels = new Map();
  /** @type {Map<string, Place>} */
  #groups = new Map();

  /** @param {any} setup @param {Transport} transport */
  constructor(setup, transport) {
    const { publish_key: publishKey = 'demo', subscribe_key: subscribeKey = 'demo', uuid, error, cipher_key: cipherKey } = setup ?? {};
    this.#transport = transport;
    this.#keys = { publishKey, subscribeKey, uuid: uuid || newUuid() };
    this.#error = error;
    this.#cipherKey = cipherKey;
    this.#subscriptions = this.#subscribed();
  }

  /** @param {any} args @param {Callback} [callback] */
  subscribe(args = {}, callback) {
    const [channels, groups] = [listOf(args.channel), listOf(args.channel_group)];
    const message = callback ?? args.callback ?? args.message;
    if (channels.length + groups.length === 0) return this.#complain('Missing Channel');
    if (typeof message !== 'function') return this.#complain('Missing Callback');
    const { connect, disconnect, reconnect, error, presence, timetoken } = args;
    for (const [names, places] of /** @type {[string[], Map<string, Place>][]} */ ([[channels, this.#channels], [groups, this.#groups]])) {
      for (const name of names) {
        const { connected = false, away = false } = places.get(name) ?? {};
        places.set(name, { message, connect, disconnect, reconnect, error, presence, connected, away });
      }
    }
    try {
      this.#subscriptions.subscribe({ channels, groups, presence: typeof presence === 'function', timetoken });
    } catch (problem) {
      for (const name of channels) this.#channels.delete(name);
      this.#fail(problem, error);
    }
  }

  /** @param {any} args @param {Callback} [callback] */
  unsubscribe(args = {}, callback) {
    const [channels, groups] = [listOf(args.channel), listOf(args.channel_group)];
    if (channels.length + groups.length === 0) return this.#complain('Missing Channel or Channel Group');
    for (const name of channels) this.#channels.delete(name);
    for (const name of groups) this.#groups.delete(name);
    this.#subscriptions.unsubscribe({ channels, groups });
    queueMicrotask(() => tell(callback ?? args.callback, { status: 200, action: 'leave', message: 'OK', service: 'Presence' }));
  }

  /** @param {any} args @param {Callback} [callback] */
  publish(args = {}, callback) {
    const { channel, message, meta, metadata = meta, error } = args;
    if (message === undefined || message === null || message === '') return this.#complain('Missing Message');
    if (!channel) return this.#complain('Missing Channel');
    this.#answer(async () => {
      if (this.#cipherKey) throw new PubNubError('cipher_key is not offered: nothing was published, since it would have been readable', 400);
      /** @type {Record<string, string>} */
      const parameters = metadata && typeof metadata === 'object' ? { meta: JSON.stringify(metadata) } : {};
      return [1, 'Sent', await this.#transport.facade.publish(this.#keys, channel, message, parameters)];
    }, callback ?? args.callback ?? args.success, error);
  }

  /** @param {any} args @param {Callback} [callback] */
  history(args = {}, callback) {
    const { channel, count = args.limit ?? COUNT, start, end, reverse, include_token: withTokens, error } = args;
    const done = args.callback ?? callback;
    if (!channel) return this.#complain('Missing Channel');
    if (typeof done !== 'function') return this.#complain('Missing Callback');
    this.#answer(async () => {
      const pattern = patternOf(channel);
      const span = { start, end, reverse: reverse === true || reverse === 'true' };
      const items = await readHistory((asked) => this.#transport.messages(pattern, asked), { ...span, count: Number(count), channel: pattern });
      const messages = items.map(({ message, timetoken }) => (withTokens ? { message, timetoken } : message));
      return [messages, items[0]?.timetoken ?? '0', items.at(-1)?.timetoken ?? '0'];
    }, done, error);
  }

  /** The bridge's time; 0 where it cannot be had. @param {Callback} callback */
  time(callback) {
    this.#transport.wire.now().then((now) => tell(callback, timetokenOf(now)), () => tell(callback, 0));
  }

  /** @param {any} args @param {Callback} [callback] */
  here_now(args = {}, callback) {
    const [channels, groups] = [listOf(args.channel), listOf(args.channel_group)];
    const { uuids = true, state = false, error } = args;
    /** @type {Record<string, string>} */
    const parameters = { ...(uuids ? {} : { disable_uuids: '1' }), ...(state ? { state: '1' } : {}), uuid: this.#keys.uuid };
    this.#answer(async () => {
      const answer = await this.#transport.facade.hereNow(this.#keys.subscribeKey, channels, groups, parameters);
      return answer.payload ?? answer;
    }, args.callback ?? callback, error);
  }

  /** @param {Callback} [callback] */
  uuid(callback) {
    const made = newUuid();
    tell(callback, made);
    return made;
  }

  get_uuid() { return this.#keys.uuid; }
  /** @param {string} uuid */
  set_uuid(uuid) { this.#keys.uuid = uuid; }
  /** Bridges ask for no such key. */
  auth() {}
  get_version() { return '3.15.2'; }

  /** @param {any} args @param {Callback} [callback] */
  channel_group_add_channel(args = {}, callback) {
    this.#change(args, callback, true, (group, channels) => this.#transport.facade.add(this.#keys.subscribeKey, group, channels));
  }

  /** @param {any} args @param {Callback} [callback] */
  channel_group_remove_channel(args = {}, callback) {
    this.#change(args, callback, true, (group, channels) => this.#transport.facade.remove(this.#keys.subscribeKey, group, channels));
  }

  /** @param {any} args @param {Callback} [callback] */
  channel_group_remove_group(args = {}, callback) {
    this.#change(args, callback, false, (group) => this.#transport.facade.removeGroup(this.#keys.subscribeKey, group));
  }

  /** @param {any} args @param {Callback} [callback] */
  channel_group_list_channels(args = {}, callback) {
    const group = groupOf(args.channel_group);
    if (!group) return this.#complain('Missing Channel Group');
    this.#answer(async () => ({ group, channels: await this.#transport.facade.channels(this.#keys.subscribeKey, group) }), callback ?? args.callback, args.error);
  }

  /** @param {any} args @param {Callback} [callback] */
  channel_group_list_groups(args = {}, callback) {
    this.#answer(async () => ({ namespace: '', groups: await this.#transport.facade.groups(this.#keys.subscribeKey) }), callback ?? args.callback, args.error);
  }

  /**
   * @param {any} args
   * @param {Callback|undefined} callback
   * @param {boolean} needsChannels
   * @param {(group: string, channels: string[]) => Promise<void>} change
   */
  #change(args, callback, needsChannels, change) {
    const [group, channels] = [groupOf(args.channel_group), listOf(args.channels ?? args.channel)];
    if (!group) return this.#complain('Missing Channel Group');
    if (needsChannels && channels.length === 0) return this.#complain('Missing Channel');
    this.#answer(async () => {
      await change(group, channels);
      await this.#transport.groups.again(this.#keys.subscribeKey, group);
      return { status: 200, message: 'OK', service: 'channel-registry', error: false };
    }, callback ?? args.callback, args.error);
  }

  #subscribed() {
    return new Subscriptions(this.#transport, this.#keys.subscribeKey, {
      message: (item, owner) => this.#message(item, owner),
      connected: ({ channels, groups }) => {
        for (const [name, place] of [...found(this.#channels, channels), ...found(this.#groups, groups)]) {
          if (!place.connected) tell(place.connect, name);
          place.connected = true;
        }
      },
      failed: ({ channels, groups }, error) => {
        for (const [, place] of [...found(this.#channels, channels), ...found(this.#groups, groups)]) this.#fail(error, place.error);
        for (const name of channels) this.#channels.delete(name);
      },
      gap: (channel, message) => this.#fail(new PubNubError(`messages of ${channel} are missing: ${message}`, 410), this.#channels.get(channel)?.error),
      present: (channel, sources) => this.#presence.begin(channel, sources),
      presence: (sources, ownerOf) => {
        for (const source of sources) {
          const owner = ownerOf(source);
          const event = owner && this.#presence.event(owner.channel, source);
          if (event) tell(this.#placeOf(owner)?.presence, event, [[event], event.timetoken, owner.channel], owner.channel);
        }
      },
      down: (reason) => {
        for (const [name, place] of this.#places()) {
          if (!place.away) tell(place.disconnect, name);
          place.away = true;
          tell(place.error, { error: 1, message: reason });
        }
      },
      up: () => {
        for (const [name, place] of this.#places()) {
          if (place.away) tell(place.reconnect, name);
          place.away = false;
        }
      },
    });
  }

  /** @param {Item} item @param {Owner} owner */
  #message({ message, timetoken }, owner) {
    const { channel, subscription } = owner;
    const envelope = subscription === null ? [[message], timetoken, channel] : [[message], timetoken, subscription, channel];
    tell(this.#placeOf(owner)?.message, message, envelope, subscription ?? channel, Math.max(0, Date.now() - timeOf(timetoken)), channel);
  }

  /** @param {Owner} owner */
  #placeOf({ channel, subscription }) {
    return subscription === null ? this.#channels.get(channel) : this.#channels.get(subscription) ?? this.#groups.get(subscription);
  }

  #places() { return [...this.#channels, ...this.#groups]; }

  /** @param {() => Promise<unknown>} run @param {Callback|undefined} done @param {Callback|undefined} failed */
  #answer(run, done, failed) {
    run().then((answer) => tell(done, answer), (error) => this.#fail(error, failed));
  }

  /** @param {unknown} problem @param {Callback|undefined} failed */
  #fail(problem, failed) {
    const error = asPubNubError(problem);
    if (typeof failed === 'function') tell(failed, { error: 1, message: error.message, payload: error.data, status: error.status });
    else this.#complain(error.message);
  }

  /** @param {string} message */
  #complain(message) {
    if (typeof this.#error === 'function') tell(this.#error, message);
    else sayOnce('error', message);
  }
}

/**
 * The global `PUBNUB`: makes clients, and is one itself.
 * @param {Transport} transport
 * @returns {any}
 */
export function legacyPubNub(transport) {
  /** @param {any} setup */
  const clientOf = (setup) => {
    const client = new LegacyClient(setup, transport);
    const PUBNUB = (/** @type {any} */ more) => clientOf(more);
    for (const name of METHODS) Object.defineProperty(PUBNUB, name, { enumerable: true, configurable: true, writable: true, value: /** @type {any} */ (client)[name].bind(client) });
    return Object.assign(PUBNUB, { init: PUBNUB, secure: PUBNUB });
  };
  // Pages of the first years named their keys on an element.
  const element = typeof document === 'undefined' ? null : document.getElementById('pubnub');
  return clientOf({ publish_key: element?.getAttribute('pub-key') ?? undefined, subscribe_key: element?.getAttribute('sub-key') ?? undefined });
}

/** What clients of the third generation can do here. */
export const METHODS = Object.freeze(Object.getOwnPropertyNames(LegacyClient.prototype).filter((name) => name !== 'constructor'));

/** @param {Map<string, Place>} places @param {readonly string[]} names @returns {[string, Place][]} */
const found = (places, names) => names.flatMap((name) => {
  const place = places.get(name);
  return place ? [/** @type {[string, Place]} */ ([name, place])] : [];
});

/** @param {unknown} value @returns {string[]} */
const listOf = (value) => (Array.isArray(value) ? value.join() : String(value ?? '')).split(',').map((name) => name.trim()).filter((name) => name !== '');

/** Without its namespace. @param {unknown} value */
const groupOf = (value) => String(value ?? '').split(':').at(-1) ?? '';
