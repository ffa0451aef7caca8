/**
 * What is wanted of series whose points are not held: their order by a figure, and a few recent points of those in sight.
 * Asked for at most every few seconds, however often the widgets want it.
 */

import { Ring } from './series/ring.js';
/** @import {LiveModel} from './model.js' */
/** @import {Rest} from './live/rest.js' */

const AGAIN_MS = 5_000;
const WIDTH = 60;
const HELD_MAX = 400;
const RANKED_MAX = 20_000;
const POINTS_MAX = 1_000;
const NAMES_MAX = 120;
/** Widgets ask one after the other: a question waits for the next turn rather than for one of its own. */
const TOGETHER_MS = 400;
/** Orders by different figures and metrics that are kept. */
const ORDERS_MAX = 6;

export class Peek {
  #rest;
  #model;
  /** @type {Map<string, Ring>} least recently asked for first */
  #rings = new Map();
  /** When each name was asked for. @type {Map<string, number>} */
  #askedAt = new Map();
  #lastAt = -Infinity;
  /** By what is ranked: several widgets ask, each for its own. @type {Map<string, {at: number, names: string[]|null}>} */
  #orders = new Map();
  #off = new AbortController();

  /** @param {Rest} rest @param {LiveModel} model */
  constructor(rest, model) {
    this.#rest = rest;
    this.#model = model;
  }

  close() {
    this.#off.abort();
    this.#off = new AbortController();
  }

  clear() {
    this.close();
    this.#rings.clear();
    this.#orders.clear();
    this.#askedAt.clear();
  }

  /** @param {string} name */
  recent(name) {
    return this.#rings.get(name) ?? null;
  }

  /**
   * @param {string} channel
   * @param {readonly string[]} names
   * @param {{from: number, to: number, at: number}} range  at: monotonic
   */
  ask(channel, names, { from, to, at }) {
    if (at - this.#lastAt < TOGETHER_MS) return;
    const wanted = names.filter((name) => at - (this.#askedAt.get(name) ?? -Infinity) >= AGAIN_MS).slice(0, NAMES_MAX);
    if (wanted.length === 0) return;
    this.#lastAt = at;
    for (const name of wanted) {
      this.#askedAt.delete(name);
      this.#askedAt.set(name, at);
    }
    for (const [name, when] of this.#askedAt) {
      if (at - when < AGAIN_MS) break;
      this.#askedAt.delete(name);
    }
    void this.#query(channel, wanted, from, to, this.#off.signal);
  }

  /** @param {string} channel @param {string[]} series @param {number} from @param {number} to @param {AbortSignal} signal */
  async #query(channel, series, from, to, signal) {
    try {
      const { blocks } = await this.#rest.query({ channel, series, from, to, width: WIDTH, signal });
      if (signal.aborted) return;
      for (const { x, columns } of blocks) {
        for (const { name, v } of columns) {
          const ring = new Ring();
          for (let i = 0; i < x.length; i++) ring.push(x[i], v[i], POINTS_MAX);
          this.#rings.delete(name);
          this.#rings.set(name, ring);
        }
      }
      for (const name of this.#rings.keys()) {
        if (this.#rings.size <= HELD_MAX) break;
        this.#rings.delete(name);
      }
    } catch {
      // Rows without a value say so themselves; the next question comes in a few seconds.
    }
  }

  /**
   * Names by a figure, as the bridge last said; null before it did.
   * @param {string} channel
   * @param {'last'|'max'|'slope'} of
   * @param {{from: number, to: number, at: number}} range
   * @param {string[]|null} metric
   */
  order(channel, of, { from, to, at }, metric) {
    const key = `${channel} ${of} ${metric}`;
    const known = this.#orders.get(key);
    if (known && at - known.at <= AGAIN_MS) return known.names;
    const order = { at, names: known?.names ?? null };
    this.#orders.delete(key);
    this.#orders.set(key, order);
    for (const old of this.#orders.keys()) {
      if (this.#orders.size <= ORDERS_MAX) break;
      this.#orders.delete(old);
    }
    void this.#rank({ channel, of, from, to, metric, k: RANKED_MAX, signal: this.#off.signal }, order);
    return order.names;
  }

  /** @param {Parameters<Rest['ranking']>[0] & {signal: AbortSignal}} query @param {{names: string[]|null}} order */
  async #rank(query, order) {
    try {
      const { series } = await this.#rest.ranking(query);
      if (query.signal.aborted) return;
      order.names = series.map(({ name }) => name);
      this.#model.list(order.names);
    } catch {
      // The order stays as it is.
    }
  }
}
