/** Moments as ISO 8601 writes them, with the offset of the zone that the chart shows. Pure. */

import { offsetAt } from '../scale/zone.js';

/**
 * `2025-11-21T13:03:04.123+01:00`, `…Z` in UTC; six digits behind the second where a time is finer than a millisecond.
 * @param {number} ms
 * @param {string} zone  `local`, `utc` or an IANA name
 */
export function isoTime(ms, zone) {
  const offset = offsetAt(ms, zone);
  const whole = Math.floor(ms);
  const micros = Math.round((ms - whole) * 1000);
  const text = new Date(whole + offset).toISOString().slice(0, -1);
  const finer = micros > 0 && micros < 1000 ? String(micros).padStart(3, '0') : '';
  return `${text}${finer}${zone === 'utc' ? 'Z' : offsetText(offset)}`;
}

/** `+01:00` @param {number} offset  ms */
function offsetText(offset) {
  const minutes = Math.abs(Math.round(offset / 60_000));
  const pad = (/** @type {number} */ part) => String(part).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
