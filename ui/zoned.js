/**
 * Moments as a `datetime-local` field writes them, in the zone the chart shows. Pure; right on the days that clocks are
 * set: an hour that is skipped is read as the one after it, an hour that comes twice as its first time.
 */

import { offsetMs } from '../charts/export/iso-time.js';

const DAY_MS = 86_400_000;

/**
 * `2025-11-21T12:03:04`, to the second.
 * @param {number} ms
 * @param {string} zone  `local`, `utc`
 */
export function toField(ms, zone) {
  const whole = Math.floor(ms / 1000) * 1000;
  return new Date(whole + offsetMs(whole, zone)).toISOString().slice(0, 19);
}

/**
 * @param {string} text
 * @param {string} zone
 * @returns {number|null} ms
 */
export function fromField(text, zone) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) return null;
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  // The offset of a moment is known only by the moment: a day before and a day after bracket any change of clocks.
  const before = offsetMs(wall - DAY_MS, zone);
  const after = offsetMs(wall + DAY_MS, zone);
  for (const offset of [before, after]) if (offsetMs(wall - offset, zone) === offset) return wall - offset;
  return wall - before;
}
