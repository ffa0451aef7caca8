/** What a chart shows, as it is known: points by series, on an axis of times, numbers or names. Pure, but for what it holds. */

import { complain } from './complain.js';
import { SeriesTable } from './series.js';
import { guessKind, timeOf } from './times.js';
/** @import {GivenSeries} from './given-data.js' */
/** @import {Rows} from './intake.js' */
/** @import {Kind, Wish} from './options.js' */

/** The only series of a chart whose categories are the names of values. */
const KEYS_ID = 'value';
/** Names of categories that are remembered beyond those in use. */
const SPARE = 1_000;

/**
 * @typedef {object} Snapshot
 * @property {Kind} kind
 * @property {{id: string, x: number[], v: (number|null)[]}[]} series  x: ms, numbers, or indices of categories
 * @property {string[]|null} categories
 */

export class Ledger {
  /** @type {Kind|null} */
  kind;
  table;
  #wish;
  #times;
  #counted = 0;
  /** Each name its number, in the order in which they came. @type {Map<string, number>} */
  #ordinals = new Map();
  #named = 0;
  /** Of names, before those without a point are forgotten. */
  #namesMax = 2 * SPARE;

  /**
   * @param {Pick<Wish, 'x'|'kind'>} wish
   * @param {{limit?: number, format?: string|null, local?: boolean, categories?: unknown}} [how]
   */
  constructor(wish, { limit = Infinity, format = null, local = true, categories } = {}) {
    this.#wish = wish;
    this.#times = { format, local };
    this.kind = wish.kind;
    this.table = new SeriesTable({ limit: wish.x === 'keys' ? SPARE : limit, sorted: wish.kind === 'time' || wish.kind === null, unique: wish.kind === 'category' });
    this.setCategories(Array.isArray(categories) ? categories.map(String) : []);
  }

  /** @param {readonly string[]} names */
  setCategories(names) {
    this.#ordinals = new Map(names.map((name, i) => [name, i]));
    this.#named = names.length;
  }

  /** Names of categories that are remembered, those without a point among them. */
  get remembered() { return this.#ordinals.size; }

  // === what comes ===

  /** Messages, in the order in which they were sent. @param {readonly Rows[]} all */
  take(all) {
    for (const { rows, ms } of all) {
      // Elsewhere a place says nothing of when something came.
      if (this.kind === 'time' && this.table.isCrowded) this.table.makeRoom();
      for (const row of rows) {
        if (this.#wish.x === 'keys') {
          for (const [name, value] of row.values) this.#setKey(name, value);
          continue;
        }
        const x = this.#wish.x === 'count' ? this.#counted++ : this.#placeOf(row.x, ms);
        if (Number.isNaN(x)) continue;
        for (const [name, value] of row.values) this.table.add(name, x, value);
      }
    }
    if (this.table.refused > 0) complain('there are more than 2,000 series: those that came later are not shown', 'error');
  }

  /** Data of the page, in place of what those series had. @param {readonly GivenSeries[]} all */
  load(all) {
    const places = this.table.values()[0]?.x ?? [];
    for (const { id, x, v } of all) {
      const at = x ? x.slice(0, v.length).map((one) => this.#placeOf(one, NaN)) : v.map((_, i) => places[i] ?? this.#nth(i));
      const held = at.map((_, i) => i).filter((i) => !Number.isNaN(at[i]));
      this.table.set(id, held.map((i) => at[i]), held.map((i) => v[i]));
      this.#counted = Math.max(this.#counted, v.length);
    }
  }

  /** Data of the page behind what is there. @param {readonly GivenSeries[]} all @returns {number} by how many places it grew */
  append(all) {
    const first = this.table.values().reduce((most, { length, x }) => Math.max(most, length === 0 ? 0 : this.kind === 'linear' ? x[length - 1] + 1 : length), 0);
    let grown = 0;
    for (const { id, x, v } of all) {
      v.forEach((value, i) => {
        const at = x ? this.#placeOf(x[i], NaN) : this.#nth(first + i);
        if (!Number.isNaN(at)) this.table.add(id, at, value);
      });
      grown = Math.max(grown, v.length);
    }
    return grown;
  }

  /**
   * Takes places away on the left, as `flow` does: so many, or all before one.
   * @param {{length?: number, to?: unknown}} how
   */
  shift({ length = 0, to }) {
    const places = [...new Set(this.table.values().flatMap(({ x }) => x))].sort((a, b) => a - b);
    const from = to === undefined || to === null ? places[Math.min(length, places.length - 1)] ?? -Infinity : this.#placeOf(to, NaN);
    if (Number.isNaN(from)) return;
    this.table.shift(({ x }) => x.filter((at) => at < from).length);
  }

  // === what there is ===

  /** What ended long ago is forgotten when somebody looks: with many series that is too much for each message. @returns {Snapshot} */
  snapshot() {
    if (this.#isCourse) this.table.prune(this.kind === 'time');
    const kind = this.kind ?? 'time';
    const all = this.table.values();
    if (kind !== 'category') return { kind, series: all.map(({ id, x, v }) => ({ id, x: [...x], v: [...v] })), categories: null };
    const used = this.#used();
    const places = new Map(used.map((ordinal, i) => [ordinal, i]));
    const names = new Map([...this.#ordinals].map(([name, ordinal]) => [ordinal, name]));
    this.#forgetNames();
    return {
      kind, categories: used.map((ordinal) => names.get(ordinal) ?? String(ordinal)),
      series: all.map(({ id, x, v }) => ({ id, x: x.map((ordinal) => places.get(ordinal) ?? 0), v: [...v] })),
    };
  }

  /** Where on the axis something of the page's is. @param {unknown} x @returns {number} NaN: nowhere */
  place(x) {
    if (this.kind === 'category') {
      if (typeof x === 'number') return x;
      return this.snapshot().categories?.indexOf(String(x)) ?? NaN;
    }
    return this.kind === 'linear' ? Number(x) : timeOf(x, this.#times);
  }

  // === inside ===

  /** Is what stands further right also what came later? */
  get #isCourse() { return this.kind === 'time' || this.#wish.x === 'count'; }

  /** @param {string} name @param {number|null} value */
  #setKey(name, value) {
    const ordinal = this.#ordinalOf(name);
    this.table.add(KEYS_ID, ordinal, value);
  }

  /** @param {unknown} x @param {number} ms  when it was sent */
  #placeOf(x, ms) {
    if (this.kind === null) this.kind = x === undefined ? 'time' : guessKind(x);
    if (this.kind === 'category') return x === undefined || x === null ? NaN : this.#ordinalOf(x instanceof Date ? x.toISOString() : String(x));
    if (x === undefined || x === null) return this.kind === 'time' ? ms : this.#counted++;
    const at = this.kind === 'time' ? timeOf(x, this.#times) : Number(x);
    if (Number.isNaN(at)) complain(`x ${JSON.stringify(String(x).slice(0, 80))} is no ${this.kind === 'time' ? 'time: say how it is written in generate.data.xFormat' : 'number'}; that row is not shown`, 'error', 'x');
    return at;
  }

  /** The place of a value without one. @param {number} i */
  #nth(i) {
    this.kind ??= 'linear';
    if (this.kind !== 'category') return i;
    const known = [...this.#ordinals.keys()][i];
    return this.#ordinalOf(known ?? String(i));
  }

  /** @param {string} name */
  #ordinalOf(name) {
    let ordinal = this.#ordinals.get(name);
    if (ordinal === undefined) {
      // A hidden page takes no snapshots.
      if (this.#ordinals.size >= this.#namesMax) this.#forgetNames();
      this.#ordinals.set(name, ordinal = this.#named++);
    }
    return ordinal;
  }

  /** The ordinals that points have, ascending. */
  #used() {
    return [...new Set(this.table.values().flatMap(({ x }) => x))].sort((a, b) => a - b);
  }

  #forgetNames() {
    const used = new Set(this.#used());
    this.#namesMax = 2 * (used.size + SPARE);
    if (this.#ordinals.size <= used.size + SPARE) return;
    for (const [name, ordinal] of this.#ordinals) if (!used.has(ordinal)) this.#ordinals.delete(name);
  }
}
