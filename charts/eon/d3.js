/**
 * What pages of EON use of d3: formats of numbers and times. Those pages were written for d3 3, so a specifier without a
 * precision means what it meant there, and minus is a hyphen.
 */

import formatLocale from '../vendor/d3-format/locale.js';
import formatSpecifier from '../vendor/d3-format/formatSpecifier.js';
import { timeFormat, timeParse, utcFormat, utcParse } from '../vendor/d3-time-format/defaultLocale.js';

/** As many digits as a double says without noise. */
const ALL = 12;
const numbers = formatLocale({ decimal: '.', thousands: ',', grouping: [3], currency: ['$', ''], minus: '-' });

/**
 * A specifier of d3 3 as today's d3 reads it.
 * @param {string} specifier
 */
export function specifierOf(specifier) {
  const wanted = formatSpecifier(specifier);
  if (wanted.precision !== undefined || wanted.trim) return wanted;
  switch (wanted.type) {
    case 'f': case '%':
      wanted.precision = 0;
      break;
    case 's': case 'e': case 'g': case 'p': case 'r': case 'n':
      wanted.precision = ALL;
      wanted.trim = true;
      break;
  }
  return wanted;
}

/** @param {string} specifier @returns {(value: any) => string} */
function format(specifier) {
  const wanted = specifierOf(String(specifier));
  const write = numbers.format(String(wanted));
  const isWhole = 'dboxX'.includes(wanted.type || '-');
  // Of an axis of whole numbers the ticks between them have no label.
  return (value) => (isWhole && +value % 1 !== 0 ? '' : write(+value));
}

/** @param {(specifier: string) => (date: any) => string} write @param {(specifier: string) => (text: string) => Date|null} read */
const timed = (write, read) => (/** @type {string} */ specifier) => {
  const [toText, toDate] = [write(specifier), read(specifier)];
  return Object.assign((/** @type {any} */ date) => toText(asDate(date)), { parse: toDate, toString: () => specifier });
};

/** Times of pages are dates, or ms. @param {any} value */
const asDate = (value) => (value instanceof Date ? value : new Date(+value));
const ISO = '%Y-%m-%dT%H:%M:%S.%LZ';
const utc = timed(utcFormat, utcParse);
const iso = Object.assign((/** @type {any} */ date) => asDate(date).toISOString(), {
  parse: (/** @type {string} */ text) => (Number.isNaN(Date.parse(text)) ? null : new Date(text)), toString: () => ISO,
});

export const d3 = Object.freeze({
  format,
  /** @param {number} value @param {number} [digits] */
  round: (value, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits,
  time: Object.freeze({ format: Object.assign(timed(timeFormat, timeParse), { utc, iso }) }),
  timeFormat: (/** @type {string} */ specifier) => timed(timeFormat, timeParse)(specifier),
  timeParse: (/** @type {string} */ specifier) => timeParse(specifier),
  utcFormat: (/** @type {string} */ specifier) => utc(specifier),
  utcParse: (/** @type {string} */ specifier) => utcParse(specifier),
  isoFormat: iso,
  isoParse: iso.parse,
});
