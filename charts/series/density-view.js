/**
 * What is shown of merged columns: those of some metrics, as wide as the sources' interval, and the lines that sum them up.
 *
 * A column narrower than the interval at which processes publish holds only some of them, others the next: side by side
 * they would flicker. Columns add, so they are put together until each holds every process about once.
 */

import { DensityColumn, quantiles } from './density.js';
import { Ring } from './ring.js';
/** @import {DensityStore} from './density.js' */

const QUANTILES = [0.05, 0.5, 0.95];
const POINTS_MAX = 20_000;
/** Wider columns than this share of the window would be no picture any more. */
const WIDTH_SHARE = 1 / 60;

export class DensityView {
  #store;
  /** @type {readonly string[]} */
  #metrics = [];
  #group = 1;
  /** Put together, by index. @type {Map<number, DensityColumn|null>} */
  #columns = new Map();
  #generation = -1;
  #stepMs = 0;
  /** Until when columns changed in the last update. */
  dirtyTo = Infinity;
  #out = new Float64Array(QUANTILES.length);
  /** Smallest value, quantiles and largest value of each column, at its middle. */
  min = new Ring();
  max = new Ring();
  /** p5, p50, p95 */
  quantiles = QUANTILES.map(() => new Ring());

  /** @param {DensityStore} store */
  constructor(store) {
    this.#store = store;
  }

  get metrics() { return this.#metrics; }
  /** Length of a column in ms. */
  get widthMs() { return this.#store.stepMs * this.#group; }
  get empty() { return this.max.length === 0; }

  /**
   * @param {readonly string[]} metrics
   * @param {number} intervalMs  at which sources publish
   * @param {number} windowMs
   * @returns {boolean} is it another picture?
   */
  select(metrics, intervalMs, windowMs) {
    const { stepMs } = this.#store;
    const widest = Math.max(1, Math.floor((windowMs * WIDTH_SHARE) / (stepMs || 1)));
    const group = Math.min(widest, Math.max(1, Math.ceil(intervalMs / (stepMs || 1) - 0.01)));
    const same = group === this.#group && stepMs === this.#stepMs && metrics.join('\n') === this.#metrics.join('\n');
    if (same) return false;
    this.#metrics = [...metrics];
    this.#group = group;
    this.#stepMs = stepMs;
    this.#rebuild();
    return true;
  }

  /** Takes over what changed. @returns {number} from when on it did, Infinity where nothing */
  update() {
    const store = this.#store;
    if (store.generation === this.#generation) return Infinity;
    this.#generation = store.generation;
    const dirty = store.takeDirty();
    if (dirty === Infinity) return Infinity;
    if (dirty === -Infinity || store.stepMs !== this.#stepMs) {
      this.#stepMs = store.stepMs;
      this.#rebuild();
      return -Infinity;
    }
    const first = Math.min(Math.floor(dirty / this.widthMs), this.#open);
    const last = Math.floor((store.slots(this.#metrics)[1] * store.stepMs) / this.widthMs);
    for (let index = first; index <= last; index++) this.#columns.delete(index);
    // A line to the first of them begins at the point before.
    const [line] = this.quantiles;
    const before = line.lowerBound(first * this.widthMs) - 1;
    const from = before >= line.start ? line.x[before] : first * this.widthMs;
    this.#summarise(first, last);
    this.dirtyTo = (last + 1) * this.widthMs;
    return Math.min(from, first * this.widthMs);
  }

  /** @param {number} index  its begin divided by the width @returns {DensityColumn|null} */
  at(index) {
    let column = this.#columns.get(index);
    if (column === undefined) {
      column = this.#gather(index);
      this.#columns.set(index, column);
    }
    return column;
  }

  /** @param {number} x ms */
  columnAt(x) {
    return this.widthMs > 0 ? this.at(Math.floor(x / this.widthMs)) : null;
  }

  /** @param {number} before ms */
  trim(before) {
    for (const ring of [this.min, this.max, ...this.quantiles]) ring.trimBefore(before);
    const first = Math.floor(before / this.widthMs);
    for (const index of this.#columns.keys()) if (index < first) this.#columns.delete(index);
  }

  #rebuild() {
    this.#columns.clear();
    this.min = new Ring();
    this.max = new Ring();
    this.quantiles = QUANTILES.map(() => new Ring());
    this.#open = Infinity;
    if (this.#store.stepMs === 0) return;
    const [first, last] = this.#store.slots(this.#metrics);
    if (first > last) return;
    const index = (/** @type {number} */ slot) => Math.floor((slot * this.#store.stepMs) / this.widthMs);
    this.#summarise(index(first), index(last));
  }

  /** @param {number} index @returns {DensityColumn|null} */
  #gather(index) {
    if (this.#group === 1) return this.#store.merged(this.#metrics, index);
    /** @type {DensityColumn|null} */
    let column = null;
    for (let slot = index * this.#group; slot < (index + 1) * this.#group; slot++) {
      const one = this.#store.merged(this.#metrics, slot);
      if (!one) continue;
      column ??= new DensityColumn();
      column.add(one);
    }
    return column;
  }

  /** The first column that is not over yet: some of its values are still to come, and its quantiles would jump. */
  #open = Infinity;

  /** @param {number} first @param {number} last */
  #summarise(first, last) {
    // The newest step is still being counted when its first values are here.
    const over = this.#store.slots(this.#metrics)[1] * this.#store.stepMs;
    this.#open = Infinity;
    for (let index = first; index <= last; index++) {
      const column = this.at(index);
      const x = (index + 0.5) * this.widthMs;
      // Extremes only grow, and the axis must not learn of them when their cells have long been drawn.
      if (column && column.count > 0) {
        this.min.push(x, column.min, POINTS_MAX);
        this.max.push(x, column.max, POINTS_MAX);
      }
      if ((index + 1) * this.widthMs > over) {
        this.#open = Math.min(this.#open, index);
        continue;
      }
      if (!column || column.count === 0) continue;
      quantiles(column, QUANTILES, this.#out);
      this.quantiles.forEach((ring, i) => ring.push(x, this.#out[i], POINTS_MAX));
    }
  }
}
