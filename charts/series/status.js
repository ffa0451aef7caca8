/** Is a series still alive? In words, for the legend; pure, so that every case stands in a table of tests. */

import { formatDuration } from '../live/span.js';
/** @import {SeriesStatus, Source} from '../types.js' */

const SILENT_FACTOR = 5;
const SILENT_FLOOR_MS = 5_000;

/** @type {SeriesStatus} */
const UP = { state: 'up', since: null, text: '' };

/**
 * @param {object} facts
 * @param {Source|undefined} facts.source  undefined for a publisher that does not say who it is
 * @param {number} facts.lastX  of the series, ms
 * @param {number} facts.cadence  its median interval, NaN while unknown
 * @param {number} now  the bridge's time; of the last frame while the bridge is not there
 * @param {(ms: number) => string} clockTime  how the page writes a time of day
 * @returns {SeriesStatus}
 */
export function seriesStatus({ source, lastX, cadence }, now, clockTime) {
  if (source?.state === 'down') {
    return { state: 'down', since: source.since, text: downText(source, clockTime) };
  }
  const known = [cadence, source?.interval_ms ?? NaN].filter((ms) => !Number.isNaN(ms));
  const age = now - lastX;
  if (age <= Math.max(SILENT_FACTOR * Math.max(0, ...known), SILENT_FLOOR_MS)) return UP;
  return { state: 'silent', since: lastX, text: `silent for ${formatDuration(age)}` };
}

/**
 * `down since 12:03:04 · killed`; the bridge's `bye: ` is its word for "it said so itself", not for readers.
 * @param {Source} source
 * @param {(ms: number) => string} clockTime
 */
export function downText(source, clockTime) {
  const reason = source.reason?.replace(/^bye:\s*/, '') ?? '';
  return `down since ${clockTime(source.since)}${reason ? ` · ${reason}` : ''}`;
}
