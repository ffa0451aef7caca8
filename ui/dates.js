/** Dates and times as the reader's language writes them, in the zone the chart shows. Pure. */

/**
 * When the picture begins and ends: `21 Nov 2025, 12:03:04 – 12:08:04`.
 * @param {{from: number, to: number}} view
 * @param {string} zone
 * @param {string} locale
 */
export function rangeText({ from, to }, zone, locale) {
  return dateFormat(zone, locale).formatRange(from, to);
}

/** `21 Nov 2025, 12:03:04` @param {number} ms @param {string} zone @param {string} locale */
export function momentText(ms, zone, locale) {
  return dateFormat(zone, locale).format(ms);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/** @param {string} zone @param {string} locale */
function dateFormat(zone, locale) {
  const key = `${zone} ${locale}`;
  let format = dateFormats.get(key);
  if (!format) {
    const timeZone = zone === 'local' ? undefined : zone === 'utc' ? 'UTC' : zone;
    dateFormats.set(key, format = new Intl.DateTimeFormat(locale, {
      year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone,
    }));
  }
  return format;
}
