//# allFunctionsCalledOnLoad
/**
 * The axes of values: what is in sight decides their ends. Exact extremes are looked up twice a second; in between an axis
 * only ever grows, at once, with what comes.
 */

import { parseUnit, PLAIN } from './scale/units.js';
import { valueAxis } from './scale/value-axis.js';
/** @import {Line} from './draw/lines.js' */
/** @import {AxisOptions} from './options.js' */
/** @import {Unit} from './scale/units.js' */
/** @import {ValueAxis} from './scale/value-axis.js' */
/** @import {Ring} from './series/ring.js' */

const EXTENT_MS = 500;
const TICK_PX = 84;
const EXTENT = new Float64Array(2);

/**
 * @typedef {{low: number, high: number}} Ends
 *
 * @typedef {object} InSight
 * @property {readonly Line[]} lines  drawn as lines
 * @property {readonly Ring[]} rings  of merged columns: their smallest and largest
 * @property {{y: Ends|null, y2: Ends|null}|null} stacked  of what stands on each other, and of bars
 * @property {number} from ms
 * @property {number} to ms
 * @property {number} heightPx
 * @property {Unit} unit
 * @property {Unit} unit2
 * @property {{low: number, high: number}} news  of what came since the last picture
 */

/** What a page says of an axis, as the scale asks it. @param {AxisOptions} options @param {Unit} unit  of the lines @param {string|null} locale */
export function axisWish({ type, min, max, padding, inverted, format, unit: named }, unit, locale) {
  return {
    type: /** @type {'linear'|'log'} */ (type === 'log' ? 'log' : 'linear'), min: min ?? null, max: max ?? null, inverted, format: format ?? null, locale,
    padding: typeof padding === 'object' ? { low: padding.bottom, high: padding.top } : padding ?? null, unit: named && unit === PLAIN ? parseUnit(named) : unit,
  };
}

class OneAxis {
  /** @type {ValueAxis|null} */
  axis = null;
  #low = NaN;
  #high = NaN;
  #positive = NaN;
  #at = -Infinity;
  #options;
  #locale;

  /** @param {AxisOptions} options @param {string|null} locale */
  constructor(options, locale) {
    this.#options = options;
    this.#locale = locale;
  }

  reset() {
    this.axis = null;
    this.#at = -Infinity;
  }

  /** @param {number} at  monotonic @param {InSight} sight @param {readonly Line[]} lines @param {Unit} unit @param {Ends|null} stacked */
  update(at, { news, rings, from, to, heightPx }, lines, unit, stacked) {
    const outside = news.low < this.#low || news.high > this.#high || Number.isNaN(this.#low);
    if (at - this.#at > EXTENT_MS || !this.axis || (outside && rings.length === 0) || stacked) {
      this.#at = at;
      this.#measure(lines, rings, stacked, from, to);
    }
    this.axis = valueAxis({
      ...axisWish(this.#options, unit, this.#locale), low: this.#low, high: this.#high, positive: this.#positive, zero: stacked !== null || lines.some(({ area }) => area),
      count: Math.max(2, Math.floor(heightPx / TICK_PX)), previous: this.axis,
    });
    return this.axis;
  }

  /** @param {readonly Line[]} lines @param {readonly Ring[]} rings @param {Ends|null} stacked @param {number} from @param {number} to */
  #measure(lines, rings, stacked, from, to) {
    let low = stacked ? stacked.low : Infinity;
    let high = stacked ? stacked.high : -Infinity;
    let positive = Infinity;
    const take = (/** @type {Ring} */ ring, shiftMs = 0) => {
      ring.extent(ring.lowerBound(from - shiftMs), ring.upperBound(to - shiftMs), EXTENT);
      if (EXTENT[0] < low) low = EXTENT[0];
      if (EXTENT[1] > high) high = EXTENT[1];
      if (EXTENT[0] > 0 && EXTENT[0] < positive) positive = EXTENT[0];
      else if (EXTENT[1] > 0 && EXTENT[1] < positive) positive = EXTENT[1];
    };
    for (const { ring, shiftMs } of lines) take(ring, shiftMs);
    for (const ring of rings) take(ring);
    this.#low = low > high ? NaN : low;
    this.#high = low > high ? NaN : high;
    this.#positive = positive;
  }
}

export class ValueAxes {
  #y;
  #y2;
  /** Rises when an axis is another one. */
  generation = 0;
  /** @type {ValueAxis|null} */
  #before = null;
  /** @type {ValueAxis|null} */
  #before2 = null;

  /** @param {{y?: AxisOptions, y2?: AxisOptions}} options @param {string|null} locale */
  constructor({ y = {}, y2 = {} }, locale) {
    this.#y = new OneAxis(y, locale);
    this.#y2 = new OneAxis(y2, locale);
  }

  /** The next picture looks at everything again. */
  reset() {
    this.#y.reset();
    this.#y2.reset();
  }

  /** @param {number} at  monotonic @param {InSight} sight @returns {{axis: ValueAxis, axis2: ValueAxis|null}} */
  update(at, sight) {
    const second = sight.lines.filter((line) => line.axis === 'y2');
    const first = second.length > 0 ? sight.lines.filter((line) => line.axis !== 'y2') : sight.lines;
    const { y = null, y2 = null } = sight.stacked ?? {};
    const axis = this.#y.update(at, sight, first, sight.unit, y);
    const axis2 = second.length > 0 || y2 ? this.#y2.update(at, { ...sight, rings: [] }, second, sight.unit2, y2) : null;
    if (axis !== this.#before || axis2 !== this.#before2) this.generation += 1;
    this.#before = axis;
    this.#before2 = axis2;
    return { axis, axis2 };
  }
}

