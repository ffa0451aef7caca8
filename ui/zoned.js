/** Moments as a `datetime-local` field writes them, in the zone the chart shows. Pure. */

import { momentOf, offsetAt } from '../charts/scale/zone.js';

/** `2025-11-21T12:03:04`, to the second. @param {number} ms @param {string} zone  `local`, `utc` or an IANA name */
export function toField(ms, zone) {
  const whole = Math.floor(ms / 1000) * 1000;
  return new Date(whole + offsetAt(whole, zone)).toISOString().slice(0, 19);
}

/** @param {string} text @param {string} zone @returns {number|null} ms */
export function fromField(text, zone) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) return null;
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? null : momentOf(wall, zone);
}
