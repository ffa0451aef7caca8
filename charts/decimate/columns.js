/**
 * A line with more points than pixels, cut down to at most four points per pixel column (first, minimum, maximum, last:
 * "M4"), which draws the very same picture. Breaks in the line are NaN pairs.
 */

/** @import {Ring} from '../series/ring.js' */

/** Points of one line to draw; reused from line to line so that a frame allocates nothing. */
export class Trace {
  x = new Float64Array(4096);
  v = new Float64Array(4096);
  length = 0;

  /** @param {number} x @param {number} v */
  push(x, v) {
    if (this.length === this.x.length) this.#grow();
    this.x[this.length] = x;
    this.v[this.length] = v;
    this.length += 1;
  }

  /** Ends the line here; twice is once. */
  lift() {
    if (this.length > 0 && !Number.isNaN(this.v[this.length - 1])) this.push(NaN, NaN);
  }

  #grow() {
    const x = new Float64Array(this.x.length * 2);
    const v = new Float64Array(this.x.length * 2);
    x.set(this.x);
    v.set(this.v);
    this.x = x;
    this.v = v;
  }
}

/**
 * @typedef {{gapMs: number, breaks: readonly number[]}} Gaps  breaks: no line crosses these times; ascending
 */

/**
 * @param {Ring} ring
 * @param {number} from  index
 * @param {number} to  index, exclusive
 * @param {number} columnMs  time per pixel column; columns lie on whole multiples of it. NaN: every point stays
 * @param {Gaps} gaps
 * @param {Trace} trace  emptied, then filled
 */
export function reduceColumns(ring, from, to, columnMs, gaps, trace) {
  trace.length = 0;
  const { x, v } = ring;
  let first = -1;
  let low = -1;
  let high = -1;
  let last = -1;
  let column = NaN;
  for (let i = from; i < to; i++) {
    if (Number.isNaN(v[i]) || (last >= 0 && isGap(x[last], x[i], gaps))) {
      if (last >= 0) emit(ring, first, low, high, last, trace);
      last = -1;
      trace.lift();
      if (Number.isNaN(v[i])) continue;
    }
    const at = Math.floor(x[i] / columnMs);
    if (last >= 0 && at === column) {
      if (v[i] < v[low]) low = i;
      if (v[i] > v[high]) high = i;
    } else {
      if (last >= 0) emit(ring, first, low, high, last, trace);
      column = at;
      first = low = high = i;
    }
    last = i;
  }
  if (last >= 0) emit(ring, first, low, high, last, trace);
}

/** @param {Ring} ring @param {number} first @param {number} low @param {number} high @param {number} last @param {Trace} trace */
function emit(ring, first, low, high, last, trace) {
  const a = Math.min(low, high);
  const b = Math.max(low, high);
  trace.push(ring.x[first], ring.v[first]);
  if (a > first && a < last) trace.push(ring.x[a], ring.v[a]);
  if (b > a && b > first && b < last) trace.push(ring.x[b], ring.v[b]);
  if (last > first) trace.push(ring.x[last], ring.v[last]);
}

/**
 * Must the line break between two neighbours?
 * @param {number} before
 * @param {number} after
 * @param {Gaps} gaps
 */
export function isGap(before, after, { gapMs, breaks }) {
  if (after - before > gapMs) return true;
  for (let i = breaks.length - 1; i >= 0 && breaks[i] > before; i--) if (breaks[i] <= after) return true;
  return false;
}

/**
 * Smallest and largest value in [from, to), NaN where there is none.
 * @param {Ring} ring
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
export function extent({ v }, from, to) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = from; i < to; i++) {
    if (v[i] < low) low = v[i];
    if (v[i] > high) high = v[i];
  }
  return low > high ? [NaN, NaN] : [low, high];
}
