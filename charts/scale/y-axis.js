/** The linear value axis in the form in which the painter asks for it. */

import { airy, valueAxis } from './value-axis.js';
/** @import {Unit} from './units.js' */
/** @import {ValueAxis} from './value-axis.js' */

/** @typedef {Pick<ValueAxis, 'min'|'max'|'ticks'>} YAxis */

export { airy as wanted };

/**
 * @param {number} low  smallest visible value; NaN where nothing is visible
 * @param {number} high
 * @param {Unit} unit
 * @param {number} count  about how many ticks
 * @param {YAxis|null} previous  kept while it still fits
 * @returns {YAxis}
 */
export function yAxis(low, high, unit, count, previous = null) {
  return valueAxis({ low, high, unit, count, previous: /** @type {ValueAxis|null} */ (previous) });
}
