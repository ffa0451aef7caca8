/** The last value of a series in a range; NaN where it has none. */

/** @import {Ring} from './ring.js' */

/** @param {Ring} ring @param {number} from @param {number} to */
export function lastOf(ring, from, to) {
  const { v } = ring;
  const first = ring.lowerBound(from);
  for (let i = ring.upperBound(to) - 1; i >= first; i--) if (!Number.isNaN(v[i])) return v[i];
  return NaN;
}
