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

  /** Empties it, with room for so many. @param {number} length */
  reserve(length) {
    this.length = 0;
    if (length <= this.x.length) return;
    // The next line is likely to be a little longer.
    this.x = new Float64Array(length + (length >> 2));
    this.v = new Float64Array(length + (length >> 2));
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
export function reduceColumns({ x, v }, from, to, columnMs, gaps, trace) {
  // A hole is written as a point, and each has a point before it.
  trace.reserve(2 * (to - from));
  const { x: outX, v: outV } = trace;
  const { gapMs, breaks } = gaps;
  let length = 0;
  let first = -1;
  let low = -1;
  let high = -1;
  let last = -1;
  let column = NaN;
  for (let i = from; i <= to; i++) {
    const value = i < to ? v[i] : NaN;
    const hole = value !== value;
    const lifts = hole || (last >= 0 && (x[i] - x[last] > gapMs || (breaks.length > 0 && isGap(x[last], x[i], gaps))));
    const at = hole ? NaN : Math.floor(x[i] / columnMs);
    if (last >= 0 && !lifts && at === column) {
      if (value < v[low]) low = i;
      if (value > v[high]) high = i;
      last = i;
      continue;
    }
    if (last >= 0) {
      outX[length] = x[first];
      outV[length++] = v[first];
      const a = low < high ? low : high;
      const b = low < high ? high : low;
      if (a > first && a < last) {
        outX[length] = x[a];
        outV[length++] = v[a];
      }
      if (b > a && b > first && b < last) {
        outX[length] = x[b];
        outV[length++] = v[b];
      }
      if (last > first) {
        outX[length] = x[last];
        outV[length++] = v[last];
      }
    }
    last = -1;
    // Ends the line here; twice is once.
    if (lifts && i < to && length > 0 && outV[length - 1] === outV[length - 1]) {
      outX[length] = NaN;
      outV[length++] = NaN;
    }
    if (hole) continue;
    column = at;
    first = low = high = last = i;
  }
  trace.length = length;
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
