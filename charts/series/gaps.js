/**
 * What the bridge said it skipped, as stretches of time.
 *
 * A gap frame names positions, not times; the times are those of the data around it: from the last point held before
 * it to the first point of the snapshot after it. A snapshot that brings back what was skipped leaves no hole, so its
 * stretch is closed to a mere mark.
 *
 * @typedef {{from: number, to: number, reason: string, message: string}} GapBand  ms; from ≤ to
 */

/** @import {GapFrame} from '../types.js' */

const BANDS_MAX = 64;

export class GapBands {
  /** @type {GapBand[]} */
  #bands = [];
  /** Said, but what follows it is not here yet. @type {{frame: GapFrame, from: number}|null} */
  #pending = null;

  /** @returns {readonly GapBand[]} by time */
  get list() { return this.#bands; }

  /** @param {GapFrame} frame @param {number} lastX  of the points held before it, NaN where there are none */
  open(frame, lastX) {
    this.#pending = { frame, from: lastX };
  }

  /** The frame after the gap is here. @param {Iterable<number>[]} times  of its points, each ascending @param {number} now */
  settle(times, now) {
    if (!this.#pending) return;
    const { frame, from } = this.#pending;
    this.#pending = null;
    const to = firstAfter(times, from) ?? now;
    this.#bands.push({ from: Number.isNaN(from) ? to : from, to, reason: frame.reason, message: frame.message });
    if (this.#bands.length > BANDS_MAX) this.#bands.shift();
  }

  /** @param {number} before */
  trim(before) {
    if (this.#bands.some((band) => band.to < before)) this.#bands = this.#bands.filter((band) => band.to >= before);
  }

  clear() {
    this.#bands = [];
    this.#pending = null;
  }
}

/** @param {Iterable<number>[]} times @param {number} after */
function firstAfter(times, after) {
  /** @type {number|null} */
  let first = null;
  for (const some of times) {
    for (const time of some) {
      if (time <= after) continue;
      if (first === null || time < first) first = time;
      break;
    }
  }
  return first;
}
