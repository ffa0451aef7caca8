/** From a C3 configuration to options of a chart. What cannot be meant is left out, and said. Pure. */

import { checkOption } from '../../options-check.js';
import { lookOf } from '../../scene.js';
import { isRecord } from './options.js';
import { FLOW_MS } from './flow.js';
import { timeOf } from './times.js';
/** @import {AxisOptions, ChartOptions, Rule} from '../../options.js' */
/** @import {ShapeName} from '../../scene.js' */
/** @import {Kind} from './options.js' */

/** The ten colours of d3 3, in its order. */
export const PATTERN = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf'];
const POINT_PX = 2.5;
/** Of times that a message brings, where the page does not say how they are written. */
export const TIME_FORMAT = '%Y-%m-%d %H:%M:%S';
/** C3 counts padding in pixels: of a plot some so high. */
const PLOT_PX = 250;
export const TYPES = ['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter', 'bar', 'pie', 'donut', 'gauge'];
export const ROUND = ['pie', 'donut', 'gauge'];

/**
 * @typedef {object} Situation  what a picture depends on besides its configuration
 * @property {Kind} kind
 * @property {boolean} live  its times are written as the library's own
 * @property {boolean} zoomable
 * @property {string[]|null} categories
 *
 * @typedef {Record<string, any>} Config
 */

/**
 * @param {Config} config
 * @param {Situation} situation
 * @returns {{options: ChartOptions, complaints: string[]}} options: without data and what depends on the names of series
 */
export function chartOptions(config, situation) {
  /** @type {string[]} */
  const complaints = [];
  const { axis = {}, grid = {}, bar, donut = {}, pie = {}, point = {}, tooltip = {}, interaction = {} } = config;
  const type = typeOf(config.data?.type, complaints);
  const rotated = Boolean(axis.rotated);
  const canLie = rotated && type === 'bar' && Object.values(config.data?.types ?? {}).every((one) => one === 'bar');
  if (rotated && !canLie) complaints.push('generate.axis.rotated: only bars can lie down');
  const round = /** @type {{label?: any, title?: any}} */ (type === 'pie' ? pie : donut);
  /** @type {Record<string, unknown>} */
  const wanted = {
    type, axis: { x: axisX(axis.x ?? {}, config, situation), y: axisY(axis.y ?? {}), y2: axisY(axis.y2 ?? {}), ...(canLie ? { rotated: true } : {}) },
    points: point.show === false ? false : Number(point.r) > 0 ? Number(point.r) : POINT_PX, dashed: false, markers: false,
    grid: { x: grid.x?.show === true, y: grid.y?.show === true }, labels: labelsOf(config.data?.labels), rules: rulesOf(config, situation),
    tooltip: tooltipOf(tooltip, interaction, situation), interactive: situation.zoomable && interaction.enabled !== false,
    timeZone: axis.x?.localtime === false ? 'utc' : 'local', gauge: gaugeOf(config.gauge ?? {}, config.color ?? {}),
    donut: { ...(donut.title === undefined ? {} : { title: String(donut.title) }), ...sliceLabel(round.label ?? {}) },
    ...(Number(bar?.width?.ratio) > 0 ? { bar: { ratio: Math.min(1, Number(bar.width.ratio)) } } : {}),
  };
  if (bar?.width !== undefined && !isRecord(bar.width)) complaints.push('generate.bar.width: bars are as wide as bar.width.ratio says');
  return { options: /** @type {ChartOptions} */ (sane(wanted, complaints)), complaints };
}

/** @param {unknown} type @param {string[]} complaints @returns {ShapeName} */
export function typeOf(type, complaints) {
  if (type === undefined || type === null) return 'line';
  if (TYPES.includes(/** @type {string} */ (type))) return /** @type {ShapeName} */ (type);
  complaints.push(`generate.data.type: ${JSON.stringify(type)} is not one of ${TYPES.join(', ')}`);
  return 'line';
}

/** How long the picture takes to move on, where `flow` does not say it. @param {Config} config */
export function transitionMs({ transition }) {
  return Number(transition?.duration) >= 0 && transition.duration !== null ? Number(transition.duration) : FLOW_MS;
}

/** What the chart itself would refuse is left out. @param {Record<string, any>} wanted @param {string[]} complaints */
function sane(wanted, complaints) {
  const kept = { ...wanted };
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) delete kept[name];
    else if (name === 'axis') kept.axis = Object.fromEntries(Object.entries(value).map(([side, one]) => [side, isRecord(one) ? sanePart(side, one, complaints) : one]));
    else if (!holds(name, value, complaints)) delete kept[name];
  }
  return kept;
}

/** @param {string} side @param {Record<string, any>} options @param {string[]} complaints */
function sanePart(side, options, complaints) {
  const kept = Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== undefined && holds('axis', { [side]: { [name]: value } }, complaints)));
  if (holds('axis', { [side]: kept }, complaints)) return kept;
  const { min: _, max: __, ...rest } = kept;
  return rest;
}

/** @param {string} name @param {unknown} value @param {string[]} complaints */
function holds(name, value, complaints) {
  try {
    checkOption(/** @type {keyof ChartOptions} */ (name), value);
    return true;
  } catch (error) {
    complaints.push(`generate: ${String(error instanceof Error ? error.message : error).replace('chart options: ', '')}`);
    return false;
  }
}

/** @param {Config} x @param {Config} config @param {Situation} situation @returns {AxisOptions} */
function axisX({ type, label, min, max, show, tick = {} }, config, { kind, live, categories }) {
  const place = (/** @type {unknown} */ end) => (end === undefined || end === null ? undefined : kind === 'time' ? timeOf(end, { format: config.data?.xFormat, local: config.data?.xLocaltime !== false }) : Number(end));
  return {
    type: kind, label: labelOf(label), min: place(min), max: place(max),
    format: show === false ? () => '' : xFormat(tick.format, kind, { plain: live && type === undefined && config.axis?.x?.tick === undefined, categories }),
  };
}

/** @param {unknown} format @param {Kind} kind @param {{plain: boolean, categories: string[]|null}} how @returns {AxisOptions['format']} */
function xFormat(format, kind, { plain, categories }) {
  if (typeof format === 'function') {
    if (kind === 'time') return (ms) => String(format(new Date(ms)));
    return kind === 'category' ? (i) => String(format(i, categories?.[i])) : (x) => String(format(x));
  }
  if (typeof format === 'string' && kind !== 'category') return format;
  return kind === 'time' && plain ? TIME_FORMAT : undefined;
}

/** @param {Config} y @returns {AxisOptions} */
function axisY({ type, label, min, max, inverted, show, padding, tick = {} }) {
  const number = (/** @type {unknown} */ value) => (value === undefined || value === null ? undefined : Number(value));
  const { format } = tick;
  return {
    type: type === 'log' ? 'log' : undefined, label: labelOf(label), min: number(min), max: number(max), inverted: inverted === undefined ? undefined : Boolean(inverted),
    format: show === false ? () => '' : typeof format === 'function' ? (value) => String(format(value)) : format, padding: paddingOf(padding),
  };
}

/** @param {unknown} padding @returns {AxisOptions['padding']} */
function paddingOf(padding) {
  if (!isRecord(padding)) return typeof padding === 'number' ? padding / PLOT_PX : undefined;
  const of = (/** @type {unknown} */ px) => (Number(px) || 0) / (padding.unit === 'ratio' ? 1 : PLOT_PX);
  return { top: of(padding.top), bottom: of(padding.bottom) };
}

/** @param {unknown} label @returns {string|undefined} */
function labelOf(label) {
  const text = isRecord(label) ? label.text : label;
  return text === undefined || text === null || text === '' || text === false ? undefined : String(text);
}

/** @param {any} labels @returns {ChartOptions['labels']} */
function labelsOf(labels) {
  if (!labels) return false;
  const { format } = labels;
  if (typeof format === 'function') return (value, name) => String(format(value, name));
  if (!isRecord(format)) return (value) => String(value);
  return (value, name) => {
    const own = lookOf(format, name);
    return typeof own === 'function' ? String(own(value, name)) : own ? String(value) : '';
  };
}

/** @param {Config} tooltip @param {Config} interaction @param {Situation} situation @returns {ChartOptions['tooltip']} */
function tooltipOf({ show, format = {} }, interaction, { kind }) {
  if (show === false || interaction.enabled === false) return false;
  const { title, name, value } = format;
  return {
    ...(typeof title === 'function' ? { title: (/** @type {number} */ x) => String(title(kind === 'time' ? new Date(x) : x)) } : {}),
    ...(typeof name === 'function' ? { name: (/** @type {string} */ id) => String(name(id)) } : {}),
    ...(typeof value === 'function' ? { value: (/** @type {number} */ v, /** @type {string} */ id, /** @type {number} */ share) => String(value(v, Number.isNaN(share) ? undefined : share, id)) } : {}),
  };
}

/** @param {Config} gauge @param {Config} color @returns {ChartOptions['gauge']} */
function gaugeOf({ min = 0, max = 100, label = {} }, { pattern, threshold = {} }) {
  const { format, show } = label;
  const [low, high] = [Number(min), Number(max)];
  const limits = Array.isArray(threshold.values) && Array.isArray(pattern) ? threshold.values.map(Number) : [];
  const of = (/** @type {number} */ value) => (threshold.unit === 'value' ? value : low + ((high - low) * value) / 100);
  return {
    min: low, max: high,
    // The first colour holds below the first limit, the second from there on.
    thresholds: limits.flatMap((/** @type {number} */ value, /** @type {number} */ i) => (typeof pattern[i + 1] === 'string' && Number.isFinite(value) ? [{ value: of(value), colour: pattern[i + 1] }] : [])),
    format: show === false ? () => '' : (value, share) => (typeof format === 'function' ? String(format(value, share)) : `${(share * 100).toFixed(1)}%`),
  };
}

/** That of a gauge's value, where values have colours; null: they have none. @param {Config} config @param {number} value @returns {string|null} */
export function gradedColour({ gauge = {}, color = {} }, value) {
  const { thresholds = [] } = gaugeOf(gauge, color) ?? {};
  if (thresholds.length === 0) return null;
  const passed = thresholds.filter((one) => value >= one.value).sort((a, b) => a.value - b.value).at(-1);
  return passed?.colour ?? String(color.pattern[0]);
}

/** @param {Config} label @returns {ChartOptions['donut']} */
function sliceLabel({ show, format }) {
  if (show === false) return { label: false };
  return { label: (value, share, name) => (typeof format === 'function' ? String(format(value, share, name)) : `${(share * 100).toFixed(1)}%`) };
}

/** @param {Config} config @param {Situation} situation @returns {Rule[]} */
function rulesOf({ grid = {}, regions }, { kind, categories }) {
  const place = (/** @type {Rule['axis']} */ axis, /** @type {any} */ value) => {
    if (axis !== 'x') return Number(value);
    if (kind === 'category' && typeof value === 'string') return categories?.indexOf(value) ?? NaN;
    return kind === 'time' ? timeOf(value) : Number(value);
  };
  const lines = (/** @type {'x'|'y'} */ axis) => listOf(grid[axis]?.lines).filter(isRecord)
    .map(({ value, text, axis: of }) => ({ axis: axis === 'y' && of === 'y2' ? of : axis, at: place(axis, value), ...(text === undefined ? {} : { text: String(text) }) }))
    .filter(({ at }) => Number.isFinite(at));
  const bands = listOf(regions).filter(isRecord).map(({ axis, start, end }) => {
    const side = /** @type {Rule['axis']} */ (axis === 'y' || axis === 'y2' ? axis : 'x');
    const [from, to] = [start, end].map((one) => (one === undefined ? NaN : place(side, one)));
    return { axis: side, ...(Number.isFinite(from) ? { from } : {}), ...(Number.isFinite(to) ? { to } : {}) };
  });
  return [...bands, ...lines('x'), ...lines('y')];
}

/** @param {unknown} value @returns {any[]} */
const listOf = (value) => (Array.isArray(value) ? value : value ? [value] : []);
