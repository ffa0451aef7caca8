/** Data that a page hands over, in each of C3's forms, as columns with their x. Pure. */

import { valueOf } from './messages.js';
import { isRecord } from './options.js';

/**
 * @typedef {object} GivenSeries
 * @property {string} id
 * @property {unknown[]|null} x  null: none was given with it
 * @property {(number|null)[]} v
 */

/**
 * @param {Record<string, any>} data  of C3: `columns`, `rows` or `json` with `keys`
 * @param {{x?: unknown, xs?: unknown}} [names]  of columns that are x, where `data` does not say it
 * @returns {GivenSeries[]}
 */
export function givenSeries(data, names = {}) {
  const columns = columnsOf(data);
  const xs = isRecord(data.xs ?? names.xs) ? data.xs ?? names.xs : {};
  const shared = data.keys?.x ?? data.x ?? names.x;
  const byName = new Map(columns.map(([name, ...values]) => [name, values]));
  const isX = new Set([shared, ...Object.values(xs)].map(String));
  return columns.filter(([name]) => !isX.has(name)).map(([id, ...values]) => ({
    id, x: byName.get(String(Object.hasOwn(xs, id) ? xs[id] : shared)) ?? null, v: values.map(valueOf),
  }));
}

/** @param {Record<string, any>} data @returns {[string, ...unknown[]][]} */
function columnsOf({ columns, rows, json, keys }) {
  if (Array.isArray(columns)) return columns.filter(Array.isArray).map(([name, ...values]) => [String(name), ...values]);
  if (Array.isArray(rows) && Array.isArray(rows[0])) {
    const [names, ...all] = rows;
    return names.map((/** @type {unknown} */ name, /** @type {number} */ i) => [String(name), ...all.map((row) => row?.[i])]);
  }
  if (Array.isArray(json)) {
    const wanted = [...(Array.isArray(keys?.value) ? keys.value : []), ...(keys?.x === undefined ? [] : [keys.x])].map(String);
    const all = keys ? wanted : [...new Set(json.filter(isRecord).flatMap((one) => Object.keys(one)))];
    return all.map((name) => [name, ...json.map((one) => at(one, name))]);
  }
  return isRecord(json) ? Object.entries(json).filter(([, values]) => Array.isArray(values)).map(([name, values]) => [name, ...values]) : [];
}

/** `a.b` goes down, as in C3, unless there is such a name. @param {any} object @param {string} path */
function at(object, path) {
  if (!isRecord(object) || Object.hasOwn(object, path)) return object?.[path];
  return path.split('.').reduce((/** @type {any} */ value, key) => value?.[key], object);
}
