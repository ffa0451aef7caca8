/** The axis below: time, which the strip draws by itself; or numbers and categories of a chart without a bridge. */

import { categoryAxis } from './scale/category.js';
import { numberFormat } from './scale/format.js';
import { linearXAxis } from './scale/linear-x.js';
/** @import {Given} from './given.js' */
/** @import {AxisOptions} from './options.js' */
/** @import {TimeTick} from './scale/time.js' */

const LABEL_PX = 88;

/**
 * @param {Given|null} given
 * @param {AxisOptions} options
 * @returns {((from: number, to: number, width: number, view: {from: number, to: number}) => TimeTick[])|null} null: time
 */
export function ticksOf(given, options) {
  if (!given || given.kind === 'time') return null;
  if (given.kind === 'category') {
    return (from, to, width, view) => {
      const names = given.categories;
      const shown = Math.max(1, view.to - view.from);
      const { ticks } = categoryAxis(names, (width * names.length) / shown);
      return ticks.filter(({ x }) => x >= from && x <= to).map(({ x, label }) => ({ x, label, major: false }));
    };
  }
  const type = given.kind === 'log' ? 'log' : 'linear';
  const format = options.format ? numberFormat(options.format) : null;
  return (from, to, width, view) => {
    const { ticks } = linearXAxis({ low: view.from, high: view.to, min: view.from, max: view.to, count: Math.max(2, Math.floor(width / LABEL_PX)), type });
    return ticks.filter(({ x }) => x >= from && x <= to).map((tick) => (format ? { ...tick, label: format(tick.x) } : tick));
  };
}

/**
 * @param {Given|null} given
 * @param {{from: number, to: number}} view
 * @returns {{toShare: (x: number) => number, fromShare: (share: number) => number}|null} null: linear
 */
export function sharesOf(given, { from, to }) {
  if (given?.kind !== 'log' || !(from > 0)) return null;
  const low = Math.log(from);
  const span = Math.log(to) - low;
  return { toShare: (x) => (Math.log(x) - low) / span, fromShare: (share) => Math.exp(low + share * span) };
}
