/**
 * What of the page is in its address, so that a link shows the same:
 * `?channel=web&window=15m&metric=rss&from=2025-11-21T12:00:00Z&to=…&tz=utc`. Pure; the table is in README.md. Writing it is
 * in url-write.js, which is loaded when there is something to write.
 */

import { parseSpan } from '../charts/live/span.js';
import { isZone } from '../charts/scale/zone.js';
/** @import {PageState, PageView} from './types.js' */

export const TYPES = /** @type {const} */ (['line', 'spline', 'step', 'area', 'stacked', 'scatter', 'bar']);
export const DETAILS = /** @type {const} */ (['auto', 'lines', 'density']);
export const SORTS = /** @type {const} */ (['name', 'last', 'max', 'slope']);
export const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);

/** @type {Readonly<PageState>} */
export const DEFAULTS = {
  channel: 'process-memory-demo', window: '5m', metrics: [], only: [], hidden: [], filter: '', filterShown: false, sort: 'name',
  pinned: [], type: 'line', detail: 'auto', theme: 'auto', zone: 'local', view: { mode: 'live' }, compare: '', paused: false,
  embed: false,
};

/** A channel is one or more tokens, or a pattern of them. */
const CHANNEL = /^[A-Za-z0-9_-]+(\.([A-Za-z0-9_-]+|\*))*$/;
/** An address much longer than 2,000 characters is cut off by mail programs and chats. */
export const LIST_CHARACTERS_MAX = 1_200;
const NAME_CHARACTERS_MAX = 256;
export const FILTER_CHARACTERS_MAX = 200;
/** The store keeps nothing from before 1990, and a picture of more than a year has no pixel for a day. */
const TIME_MIN_MS = Date.UTC(1990, 0, 1);
const TIME_MAX_MS = Date.UTC(2200, 0, 1);
const SPAN_MIN_MS = 100;
const SPAN_MAX_MS = 400 * 86_400_000;
const SPEED_MAX = 60;
const COMPARE_MAX_MS = SPAN_MAX_MS;

/** @param {string} channel */
export const isChannel = (channel) => CHANNEL.test(channel) && channel.length <= NAME_CHARACTERS_MAX;

/**
 * What makes no sense falls back to its default: an old link must still open.
 * @param {string} search
 * @returns {PageState}
 */
export function readUrl(search) {
  const parameters = new URLSearchParams(search);
  const text = (/** @type {string} */ name) => parameters.get(name) ?? '';
  /** @template {string} T @param {string} name @param {readonly T[]} all @returns {T} */
  const oneOf = (name, all) => all.find((value) => value === text(name)) ?? all[0];
  const only = readList(text('series'));
  return {
    channel: isChannel(text('channel')) ? text('channel') : DEFAULTS.channel,
    window: parseSpan(text('window')) === null ? DEFAULTS.window : text('window'),
    metrics: readList(text('metric')),
    only,
    hidden: only.length > 0 ? [] : readList(text('hide')),
    filter: text('filter').slice(0, FILTER_CHARACTERS_MAX),
    filterShown: text('filtered') === '1',
    sort: oneOf('sort', SORTS),
    pinned: readList(text('pin')),
    type: oneOf('type', TYPES),
    detail: oneOf('detail', DETAILS),
    theme: oneOf('theme', THEMES),
    zone: isZone(text('tz')) ? text('tz') : DEFAULTS.zone,
    view: readView(text),
    compare: readCompare(text('compare')),
    paused: text('paused') === '1',
    embed: text('embed') === '1',
  };
}

/** How far back the comparison lies, in ms; 0: none. @param {string} compare @param {number} windowMs */
export function compareMs(compare, windowMs) {
  return compare === 'previous' ? windowMs : parseSpan(compare) ?? 0;
}

/** @param {string} text @returns {string} */
function readCompare(text) {
  const span = parseSpan(text);
  return text === 'previous' || (span !== null && span <= COMPARE_MAX_MS) ? text : '';
}

/** @param {(name: string) => string} text @returns {PageView} */
function readView(text) {
  const [from, to, at] = [readTime(text('from')), readTime(text('to')), readTime(text('at'))];
  if (from !== null && to !== null && to - from >= SPAN_MIN_MS && to - from <= SPAN_MAX_MS) return { mode: 'held', from, to };
  const speed = Number(text('speed') || NaN);
  if (from !== null && speed >= 1) return { mode: 'replay', from, speed: Math.min(SPEED_MAX, speed) };
  return at === null ? { mode: 'live' } : { mode: 'at', at };
}

/**
 * Milliseconds, or a date that a person wrote; a + that was not escaped is read as a space.
 * @param {string} text
 * @returns {number|null}
 */
function readTime(text) {
  const ms = /^[0-9]{1,16}$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.replace(' ', '+')) : NaN;
  return ms >= TIME_MIN_MS && ms <= TIME_MAX_MS ? ms : null;
}

/** Names by commas; a comma or a backslash in a name stands behind a backslash. @param {string} text @returns {string[]} */
export function readList(text) {
  const whole = text.length <= 2 * LIST_CHARACTERS_MAX ? text : text.slice(0, text.lastIndexOf(',', 2 * LIST_CHARACTERS_MAX));
  const names = [...whole.matchAll(/(?:\\.|[^,\\])+/gs)].map(([name]) => name.replace(/\\(.)/gs, '$1'));
  return [...new Set(names)].filter((name) => name.length <= NAME_CHARACTERS_MAX);
}
