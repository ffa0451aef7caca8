/**
 * How numbers and times are written: d3's format specifiers (`,.2f`, `.3s`, `%H:%M`) in any language. Without a locale they
 * are d3's own, English and dates that sort; with one, digits, separators and names are what Intl knows of it.
 */

import { format, formatPrefix } from '../vendor/d3-format/defaultLocale.js';
import formatSpecifier from '../vendor/d3-format/formatSpecifier.js';
import formatLocale from '../vendor/d3-format/locale.js';
import precisionFixed from '../vendor/d3-format/precisionFixed.js';
import precisionPrefix from '../vendor/d3-format/precisionPrefix.js';
import precisionRound from '../vendor/d3-format/precisionRound.js';
import { timeFormat, utcFormat } from '../vendor/d3-time-format/defaultLocale.js';
import timeFormatLocale from '../vendor/d3-time-format/locale.js';
import { offsetAt, offsetText } from './zone.js';
/** @import {TimeZone} from './zone.js' */

/**
 * @typedef {(value: number) => string} NumberFormat
 * @typedef {(date: Date) => string} DateFormat
 * @typedef {string|((value: number) => string)} Format  a specifier, or a function that does it
 *
 * @typedef {object} Locale  each specifier is compiled once
 * @property {string|null} tag  BCP 47; null is d3's English
 * @property {(specifier: string) => NumberFormat} number
 * @property {(specifier: string, value: number) => NumberFormat} prefixed  all in the SI prefix of `value`
 * @property {(specifier: string) => DateFormat} local
 * @property {(specifier: string) => DateFormat} utc
 */

/** Specifiers a locale keeps compiled; some hold a moment in them. */
const COMPILED_MAX = 200;
/** @type {Map<string|null, Locale>} */
const locales = new Map();

/**
 * @param {string|null} [tag]  as `navigator.language`; one that Intl does not know is written as English
 * @returns {Locale}
 */
export function localeOf(tag = null) {
  const known = locales.get(tag);
  if (known) return known;
  const locale = tag === null ? compiled(null, { format, formatPrefix, timeFormat, utcFormat }) : foreign(tag);
  locales.set(tag, locale);
  return locale;
}

/** @param {string} tag @returns {Locale} */
function foreign(tag) {
  try {
    const times = timeFormatLocale(namesOf(tag));
    const numbers = formatLocale(numbersOf(tag));
    return compiled(tag, { ...numbers, timeFormat: times.format, utcFormat: times.utcFormat });
  } catch {
    return localeOf();
  }
}

/**
 * @param {string|null} tag
 * @param {{format: (specifier: string) => NumberFormat, formatPrefix: (specifier: string, value: number) => NumberFormat,
 *   timeFormat: (specifier: string) => DateFormat, utcFormat: (specifier: string) => DateFormat}} made
 * @returns {Locale}
 */
function compiled(tag, made) {
  const { formatPrefix: prefixed } = made;
  return { tag, number: once(made.format), local: once(made.timeFormat), utc: once(made.utcFormat), prefixed };
}

/** @template T @param {(specifier: string) => T} make */
function once(make) {
  /** @type {Map<string, T>} */
  const made = new Map();
  return (/** @type {string} */ specifier) => {
    let found = made.get(specifier);
    if (!found) {
      if (made.size >= COMPILED_MAX) made.clear();
      made.set(specifier, found = make(specifier));
    }
    return found;
  };
}

/** @param {string} tag */
function numbersOf(tag) {
  const parts = new Intl.NumberFormat(tag, { useGrouping: 'always' }).formatToParts(-123_456_789_012.5);
  /** @param {Intl.NumberFormatPartTypes} type @param {string} otherwise */
  const of = (type, otherwise) => parts.find((part) => part.type === type)?.value ?? otherwise;
  const groups = parts.filter(({ type }) => type === 'integer').map(({ value }) => value.length).reverse();
  const digits = [...new Intl.NumberFormat(tag, { useGrouping: false }).format(9_876_543_210)].reverse();
  return {
    decimal: of('decimal', '.'), thousands: of('group', ','),
    grouping: groups.length > 1 ? [groups[0], ...Array(8).fill(groups[1])] : [3],
    numerals: digits.length === 10 && digits[1] !== '1' ? digits : undefined,
    currency: /** @type {[string, string]} */ (['$', '']),
    percent: '%', minus: '−',
  };
}

/** @param {string} tag */
function namesOf(tag) {
  /** @param {Intl.DateTimeFormatOptions} options @param {Date[]} dates */
  const names = (options, dates) => {
    const { format: write } = new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' });
    return dates.map((date) => write(date));
  };
  const months = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2024, month, 1)));
  // 7 January 2024 was a Sunday.
  const days = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2024, 0, 7 + day)));
  const half = new Intl.DateTimeFormat(tag, { hour: 'numeric', hour12: true, timeZone: 'UTC' });
  const periods = [1, 13].map((hour) => half.formatToParts(new Date(Date.UTC(2024, 0, 1, hour))))
    .map((parts) => parts.find(({ type }) => type === 'dayPeriod')?.value ?? '');
  return {
    dateTime: '%x %X', date: '%Y-%m-%d', time: '%H:%M:%S', periods,
    days: names({ weekday: 'long' }, days), shortDays: names({ weekday: 'short' }, days),
    months: names({ month: 'long' }, months), shortMonths: names({ month: 'short' }, months),
  };
}

/**
 * @param {Format} wanted
 * @param {string|null} [tag]
 * @returns {NumberFormat}
 */
export function numberFormat(wanted, tag) {
  if (typeof wanted === 'function') return wanted;
  const write = localeOf(tag).number(wanted);
  return (value) => (Number.isFinite(value) ? write(value) : '–');
}

/**
 * The labels of evenly spaced ticks: just so many digits that neighbours differ. As d3-scale's tickFormat, in any locale.
 * @param {number} step  between ticks
 * @param {number} largest  size of the largest tick
 * @param {string} specifier  `,f`, `~s`, `.2%` …; a precision it names stays
 * @param {string|null} [tag]
 * @returns {NumberFormat}
 */
export function tickFormat(step, largest, specifier, tag) {
  const wanted = formatSpecifier(specifier);
  const locale = localeOf(tag);
  const precise = (/** @type {number} */ precision) => {
    if (wanted.precision === undefined && Number.isFinite(precision)) wanted.precision = Math.max(0, precision);
  };
  switch (wanted.type) {
    case 's':
      precise(precisionPrefix(step, largest));
      return locale.prefixed(String(wanted), largest);
    case '': case 'e': case 'g': case 'p': case 'r':
      precise(precisionRound(step, largest) - Number(wanted.type === 'e'));
      break;
    case 'f': case '%':
      precise(precisionFixed(step) - 2 * Number(wanted.type === '%'));
      break;
  }
  return locale.number(String(wanted));
}

/**
 * A time by d3 specifier or function; `%Z`, `%s` and `%Q` are those of the zone and of the moment.
 * @param {number} ms
 * @param {Format} format  a function gets ms
 * @param {TimeZone} zone
 * @param {string|null} [tag]
 */
export function formatTime(ms, format, zone, tag) {
  if (typeof format === 'function') return format(ms);
  const locale = localeOf(tag);
  if (zone === 'utc') return locale.utc(format)(new Date(ms));
  if (zone === 'local') return locale.local(format)(new Date(ms));
  // The fields come from a date moved by the offset, so what does not depend on the zone must be put in before.
  const offset = offsetAt(ms, zone);
  const specifier = format.replace(/%([-_0]?)([%ZsQ])/g, (whole, _, field) => {
    if (field === 'Z') return offsetText(offset, '-', '');
    return field === 's' ? String(Math.floor(ms / 1_000)) : field === 'Q' ? String(ms) : whole;
  });
  // Compiled each time where the moment stands in it; those are rare.
  return locale.utc(specifier)(new Date(ms + offset));
}
