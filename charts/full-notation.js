/** How a chart writes values and places whose page says how: with units and formats of its axes, and places that are no time. */

import { Notation } from './notation.js';
import { numberFormat, formatTime } from './scale/format.js';
import { fullTime } from './scale/time.js';
import { formatValue, parseUnit, PLAIN } from './scale/units.js';
/** @import {Given} from './given.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {Unit} from './scale/units.js' */

export class FullNotation extends Notation {
  #axis;
  #chart;

  /** @param {ChartOptions} options @param {{given: Given|null, zone: TimeZone}} chart  as they are when asked */
  constructor(options, chart) {
    super(options, chart);
    this.#axis = options.axis ?? {};
    this.#chart = chart;
  }

  /** What a series without a unit counts in. @override @param {string|null|undefined} unit @param {'y'|'y2'} [axis] @returns {Unit} */
  unit(unit, axis = 'y') {
    return parseUnit(unit ?? this.#axis[axis]?.unit);
  }

  /** @override @param {number} value @param {Unit} unit @param {'y'|'y2'} [axis] */
  value(value, unit, axis = 'y') {
    const format = this.#axis[axis]?.format;
    if (format === undefined || !Number.isFinite(value)) return formatValue(value, unit, this.locale);
    return numberFormat(format, this.locale)(value);
  }

  /** Where on the x axis: a time, a number, or the name of a category. @override @param {number} x */
  place(x) {
    const { given, zone } = this.#chart;
    if (!given) return fullTime(x, zone);
    const format = this.#axis.x?.format;
    if (given.kind === 'category') return given.categories[Math.round(x)] ?? '';
    if (given.kind !== 'time') {
      return format === undefined ? formatValue(x, PLAIN, this.locale) : numberFormat(format, this.locale)(x);
    }
    // Of dates nobody measured the milliseconds.
    if (format === undefined) return fullTime(x, zone).replace(/\.000$/, '').replace(/ 00:00:00$/, '');
    return formatTime(x, format, zone, this.locale);
  }
}
