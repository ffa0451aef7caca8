/**
 * A recorded file → series: NDJSON of messages or of objects, CSV, or a number a line. The same files as `spawn --replay`
 * reads, by the same list (publisher/spawn/tests/fixtures/recordings.json). Pure.
 */

import { rowsOf } from './csv.js';
import { Rows, Unreadable } from './rows.js';

/** Between two lines that do not say when they were. */
const INTERVAL_MS = 1_000;
/** Of several the first of these counts: what the page exports says its times twice. */
const TIME_NAMES = ['epoch_ms', 'x', 't', 'ts', 'time', 'timestamp', 'date', 'datetime'];
/** Members within members; `spawn --replay` reads no deeper. */
const DEPTH_MAX = 127;
/** A number so large is a time rather than a value. */
const EPOCH = 1e9;
const DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * @param {string} file  its name
 * @param {string} text
 * @returns {Rows}
 * @throws {RangeError} of what is too much
 */
export function readRecording(file, text) {
  const rows = new Rows(INTERVAL_MS);
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const alone = stem(file);
  if (isJson(file, plain)) {
    plain.split('\n').forEach((line, i) => line.trim() && readLine(rows, i + 1, line, alone));
  } else {
    readTable(rows, plain, alone);
  }
  return rows;
}

/** What a series without a name is called after a file. @param {string} file */
export function stem(file) {
  return (/^(.+)\.[^.]*$/.exec(file)?.[1] ?? file).replace(/[^A-Za-z0-9_]/g, '-').slice(0, 64) || 'file';
}

/** @param {string} file @param {string} text */
function isJson(file, text) {
  if (/\.(ndjson|jsonl|json)$/i.test(file)) return true;
  return !/\.(csv|tsv)$/i.test(file) && text.trimStart().startsWith('{');
}

/** @param {string} name */
const isTimeName = (name) => TIME_NAMES.includes(name.toLowerCase());

/** s, ms, µs or ns since 1970, or a date; without a zone it is UTC. ms, null: it is no time. @param {unknown} value */
function timeOf(value) {
  const number = numberOf(value);
  if (!Number.isNaN(number)) return number < 1e11 ? number * 1e3 : number < 1e14 ? number : number < 1e17 ? number / 1e3 : number / 1e6;
  if (typeof value !== 'string' || !DATE.test(value)) return null;
  const iso = value.replace(' ', 'T');
  const ms = Date.parse(/[Z+]|T.*-/i.test(iso) ? iso : iso.includes('T') ? `${iso}Z` : iso);
  return Number.isNaN(ms) ? null : ms;
}

/** @param {unknown} value @param {string} what */
function time(value, what) {
  const ms = timeOf(value);
  if (ms === null) throw new Unreadable(`${what} is no time`);
  return ms;
}

/** A number, or a text that holds one; NaN for all else. @param {unknown} value */
function numberOf(value) {
  if (typeof value === 'string') return value.trim() === '' ? NaN : finite(Number(value));
  return typeof value === 'number' ? finite(value) : NaN;
}

/** @param {number} number */
const finite = (number) => (Number.isFinite(number) ? number : NaN);

// === NDJSON ===

/** @param {Rows} rows @param {number} number @param {string} line @param {string} alone */
function readLine(rows, number, line, alone) {
  try {
    const value = parse(line);
    if (value?.columns !== undefined) return readColumns(rows, value.columns);
    const several = value?.eons ?? [];
    const form = [...(Array.isArray(several) ? several : [several]), ...[value?.eon, value?.json].filter((row) => row !== undefined)];
    if (form.length > 0) return form.forEach((row) => readObject(rows, row));
    if (value !== null && typeof value === 'object') return readObject(rows, value);
    if (Number.isNaN(numberOf(value))) throw new Unreadable('is neither an object nor a number');
    rows.add(null, [[alone, numberOf(value)]]);
  } catch (error) {
    rows.reject(number, error);
  }
}

/** @param {string} line @returns {any} */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Unreadable(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {Rows} rows @param {unknown} columns */
function readColumns(rows, columns) {
  const right = Array.isArray(columns) && columns.every((column) => Array.isArray(column) && typeof column[0] === 'string' && column.length === columns[0].length);
  if (!right || columns.length === 0) throw new Unreadable('columns are not a list of names, each with as many values');
  const x = columns.find(([name]) => name === 'x');
  const others = columns.filter((column) => column !== x);
  for (let i = 1; i < columns[0].length; i++) {
    rows.add(x ? time(x[i], 'x') : null, others.map((column) => [column[0], numberOf(column[i])]));
  }
}

/** `{"time": …, "cpu": 3, "disk": {"free": 7}}`: what is nested is named `disk.free`. @param {Rows} rows @param {Record<string, unknown>} object */
function readObject(rows, object) {
  /** @type {number|null} */
  let at = null;
  /** @type {[string, number][]} */
  const values = [];
  const flatten = (/** @type {string} */ name, /** @type {unknown} */ value, depth = 1) => {
    if (value !== null && typeof value === 'object') {
      if (depth >= DEPTH_MAX) throw new Unreadable(`is nested more than ${DEPTH_MAX} deep`);
      for (const [inner, deep] of Object.entries(value)) flatten(`${name}.${inner}`, deep, depth + 1);
    } else if (!Number.isNaN(numberOf(value))) {
      values.push([name, numberOf(value)]);
    }
  };
  for (const [name, value] of Object.entries(object ?? {})) {
    if (isTimeName(name)) at = time(value, name);
    else flatten(name, value);
  }
  if (values.length === 0) throw new Unreadable('holds no number');
  rows.add(at, values);
}

// === CSV ===

/**
 * Long: columns `time`, `series`, `value`, as the bridge exports them. Wide: a column a series, one of them perhaps the time.
 * @param {Rows} rows
 * @param {string} text
 * @param {string} alone
 */
function readTable(rows, text, alone) {
  /** @type {((cells: string[]) => void)|null} */
  let take = null;
  for (const { line, cells } of rowsOf(text)) {
    const named = !cells.some((cell) => !Number.isNaN(numberOf(cell)));
    if (!take) {
      take = named ? layoutOf(rows, cells) : wide(rows, unnamed(cells, alone), cells.findIndex(isEpoch));
      if (named) continue;
    }
    try {
      take(cells);
    } catch (error) {
      rows.reject(line, error);
    }
  }
}

/** A cell of a table without names that can only be a time. @param {string} cell */
function isEpoch(cell) {
  const number = numberOf(cell);
  return Number.isNaN(number) ? timeOf(cell) !== null : number >= EPOCH;
}

/** @param {string[]} cells @param {string} alone */
function unnamed(cells, alone) {
  const at = cells.findIndex(isEpoch);
  const others = cells.length - (at < 0 ? 0 : 1);
  let nth = 0;
  return cells.map((_, i) => (i === at ? '' : others === 1 ? alone : `${alone}-${++nth}`));
}

/** @param {Rows} rows @param {string[]} names */
function layoutOf(rows, names) {
  const find = (/** @type {string} */ wanted) => names.findIndex((name) => name.toLowerCase() === wanted);
  const at = find(TIME_NAMES.find((name) => find(name) >= 0) ?? '');
  const [series, value] = [find('series'), find('value')];
  if (series < 0 || value < 0) return wide(rows, names, at);
  return (/** @type {string[]} */ cells) => {
    const number = numberOf(cells[value]);
    if (!cells[series] || Number.isNaN(number)) throw new Unreadable('holds no number');
    rows.add(at < 0 ? null : time(cells[at], `"${cells[at]}"`), [[cells[series], number]]);
  };
}

/** @param {Rows} rows @param {string[]} names @param {number} at  where the time stands; below 0: nowhere */
function wide(rows, names, at) {
  return (/** @type {string[]} */ cells) => {
    /** @type {[string, number][]} */
    const values = [];
    names.forEach((name, i) => {
      const number = numberOf(cells[i]);
      if (i !== at && !isTimeName(name) && !Number.isNaN(number)) values.push([name, number]);
    });
    const when = at < 0 ? null : time(cells[at], `"${cells[at]}"`);
    if (values.length === 0) throw new Unreadable('holds no number');
    rows.add(when, values);
  };
}
