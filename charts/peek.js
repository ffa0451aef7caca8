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

export class Peek {
  #rest;
  #model;
  /** @type {Map<string, Ring>} least recently asked for first */
  #rings = new Map();
  #askedAt = -Infinity;
  #asked = '';
  /** @type {string[]|null} */
  #order = null;
  #orderKey = '';
  #orderedAt = -Infinity;
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
    this.#order = null;
    this.#asked = this.#orderKey = '';
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
    const wanted = names.slice(0, NAMES_MAX);
    const key = `${channel} ${wanted.join(' ')}`;
    if (wanted.length === 0 || (key === this.#asked ? at - this.#askedAt < AGAIN_MS : at - this.#askedAt < AGAIN_MS / 10)) return;
    this.#asked = key;
    this.#askedAt = at;
    void this.#query(channel, wanted, from, to);
  }

  /** @param {string} channel @param {string[]} series @param {number} from @param {number} to */
  async #query(channel, series, from, to) {
    try {
      const { blocks } = await this.#rest.query({ channel, series, from, to, width: WIDTH, signal: this.#off.signal });
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
    if (key !== this.#orderKey) this.#order = null;
    if (key !== this.#orderKey || at - this.#orderedAt > AGAIN_MS) {
      this.#orderKey = key;
      this.#orderedAt = at;
      void this.#rank(channel, of, from, to, metric, key);
    }
    return this.#order;
  }

  /** @param {string} channel @param {'last'|'max'|'slope'} of @param {number} from @param {number} to @param {string[]|null} metric @param {string} key */
  async #rank(channel, of, from, to, metric, key) {
    try {
      const { series } = await this.#rest.ranking({ channel, of, from, to, metric, k: RANKED_MAX, signal: this.#off.signal });
      if (key !== this.#orderKey) return;
      this.#order = series.map(({ name }) => name);
      this.#model.list(this.#order);
    } catch {
      // The order stays as it is.
    }
  }
}
