/**
 * The merged columns of a density view, by metric and step of time: fed by the bridge's frames, or by hand.
 *
 * @typedef {{slot: number, column: DensityColumn}} DensitySlot  slot: ms since 1970 divided by the step
 * @typedef {{name: string, series: number, columns: DensitySlot[]}} DensityMetric  series: 0 in an update
 * @typedef {{step_ms: number, metrics: DensityMetric[]}} DensityData  of a frame, or made by hand
 */

import { DensityColumn } from './density-column.js';

export * from './density-column.js';

/** Columns of all metrics together; the oldest go first. At 200 buckets each these are some 50 MB, twice as much at worst. */
const COLUMNS_MAX = 65_536;
const METRICS_MAX = 1_000;

/** The columns of a density view, by metric and slot, all of one step. */
export class DensityStore {
  /** Length of a column; 0 while nothing is known. */
  stepMs = 0;
  /** Rises with every change. */
  generation = 0;
  /** Metrics that were refused, and columns that went before their time, because there were too many. */
  refused = 0;
  /** Time from which on columns changed; Infinity where none did. */
  dirtyFrom = Infinity;
  /** @type {Map<string, {series: number, columns: Map<number, DensityColumn>}>} */
  #metrics = new Map();
  #size = 0;
  /** No slot is before it. */
  #first = Infinity;
  /** Of one selection of several metrics. @type {Map<number, DensityColumn|null>} */
  #merged = new Map();
  /** @type {readonly string[]} */
  #selection = [];

  /** Begin of the latest column, NaN where there is none. */
  get lastMs() {
    const last = this.slots(this.metrics())[1];
    return last === -Infinity ? NaN : last * this.stepMs;
  }

  /** Number of columns. */
  get size() { return this.#size; }
  /** @returns {string[]} in the order in which they came: the bridge's, by name */
  metrics() { return [...this.#metrics.keys()]; }
  /** Series of a metric when the snapshot was made. @param {string} metric */
  seriesOf(metric) { return this.#metrics.get(metric)?.series ?? 0; }
  /** @param {string} metric @param {number} slot */
  get(metric, slot) { return this.#metrics.get(metric)?.columns.get(slot) ?? null; }

  clear() {
    this.#metrics.clear();
    this.#merged.clear();
    this.#size = 0;
    this.#first = Infinity;
    this.#touch(-Infinity);
  }

  /** Of a snapshot: exactly these. Takes the columns over. @param {DensityData} data */
  replace(data) {
    this.clear();
    this.add(data);
  }

  /** Of an update: adds to what is here. Takes the columns over. @param {DensityData} data */
  add({ step_ms, metrics }) {
    if (step_ms !== this.stepMs) {
      if (this.#size > 0) this.clear();
      this.stepMs = step_ms;
    }
    for (const { name, series, columns } of metrics) {
      const metric = this.#open(name);
      if (!metric) continue;
      metric.series = series || metric.series;
      for (const { slot, column } of columns) this.#put(name, metric.columns, slot, column);
    }
    if (this.#size > COLUMNS_MAX) this.#dropOldest();
  }

  /** Forgets columns that end before a time, and metrics of which none is left. @param {number} beforeMs */
  trim(beforeMs) {
    const before = Math.floor(beforeMs / this.stepMs);
    if (!(this.#first < before)) return;
    this.#first = Infinity;
    for (const [name, { columns }] of this.#metrics) {
      for (const slot of columns.keys()) {
        if (slot < before) this.#remove(columns, slot);
        else if (slot < this.#first) this.#first = slot;
      }
      if (columns.size === 0) this.#metrics.delete(name);
    }
    this.#touch(Infinity);
  }

  /** @returns {number} `dirtyFrom`, which is Infinity from then on */
  takeDirty() {
    const from = this.dirtyFrom;
    this.dirtyFrom = Infinity;
    return from;
  }

  /**
   * The columns of several metrics in one; null where none of them has a value. Not to be changed by the caller.
   * @param {readonly string[]} metrics
   * @param {number} slot
   * @returns {DensityColumn|null}
   */
  merged(metrics, slot) {
    if (metrics.length === 1) return this.get(metrics[0], slot);
    this.#select(metrics);
    let column = this.#merged.get(slot);
    if (column !== undefined) return column;
    /** @type {DensityColumn[]} */
    const columns = [];
    for (const metric of metrics) {
      const one = this.get(metric, slot);
      if (one) columns.push(one);
    }
    column = DensityColumn.merge(columns);
    this.#merged.set(slot, column);
    return column;
  }

  /**
   * First and last slot of some metrics; [Infinity, -Infinity] where there is none.
   * @param {readonly string[]} metrics
   * @returns {[number, number]}
   */
  slots(metrics) {
    let first = Infinity;
    let last = -Infinity;
    for (const metric of metrics) {
      for (const slot of this.#metrics.get(metric)?.columns.keys() ?? []) {
        if (slot < first) first = slot;
        if (slot > last) last = slot;
      }
    }
    return [first, last];
  }

  /** @param {string} name */
  #open(name) {
    let metric = this.#metrics.get(name);
    if (metric) return metric;
    if (this.#metrics.size >= METRICS_MAX) {
      this.refused += 1;
      return null;
    }
    metric = { series: 0, columns: new Map() };
    this.#metrics.set(name, metric);
    this.#touch(Infinity);
    return metric;
  }

  /** @param {string} name @param {Map<number, DensityColumn>} columns @param {number} slot @param {DensityColumn} column */
  #put(name, columns, slot, column) {
    // What is merged already grows by the same; making it anew would cost all its metrics.
    const merged = this.#merged.get(slot);
    if (merged === null) this.#merged.delete(slot);
    else if (merged && this.#selection.includes(name)) merged.add(column);
    const before = columns.get(slot);
    if (before) before.add(column);
    else {
      columns.set(slot, column);
      this.#size += 1;
      if (slot < this.#first) this.#first = slot;
    }
    this.#touch(slot * this.stepMs);
  }

  /** @param {Map<number, DensityColumn>} columns @param {number} slot */
  #remove(columns, slot) {
    if (columns.delete(slot)) this.#size -= 1;
    this.#merged.delete(slot);
  }

  /** Down to seven eighths, so that the next one does not ask again. */
  #dropOldest() {
    const slots = [...this.#metrics.values()].flatMap(({ columns }) => [...columns.keys()]).sort((a, b) => a - b);
    this.trim((slots[slots.length - COLUMNS_MAX * 7 / 8] + 1) * this.stepMs);
    this.refused += slots.length - this.#size;
  }

  /** @param {readonly string[]} metrics */
  #select(metrics) {
    const known = this.#selection;
    if (metrics === known) return;
    if (metrics.length !== known.length || metrics.some((metric, i) => metric !== known[i])) this.#merged.clear();
    this.#selection = metrics;
  }

  /** @param {number} from */
  #touch(from) {
    this.generation += 1;
    this.dirtyFrom = Math.min(this.dirtyFrom, from);
  }
}
