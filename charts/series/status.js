/** Is a series still alive? In words, for the legend; pure, so that every case stands in a table of tests. */

import { formatDuration } from '../live/span.js';
/** @import {SeriesStatus, Source} from '../types.js' */

const SILENT_FACTOR = 5;
const SILENT_FLOOR_MS = 5_000;

/** Is it not there? @param {Pick<Source, 'state'|'cause'>} source */
export const isDown = ({ state, cause }) => state === 'down' || (state === 'crash_looping' && cause !== null);
/** Is it there, as far as anybody knows? @param {Pick<Source, 'state'|'cause'>} source */
export const isHere = (source) => source.state !== 'unknown' && !isDown(source);
/** Why, for readers; the bridge's `bye: ` is its word for "it said so itself". @param {Pick<Source, 'reason'|'cause'>} source */
export const whyOf = ({ reason, cause }) => reason?.replace(/^bye:\s*/, '') || (cause ?? '');
/** @param {Source['state']} state */
export const stateName = (state) => state.replace('_', '-');

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
  if (source && isDown(source)) return { state: 'down', since: source.since, text: sinceText(source, clockTime) };
  if (source?.state === 'stale' || source?.state === 'unknown') {
    return { state: source.state, since: source.since, text: sinceText(source, clockTime) };
  }
  const known = [cadence, source?.interval_ms ?? NaN].filter((ms) => !Number.isNaN(ms));
  const age = now - lastX;
  if (age <= Math.max(SILENT_FACTOR * Math.max(0, ...known), SILENT_FLOOR_MS)) return UP;
  return { state: 'silent', since: lastX, text: `silent for ${formatDuration(age)}` };
}

/**
 * `down since 12:03:04 · killed`
 * @param {Source} source
 * @param {(ms: number) => string} clockTime
 */
function sinceText(source, clockTime) {
  const why = whyOf(source);
  return `${stateName(source.state)} since ${clockTime(source.since)}${why ? ` · ${why}` : ''}`;
}
