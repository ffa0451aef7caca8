/** Times for people: ticks of the time axis, times of day, dates; local or UTC, the same everywhere on the page. */

import { timeTicks as localTicks, utcTicks } from '../vendor/d3-time/ticks.js';
import { timeFormat, utcFormat } from '../vendor/d3-time-format/defaultLocale.js';

/**
 * @typedef {'local'|'utc'} TimeZone
 * @typedef {{x: number, label: string, major: boolean}} TimeTick  major: a new day begins
 */

const DAY_MS = 86_400_000;
/** @param {string} specifier */
const both = (specifier) => ({ local: timeFormat(specifier), utc: utcFormat(specifier) });
const FORMATS = {
  millisecond: both('%H:%M:%S.%L'),
  second: both('%H:%M:%S'),
  minute: both('%H:%M'),
  day: both('%d %b'),
  month: both('%b %Y'),
  date: both('%a %d %b %Y'),
  full: both('%Y-%m-%d %H:%M:%S.%L'),
};

/**
 * @param {number} from  ms
 * @param {number} to  ms
 * @param {number} count  about how many
 * @param {TimeZone} zone
 * @returns {TimeTick[]}
 */
export function timeTicks(from, to, count, zone) {
  const ticksOf = zone === 'utc' ? utcTicks : localTicks;
  const times = ticksOf(new Date(from), new Date(to), count).map(Number);
  const step = times.length > 1 ? times[1] - times[0] : to - from;
  return times.map((x) => {
    const major = step < DAY_MS && FORMATS.millisecond[zone](new Date(x)) === '00:00:00.000';
    return { x, label: tickFormat(major ? DAY_MS : step)[zone](new Date(x)), major };
  });
}

/** @param {number} step  ms between ticks */
function tickFormat(step) {
  if (step < 1_000) return FORMATS.millisecond;
  if (step < 60_000) return FORMATS.second;
  if (step < DAY_MS) return FORMATS.minute;
  return step < 27 * DAY_MS ? FORMATS.day : FORMATS.month;
}

/** `12:03:04` @param {number} ms @param {TimeZone} zone */
export const clockTime = (ms, zone) => FORMATS.second[zone](new Date(ms));
/** `Fri 21 Nov 2025` @param {number} ms @param {TimeZone} zone */
export const calendarDate = (ms, zone) => FORMATS.date[zone](new Date(ms));
/** The day or days of a stretch: a time of day alone cannot be told from a wrong clock. @param {number} from @param {number} to @param {TimeZone} zone */
export function dateRange(from, to, zone) {
  const first = calendarDate(from, zone);
  const last = calendarDate(to, zone);
  return first === last ? first : `${first} – ${last}`;
}

/** `2025-11-21 12:03:04.123` @param {number} ms @param {TimeZone} zone */
export const fullTime = (ms, zone) => FORMATS.full[zone](new Date(ms));

/**
 * Which time the axis shows: `UTC`, or the local offset at that moment.
 * @param {number} ms
 * @param {TimeZone} zone
 */
export function zoneLabel(ms, zone) {
  const minutes = zone === 'utc' ? 0 : -new Date(ms).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const pad = (/** @type {number} */ part) => String(Math.floor(part)).padStart(2, '0');
  return `UTC${minutes < 0 ? '−' : '+'}${pad(size / 60)}:${pad(size % 60)}`;
}
