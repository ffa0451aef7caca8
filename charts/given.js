/**
 * Data that a page hands over itself, in place of a bridge: `{x, columns}` as EON and C3 have them. x may be a time, a
 * number or the name of a category.
 */

import { givenText } from './given-words.js';
import { lookOf } from './scene.js';
import { sharesOf, xAxisOf } from './x-axis.js';
/** @import {Notation} from './notation.js' */
/** @import {Facts} from './words.js' */
/** @import {GivenDensity} from './given-density.js' */
/** @import {Projection} from './draw/layout.js' */
/** @import {LiveModel} from './model.js' */
/** @import {AxisOptions, ChartOptions} from './options.js' */
/** @import {Looks} from './scene.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {Selection} from './selection.js' */
/** @import {DensityView} from './series/density-view.js' */
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
  #looks;
  /** Of each name, in the order in which they came. @type {Map<string, number>} */
  #places = new Map();
  #whole = { from: 0, to: 1 };

  /** @param {LiveModel} model @param {TimeView} view @param {ChartOptions} options @param {Pick<Looks, 'type'|'types'>} [looks]  as they are when asked */
  constructor(model, view, options, looks = { type: options.type ?? 'line', types: options.types ?? {} }) {
    this.#model = model;
    this.#view = view;
    this.#options = options;
    this.#looks = looks;
    this.categories = [...options.data?.categories ?? []];
    model.catalogue.places = this.#places;
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
    const order = x.map((_, i) => i).filter((i) => !Number.isNaN(x[i])).sort((a, b) => x[a] - x[b]);
    const sorted = this.kind === 'category' ? order.map((i) => x[i]) : distinct(order.map((i) => x[i]));
    /** @type {Block[]} */
    const blocks = [];
    for (const column of columns) {
      if (column === given) continue;
      const [name, ...values] = column;
      if (!this.#places.has(name)) this.#places.set(name, this.#places.size);
      this.#model.store.remove(name);
      const held = order.map((_, at) => at).filter((at) => order[at] < values.length);
      blocks.push({ x: Float64Array.from(held, (at) => sorted[at]), columns: [{ name, v: Float64Array.from(held, (at) => numberOf(values[order[at]])) }] });
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

  /** The axis below; null: it is time. @param {AxisOptions} options @param {Parameters<typeof xAxisOf>[2]} how */
  xAxis(options, how) { return xAxisOf(this, options, how); }
  /** @param {{from: number, to: number}} view */
  sharesOf(view) { return sharesOf(this, view); }

  /** Everything in sight. */
  reset() {
    const { min, max } = this.#options.axis?.x ?? {};
    const [from, to] = this.#extent();
    this.#whole = { from: min ?? from, to: max ?? to };
    if (!(this.#whole.from < this.#whole.to)) this.#whole = min === undefined ? { from: this.#whole.to - 1, to: this.#whole.to } : { from: min, to: min + 1 };
    this.#view.hold(this.#whole.from, this.#whole.to, true);
  }

  /** For a reader who does not see the picture. @param {Facts} facts */
  summary(facts) {
    return givenText(facts, this);
  }

  /** What a table of it says of x. @param {Notation} notation */
  table(notation) {
    const { kind, inSight } = this;
    const place = kind === 'category' ? (/** @type {number} */ x) => notation.place(x) : String;
    return { place: kind === 'time' ? null : place, ...(inSight ? { range: inSight } : {}) };
  }

  /** From the first point in sight to the last: around them is air. Null where there is none. */
  get inSight() {
    const { from, to } = this.#view;
    let [first, last] = [Infinity, -Infinity];
    for (const { ring } of this.#model.store.values()) {
      if (ring.length === 0) continue;
      first = Math.min(first, ring.firstX);
      last = Math.max(last, ring.lastX);
    }
    return first < to && last > from ? { from: Math.max(first, from), to: Math.min(last, to) } : null;
  }

  /** After another shape was chosen: bars need room at the ends. What was looked at closely stays in sight. */
  refit() {
    const { from, to } = this.#whole;
    if (from === this.#view.from && to === this.#view.to) this.reset();
  }

  /** A range that a hand asks for: not beyond what there is. @param {number} from @param {number} to */
  move(from, to) {
    const { from: first, to: last } = this.#whole;
    const shift = from < first ? first - from : to > last ? last - to : 0;
    if (to - from >= last - first) this.#view.hold(first, last, true);
    else this.#view.hold(from + shift, to + shift, true);
  }

  /** @param {number} factor  below 1: closer @param {number} at  what stays where it is */
  zoom(factor, at) {
    const { from, to } = this.#view;
    if (this.kind === 'log') return this.move(Math.max(this.#whole.from, at * (from / at) ** factor), Math.min(this.#whole.to, at * (to / at) ** factor));
    this.move(at - (at - from) * factor, at + (to - at) * factor);
  }

  /** Merged columns of what is shown. @param {GivenDensity} density  that makes them @param {Selection} selection */
  density(density, selection) {
    const key = `${this.#model.version} ${selection.generation}`;
    density.update(this.#model, () => this.step() || 1, (fact) => selection.isShown(fact), key);
    return density.shown(this.#options.axis?.y?.unit ?? null);
  }

  /**
   * Who is in a cell of them; null where x is no time, which a cell has.
   * @param {GivenDensity} density
   * @param {DensityView} view
   * @param {number} x
   * @param {number} py
   * @param {Projection} at
   */
  cell(density, view, x, py, at) {
    return this.kind === 'time' ? density.cell(this.#model.store, view, x, py, at) : null;
  }

  /** The smallest distance of two points, of any or of some of the lines; NaN where there are no two. @param {(name: string) => boolean} [of] */
  step(of = () => true) {
    const all = [...this.#model.store.values()].filter(({ name }) => of(name)).flatMap(({ ring }) => [...ring.x.subarray(ring.start, ring.end)]).sort((a, b) => a - b);
    let least = Infinity;
    for (let i = 1; i < all.length; i++) if (all[i] > all[i - 1]) least = Math.min(least, all[i] - all[i - 1]);
    return least === Infinity ? NaN : least;
  }

  /** First and last place of the picture. @returns {[number, number]} */
  #extent() {
    let [from, to] = [Infinity, -Infinity];
    if (this.kind === 'category') [from, to] = [0, this.categories.length - 1];
    for (const { ring } of this.#model.store.values()) {
      if (ring.length === 0) continue;
      from = Math.min(from, ring.firstX);
      to = Math.max(to, ring.lastX);
    }
    if (from > to) [from, to] = [0, 1];
    const { type, types } = this.#looks;
    const padding = this.#options.axis?.x?.padding ?? PADDING;
    const share = typeof padding === 'number' ? padding : PADDING;
    if (this.kind === 'log' && from > 0) {
      const factor = (to / from || 1) ** share;
      return factor > 1 ? [from / factor, to * factor] : [from / 2, to * 2];
    }
    // A category, and a bar, reaches half its width beyond its middle; a merged column from its point to the next.
    if (type === 'density') return [from, to + (this.step() || 1)];
    const isBar = (/** @type {string} */ name) => (lookOf(types, name) ?? type) === 'bar';
    // One that stands alone is as wide as if its neighbour were one further.
    const alone = [...this.#model.store.values()].some(({ name }) => isBar(name)) ? 1 : 0;
    const half = this.kind === 'category' ? 0.5 : (this.step(isBar) || alone) / 2;
    const air = Math.max(half, this.kind === 'category' ? 0 : (to - from || 1) * share);
    return [from - air, to + air];
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

/** What comes twice moves by the least there is: a series has one value at a place, and points of a cloud are all wanted. @param {number[]} x  ascending */
function distinct(x) {
  for (let i = 1; i < x.length; i++) if (x[i] <= x[i - 1]) x[i] = x[i - 1] + Math.max(Math.abs(x[i - 1]) * Number.EPSILON, Number.MIN_VALUE);
  return x;
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
