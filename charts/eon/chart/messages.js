/** What a message holds, in any of EON's forms, as rows of values by name. Pure. */

import { COLUMN_X, isRecord } from './options.js';

/**
 * @typedef {object} Row
 * @property {unknown} x  as it was written; undefined: there is none
 * @property {[name: string, value: number|null][]} values  null: a gap
 */

/** As the bridge has it. */
const COLUMNS_MAX = 4_096;
const ROWS_MAX = 10_000;
export const FORMS = '{ "eon": { name: value } }, { "eons": [{ … }] }, { "json": { … } } or { "columns": [[name, value]] }';

/**
 * @param {unknown} message
 * @param {readonly string[]} xNames  the first that is there is x
 * @returns {{rows: Row[], fault: string|null}} fault: why there are none
 */
export function rowsOf(message, xNames) {
  if (!isRecord(message)) return fault('is none of them');
  if (Array.isArray(message.columns)) return columnRows(message.columns, xNames);
  const objects = [...(Array.isArray(message.eons) ? message.eons : []), ...['eon', 'json'].filter((form) => form in message).map((form) => message[form])];
  if (objects.length === 0 && !Array.isArray(message.eons)) return fault('is none of them');
  if (!objects.every(isRecord)) return fault('has something else than an object of values in it');
  if (objects.length > ROWS_MAX || objects.some((one) => Object.keys(one).length > COLUMNS_MAX)) return fault('has more in it than a chart takes');
  return { rows: objects.map((one) => objectRow(one, xNames)), fault: null };
}

/** @param {Record<string, unknown>} object @param {readonly string[]} xNames @returns {Row} */
function objectRow(object, xNames) {
  const xName = xNames.find((name) => isX(object[name]));
  /** @type {Row['values']} */
  const values = [];
  for (const [name, value] of Object.entries(object)) if (!xNames.includes(name)) values.push([name, valueOf(value)]);
  return { x: xName === undefined ? undefined : object[xName], values };
}

/** Columns of several values are as many rows. @param {unknown[]} columns @param {readonly string[]} xNames @returns {{rows: Row[], fault: string|null}} */
function columnRows(columns, xNames) {
  if (!columns.every((column) => Array.isArray(column) && typeof column[0] === 'string')) return fault('has a column that does not begin with its name');
  const all = /** @type {[string, ...unknown[]][]} */ (columns);
  const length = all.reduce((most, column) => Math.max(most, column.length - 1), 0);
  if (all.length > COLUMNS_MAX || length > ROWS_MAX) return fault('has more in it than a chart takes');
  const names = [...xNames, COLUMN_X];
  const xName = names.find((name) => all.some((column) => column[0] === name));
  const xColumn = all.find(([name]) => name === xName);
  const others = all.filter(([name]) => !names.includes(name));
  const rows = Array.from({ length }, (_, i) => ({
    x: isX(xColumn?.[i + 1]) ? xColumn?.[i + 1] : undefined,
    values: others.filter((column) => i + 1 < column.length).map((column) => /** @type {[string, number|null]} */ ([column[0], valueOf(column[i + 1])])),
  }));
  return { rows, fault: null };
}

/** A number, or a text that holds one; everything else is a gap. @param {unknown} value */
export function valueOf(value) {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** @param {unknown} x */
const isX = (x) => (typeof x === 'number' && !Number.isNaN(x)) || typeof x === 'string' || x instanceof Date;

/** @param {string} why @returns {{rows: Row[], fault: string}} */
const fault = (why) => ({ rows: [], fault: why });
