//# allFunctionsCalledOnLoad
/** The value axis: a domain around what is visible, linear or logarithmic, and its ticks. */

import { nice, ticks, tickStep } from '../vendor/joined/ticks.js';
import { tickDigits } from './digits.js';
import { needed } from './kit.js';
import { formatValue, isPrefixed, PLAIN, prefixStep } from './units.js';
/** @import {Format} from './format.js' */
/** @import {Unit} from './units.js' */

/** Zero belongs on the axis unless the values keep this share of their size away from it. */
const ZERO_SHARE = 0.6;
/** The axis shrinks only when the values use less than this share of it: it must not breathe with every spike. */
const SHRINK_BELOW = 0.5;
/** Air above and below, where nothing else is asked for. */
const AIR = 0.04;

/**
 * @typedef {object} AxisWish
 * @property {number} low  smallest visible value; NaN where nothing is visible
 * @property {number} high
 * @property {number} count  about how many ticks
 * @property {'linear'|'log'} [type]
 * @property {number} [positive]  log: the smallest visible value above zero, where low is not
 * @property {number|null} [min]  fixed end; the axis then does not move there
 * @property {number|null} [max]
 * @property {number|{low?: number, high?: number}|null} [padding]  air as a share of the extent (log: of its logarithm).
 *   Where it is given the ends are just that, else they are rounded and zero is taken in where it is near
 * @property {boolean} [zero]  zero is always on it: bars and areas stand on it
 * @property {boolean} [inverted]  the smallest on top
 * @property {Unit} [unit]
 * @property {Format|null} [format]  labels by d3 specifier or function instead of the unit's
 * @property {string|null} [locale]
 * @property {ValueAxis|null} [previous]  kept while it still fits, and the same object while nothing at all changed
 *
 * @typedef {object} ValueAxis
 * @property {'linear'|'log'} type
 * @property {number} min
 * @property {number} max
 * @property {boolean} inverted
 * @property {{value: number, label: string}[]} ticks  none where nothing is visible
 * @property {(value: number) => number} scale  0 at the bottom, 1 on top. Log: what is not above zero lies one height below
 * @property {(share: number) => number} invert
 * @property {readonly unknown[]} key  what it was made for; another one starts afresh
 */

/** @param {AxisWish} wish @returns {ValueAxis} */
export function valueAxis(wish) {
  const { low, high, type = 'linear', min = null, max = null, unit = PLAIN, inverted = false, previous = null } = wish;
  const { format = null, locale = null, zero = false } = wish;
  const key = [type, wish.count, min, max, unit, inverted, format, locale, zero, paddingOf(wish)].flat();
  const kept = previous && sameKey(previous.key, key) ? previous : null;
  if (Number.isNaN(low) || Number.isNaN(high)) {
    if (kept && kept.ticks.length === 0) return kept;
    const [from, to] = fixed(type === 'log' ? [1, 10] : [0, 1], wish);
    return { type, min: from, max: to, inverted, ticks: [], ...projections(type, from, to, inverted), key };
  }
  const wanted = type === 'log' ? needed('logExtent')(wish) : extent(wish);
  if (kept && stillFits(kept, wanted)) return kept;
  const rounded = paddingOf(wish) === null ? round(wanted, wish) : wanted;
  const [from, to] = fixed(rounded, wish);
  return { type, min: from, max: to, inverted, ticks: ticksOf(from, to, wish), ...projections(type, from, to, inverted), key };
}

/** @param {readonly unknown[]} a @param {readonly unknown[]} b */
export const sameKey = (a, b) => a.length === b.length && a.every((part, i) => Object.is(part, b[i]));

/** @param {AxisWish} wish */
export function paddingOf({ padding = null }) {
  if (padding === null) return null;
  return typeof padding === 'number' ? [padding, padding] : [padding.low ?? 0, padding.high ?? 0];
}

/** @param {ValueAxis} kept @param {[number, number]} wanted */
function stillFits({ type, min, max, ticks: had }, [from, to]) {
  if (had.length === 0 || from < min || to > max) return false;
  const size = type === 'log' ? Math.log : Number;
  return (size(to) - size(from)) / (size(max) - size(min)) >= SHRINK_BELOW;
}

/** @param {AxisWish} wish @returns {[number, number]} */
function extent(wish) {
  const { low, high, zero = false, min = null, max = null } = wish;
  const padding = paddingOf(wish);
  let [from, to] = [low, high];
  if (zero) [from, to] = [Math.min(0, from), Math.max(0, to)];
  if (padding && from < to) {
    const size = to - from;
    [from, to] = [from - size * padding[0], to + size * padding[1]];
  } else [from, to] = airy(from, to);
  // Fixed ends count as wanted: what lies outside them shall not make the axis grow.
  return within([min ?? from, max ?? to], wish);
}

/**
 * Extent with some air, and zero where it is near.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
export function airy(low, high) {
  if (low === high) {
    const air = low === 0 ? 1 : Math.abs(low) * 0.1;
    return low > 0 ? [Math.max(0, low - air), high + air] : [low - air, high === 0 ? 1 : Math.min(0, high + air) || high + air];
  }
  const air = (high - low) * AIR;
  if (low >= 0 && low < high * ZERO_SHARE) return [0, high + air];
  if (high <= 0 && high > low * ZERO_SHARE) return [low - air, 0];
  return [low - air, high + air];
}

/**
 * Fixed ends that leave no room, or the wrong way round, move the other end.
 * @param {[number, number]} ends
 * @param {Pick<AxisWish, 'type'|'max'>} wish
 * @returns {[number, number]}
 */
export function within([from, to], { type = 'linear', max = null }) {
  if (from < to) return [from, to];
  const step = Math.abs(max ?? from) * 0.1 || 1;
  if (max !== null) return [type === 'log' ? to / 10 : to - step, to];
  return [from, type === 'log' ? from * 10 : from + step];
}

/** @param {[number, number]} ends @param {AxisWish} wish @returns {[number, number]} */
function fixed([from, to], { type = 'linear', min = null, max = null }) {
  const usable = (/** @type {number|null} */ end) => end !== null && Number.isFinite(end) && (type === 'linear' || end > 0);
  return within([usable(min) ? Number(min) : from, usable(max) ? Number(max) : to], { type, max });
}

/** @param {[number, number]} ends @param {AxisWish} wish @returns {[number, number]} */
function round([from, to], { type = 'linear', count, unit = PLAIN }) {
  const size = stepOf(from, to, unit);
  const binary = unit.kind === 'binary';
  const [low, high] = type === 'log' ? needed('logNice')(from / size, to / size, binary) : nice(from / size, to / size, count);
  return [low * size, high * size];
}

/** @param {number} min @param {number} max @param {AxisWish} wish */
function ticksOf(min, max, { type = 'linear', count, unit = PLAIN, format = null, locale }) {
  const size = stepOf(min, max, unit);
  const [from, to] = [min / size, max / size];
  const values = type === 'log' ? needed('logTicks')(from, to, count, unit.kind === 'binary') : ticks(from, to, count);
  const label = type === 'log' && format === null
    ? (/** @type {number} */ value) => formatValue(value * size, unit, locale)
    : labels(from, to, { count, unit, format, locale, size });
  return values.map((value) => ({ value: value * size, label: label(value) }));
}

/**
 * What writes a tick that counts in `size`.
 * @param {number} min
 * @param {number} max
 * @param {{count: number, unit: Unit, format: Format|null, locale?: string|null, size: number}} how
 * @returns {(value: number) => string}
 */
function labels(min, max, { count, unit, format, locale, size }) {
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const step = tickStep(min, max, count);
  if (typeof format === 'function') return (value) => format(value * size);
  if (format !== null) {
    const write = format === '' ? needed('numberFormat')('', locale) : needed('tickFormat')(step * size, largest * size, format, locale);
    return (value) => write(value * size);
  }
  if (isPrefixed(unit)) {
    const { name } = prefixStep(largest * size, unit);
    const write = tickDigits(step, largest, { locale });
    return (value) => (value === 0 ? '0' : `${write(value)} ${name}`);
  }
  const write = tickDigits(step, largest, { short: largest >= 1e5 || largest < 1e-3, locale });
  return (value) => (value === 0 ? '0' : write(value)) + unit.suffix;
}

/** One displayed unit in units of the series: ticks are round in what is read, 256 MiB or 1 GiB. */
/** @param {number} min @param {number} max @param {Unit} unit */
const stepOf = (min, max, unit) => prefixStep(Math.max(Math.abs(min), Math.abs(max)), unit).size / unit.factor;

/**
 * @param {'linear'|'log'} type
 * @param {number} min
 * @param {number} max
 * @param {boolean} inverted
 * @returns {Pick<ValueAxis, 'scale'|'invert'>}
 */
function projections(type, min, max, inverted) {
  const share = type === 'log' ? needed('logShare')(min, max) : {
    scale: (/** @type {number} */ value) => (value - min) / (max - min), invert: (/** @type {number} */ part) => min + part * (max - min),
  };
  return inverted ? { scale: (value) => 1 - share.scale(value), invert: (part) => share.invert(1 - part) } : share;
}
