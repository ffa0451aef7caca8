/**
 * What one client is subscribed to: channels, wildcards (`foo.*`) and channel groups; and of whose each message is. One that
 * several of them bring comes once: by the channel itself, else by a wildcard, else by a group, as with `--pubnub-facade`. A channel
 * is itself alone, as at PubNub, though a bridge that watches one shows what is below it too.
 */

import { isDown } from '../../series/status.js';
import { nameOf, patternOf } from './names.js';
import { readTimetoken } from './timetoken.js';
/** @import {Position, Source} from '../../types.js' */
/** @import {PubNubError} from './errors.js' */
/** @import {Item} from './raw.js' */
/** @import {Transport} from './transport.js' */
/** @import {Watch} from './wire.js' */

/**
 * @typedef {{channel: string, subscription: string|null}} Owner  by the page's names; subscription: the wildcard or group that brought it
 *
 * @typedef {object} Handlers
 * @property {(item: Item, owner: Owner) => void} message
 * @property {(batch: {channels: string[], groups: string[]}, timetoken: string|null) => void} connected  all that one subscribe() asked for
 * @property {(what: {channels: string[], groups: string[]}, error: PubNubError|Error, kind: string) => void} failed
 * @property {(channel: string, message: string) => void} gap
 * @property {(sources: Source[], owner: (source: Source) => Owner|null) => void} presence
 * @property {(channel: string, sources: Source[]) => void} present  those that were there already
 * @property {(reason: string) => void} down
 * @property {() => void} up
 *
 * @typedef {{channels: string[], groups: string[], patterns: Set<string>, unlisted: Set<string>, failed: boolean}} Batch  what is still waited for
 * @typedef {{channels: Map<string, string>, close: () => void}} Group  channels: the page's names by pattern
 */

export class Subscriptions {
  #transport;
  #subscribeKey;
  #on;
  /** The page's names by pattern, wildcards among them. @type {Map<string, string>} */
  #channels = new Map();
  /** @type {Map<string, Group>} */
  #groups = new Map();
  /** Patterns and groups whose presence is wanted. @type {Set<string>} */
  #present = new Set();
  /** @type {Map<string, {watch: Watch, sources: boolean}>} */
  #watches = new Map();
  /** Where to begin, in place of now. @type {Map<string, Position>} */
  #since = new Map();
  /** Patterns whose begin is still looked for. @type {Set<string>} */
  #looking = new Set();
  /** Since when a pattern is watched, by the bridge's time. @type {Map<string, number>} */
  #began = new Map();
  /** Patterns whose sources were counted, when that is done. @type {Map<string, Promise<void>>} */
  #counted = new Map();
  /** @type {Set<Batch>} */
  #batches = new Set();
  #paused = false;

  /** @param {Transport} transport @param {string} subscribeKey @param {Handlers} handlers */
  constructor(transport, subscribeKey, handlers) {
    this.#transport = transport;
    this.#subscribeKey = subscribeKey;
    this.#on = handlers;
    /** @type {import('./wire.js').Member} */
    this.member = {
      message: (pattern, item) => {
        const owner = this.#ownerOf(item.channel);
        if (owner?.pattern === pattern) handlers.message(item, owner);
      },
      connected: (pattern) => this.#connected(pattern),
      failed: (pattern, message, kind) => {
        this.#watches.delete(pattern);
        this.#failed(pattern, new Error(message), kind);
      },
      gap: (pattern, message) => handlers.gap(this.#named(pattern), message),
      presence: (pattern, sources) => this.#presence(pattern, sources),
      down: (reason) => {
        void transport.explain();
        handlers.down(`the bridge at ${transport.origin} is away and tried again: ${reason}`);
      },
      up: () => {
        void transport.groups.again();
        handlers.up();
      },
    };
  }

  get channels() { return [...this.#channels.values()]; }
  get groups() { return [...this.#groups.keys()]; }

  /**
   * @param {{channels?: readonly string[], groups?: readonly string[], presence?: boolean, timetoken?: unknown}} options
   * @throws {TypeError} for a name that cannot be one, or a time token that is none
   */
  subscribe({ channels = [], groups = [], presence = false, timetoken }) {
    const from = readTimetoken(timetoken);
    const patterns = new Map(channels.map((name) => [patternOf(name), name]));
    /** @type {Batch} */
    const batch = { channels: [...channels], groups: [...groups], patterns: new Set(patterns.keys()), unlisted: new Set(groups), failed: false };
    this.#batches.add(batch);
    for (const [pattern, name] of patterns) this.#channels.set(pattern, name);
    if (presence) for (const name of [...patterns.keys(), ...groups]) this.#present.add(name);
    if (from !== null) this.#lookFor(from, [...patterns.keys()]);
    for (const group of groups) this.#join(group);
    this.#sync();
    // What is connected already says it, after whoever called has gone on.
    queueMicrotask(() => this.#settle());
  }

  /** @param {{channels?: readonly string[], groups?: readonly string[]}} options */
  unsubscribe({ channels = [], groups = [] }) {
    for (const name of channels) {
      this.#channels.delete(patternOf(name));
      this.#present.delete(patternOf(name));
    }
    for (const name of groups) {
      this.#groups.get(name)?.close();
      this.#groups.delete(name);
      this.#present.delete(name);
    }
    this.#sync();
    this.#settle();
  }

  unsubscribeAll() {
    this.unsubscribe({ channels: this.channels, groups: this.groups });
  }

  /** Leaves the bridge and keeps its place; {@link resume} goes on from there. */
  pause() {
    if (this.#paused) return;
    this.#paused = true;
    for (const [pattern, { watch }] of this.#watches) {
      if (watch.position !== null) this.#since.set(pattern, watch.position);
      watch.close();
    }
    this.#watches.clear();
  }

  resume() {
    this.#transport.wire.again();
    this.#paused = false;
    this.#sync();
  }

  /**
   * Before the first, those that were there already are counted: not earlier, since a bridge knows no channel without messages.
   * @param {string} pattern @param {Source[]} sources
   */
  #presence(pattern, sources) {
    const began = this.#began.get(pattern) ?? 0;
    // This is asked at the first change: who left meanwhile was there, and who came was not.
    const before = (/** @type {Source} */ source) => (isDown(source) ? source.since >= began : source.state !== 'up' || source.since < began);
    const there = (/** @type {Source} */ source) => ({ ...source, state: /** @type {const} */ ('up') });
    const counted = this.#counted.get(pattern)
      ?? this.#transport.sources(pattern).then((all) => this.#on.present(this.#named(pattern), [...all, ...sources].filter(before).map(there)));
    this.#counted.set(pattern, counted);
    void counted.then(() => this.#on.presence(sources, ({ channel }) => {
      const owner = this.#ownerOf(channel);
      return owner?.pattern === pattern && this.#wantsPresence(pattern) ? owner : null;
    }));
  }

  /** @param {string} group */
  #join(group) {
    if (this.#groups.has(group)) return;
    /** @type {Group} */
    const one = { channels: new Map(), close: () => {} };
    this.#groups.set(group, one);
    one.close = this.#transport.groups.watch(this.#subscribeKey, group, {
      channels: (names) => {
        one.channels = new Map(names.filter((name) => !name.endsWith('-pnpres')).map((name) => [patternOf(name), name]));
        for (const batch of this.#batches) {
          if (batch.unlisted.delete(group)) for (const pattern of one.channels.keys()) batch.patterns.add(pattern);
        }
        this.#sync();
        this.#settle();
      },
      failed: (error) => {
        this.#on.failed({ channels: [], groups: [group] }, error, 'group');
        for (const batch of this.#batches) batch.failed ||= batch.unlisted.has(group);
      },
    });
  }

  /** @param {string} timetoken @param {string[]} patterns */
  #lookFor(timetoken, patterns) {
    for (const pattern of patterns) {
      this.#watches.get(pattern)?.watch.close();
      this.#watches.delete(pattern);
      this.#looking.add(pattern);
      const found = (/** @type {Position|null} */ position) => {
        if (position !== null) this.#since.set(pattern, position);
        this.#looking.delete(pattern);
        this.#sync();
      };
      this.#transport.placeAfter(pattern, timetoken).then(found, (error) => {
        this.#on.gap(this.#named(pattern), `what was published since ${timetoken} cannot be had: ${error.message}`);
        found(null);
      });
    }
  }

  /** Watches what is wanted, and nothing else. */
  #sync() {
    const wanted = new Set(this.#channels.keys());
    for (const { channels } of this.#groups.values()) for (const pattern of channels.keys()) wanted.add(pattern);
    for (const [pattern, { watch, sources }] of this.#watches) {
      const presence = this.#wantsPresence(pattern);
      if (wanted.has(pattern) && presence === sources) continue;
      if (wanted.has(pattern) && watch.position !== null) this.#since.set(pattern, watch.position);
      watch.close();
      this.#watches.delete(pattern);
    }
    for (const places of [this.#since, this.#counted, this.#began]) for (const pattern of places.keys()) if (!wanted.has(pattern)) places.delete(pattern);
    if (this.#paused) return;
    for (const pattern of wanted) if (!this.#watches.has(pattern) && !this.#looking.has(pattern)) this.#watch(pattern);
  }

  /** @param {string} pattern */
  #watch(pattern) {
    const sources = this.#wantsPresence(pattern);
    const watch = this.#transport.wire.watch(pattern, this.member, { sources, since: this.#since.get(pattern) ?? null });
    this.#since.delete(pattern);
    if (watch !== null) this.#watches.set(pattern, { watch, sources });
    else this.#failed(pattern, new Error('more channels than one page can watch at a time: 63, wildcards and those of groups among them'), 'too_many_subscriptions');
  }

  /** @param {string} pattern */
  #wantsPresence(pattern) {
    return this.#present.has(pattern) || [...this.#groups].some(([group, { channels }]) => this.#present.has(group) && channels.has(pattern));
  }

  /** @param {string} pattern */
  #connected(pattern) {
    this.#transport.heard();
    if (!this.#began.has(pattern)) this.#began.set(pattern, this.#transport.wire.time);
    for (const batch of this.#batches) batch.patterns.delete(pattern);
    this.#settle();
  }

  /** @param {string} pattern @param {Error} error @param {string} kind */
  #failed(pattern, error, kind) {
    const name = this.#named(pattern);
    this.#channels.delete(pattern);
    for (const { channels } of this.#groups.values()) channels.delete(pattern);
    for (const batch of this.#batches) {
      if (!batch.patterns.delete(pattern)) continue;
      batch.failed = true;
      batch.channels = batch.channels.filter((one) => one !== name);
    }
    this.#on.failed({ channels: [name], groups: [] }, error, kind);
    this.#settle();
  }

  /** Tells of the batches that nothing is missing of. */
  #settle() {
    for (const batch of [...this.#batches]) {
      for (const pattern of batch.patterns) if (this.#isGone(pattern) || this.#watches.get(pattern)?.watch.position) batch.patterns.delete(pattern);
      for (const group of batch.unlisted) if (!this.#groups.has(group)) batch.unlisted.delete(group);
      if (batch.patterns.size + batch.unlisted.size > 0) continue;
      this.#batches.delete(batch);
      if (!batch.failed || this.#watches.size > 0) this.#on.connected({ channels: batch.channels, groups: batch.groups }, null);
    }
  }

  /** @param {string} pattern */
  #isGone(pattern) {
    return !this.#channels.has(pattern) && ![...this.#groups.values()].some(({ channels }) => channels.has(pattern));
  }

  /** @param {string} pattern  the page's name of it */
  #named(pattern) {
    const name = this.#channels.get(pattern);
    if (name !== undefined) return name;
    for (const { channels } of this.#groups.values()) {
      const one = channels.get(pattern);
      if (one !== undefined) return one;
    }
    return nameOf(pattern);
  }

  /** @param {string} channel  the bridge's name @returns {(Owner & {pattern: string})|null} */
  #ownerOf(channel) {
    const name = this.#channels.get(channel);
    if (name !== undefined) return { pattern: channel, channel: name, subscription: null };
    const end = channel.lastIndexOf('.');
    const wildcard = `${channel.slice(0, Math.max(0, end))}.*`;
    const matching = this.#channels.get(wildcard);
    if (matching !== undefined) return { pattern: wildcard, channel: nameOf(channel), subscription: matching };
    for (const [group, { channels }] of this.#groups) {
      if (channels.has(wildcard)) return { pattern: wildcard, channel: nameOf(channel), subscription: group };
    }
    for (const [group, { channels }] of this.#groups) {
      const one = channels.get(channel);
      if (one !== undefined) return { pattern: channel, channel: one, subscription: group };
    }
    return null;
  }
}
