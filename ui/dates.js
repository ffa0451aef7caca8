/** Dates and times as the reader's language writes them, in the zone the chart shows. Pure. */

/** @type {Intl.DateTimeFormatOptions} */
const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
/** @type {Intl.DateTimeFormatOptions} */
const DAY = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
/** @type {Intl.DateTimeFormatOptions} */
const FULL = { year: 'numeric', month: 'short', day: 'numeric', ...TIME, fractionalSecondDigits: 3 };

/**
 * When the picture begins and ends: `12:03:04 – 12:08:04`, with days where they differ; the year stands on the chart's axis.
 * @param {{from: number, to: number}} view
 * @param {string} zone
 * @param {string} locale
 */
export function rangeText({ from, to }, zone, locale) {
  const day = (/** @type {number} */ ms) => dateFormat({ dateStyle: 'short' }, zone, locale).format(ms);
  return dateFormat(day(from) === day(to) ? TIME : DAY, zone, locale).formatRange(from, to);
}

/** `21 Nov 2025, 12:03:04.500` @param {number} ms @param {string} zone @param {string} locale */
export function momentText(ms, zone, locale) {
  return dateFormat(FULL, zone, locale).format(ms);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * Kept: making one costs more than using it a thousand times.
 * @param {Intl.DateTimeFormatOptions} options
 * @param {string} zone
 * @param {string} locale
 */
function dateFormat(options, zone, locale) {
  const key = `${JSON.stringify(options)} ${zone} ${locale}`;
  let format = formats.get(key);
  if (!format) {
    const timeZone = zone === 'local' ? undefined : zone === 'utc' ? 'UTC' : zone;
    formats.set(key, format = new Intl.DateTimeFormat(locale, { ...options, timeZone }));
  }
  return format;
}
