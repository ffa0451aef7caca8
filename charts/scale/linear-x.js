/** A numeric x axis: its ends are those of the data, not rounded, and its labels plain numbers unless asked otherwise. */

import { sameKey, valueAxis } from './value-axis.js';
/** @import {AxisWish, ValueAxis} from './value-axis.js' */

/**
 * @typedef {{x: number, label: string, major: boolean}} XTick  as those of the time axis
 * @typedef {Omit<ValueAxis, 'ticks'> & {ticks: XTick[]}} LinearXAxis
 */

/**
 * `previous` comes again where nothing changed.
 * @param {Omit<AxisWish, 'previous'> & {previous?: LinearXAxis|null}} wish
 * @returns {LinearXAxis}
 */
export function linearXAxis(wish) {
  const { previous = null, padding = 0 } = wish;
  const values = valueAxis({ ...wish, padding, previous: null });
  const same = previous && previous.min === values.min && previous.max === values.max && sameKey(previous.key, values.key);
  if (same) return previous;
  return { ...values, ticks: values.ticks.map(({ value, label }) => ({ x: value, label, major: false })) };
}
