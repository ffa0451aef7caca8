/**
 * What a series is sorted by: its last value, its largest, its slope, over [from, to] as the bridge's ranking has them. NaN
 * where it has none.
 */

import { lastOf } from './last.js';
/** @import {Ring} from './ring.js' */

/** @typedef {'last'|'max'|'slope'} Figure */

const EXTENT = new Float64Array(2);

/** @param {Figure} of @param {Ring} ring @param {number} from  ms @param {number} to  ms, included */
export function figureOf(of, ring, from, to) {
  switch (of) {
    case 'last': return lastOf(ring, from, to);
    case 'max': return maxOf(ring, from, to);
    case 'slope': return slopeOf(ring, from, to);
  }
}

/** @param {Ring} ring @param {number} from @param {number} to */
export function maxOf(ring, from, to) {
  return ring.extent(ring.lowerBound(from), ring.upperBound(to), EXTENT)[1];
}

/**
 * Of the least-squares line, per second.
 * @param {Ring} ring
 * @param {number} from
 * @param {number} to
 */
export function slopeOf(ring, from, to) {
  const { x, v } = ring;
  const until = ring.upperBound(to);
  let [n, t, y, tt, ty] = [0, 0, 0, 0, 0];
  for (let i = ring.lowerBound(from); i < until; i++) {
    if (Number.isNaN(v[i])) continue;
    // Seconds before the end, near which the points are: squares of times since 1970 would eat all digits.
    const at = (x[i] - to) / 1000;
    n += 1;
    t += at;
    y += v[i];
    tt += at * at;
    ty += at * v[i];
  }
  const spread = n * tt - t * t;
  return spread > 0 ? (n * ty - t * y) / spread : NaN;
}
