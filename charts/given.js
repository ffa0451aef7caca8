/**
 * Data that a page hands over itself, in place of a bridge: `{x, columns}` as EON and C3 have them. x may be a time, a
 * number or the name of a category.
 */

import { sharesOf, ticksOf } from './x-axis.js';
/** @import {LiveModel} from './model.js' */
/** @import {AxisOptions, ChartOptions} from './options.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {Block} from './types.js' */

/** Air at both ends, so that no point lies on the edge. */
const PADDING = 0.02;
/** @typedef {'time'|'linear'|'log'|'category'} XKind */

/** A number below this is no time in ms. */
const EARLIEST_MS = 1e11;
/** Browsers read dates into texts such as `web-1`. */
const ISO = /^\d{4}-\d\d(-\d\d)?([T ]\d\d:\d\d|$)/;

export class Given {
  /** @type {XKind} */
  kind = 'linear';
  /** Has a column of x been seen? Without one the numbers of the rows stand on the axis there is. */
  #known = false;
  /** @type {string[]} */
  categories;
  #model;
  #view;
  #options;

  /** @param {LiveModel} model @param {TimeView} view @param {ChartOptions} options */
  constructor(model, view, options) {
    this.#model = model;
    this.#view = view;
    this.#options = options;
    this.categories = [...options.data?.categories ?? []];
  }

  open() {
    this.#model.store.clear();
    this.load(this.#options.data ?? { columns: [] });
  }

  /**
   * Adds columns; one of the same name takes the place of the one before.
   * @param {NonNullable<ChartOptions['data']>} data
   */
  load({ x: xName = 'x', columns }) {
    const length = Math.max(0, ...columns.map((column) => column.length - 1));
    const given = columns.find(([name]) => name === xName);
    const x = given ? this.#times(given.slice(1)) : this.#rows(length);
    /** @type {Block[]} */
    const blocks = [];
    for (const column of columns) {
      if (column === given) continue;
      this.#model.store.remove(column[0]);
      const order = x.map((_, i) => i).filter((i) => !Number.isNaN(x[i]) && i + 1 < column.length).sort((a, b) => x[a] - x[b]);
      blocks.push({ x: Float64Array.from(order, (i) => x[i]), columns: [{ name: column[0], v: Float64Array.from(order, (i) => numberOf(column[i + 1])) }] });
    }
    this.#model.store.append(blocks);
    this.#model.filled = true;
    this.#model.version += 1;
    this.reset();
  }

  /** @param {Iterable<string>} names */
  unload(names) {
    for (const name of names) this.#model.store.remove(name);
    this.#model.version += 1;
    this.reset();
  }

  /** Of the axis below; null: it is time. @param {AxisOptions} options */
  ticksOf(options) { return ticksOf(this, options); }
  /** @param {{from: number, to: number}} view */
  sharesOf(view) { return sharesOf(this, view); }

  /** Everything in sight. */
  reset() {
    const { min, max } = this.#options.axis?.x ?? {};
    let from = Infinity;
    let to = -Infinity;
    for (const { ring } of this.#model.store.values()) {
      if (ring.length === 0) continue;
      from = Math.min(from, ring.firstX);
      to = Math.max(to, ring.lastX);
    }
    if (from > to) [from, to] = [0, 1];
    if (this.kind === 'log' && from > 0) {
      const factor = (to / from) ** PADDING;
      return this.#view.hold(min ?? from / factor, max ?? to * factor, true);
    }
    // A category, and a bar, reaches half its width beyond its middle.
    const air = this.kind === 'category' ? 0.5 : (to - from || 1) * PADDING;
    this.#view.hold(min ?? from - air, max ?? to + air, true);
  }

  /** @param {number} length */
  #rows(length) {
    if (!this.#known) this.kind = this.#options.axis?.x?.type ?? (this.categories.length > 0 ? 'category' : 'linear');
    return Array.from({ length }, (_, i) => i);
  }

  /** @param {(string|number|null)[]} given */
  #times(given) {
    this.kind = this.#options.axis?.x?.type ?? (this.#known && this.kind === 'category' ? 'category' : kindOf(given));
    this.#known = true;
    if (this.kind !== 'category') return given.map((x) => (this.kind === 'time' ? timeOf(x) : numberOf(x)));
    return given.map((x) => {
      if (x === null) return NaN;
      if (typeof x === 'number' && this.#options.data?.categories) return x;
      const name = String(x);
      if (!this.categories.includes(name)) this.categories.push(name);
      return this.categories.indexOf(name);
    });
  }
}

/** @param {(string|number|null)[]} given @returns {XKind} */
export function kindOf(given) {
  const known = given.filter((x) => x !== null);
  if (known.every((x) => !Number.isNaN(numberOf(x)))) return known.length > 0 && known.every((x) => Math.abs(Number(x)) >= EARLIEST_MS) ? 'time' : 'linear';
  return known.every((x) => !Number.isNaN(timeOf(x))) ? 'time' : 'category';
}

/** A number, or a string that holds one; NaN: a gap. @param {string|number|null|undefined} value */
function numberOf(value) {
  if (typeof value === 'string') return value.trim() === '' ? NaN : Number(value);
  return typeof value === 'number' ? value : NaN;
}

/** @param {string|number|null} value ms, or a date as ISO 8601 writes it */
function timeOf(value) {
  if (typeof value === 'number') return value;
  return value === null || !ISO.test(value) ? NaN : Date.parse(value);
}
