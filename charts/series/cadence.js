/** How often a series has a point, and from which hole on a line breaks. */

/** @import {Ring} from './ring.js' */

const SAMPLES = 33;
const GAP_FLOOR_MS = 2_500;
const GAP_FACTOR = 3;

/**
 * The median of the latest intervals; NaN below two points. Recent ones only: a snapshot of a long window is cut down
 * and its intervals say nothing about the publisher.
 * @param {Ring} ring
 */
export function cadence(ring) {
  const from = Math.max(ring.start + 1, ring.end - SAMPLES);
  /** @type {number[]} */
  const intervals = [];
  for (let i = from; i < ring.end; i++) {
    const interval = ring.x[i] - ring.x[i - 1];
    if (interval > 0) intervals.push(interval);
  }
  if (intervals.length === 0) return NaN;
  intervals.sort((a, b) => a - b);
  return intervals[intervals.length >>> 1];
}

/**
 * A line breaks where two neighbours are further apart than this.
 * @param {number} cadenceMs  NaN where unknown
 * @param {number} resolutionMs  of the snapshot: two points of a cut-down one lie up to two pixels apart
 */
export function gapThreshold(cadenceMs, resolutionMs) {
  const own = Number.isNaN(cadenceMs) ? 0 : GAP_FACTOR * cadenceMs;
  return Math.max(own, GAP_FLOOR_MS, GAP_FACTOR * resolutionMs);
}
