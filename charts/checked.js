/**
 * Mistakes in options, all of them at once, before anything is opened: a chart that merely stays empty says nothing. The
 * name of a channel is left to the bridge, which knows what it serves and says so on the chart: a wrong address of a page
 * is no mistake of its author.
 */

import { parseSpan } from './live/span.js';
import { numberFormat } from './scale/format.js';
import { isZone } from './scale/zone.js';
/** @import {ChartOptions} from './options.js' */

/** @typedef {[holds: (value: any) => boolean, wanted: string]} Rule */

const SHAPES = ['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter', 'bar', 'donut', 'pie', 'gauge', 'density'];
/** @type {(...values: string[]) => Rule} */
const oneOf = (...values) => [(value) => values.includes(value), `one of ${values.join(', ')}`];
/** @type {Rule} */
const text = [(value) => typeof value === 'string', 'a text'];
/** @type {Rule} */
const number = [Number.isFinite, 'a number'];
/** @type {Rule} */
const yesNo = [(value) => typeof value === 'boolean', 'true or false'];
/** @type {Rule} */
const texts = [(value) => Array.isArray(value) && value.every(text[0]), 'a list of texts'];
/** @type {Rule} */
const anything = [() => true, ''];
const shape = oneOf(...SHAPES);
/** @type {(rule: Rule, of: string) => Rule} */
const bySeries = ([holds, wanted], of) => [(value) => isObject(value) && Object.values(value).every(holds), `${of} by series, each ${wanted}`];

/** @type {Record<string, Rule>} */
const AXIS = {
  type: oneOf('time', 'linear', 'log', 'category'), label: text, min: number, max: number, unit: text, inverted: yesNo, format: anything,
  padding: [(value) => Number.isFinite(value) || isObject(value), 'a number or { top, bottom }'],
};

/** Nested options have rules of their own. @type {Record<string, Rule|Record<string, Rule>>} */
const RULES = {
  channel: text, series: texts, url: text, locale: text, environment: anything, data: anything,
  window: [(value) => text[0](value) && parseSpan(value) !== null, 'a span as 30s, 5m or 24h'],
  bridge: [isBridge, 'host:port or an http origin'],
  type: shape, types: bySeries(shape, 'shapes'), axes: bySeries(oneOf('y', 'y2'), 'axes'), names: bySeries(text, 'names'), colours: bySeries(text, 'colours'),
  groups: [(value) => Array.isArray(value) && value.every(texts[0]), 'a list of lists of series'],
  detail: oneOf('auto', 'lines', 'density'),
  timeZone: [(value) => text[0](value) && isZone(value), 'local, utc or a zone as Europe/Berlin'],
  pauseOnHover: yesNo, interactive: yesNo, tooltip: yesNo, markers: yesNo, points: yesNo,
  axis: { x: anything, y: anything, y2: anything, rotated: yesNo }, grid: { x: yesNo, y: yesNo }, donut: { title: text }, bar: { ratio: number },
  gauge: { min: number, max: number, thresholds: [(value) => Array.isArray(value) && value.every((one) => isObject(one) && Number.isFinite(one.value) && text[0](one.colour)), 'a list of { value, colour }'] },
};

/**
 * @param {ChartOptions} options
 * @returns {ChartOptions} the same, where nothing is wrong with them
 */
export function checked(options) {
  const wrong = mistakes(options);
  if (wrong.length > 0) throw new TypeError(`chart options: ${wrong.join('; ')}`);
  return options;
}

/** @param {any} options @returns {string[]} each begins with the name of the option */
export function mistakes(options) {
  if (!isObject(options)) return ['they are missing: { channel } or { data } at least'];
  const found = broken(options, RULES, '');
  for (const name of ['x', 'y', 'y2']) {
    const axis = options.axis?.[name];
    if (axis === undefined) continue;
    found.push(...broken(axis, AXIS, `axis.${name}.`), ...formatMistake(axis?.format, `axis.${name}.format`, name));
  }
  if (options.channel === undefined && options.data === undefined) found.push('channel: none is given, and no data in its place');
  else if (options.channel !== undefined && options.data !== undefined) found.push('data: given besides a channel; a chart shows one of them');
  return options.data === undefined ? found : [...found, ...dataMistakes(options.data, 'data')];
}

/** Of columns that are loaded later as well. @param {any} data @param {string} path @returns {string[]} */
export function dataMistakes(data, path) {
  if (!isObject(data) || !Array.isArray(data.columns)) return [`${path}: an object with columns is wanted`];
  const named = data.columns.every((/** @type {any} */ column) => Array.isArray(column) && text[0](column[0]));
  if (!named) return [`${path}.columns: each is a list that begins with its name`];
  const name = data.x ?? 'x';
  const x = data.columns.find((/** @type {any[]} */ [own]) => own === name);
  if (data.x !== undefined && !x) return [`${path}.x: there is no column ${JSON.stringify(name)}`];
  const longer = x ? data.columns.filter((/** @type {any[]} */ column) => column.length > x.length) : [];
  return longer.map((/** @type {any[]} */ [own, ...values]) => `${path}.columns: ${JSON.stringify(own)} has ${values.length} values and ${JSON.stringify(name)} ${x.length - 1}`);
}

/** @param {any} options @param {Record<string, Rule|Record<string, Rule>>} rules @param {string} path @returns {string[]} */
function broken(options, rules, path) {
  if (!isObject(options)) return [`${path.slice(0, -1)}: ${shown(options)} is no object`];
  return Object.entries(options).flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return [`${path}${name}: there is no such option, there are ${Object.keys(rules).join(', ')}`];
    if (value === undefined) return [];
    if (!Array.isArray(rule)) return broken(value, rule, `${path}${name}.`);
    return rule[0](value) ? [] : [`${path}${name}: ${shown(value)} is not ${rule[1]}`];
  });
}

/** A specifier of d3 is compiled to see whether it can be. @param {any} format @param {string} path @param {string} axis @returns {string[]} */
function formatMistake(format, path, axis) {
  if (format === undefined || typeof format === 'function') return [];
  if (typeof format !== 'string') return [`${path}: ${shown(format)} is neither a specifier nor a function`];
  // That of a time may be any text.
  if (axis === 'x') return [];
  try {
    numberFormat(format);
    return [];
  } catch {
    return [`${path}: ${shown(format)} is no specifier of d3-format`];
  }
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isBridge(value) {
  return typeof value === 'string' && URL.canParse(/^https?:\/\//.test(value) ? value : `http://${value}`);
}

/** @param {unknown} value */
function shown(value) {
  const written = typeof value === 'function' ? 'a function' : JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}
