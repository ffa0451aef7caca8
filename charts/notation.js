/** How values and times are written for a reader. What a page may ask for beyond is in full-notation.js. */

import { fullTime } from './scale/time.js';
import { formatValue, parseUnit } from './scale/units.js';
/** @import {Given} from './given.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {Unit} from './scale/units.js' */

export class Notation {
  /** @type {string|null} */
  locale;
  #chart;

  /** @param {ChartOptions} options @param {{given: Given|null, zone: TimeZone}} chart  as they are when asked */
  constructor({ locale }, chart) {
    this.locale = locale ?? null;
    this.#chart = chart;
  }

  get zone() { return this.#chart.zone; }

  /** @param {string|null|undefined} unit @param {'y'|'y2'} [_axis] @returns {Unit} */
  unit(unit, _axis) {
    return parseUnit(unit);
  }

  /** @param {number} value @param {Unit} unit @param {'y'|'y2'} [_axis] */
  value(value, unit, _axis) {
    return formatValue(value, unit, this.locale);
  }

  /** Where on the x axis. @param {number} x */
  place(x) {
    return fullTime(x, this.zone);
  }
}
