/**
 * Says what of a chart's options cannot be meant: all of it at once, each with what could be. A picture of something else
 * than was asked for, or an empty one, would be found much later and by somebody else.
 */

import { kindOf } from './given.js';
import { parseSpan } from './live/span.js';
import { isZone } from './scale/zone.js';
import formatSpecifier from './vendor/d3-format/formatSpecifier.js';
/** @import {ChartOptions} from './options.js' */
/** @import {XKind} from './given.js' */
/** @import {ShapeName} from './scene.js' */

/**
 * @typedef {(value: unknown, name: string) => string[]} Check  what is wrong, each beginning with the option's name
 * @typedef {Record<string, Check>} Fields
 */

/** Shapes that a single series can have beside others. */
const STROKES = ['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter', 'bar'];
const ROUND = ['donut', 'pie', 'gauge'];
const TYPES = [...STROKES, ...ROUND, 'density'];
const X_TYPES = ['time', 'linear', 'log', 'category'];
/** As the bridge reads it: tokens joined by dots, the last one may be `*`. */
const CHANNEL = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?$/;
const CHANNEL_MAX = 256;
const SHOWN_MAX = 60;

/** @param {unknown} value */
function shown(value) {
  const text = typeof value === 'function' ? 'a function' : JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/** @param {(value: any) => boolean} holds @param {string} what  it is not @returns {Check} */
const is = (holds, what) => (value, name) => (holds(value) ? [] : [`${name}: ${shown(value)} is not ${what}`]);
/** @param {string[]} all */
const oneOf = (all) => is((value) => all.includes(value), `one of ${all.join(', ')}`);
const text = is((value) => typeof value === 'string', 'a text');
const truth = is((value) => typeof value === 'boolean', 'true or false');
const number = is(Number.isFinite, 'a number');
const callable = (/** @type {unknown} */ value) => typeof value === 'function';
const anything = () => [];
const action = is(callable, 'a function');

/** @param {Check} each @returns {Check} */
const listOf = (each) => (value, name) => (Array.isArray(value) ? value.flatMap((one, i) => each(one, `${name}[${i}]`)) : [`${name}: ${shown(value)} is not a list`]);
/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** @param {Check} each @returns {Check} */
const recordOf = (each) => (value, name) => (isRecord(value)
  ? Object.entries(value).flatMap(([key, one]) => each(one, `${name}.${key}`)) : [`${name}: ${shown(value)} is not an object of them by name`]);

/** @param {Fields} fields @returns {Check} */
const object = (fields) => (value, name) => {
  if (!isRecord(value)) return [`${name}: ${shown(value)} is not an object`];
  const prefix = name === '' ? '' : `${name}.`;
  return Object.entries(value).flatMap(([key, one]) => {
    if (one === undefined) return [];
    return Object.hasOwn(fields, key) ? fields[key](one, prefix + key) : [`${prefix}${key}: there is no such option; there are ${Object.keys(fields).join(', ')}`];
  });
};

/** Both ends, where both are said. @param {Check} check @returns {Check} */
const ascending = (check) => (value, name) => {
  const { min, max } = /** @type {{min?: number, max?: number}} */ (value ?? {});
  const wrong = typeof min === 'number' && typeof max === 'number' && max <= min ? [`${name}.max: ${shown(max)} is not above its min, ${shown(min)}`] : [];
  return [...check(value, name), ...wrong];
};

/** @param {unknown} value */
function isNumberFormat(value) {
  try {
    formatSpecifier(String(value));
    return typeof value === 'string';
  } catch {
    return false;
  }
}

/** @param {unknown} value */
const isTimeFormat = (value) => typeof value === 'string' && /%[-_0]?[a-zA-Z]/.test(value);
/** @param {unknown} value */
function isLocale(value) {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

/** @param {unknown} value @param {RegExp} scheme */
const isAddress = (value, scheme) => typeof value === 'string' && scheme.test(value) && URL.canParse(value);

const numberFormat = is((value) => callable(value) || isNumberFormat(value), 'a d3-format specifier as ",.1f", nor a function');
const xFormat = is((value) => callable(value) || isNumberFormat(value) || isTimeFormat(value), 'a d3 specifier as "%H:%M" or ",d", nor a function');
const padding = is((value) => Number.isFinite(value) || (isRecord(value) && Object.entries(value).every(([side, share]) => (
  (side === 'top' || side === 'bottom') && Number.isFinite(share)))), 'a share of the range as 0.1, or { top, bottom }');
const valueAxis = ascending(object({ type: oneOf(['linear', 'log']), label: text, min: number, max: number, padding, format: numberFormat, unit: text, inverted: truth }));

/** @type {Fields} */
const FIELDS = {
  channel: is((value) => typeof value === 'string' && CHANNEL.test(value) && value.length <= CHANNEL_MAX, 'a channel: tokens of A-Z a-z 0-9 _ - joined by dots, the last may be *'),
  window: is((value) => typeof value === 'string' && parseSpan(value) !== null, 'a span as 30s, 5m or 24h'),
  series: listOf(text),
  bridge: is((value) => isAddress(/^https?:/.test(value) ? value : `http://${value}`, /^https?:\/\/./), 'host:port or an origin as https://bridge.example'),
  url: is((value) => isAddress(value, /^(wss?|https?):\/\//), 'an address as wss://bridge.example/live'),
  data: object({ x: text, columns: columns, categories: listOf(text) }),
  type: oneOf(TYPES),
  types: recordOf(oneOf(STROKES)),
  groups: listOf(listOf(text)),
  axes: recordOf(oneOf(['y', 'y2'])),
  names: recordOf(text),
  colours: recordOf(text),
  axis: object({
    x: ascending(object({ type: oneOf(X_TYPES), label: text, min: number, max: number, padding: number, format: xFormat })), y: valueAxis, y2: valueAxis, rotated: truth,
  }),
  detail: oneOf(['auto', 'lines', 'density']),
  timeZone: is((value) => typeof value === 'string' && isZone(value), 'local, utc or a time zone as Europe/Berlin'),
  pauseOnHover: truth, interactive: truth, markers: truth, dashed: truth,
  tooltip: (value, name) => (isRecord(value) ? object({ title: action, name: action, value: action })(value, name) : truth(value, name)),
  points: is((value) => typeof value === 'boolean' || (typeof value === 'number' && value > 0), 'true, false or the radius of a dot in px'),
  labels: (value, name) => (typeof value === 'boolean' ? [] : numberFormat(value, name)),
  rules: listOf(object({ axis: oneOf(['x', 'y', 'y2']), at: number, from: number, to: number, text, colour: text })),
  grid: object({ x: truth, y: truth }),
  gauge: ascending(object({ min: number, max: number, thresholds: listOf(object({ value: number, colour: text })), format: action })),
  donut: object({ title: text, label: is((value) => typeof value === 'boolean' || callable(value), 'true, false or a function') }),
  bar: object({ ratio: is((value) => value > 0 && value <= 1, 'a share of the step, above 0 and up to 1') }),
  locale: is(isLocale, 'a language tag as de-DE'),
  environment: anything,
};

/** @param {unknown} value @param {string} name @returns {string[]} */
function columns(value, name) {
  const wrong = listOf(is((column) => Array.isArray(column) && typeof column[0] === 'string', 'a column: its name, then its values'))(value, name);
  if (wrong.length > 0) return wrong;
  const all = /** @type {[string, ...unknown[]][]} */ (value);
  const names = all.map(([first]) => first);
  return [
    ...names.filter((one, i) => names.indexOf(one) < i).map((one) => `${name}: "${one}" comes twice`),
    ...all.flatMap(([first, ...values]) => {
      const at = values.findIndex((one) => !(one === null || typeof one === 'number' || typeof one === 'string'));
      return at < 0 ? [] : [`${name}: ${shown(values[at])} in "${first}" is not a number, a text or null`];
    }),
  ];
}

/** Values have a place only where their x has one. @param {NonNullable<ChartOptions['data']>} data */
export function unevenColumns({ x = 'x', columns: all }) {
  const first = all.find(([name]) => name === x) ?? all[0] ?? [];
  return all.filter((column) => column.length !== first.length).map((column) => (
    `data.columns: "${column[0]}" has ${column.length - 1} values and "${first[0]}" ${first.length - 1}`));
}

/** @param {NonNullable<ChartOptions['data']>} data */
function kindOfData({ x = 'x', columns: all, categories }) {
  const [, ...places] = all.find(([name]) => name === x) ?? [''];
  return categories ? 'category' : kindOf(places);
}

/** @param {ShapeName} shape @param {XKind} kind  of the x axis */
function unfit(shape, kind) {
  if (shape === 'bar' && kind === 'log') return ['axis.x.type: bars have no width on a logarithmic axis'];
  return shape === 'density' && (kind === 'log' || kind === 'category') ? ['type: merged columns, "density", need an x of times or plain numbers'] : [];
}

/** What does not go together. @param {ChartOptions} options @returns {string[]} */
function together({ channel, data, type = 'line', types = {}, axis = {} }) {
  const wrong = [];
  if (channel === undefined && data === undefined) wrong.push('channel: none is given, nor data: one of the two is what a chart shows');
  if (channel !== undefined && data !== undefined) wrong.push('data: there is a channel as well: a chart shows one of the two');
  if (data && !ROUND.includes(type)) wrong.push(...unevenColumns(data));
  if (!data && axis.x?.type !== undefined && axis.x.type !== 'time') wrong.push(`axis.x.type: "${axis.x.type}" is for data of your own: the x of a channel is time`);
  for (const side of /** @type {const} */ (['x', 'y', 'y2'])) {
    const { type: kind, min = 1, max = 1 } = axis[side] ?? {};
    if (kind === 'log' && Math.min(min, max) <= 0) wrong.push(`axis.${side}.${min <= 0 ? 'min' : 'max'}: ${Math.min(min, max)} has no place on a logarithmic axis`);
  }
  if (data) for (const shape of [type, ...Object.values(types)]) wrong.push(...unfit(shape, axis.x?.type ?? kindOfData(data)));
  if (axis.rotated && (!data || type !== 'bar' || Object.values(types).some((one) => one !== 'bar'))) wrong.push('axis.rotated: only bars of data of your own can lie down, type: "bar"');
  return wrong;
}

/** @param {string[]} wrong */
function refuse(wrong) {
  if (wrong.length > 0) throw new TypeError(`chart options: ${wrong.join('\n')}`);
}

/**
 * @param {ChartOptions} options
 * @returns {ChartOptions} the same
 * @throws {TypeError} a line for each mistake, beginning with the option's name
 */
export function checked(options) {
  const wrong = object(FIELDS)(options, '');
  // What is not what it should be cannot be compared with anything.
  const comparable = !wrong.some((line) => /^(channel|data|types?|axis)\b/.test(line));
  refuse([...wrong, ...(comparable ? together(options) : [])]);
  return options;
}

/**
 * What a setter is given, as the option of that name.
 * @param {keyof ChartOptions} name
 * @param {unknown} value
 */
export function checkOption(name, value) {
  if (!Object.hasOwn(FIELDS, name)) refuse([`${name}: there is no such option`]);
  refuse(FIELDS[name](value, name));
}

/** Columns that come later. @param {NonNullable<ChartOptions['data']>} data @param {ShapeName} type  of the chart */
export function checkData(data, type) {
  checkOption('data', data);
  if (!ROUND.includes(type)) refuse(unevenColumns(data));
}

/** Another shape for data that is there. @param {ShapeName} shape @param {XKind} kind  of the x axis */
export function checkShape(shape, kind) {
  refuse(unfit(shape, kind));
}

/** @param {unknown} speed  of a replay */
export function checkSpeed(speed) {
  refuse(is((value) => value > 0 && Number.isFinite(value), 'a speed: how many times real time, up to 60')(speed, 'speed'));
}
