/** The axis below: time, which the strip draws by itself; or numbers and categories of a chart without a bridge. */

import { FOOT_PX } from './draw/layout.js';
import { categoryAxis } from './scale/category.js';
import { linearXAxis } from './scale/linear-x.js';
/** @import {Given} from './given.js' */
/** @import {AxisOptions} from './options.js' */
/** @import {TimeTick} from './scale/time.js' */

/**
 * @typedef {TimeTick & {turned?: number}} XTick  turned: degrees of the label
 *
 * @typedef {object} XAxis
 * @property {(from: number, to: number, width: number, view: {from: number, to: number}) => XTick[]} ticks
 * @property {(width: number, view: {from: number, to: number}) => number} foot  height of the labels, px
 */

const LABEL_PX = 88;
/** From the plot to labels that do not lie. */
const TURNED_PX = 12;

/**
 * @param {Given|null} given
 * @param {AxisOptions} options
 * @param {{locale: string|null, measure: (text: string) => number}} how
 * @returns {XAxis|null} null: time
 */
export function xAxisOf(given, options, { locale, measure }) {
  if (!given || given.kind === 'time') return null;
  const { format = null } = options;
  if (given.kind === 'category') {
    const names = typeof format === 'function' ? given.categories.map((_, i) => format(i)) : given.categories;
    const axis = (/** @type {number} */ width, /** @type {{from: number, to: number}} */ { from, to }) => (
      categoryAxis(names, (width * names.length) / Math.max(1, to - from), measure));
    return {
      ticks: (from, to, width, view) => {
        const { ticks, turned } = axis(width, view);
        return ticks.filter(({ x }) => x >= from && x <= to).map(({ x, label }) => ({ x, label, major: false, turned }));
      },
      foot: (width, view) => {
        const { turned, heightPx } = axis(width, view);
        return turned === 0 ? FOOT_PX : heightPx + TURNED_PX;
      },
    };
  }
  const type = given.kind === 'log' ? 'log' : 'linear';
  return {
    ticks: (from, to, width, view) => {
      const count = Math.max(2, Math.floor(width / LABEL_PX));
      const { ticks } = linearXAxis({ low: view.from, high: view.to, min: view.from, max: view.to, count, type, format, locale });
      return ticks.filter(({ x }) => x >= from && x <= to);
    },
    foot: () => FOOT_PX,
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
