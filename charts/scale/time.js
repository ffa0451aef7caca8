//# allFunctionsCalledOnLoad
/** Times for people: ticks of the time axis, times of day, dates; in any zone, the same everywhere on the page. */

import { utcTickInterval } from '../vendor/joined/ticks.js';
import { needed } from './kit.js';
import { momentOf, offsetAt, offsetText, stretches } from './zone.js';
/** @import {TimeZone as Zone} from './zone.js' */
/** @import {Format} from './format.js' */

/**
 * @typedef {Zone} TimeZone  `local`, `utc` or an IANA name
 * @typedef {{x: number, label: string, major: boolean}} TimeTick  major: a new day begins
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** No date is further from 1970. */
const TIME_MAX_MS = 8.64e15;
const LATE = Date.UTC(2028, 8, 27, 22, 58, 58, 888);
/** @param {number} wall */
const dayOf = (wall) => Math.floor(wall / DAY_MS);

/**
 * Ticks where the clock on the wall is round. On a day on which the clocks change that hour is left out or comes twice, as
 * it does; the second one carries its offset.
 * @param {number} from  ms
 * @param {number} to  ms
 * @param {number} count  about how many
 * @param {TimeZone} zone
 * @param {{locale?: string|null, format?: Format|null}} [how]  format: a specifier, or a function of ms, for every label
 * @returns {TimeTick[]}
 */
export function timeTicks(from, to, count, zone, { locale = null, format = null } = {}) {
  if (!(to > from)) return [];
  // By how long it is, not by what the wall shows at its ends: over the repeated hour that is no time at all.
  const start = new Date(from + offsetAt(from, zone));
  const interval = utcTickInterval(start, new Date(Number(start) + to - from), count);
  if (!interval) return [];
  const step = stepFrom(start, interval);
  const times = step < DAY_MS ? withinDays(from, to, zone, interval, step) : wholeDays(from, to, zone, interval);
  return labelled(times, step, zone, knownTag(locale), format);
}

/** From the first round time on to the next, ms. @param {Date} start @param {Interval} interval */
function stepFrom(start, interval) {
  const first = interval.ceil(start);
  return Number(interval.offset(first, 1)) - Number(first);
}

/**
 * How far apart ticks of such a stretch are, and what is written at one of them: late in the day, where labels are longest.
 * @param {number} spanMs @param {number} count  about how many
 * @param {{locale?: string|null, format?: Format|null}} how
 * @returns {{step: number, label: string}} step: Infinity where there are none
 */
export function tickSample(spanMs, count, { locale = null, format = null }) {
  const interval = utcTickInterval(new Date(0), new Date(spanMs), count);
  if (!interval) return { step: Infinity, label: '' };
  const step = stepFrom(new Date(0), interval);
  return { step, label: labelled([LATE], step, 'utc', knownTag(locale), format)[0].label };
}

/** @typedef {import('../vendor/joined/ticks.js').Interval} Interval */

/**
 * Round times in each stretch of one offset. What is found does not depend on where the range begins, so that parts of a
 * picture have the ticks of the whole. Steps of hours go over the repeated hour: 03:00 twice, an hour apart, is a crowd.
 * @param {number} from
 * @param {number} to
 * @param {TimeZone} zone
 * @param {Interval} interval
 * @param {number} step
 */
function withinDays(from, to, zone, interval, step) {
  /** @type {number[]} */
  const times = [];
  for (const { from: first, to: last, offset } of stretches(from, to, zone)) {
    // Clocks that go from 0:00 to 1:00 leave out the midnight; the day begins nevertheless.
    if (offset !== offsetAt(first - 1, zone) && beginsDay(first, zone)) times.push(first);
    // The end of a stretch is the beginning of the next; only the last one includes its end.
    for (const date of interval.range(new Date(first + offset), new Date(last + offset + Number(last === to)))) {
      const x = Number(date) - offset;
      if (x !== times[times.length - 1] && (step <= HOUR_MS || !isRepeated(x, zone))) times.push(x);
    }
  }
  return times;
}

/** Is it the first moment of its day? @param {number} x @param {TimeZone} zone */
const beginsDay = (x, zone) => dayOf(x + offsetAt(x, zone)) > dayOf(x - 1 + offsetAt(x - 1, zone));
/** Did the clock show this before? @param {number} x @param {TimeZone} zone */
const isRepeated = (x, zone) => momentOf(x + offsetAt(x, zone), zone) < x;

/** @param {number} from @param {number} to @param {TimeZone} zone @param {Interval} interval */
function wholeDays(from, to, zone, interval) {
  // A change of the clocks may move a day's beginning over either end.
  return interval.range(new Date(from + offsetAt(from, zone) - 2 * HOUR_MS), new Date(to + offsetAt(to, zone) + 2 * HOUR_MS))
    .map((date) => momentOf(Number(date), zone)).filter((x, i, all) => x >= from && x <= to && x !== all[i - 1]);
}

/**
 * @param {number[]} times
 * @param {number} step
 * @param {TimeZone} zone
 * @param {string|null} tag
 * @param {Format|null} format
 * @returns {TimeTick[]}
 */
function labelled(times, step, zone, tag, format) {
  return times.map((x) => {
    const major = step < DAY_MS && beginsDay(x, zone);
    const label = format === null
      ? tickLabel(x + offsetAt(x, zone), major ? DAY_MS : step, tag)
      : typeof format === 'function' ? format(x) : needed('formatTime')(x, format, zone, tag);
    return { x, label: step < DAY_MS && isRepeated(x, zone) ? `${label} ${zoneLabel(x, zone)}` : label, major };
  });
}

/** @param {number} wall @param {number} step  ms between ticks @param {string|null} tag */
function tickLabel(wall, step, tag) {
  if (step < DAY_MS) return clock(wall, step, tag);
  const days = step < 27 * DAY_MS;
  if (tag !== null) return dateOf(tag, days ? 'day' : 'month')(wall);
  const [, day, month, year] = english(wall);
  return days ? `${day} ${month}` : `${month} ${year}`;
}

/** `Fri 21 Nov 2025`, in its parts @param {number} wall */
const english = (wall) => new Date(wall).toUTCString().slice(0, 16).replace(',', '').split(' ');

/** Empty where there is no such time. @param {number} wall */
const isoOf = (wall) => (Math.abs(wall) <= TIME_MAX_MS ? new Date(wall).toISOString() : '');

/** In hours, minutes, and what the step asks for. @param {number} wall @param {number} step @param {string|null} tag */
function clock(wall, step, tag) {
  const iso = isoOf(wall);
  const end = step < SECOND_MS ? -1 : step < MINUTE_MS ? -5 : -8;
  const periods = tag === null ? null : periodsOf(tag);
  if (!periods) return iso.slice(-13, end);
  const hour = new Date(wall).getUTCHours();
  return `${hour % 12 || 12}${iso.slice(-11, end)} ${periods[Number(hour >= 12)]}`;
}

/** Words for the halves of a day, where clocks count to twelve; null where they do not. @type {Map<string, string[]|null>} */
const periods = new Map();

/** @param {string} tag */
function periodsOf(tag) {
  let found = periods.get(tag);
  if (found === undefined) {
    const halves = new Intl.DateTimeFormat(tag, { hour: 'numeric', hour12: true, timeZone: 'UTC' });
    const { hourCycle } = new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions();
    found = hourCycle === 'h12' || hourCycle === 'h11' ? [1, 13].map((hour) => (
      halves.formatToParts(Date.UTC(2024, 0, 1, hour)).find(({ type }) => type === 'dayPeriod')?.value ?? ''
    )) : null;
    periods.set(tag, found);
  }
  return found;
}

/** Null where Intl does not understand it: English. @param {string|null|undefined} tag */
export function knownTag(tag) {
  try {
    return tag ? Intl.getCanonicalLocales(tag) && tag : null;
  } catch {
    return null;
  }
}

/** The order of day, month and year, and their points and commas, are Intl's. */
/** @type {Record<'day'|'month'|'date', Intl.DateTimeFormatOptions>} */
const DATES = {
  day: { day: 'numeric', month: 'short' }, month: { month: 'short', year: 'numeric' },
  date: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
};
/** @type {Map<string, (wall: number) => string>} */
const dates = new Map();

/** @param {string} tag @param {keyof typeof DATES} what */
function dateOf(tag, what) {
  const key = `${tag} ${what}`;
  let write = dates.get(key);
  if (!write) dates.set(key, write = new Intl.DateTimeFormat(tag, { ...DATES[what], timeZone: 'UTC' }).format);
  return write;
}

/** `12:03:04` @param {number} ms @param {TimeZone} zone @param {string|null} [tag] */
export const clockTime = (ms, zone, tag) => clock(ms + offsetAt(ms, zone), SECOND_MS, knownTag(tag));
/** `Fri 21 Nov 2025` @param {number} ms @param {TimeZone} zone @param {string|null} [tag] */
export function calendarDate(ms, zone, tag) {
  const wall = ms + offsetAt(ms, zone);
  const known = knownTag(tag);
  return known === null ? english(wall).join(' ') : dateOf(known, 'date')(wall);
}
/**
 * The day or days of a stretch: a time of day alone cannot be told from a wrong clock.
 * @param {number} from
 * @param {number} to
 * @param {TimeZone} zone
 * @param {string|null} [tag]
 */
export function dateRange(from, to, zone, tag) {
  const first = calendarDate(from, zone, tag);
  const last = calendarDate(to, zone, tag);
  return first === last ? first : `${first} – ${last}`;
}
/** `2025-11-21 12:03:04.123`, in every language: it is copied and sorted. @param {number} ms @param {TimeZone} zone */
export function fullTime(ms, zone) {
  return isoOf(ms + offsetAt(ms, zone)).slice(0, -1).replace('T', ' ');
}

/**
 * Which time the axis shows: `UTC`, or the offset at that moment.
 * @param {number} ms
 * @param {TimeZone} zone
 */
export function zoneLabel(ms, zone) {
  const offset = offsetAt(ms, zone);
  return offset === 0 ? 'UTC' : `UTC${offsetText(offset, '−', ':')}`;
}
