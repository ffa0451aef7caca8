/**
 * PubNub's client of the fourth generation, as far as pages of EON use it, over a bridge. Callbacks and promises as the
 * original; each message has its own time token, as text.
 */

import { CATEGORIES, OPERATIONS } from './constants.js';
import { asPubNubError, categoryOf, PubNubError } from './errors.js';
import { readHereNow } from './here-now.js';
import { readHistory } from './history.js';
import { patternOf } from './names.js';
import { Presence } from './presence.js';
import { sayOnce, tell } from './say.js';
import { Subscriptions } from './subscriptions.js';
import { timetokenOf } from './timetoken.js';
import { newUuid } from './uuid.js';
/** @import {Item} from './raw.js' */
/** @import {Owner} from './subscriptions.js' */
/** @import {Transport} from './transport.js' */

/**
 * @typedef {object} Setup  others are taken and do nothing
 * @property {string} [publishKey]  default `demo`
 * @property {string} [subscribeKey]  default `demo`; groups belong to it
 * @property {string} [uuid]
 * @property {string} [cipherKey]  is refused when something is to be published
 * @property {string} [authKey]
 *
 * @typedef {{status?: (status: any) => void, message?: (message: any) => void, presence?: (event: any) => void}} Listener
 * @typedef {(status: any, response?: any) => void} Callback
 */

/** Of one page of history where it does not say how many. */
const COUNT = 100;
const COUNT_OF_SEVERAL = 25;
/** What pages of EON never use. */
const NOT_OFFERED = Object.freeze(['fire', 'signal', 'whereNow', 'getState', 'setState', 'grant', 'audit', 'encrypt', 'decrypt']);

export class PubNubClient {
  #transport;
  #setup;
  #uuid;
  #authKey;
  /** @type {Listener[]} */
  #listeners = [];
  #subscriptions;
  #presence = new Presence();
  channelGroups;

  /** @param {Setup} setup @param {Transport} transport */
  constructor(setup, transport) {
    this.#transport = transport;
    const { publishKey, publish_key: oldPublishKey, subscribeKey, subscribe_key: oldSubscribeKey, uuid, authKey, cipherKey } = /** @type {any} */ (setup ?? {});
    this.#setup = { publishKey: publishKey ?? oldPublishKey ?? 'demo', subscribeKey: subscribeKey ?? oldSubscribeKey ?? 'demo', cipherKey };
    this.#uuid = uuid || newUuid();
    this.#authKey = authKey;
    this.#subscriptions = this.#subscribed();
    this.channelGroups = this.#channelGroups();
    for (const name of NOT_OFFERED) if (!(name in this)) this.#refuse(name);
  }

  static generateUUID() { return newUuid(); }
  static get OPERATIONS() { return OPERATIONS; }
  static get CATEGORIES() { return CATEGORIES; }

  /** @param {Listener} listener */
  addListener(listener) {
    this.#listeners.push(listener);
  }

  /** @param {Listener} listener */
  removeListener(listener) {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }

  removeAllListeners() {
    this.#listeners = [];
  }

  /** @param {{channels?: string[], channelGroups?: string[], withPresence?: boolean, timetoken?: unknown}} options */
  subscribe({ channels = [], channelGroups = [], withPresence = false, timetoken } = {}) {
    try {
      this.#subscriptions.subscribe({ channels: listOf(channels), groups: listOf(channelGroups), presence: withPresence, timetoken });
    } catch (error) {
      this.#failed(OPERATIONS.PNSubscribeOperation, error, { affectedChannels: channels, affectedChannelGroups: channelGroups });
    }
  }

  /** @param {{channels?: string[], channelGroups?: string[]}} options */
  unsubscribe({ channels = [], channelGroups = [] } = {}) {
    this.#subscriptions.unsubscribe({ channels: listOf(channels), groups: listOf(channelGroups) });
    this.#status({ error: false, operation: OPERATIONS.PNUnsubscribeOperation, statusCode: 200, affectedChannels: channels, affectedChannelGroups: channelGroups });
  }

  unsubscribeAll() {
    this.unsubscribe({ channels: this.getSubscribedChannels(), channelGroups: this.getSubscribedChannelGroups() });
  }

  getSubscribedChannels() { return this.#subscriptions.channels; }
  getSubscribedChannelGroups() { return this.#subscriptions.groups; }

  /** Leaves the bridge and keeps its place. */
  disconnect() { this.#subscriptions.pause(); }
  /** Goes on where it was left; nothing of what was published meanwhile is lost. */
  reconnect() { this.#subscriptions.resume(); }

  destroy() {
    this.#subscriptions.unsubscribeAll();
    this.#presence.clear();
  }

  stop() { this.destroy(); }

  /** @param {{channel: string, message: unknown, meta?: object}} options @param {Callback} [callback] */
  publish({ channel, message, meta } = /** @type {any} */ ({}), callback) {
    const missing = !channel ? 'Missing Channel' : message === undefined || message === null || message === '' ? 'Missing Message' : null;
    return this.#call(OPERATIONS.PNPublishOperation, callback, missing, async () => {
      if (this.#setup.cipherKey) throw new PubNubError('cipherKey is not offered: nothing was published, since it would have been readable', 400);
      /** @type {Record<string, string>} */
      const parameters = meta && typeof meta === 'object' ? { meta: JSON.stringify(meta) } : {};
      const timetoken = await this.#transport.facade.publish({ ...this.#setup, uuid: this.#uuid }, channel, message, parameters);
      return { timetoken };
    });
  }

  /**
   * @param {{channel: string, count?: number, start?: unknown, end?: unknown, reverse?: boolean}} options
   * @param {Callback} [callback]
   */
  history({ channel, count = COUNT, ...span } = /** @type {any} */ ({}), callback) {
    return this.#call(OPERATIONS.PNHistoryOperation, callback, channel ? null : 'Missing channel', async () => {
      const items = await this.#past(channel, count, span);
      return {
        messages: items.map(({ timetoken, message }) => ({ timetoken, entry: message })),
        startTimeToken: items[0]?.timetoken ?? '0', endTimeToken: items.at(-1)?.timetoken ?? '0',
      };
    });
  }

  /** @param {{channels: string[], count?: number, start?: unknown, end?: unknown}} options @param {Callback} [callback] */
  fetchMessages({ channels, count, start, end } = /** @type {any} */ ({}), callback) {
    const names = listOf(channels);
    return this.#call(OPERATIONS.PNFetchMessagesOperation, callback, names.length > 0 ? null : 'Missing channels', async () => {
      const most = count ?? (names.length > 1 ? COUNT_OF_SEVERAL : COUNT);
      const found = await Promise.all(names.map(async (name) => [name, (await this.#past(name, most, { start, end })).map(({ timetoken, message }) => (
        { channel: name, subscription: null, timetoken, message }
      ))]));
      return { channels: Object.fromEntries(found) };
    });
  }

  /**
   * @param {{channels?: string[], channelGroups?: string[], includeUUIDs?: boolean, includeState?: boolean}} options
   * @param {Callback} [callback]
   */
  hereNow({ channels = [], channelGroups = [], includeUUIDs = true, includeState = false } = {}, callback) {
    return this.#call(OPERATIONS.PNHereNowOperation, callback, null, async () => {
      const asked = { channels: listOf(channels), groups: listOf(channelGroups), uuids: includeUUIDs, state: includeState };
      const parameters = { ...(includeUUIDs ? {} : { disable_uuids: '1' }), ...(includeState ? { state: '1' } : {}), uuid: this.#uuid };
      return readHereNow(await this.#transport.facade.hereNow(this.#setup.subscribeKey, asked.channels, asked.groups, parameters), asked);
    });
  }

  /** The bridge's time. @param {Callback} [callback] */
  time(callback) {
    return this.#call(OPERATIONS.PNTimeOperation, callback, null, async () => ({ timetoken: timetokenOf(await this.#transport.wire.now()) }));
  }

  getUUID() { return this.#uuid; }
  /** @param {string} uuid */
  setUUID(uuid) { this.#uuid = uuid; }
  getAuthKey() { return this.#authKey; }
  /** @param {string} key */
  setAuthKey(key) { this.#authKey = key; }
  /** @param {string} key */
  setCipherKey(key) { this.#setup.cipherKey = key; }
  getFilterExpression() { return ''; }
  /** @param {string} expression */
  setFilterExpression(expression) { sayOnce('warn', `filterExpression ${JSON.stringify(expression)} is not honoured: every message comes`); }
  getVersion() { return '4.12.0'; }

  /** @param {string} channel @param {number} count @param {{start?: unknown, end?: unknown, reverse?: boolean}} span */
  #past(channel, count, span) {
    const pattern = patternOf(channel);
    return readHistory((asked) => this.#transport.messages(pattern, asked), { ...span, count, channel: pattern });
  }

  #subscribed() {
    const operation = OPERATIONS.PNSubscribeOperation;
    return new Subscriptions(this.#transport, this.#setup.subscribeKey, {
      message: (item, owner) => this.#message(item, owner),
      connected: ({ channels, groups }) => this.#status({
        error: false, category: CATEGORIES.PNConnectedCategory, operation, statusCode: 200, affectedChannels: channels, affectedChannelGroups: groups,
        subscribedChannels: this.getSubscribedChannels(), lastTimetoken: '0', currentTimetoken: timetokenOf(Date.now()),
      }),
      failed: ({ channels, groups }, error) => this.#failed(operation, error, { affectedChannels: channels, affectedChannelGroups: groups }),
      gap: (channel, message) => this.#failed(operation, new PubNubError(`messages of ${channel} are missing: ${message}`, 410), { affectedChannels: [channel] }),
      present: (channel, sources) => this.#presence.begin(channel, sources),
      presence: (sources, ownerOf) => {
        for (const source of sources) {
          const owner = ownerOf(source);
          const event = owner && this.#presence.event(owner.channel, source);
          if (event) for (const listener of this.#listeners) tell(listener.presence, { ...event, ...placeOf(owner) });
        }
      },
      down: (reason) => {
        this.#status({ category: CATEGORIES.PNNetworkDownCategory });
        this.#failed(operation, new PubNubError(reason, 0), {});
      },
      up: () => {
        this.#status({ category: CATEGORIES.PNNetworkUpCategory });
        this.#status({ error: false, category: CATEGORIES.PNReconnectedCategory, operation, lastTimetoken: '0', currentTimetoken: timetokenOf(Date.now()) });
      },
    });
  }

  /** @param {Item} item @param {Owner} owner */
  #message({ timetoken, message }, owner) {
    const event = { ...placeOf(owner), timetoken, publisher: undefined, message };
    for (const listener of [...this.#listeners]) tell(listener.message, event);
  }

  #channelGroups() {
    const { facade, groups } = this.#transport;
    const { subscribeKey } = this.#setup;
    /** @param {{channels?: string[], channelGroup: string}} options @param {boolean} [alone]  without channels */
    const missing = ({ channels, channelGroup } = /** @type {any} */ ({}), alone = false) => (
      !channelGroup ? 'Missing Channel Group' : !alone && listOf(channels).length === 0 ? 'Missing Channels' : null
    );
    /** @param {string} operation @param {any} options @param {Callback|undefined} callback @param {boolean} alone @param {() => Promise<unknown>} change */
    const changed = (operation, options, callback, alone, change) => this.#call(operation, callback, missing(options, alone), async () => {
      await change();
      // Who is told that a channel left hears no more of it.
      await groups.again(subscribeKey, options.channelGroup);
      return {};
    });
    return Object.freeze({
      /** @param {{channels: string[], channelGroup: string}} options @param {Callback} [callback] */
      addChannels: (options, callback) => changed(OPERATIONS.PNAddChannelsToGroupOperation, options, callback, false, () => facade.add(subscribeKey, options.channelGroup, listOf(options.channels))),
      /** @param {{channels: string[], channelGroup: string}} options @param {Callback} [callback] */
      removeChannels: (options, callback) => changed(OPERATIONS.PNRemoveChannelsFromGroupOperation, options, callback, false, () => facade.remove(subscribeKey, options.channelGroup, listOf(options.channels))),
      /** @param {{channelGroup: string}} options @param {Callback} [callback] */
      deleteGroup: (options, callback) => changed(OPERATIONS.PNRemoveGroupOperation, options, callback, true, () => facade.removeGroup(subscribeKey, options.channelGroup)),
      /** @param {{channelGroup: string}} options @param {Callback} [callback] */
      listChannels: (options, callback) => this.#call(OPERATIONS.PNChannelsForGroupOperation, callback, missing(options, true), async () => ({ channels: await facade.channels(subscribeKey, options.channelGroup) })),
      /** @param {Callback} [callback] */
      listGroups: (callback) => this.#call(OPERATIONS.PNChannelGroupsOperation, callback, null, async () => ({ groups: await facade.groups(subscribeKey) })),
    });
  }

  /**
   * A callback gets status and response; without one there is a promise.
   * @param {string} operation
   * @param {Callback|undefined} callback
   * @param {string|null} missing  what the page forgot
   * @param {() => Promise<any>} run
   * @returns {Promise<any>|undefined}
   */
  #call(operation, callback, missing, run) {
    if (missing !== null) {
      const status = { message: missing, type: 'validationError', error: true };
      if (callback) return void tell(callback, status);
      return Promise.reject(withStatus(new PubNubError('Validation failed, check status for details', 400), status));
    }
    if (!callback) return run().catch((error) => { throw withStatus(asPubNubError(error), statusOf(operation, error)); });
    run().then((response) => tell(callback, { error: false, operation, statusCode: 200 }, response), (error) => tell(callback, statusOf(operation, error)));
    return undefined;
  }

  /** @param {string} name */
  #refuse(name) {
    const said = `PubNub's ${name} is not offered by a bridge`;
    Object.defineProperty(this, name, {
      configurable: true, writable: true,
      value: (/** @type {any} */ _, /** @type {Callback|undefined} */ callback) => this.#call(name, callback, null, async () => { throw new PubNubError(said, 501); }),
    });
  }

  /** @param {object} status */
  #status(status) {
    for (const listener of [...this.#listeners]) tell(listener.status, status);
  }

  /** @param {string} operation @param {unknown} error @param {object} more */
  #failed(operation, error, more) {
    const status = { ...statusOf(operation, error), ...more };
    // Where nobody listens it is still said.
    if (!this.#listeners.some((listener) => listener.status)) sayOnce('warn', status.message);
    this.#status(status);
  }
}

/** @param {string} operation @param {unknown} error */
function statusOf(operation, error) {
  const known = asPubNubError(error);
  const statusCode = Number(known.status);
  return { error: true, operation, statusCode, category: categoryOf(statusCode), message: known.message, errorData: known };
}

/** @param {PubNubError} error @param {object} status */
const withStatus = (error, status) => Object.assign(error, { status });

/** @param {Owner} owner */
const placeOf = ({ channel, subscription }) => ({
  channel, subscription, actualChannel: subscription === null ? null : channel, subscribedChannel: subscription ?? channel,
});

/** @param {unknown} value @returns {string[]} */
const listOf = (value) => (Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : String(value).split(',')).map(String);
