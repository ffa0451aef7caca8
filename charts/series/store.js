/** Every series of one subscription, by name, with the limits that keep a page left open for weeks flat in memory. */

import { cadence } from './cadence.js';
import { Ring } from './ring.js';
/** @import {Block} from '../types.js' */

/** Points of all series together: 16 bytes each, so 96 MiB. */
const POINTS_MAX = 6_000_000;
const SERIES_POINTS_MAX = 20_000;
const SERIES_POINTS_MIN = 400;
/** Beyond this a line chart says nothing; what is refused is counted and shown. */
export const SERIES_MAX = POINTS_MAX / SERIES_POINTS_MIN;

export class Series {
  ring = new Ring();
  #cadence = NaN;
  #cadenceAt = 0;
  #pushes = 0;

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** @param {Float64Array} x @param {Float64Array} v @param {number} pointsMax @param {boolean} ascending  are its times? */
  append(x, v, pointsMax, ascending) {
    if (ascending && x.length > 1) this.ring.append(x, v, pointsMax);
    else for (let i = 0; i < x.length; i++) this.ring.push(x[i], v[i], pointsMax);
    this.#pushes += x.length;
  }

  /** Median interval in ms, NaN while unknown. Sorting 33 numbers per series and frame would cost more than drawing. */
  get cadence() {
    if (this.#pushes - this.#cadenceAt >= 16 || (Number.isNaN(this.#cadence) && this.#pushes !== this.#cadenceAt)) {
      this.#cadence = cadence(this.ring);
      this.#cadenceAt = this.#pushes;
    }
    return this.#cadence;
  }
}

export class SeriesStore {
  /** @type {Map<string, Series>} */
  #series = new Map();
  /** Names beyond the limit whose points were refused. */
  refused = 0;
  /** Rises when a name comes or goes. */
  generation = 0;

  get size() { return this.#series.size; }
  /** @param {string} name */
  get(name) { return this.#series.get(name); }
  values() { return this.#series.values(); }
  /** @param {string} name */
  remove(name) {
    if (this.#series.delete(name)) this.generation += 1;
  }

  names() { return [...this.#series.keys()]; }
  clear() {
    this.#series.clear();
    this.generation += 1;
  }

  /**
   * @param {Block[]} blocks
   * @returns {number} points taken
   */
  append(blocks) {
    let points = 0;
    for (const { x, columns } of blocks) {
      const ascending = isAscending(x);
      for (const { name, v } of columns) {
        const series = this.#open(name);
        if (!series) continue;
        series.append(x, v, this.#pointsMax(), ascending);
        points += x.length;
      }
    }
    return points;
  }

  /**
   * Forgets what is older than `before`, and series of which nothing is left: processes come and go for weeks.
   * @param {number} before  ms
   */
  trim(before) {
    for (const [name, { ring }] of this.#series) {
      if (ring.firstX < before) ring.trimBefore(before);
      if (ring.length > 0) continue;
      this.#series.delete(name);
      this.generation += 1;
    }
  }

  /** The latest time of all, NaN where there is nothing. */
  get lastX() {
    let last = NaN;
    for (const { ring } of this.#series.values()) if (!(ring.lastX <= last)) last = ring.lastX;
    return last;
  }

  /** @param {string} name */
  #open(name) {
    let series = this.#series.get(name);
    if (series) return series;
    if (this.#series.size >= SERIES_MAX) {
      this.refused += 1;
      return null;
    }
    series = new Series(name);
    this.#series.set(name, series);
    this.generation += 1;
    return series;
  }

  #pointsMax() {
    const share = Math.floor(POINTS_MAX / this.#series.size);
    return Math.max(SERIES_POINTS_MIN, Math.min(SERIES_POINTS_MAX, share));
  }
}

/** Is each time after the one before? @param {Float64Array} x */
function isAscending(x) {
  for (let i = 1; i < x.length; i++) if (!(x[i] > x[i - 1])) return false;
  return true;
}
