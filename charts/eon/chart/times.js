/** Values of x as a message or a page writes them: moments in ms, as a number of any unit or as a text. Pure. */

import { timeParse, utcParse } from '../../vendor/d3-time-format/defaultLocale.js';

/** Below each of these a number since 1970 counts seconds, ms, µs; beyond the last ns. */
const SECONDS_BELOW = 1e11;
const MS_BELOW = 1e14;
const US_BELOW = 1e17;
/** What is less than this number of seconds, March 1973, is no time where nobody says that it is one. */
const TIME_LEAST = 1e8;
const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;
/** C3's own. */
const DATE_FORMAT = '%Y-%m-%d';
/** Of a time token: tenths of a microsecond. */
const TOKEN_PER_MS = 10_000n;

/** A number of seconds, ms, µs or ns since 1970, told apart by its size. @param {number} number @returns {number} ms, to the µs as a channel keeps time */
export function msOf(number) {
  const size = Math.abs(number);
  const us = size < SECONDS_BELOW ? number * 1e6 : size < MS_BELOW ? number * 1e3 : size < US_BELOW ? number : number / 1e3;
  return Math.round(us) / 1e3;
}

/**
 * @param {unknown} value
 * @param {{format?: string|null, local?: boolean}} [how]  format: of texts, as d3 writes it; local: texts without a zone are of the reader's
 * @returns {number} ms; NaN: it is no time
 */
export function timeOf(value, { format = null, local = true } = {}) {
  if (typeof value === 'number') return msOf(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string' || value.trim() === '') return NaN;
  const parse = local ? timeParse : utcParse;
  const found = (format ? parse(format)(value) : null) ?? parse(DATE_FORMAT)(value);
  if (found) return found.getTime();
  const number = Number(value);
  if (!Number.isNaN(number)) return msOf(number);
  if (!ISO.test(value)) return NaN;
  const iso = value.trim().replace(' ', 'T').replace(',', '.').replace(/\s/g, '');
  return Date.parse(local || /(Z|[+-]\d\d:?\d\d)$/i.test(iso.slice(10)) || iso.length === 10 ? iso : `${iso}Z`);
}

/** @param {unknown} value  the first x of a page that does not say what it is @returns {'time'|'linear'|'category'} */
export function guessKind(value) {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && !Number.isNaN(number)) return Math.abs(number) >= TIME_LEAST ? 'time' : 'linear';
  return Number.isNaN(timeOf(value)) ? 'category' : 'time';
}

/** @param {unknown} token  17 digits, as a text or a number @returns {number} ms; NaN: it is none */
export function tokenMs(token) {
  const ticks = ticksOf(token);
  return ticks === null ? NaN : Number(ticks / TOKEN_PER_MS);
}

/** @param {unknown} token @returns {bigint|null} */
export function ticksOf(token) {
  if (typeof token === 'bigint') return token;
  if (typeof token === 'number') return Number.isFinite(token) ? BigInt(Math.trunc(token)) : null;
  return typeof token === 'string' && /^\d+$/.test(token) ? BigInt(token) : null;
}
