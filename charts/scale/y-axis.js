/** The value axis: a domain of round numbers around what is visible, and its ticks. */

import nice from '../vendor/d3-array/nice.js';
import ticks from '../vendor/d3-array/ticks.js';
import tickFormat from '../vendor/d3-scale/tickFormat.js';
import { prefixStep } from './units.js';
/** @import {Unit} from './units.js' */

/** Zero belongs on the axis unless the values keep this share of their size away from it. */
const ZERO_SHARE = 0.6;
/** The axis shrinks only when the values use less than this share of it: it must not breathe with every spike. */
const SHRINK_BELOW = 0.5;

/**
 * @typedef {{min: number, max: number, ticks: {value: number, label: string}[]}} YAxis
 */

/**
 * @param {number} low  smallest visible value; NaN where nothing is visible
 * @param {number} high
 * @param {Unit} unit
 * @param {number} count  about how many ticks
 * @param {YAxis|null} previous  kept while it still fits
 * @returns {YAxis}
 */
export function yAxis(low, high, unit, count, previous = null) {
  if (Number.isNaN(low) || Number.isNaN(high)) return { min: 0, max: 1, ticks: [] };
  const [from, to] = wanted(low, high);
  if (previous && previous.ticks.length > 0 && from >= previous.min && to <= previous.max) {
    const used = (to - from) / (previous.max - previous.min);
    if (used >= SHRINK_BELOW) return axis(previous.min, previous.max, unit, count);
  }
  const size = step(from, to, unit);
  const [min, max] = nice(from / size, to / size, count).map((value) => value * size);
  return axis(min, max, unit, count);
}

/**
 * Extent with some air, and zero where it is near.
 * @param {number} low
 * @param {number} high
 */
export function wanted(low, high) {
  if (low === high) {
    const air = low === 0 ? 1 : Math.abs(low) * 0.1;
    return low > 0 ? [Math.max(0, low - air), high + air] : [low - air, high === 0 ? 1 : Math.min(0, high + air) || high + air];
  }
  const air = (high - low) * 0.04;
  if (low >= 0 && low < high * ZERO_SHARE) return [0, high + air];
  if (high <= 0 && high > low * ZERO_SHARE) return [low - air, 0];
  return [low - air, high + air];
}

/** @param {number} min @param {number} max @param {Unit} unit @param {number} count @returns {YAxis} */
function axis(min, max, unit, count) {
  const size = step(min, max, unit);
  const label = labels((specifier) => tickFormat(min / size, max / size, count, specifier), unit, Math.max(Math.abs(min), Math.abs(max)));
  return { min, max, ticks: ticks(min / size, max / size, count).map((value) => ({ value: value * size, label: label(value) })) };
}

/**
 * @param {(specifier?: string) => (value: number) => string} formatOf  as fine as the ticks stand
 * @param {Unit} unit
 * @param {number} largest
 */
function labels(formatOf, unit, largest) {
  if (unit.kind === 'binary' || unit.kind === 'decimal') {
    const { name } = prefixStep(largest, unit);
    const write = formatOf();
    return (/** @type {number} */ value) => (value === 0 ? '0' : `${write(value)} ${name}`);
  }
  const write = formatOf(largest >= 1e5 || largest < 1e-3 ? '~s' : undefined);
  return (/** @type {number} */ value) => (value === 0 ? '0' : write(value)) + unit.suffix;
}

/** One displayed unit in units of the series: ticks are round in what is read, 256 MiB or 1 GiB. */
/** @param {number} min @param {number} max @param {Unit} unit */
function step(min, max, unit) {
  if (unit.kind !== 'binary' && unit.kind !== 'decimal') return 1;
  return prefixStep(Math.max(Math.abs(min), Math.abs(max)), unit).size / unit.factor;
}
