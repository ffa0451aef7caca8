/** Ticks of a logarithmic axis: decades and what of 2 and 5 fits between them; for bytes powers of two. */

import { ticks } from '../vendor/joined/ticks.js';
import { paddingOf, within } from './value-axis.js';
/** @import {AxisWish} from './value-axis.js' */

/** An axis that covers less is counted in even steps: decades would leave it without a tick. */
const DECADES_MIN = 1;
/** How far below its largest value an axis goes where zero or less is visible and nobody knows the smallest above. */
const DECADES_BELOW = 3;
/** Powers of two between ticks; ten are one prefix. */
const STRIDES = [1, 2, 5, 10, 20, 30];

/** What of a decade gets a tick, the most first. */
const PARTS = [[1, 2, 5], [1, 3], [1]];

/**
 * Ends moved out to a round number: 1, 2 or 5 times a power of ten, or a power of two.
 * @param {number} min  above 0
 * @param {number} max
 * @param {boolean} binary
 * @returns {[number, number]}
 */
export function logNice(min, max, binary) {
  // A hair of tolerance: 0.3 / 0.1 must not count as above 3.
  if (binary) return [2 ** Math.floor(Math.log2(min) + 1e-9), 2 ** Math.ceil(Math.log2(max) - 1e-9)];
  const below = 10 ** Math.floor(Math.log10(min) + 1e-9);
  const above = 10 ** Math.ceil(Math.log10(max) - 1e-9);
  const from = [5, 2].find((step) => below * step <= min * (1 + 1e-9)) ?? 1;
  const to = [5, 2].find((step) => above / step >= max * (1 - 1e-9)) ?? 1;
  return [power(below) * from, power(above) / to];
}

/** @param {number} near  a power of ten that floating point may have missed */
const power = (near) => Number(`1e${Math.round(Math.log10(near))}`);

/**
 * @param {number} min  above 0
 * @param {number} max
 * @param {number} count  about how many
 * @param {boolean} binary
 * @returns {number[]}
 */
export function logTicks(min, max, count, binary) {
  const base = binary ? 2 : 10;
  const first = Math.ceil(Math.log(min) / Math.log(base) - 1e-9);
  const last = Math.floor(Math.log(max) / Math.log(base) + 1e-9);
  if (binary) {
    if (last - first < 2) return ticks(min, max, count);
    const stride = STRIDES.find((step) => (last - first) / step <= count) ?? 10 * Math.ceil((last - first) / count / 10);
    return range(Math.ceil(first / stride) * stride, last, stride).map((exponent) => base ** exponent);
  }
  if (Math.log10(max / min) < DECADES_MIN) return ticks(min, max, count);
  const stride = Math.max(1, Math.ceil((last - first) / (count * 1.5)));
  const parts = PARTS.find((some) => some.length * (last - first) <= count * 1.5) ?? [1];
  return range(Math.ceil((first - 1) / stride) * stride, last, stride)
    .flatMap((exponent) => parts.map((part) => Number(`${part}e${exponent}`)))
    .filter((value) => value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9));
}

/** @param {number} from @param {number} to  inclusive @param {number} step */
function range(from, to, step) {
  return Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, i) => from + i * step);
}

/** @param {AxisWish} wish @returns {[number, number]} */
export function logExtent(wish) {
  const { low, high, positive = NaN, min = null, max = null } = wish;
  const padding = paddingOf(wish);
  const top = high > 0 ? high : 1;
  let from = low > 0 ? low : positive > 0 ? Math.min(positive, top) : top / 10 ** DECADES_BELOW;
  let to = top;
  if (from === to) [from, to] = [from / 2, to * 2];
  if (padding) {
    const ratio = to / from;
    [from, to] = [from / ratio ** padding[0], to * ratio ** padding[1]];
  }
  return within([min !== null && min > 0 ? min : from, max !== null && max > 0 ? max : to], wish);
}

/**
 * Where a value stands between the ends, and back.
 * @param {number} min
 * @param {number} max
 * @returns {{scale: (value: number) => number, invert: (share: number) => number}}
 */
export function logShare(min, max) {
  const base = Math.log(min);
  const size = Math.log(max) - base;
  // Zero has no place on it. A line to it leaves the picture downwards, which a gap would hide.
  return {
    scale: (value) => (value > 0 ? (Math.log(value) - base) / size : Number.isNaN(value) ? NaN : -1),
    invert: (share) => Math.exp(base + share * size),
  };
}
