/**
 * What is shown, as CSV (RFC 4180): the time for people and for programs, then one column a series.
 *
 *     time,epoch_ms,rss-web-0,rss-web-1
 *     2025-11-21T12:03:04.000Z,1763726584000,12.5,
 *
 * Numbers keep their point in every language: it is the comma that separates. A gap is an empty cell. Where x is a number
 * or the name of a category that is the first column, and `x` its name.
 */

import { isoTime } from './iso-time.js';

/** Long enough that joining costs nothing, short enough that no text of 100 MB is ever in one piece. */
const ROWS_A_PART = 1_000;

/**
 * @typedef {{columns: readonly string[], rows: Iterable<readonly number[]>, place?: ((x: number) => string)|null}} Table  rows: [ms, …values], NaN is a
 *   gap; place: writes an x that is no time
 */

/**
 * @param {Table} table
 * @param {string} zone  `local`, `utc`
 * @returns {Generator<string>} pieces of one text
 */
export function* csvParts({ columns, rows, place = null }, zone) {
  let lines = [[...(place ? ['x'] : ['time', 'epoch_ms']), ...columns].map(textCell).join(',')];
  for (const [ms, ...values] of rows) {
    const x = place ? textCell(place(ms)) : `${isoTime(ms, zone)},${ms}`;
    lines.push(`${x},${values.map(numberCell).join(',')}`);
    if (lines.length < ROWS_A_PART) continue;
    yield `${lines.join('\r\n')}\r\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\r\n')}\r\n`;
}

/** @param {Table} table @param {string} zone @returns {Blob} */
export function csvBlob(table, zone) {
  return new Blob([...csvParts(table, zone)], { type: 'text/csv;charset=utf-8' });
}

/** @param {number} value */
const numberCell = (value) => (Number.isFinite(value) ? String(value) : '');

/**
 * A spreadsheet runs what begins like a formula, and names come from whoever publishes: those get an apostrophe in front.
 * @param {string} text
 */
export function textCell(text) {
  const safe = /^[\s]*[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {string} text */
const isNumber = (text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
