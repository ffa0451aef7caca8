/** Where on the canvas the plot lies, in CSS pixels, and the two ways between data and pixels. */

/** @import {YAxis} from '../scale/y-axis.js' */

export const MARGIN = { top: 14, right: 14, bottom: 38, left: 66 };

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 *
 * @typedef {object} Projection
 * @property {Box} box
 * @property {(time: number) => number} px
 * @property {(value: number) => number} py
 * @property {(px: number) => number} time
 * @property {(py: number) => number} value
 */

/**
 * @param {number} width
 * @param {number} height
 * @returns {Box}
 */
export function plotBox(width, height) {
  const left = width < 480 ? 54 : MARGIN.left;
  return {
    left, top: MARGIN.top, width: Math.max(1, width - left - MARGIN.right),
    height: Math.max(1, height - MARGIN.top - MARGIN.bottom),
  };
}

/**
 * @param {Box} box
 * @param {{from: number, to: number}} time
 * @param {YAxis} axis
 * @returns {Projection}
 */
export function projection(box, { from, to }, axis) {
  const perMs = box.width / (to - from);
  const perUnit = box.height / (axis.max - axis.min);
  const bottom = box.top + box.height;
  return {
    box,
    px: (time) => box.left + (time - from) * perMs,
    py: (value) => bottom - (value - axis.min) * perUnit,
    time: (px) => from + (px - box.left) / perMs,
    value: (py) => axis.min + (bottom - py) / perUnit,
  };
}
