/**
 * From a client to rows: subscribes first, keeps what comes, reads history up to it, puts both in order, and goes on live. So
 * nothing is missing between the two, and nothing is there twice.
 */

import { complain } from './complain.js';
import { readBack } from './history.js';
import { FORMS, rowsOf } from './messages.js';
import { Seam } from './seam.js';
import { SeriesTable } from './series.js';
import { ticksOf, tokenMs } from './times.js';
/** @import {Client} from './clients.js' */
/** @import {Stored} from './history.js' */
/** @import {Row} from './messages.js' */
/** @import {Wish} from './options.js' */
/** @import {Entry} from './seam.js' */

/** Of a client that never says that it is connected: another chart may have been told before. */
const CONNECT_MS = 2_000;
/** Kept while history is read; older ones come with it. */
const WAITING_MAX = 10_000;
/** How many messages are read for each point wanted where only `transform` knows which of them count. */
const READ_PER_POINT = 20;

/** @typedef {{rows: Row[], ms: number, channel: string}} Rows  ms: when they were sent, NaN where nobody said it */

export class Intake {
  #client;
  #wish;
  #onRows;
  #seam = new Seam();
  /** Live ones that wait for history; null: none do. @type {Entry[]|null} */
  #waiting = null;
  #off = () => {};
  #closed = false;
  /** @type {ReturnType<typeof setTimeout>|null} */
  #timer = null;
  /** Is history wanted once more, because the connection was lost meanwhile? */
  #again = false;
  #read = false;

  /** @param {Client} client @param {Wish} wish @param {(all: Rows[]) => void} onRows  in the order in which they were sent */
  constructor(client, wish, onRows) {
    this.#client = client;
    this.#wish = wish;
    this.#onRows = onRows;
  }

  open() {
    const { channels, groups, history } = this.#wish;
    if (history) {
      this.#waiting = [];
      this.#timer = setTimeout(() => this.#connected(), CONNECT_MS);
    }
    this.#off = this.#client.listen({
      channels, groups, onMessage: (entry) => this.#take(entry), onError: (message) => complain(message, 'error'),
      onConnect: (again) => {
        if (!again) this.#call(this.#wish.connect);
        if (history) this.#connected();
      },
    });
  }

  close() {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#off();
    this.#waiting = null;
  }

  #connected() {
    if (this.#closed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting ??= [];
    this.#again = true;
    if (!this.#read) void this.#replay();
  }

  async #replay() {
    this.#read = true;
    while (this.#again && !this.#closed) {
      this.#again = false;
      this.#deliver(await this.#stored());
    }
    this.#read = false;
    if (this.#closed) return;
    const waited = this.#waiting ?? [];
    this.#waiting = null;
    this.#deliver(inOrder(waited.filter((entry) => this.#seam.live(entry))));
  }

  /** What is stored of all channels and not known yet, in order. @returns {Promise<Entry[]>} */
  async #stored() {
    const { channels, groups } = this.#wish;
    const of = await Promise.all(groups.map((group) => this.#client.channelsOf(group).catch((error) => this.#failed(`group ${group}`, error))));
    const all = [...new Set([...channels, ...of.flat()])];
    const found = await Promise.all(all.map((channel) => this.#storedOf(channel).catch((error) => this.#failed(`channel ${channel}`, error))));
    return inOrder(found.flat());
  }

  /** @param {string} channel @returns {Promise<Entry[]>} */
  async #storedOf(channel) {
    const { limit, transform } = this.#wish;
    const known = this.#seam.newest(channel);
    /** @type {Entry[]} */
    const entries = [];
    // A count of its own: where x comes from messages, what was sent last need not be last.
    const counted = new SeriesTable({ limit });
    const take = (/** @type {Stored[]} */ page) => {
      for (const { message, token } of page) if (this.#seam.stored({ channel, message, token })) entries.push({ channel, message, token });
      const oldest = ticksOf(page[0].token);
      if (known !== null && oldest !== null && oldest <= known) return true;
      if (transform) return entries.length >= limit * READ_PER_POINT;
      for (const { message, token } of page) {
        for (const { values } of rowsOf(message, this.#wish.xNames).rows) for (const [name, value] of values) counted.add(name, tokenMs(token), value);
      }
      return counted.isFull(true);
    };
    await readBack((ask) => this.#client.history(channel, ask), take, () => !this.#closed);
    return entries;
  }

  /** @param {string} of @param {unknown} error @returns {never[]} */
  #failed(of, error) {
    if (!this.#closed) complain(`the history of ${of} is not to be had: ${error instanceof Error ? error.message : error}`, 'error', 'history');
    return [];
  }

  /** @param {Entry & {env?: unknown}} entry */
  #take(entry) {
    if (this.#closed) return;
    if (this.#waiting) {
      this.#waiting.push(entry);
      if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
      return;
    }
    if (this.#seam.live(entry)) this.#deliver([entry]);
  }

  /** @param {(Entry & {env?: unknown, subscription?: string})[]} entries */
  #deliver(entries) {
    if (this.#closed || entries.length === 0) return;
    this.#onRows(entries.map((entry) => this.#rowsOf(entry)));
  }

  /** @param {Entry & {env?: unknown}} entry @returns {Rows} */
  #rowsOf({ channel, message, token, env, subscription }) {
    const { transform, message: told, xNames, debug } = this.#wish;
    const ms = tokenMs(token);
    const none = { rows: [], ms, channel };
    let held;
    try {
      held = transform ? transform(message) : message;
    } catch (error) {
      complain(`transform fails: ${error instanceof Error ? error.message : error}`, 'error', 'transform');
      return none;
    }
    // What was stored has no subscription it came by.
    if (subscription !== undefined) this.#call(told && (() => told(held, env ?? token, channel)));
    if (debug) console.log('EON-CHART:', 'message', channel, held);
    if (held === null || held === undefined || held === false) return none;
    const { rows, fault } = rowsOf(held, xNames);
    if (fault) {
      complain(`a message on ${channel} ${fault}: ${FORMS} can be drawn; transform can make one of them of anything, or return null to leave it out`, 'error', 'message');
    }
    return { rows, ms, channel };
  }

  /** What the page has to say to it is the page's. @param {(() => unknown)|null} act */
  #call(act) {
    try {
      act?.();
    } catch (error) {
      complain(`a callback of the page fails: ${error instanceof Error ? error.message : error}`, 'error', 'callback');
    }
  }
}

/** Of all channels together, by time; in each as they were. @param {Entry[]} entries */
function inOrder(entries) {
  return entries.map((entry, i) => ({ entry, i, ticks: ticksOf(entry.token) ?? 0n }))
    .sort((a, b) => (a.ticks < b.ticks ? -1 : a.ticks > b.ticks ? 1 : a.i - b.i)).map(({ entry }) => entry);
}
