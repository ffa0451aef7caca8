/** Where on the canvas the plot lies, in CSS pixels, and the two ways between data and pixels. */

export const MARGIN = { top: 14, right: 14, left: 66 };
const NARROW_PX = 480;
const LEFT_NARROW_PX = 54;
/** An axis title stands upright beside its labels, or below them. */
const TITLE_PX = 16;
/** Below the plot: labels of x, then the day and the zone. */
export const FOOT_PX = 22;
const DATES_PX = 16;
/** Labels stand so far from the plot … */
export const LABEL_GAP_PX = 8;
/** … and from the edge. */
const LABEL_EDGE_PX = 4;
/** However wide labels are, this share of the width is not theirs. */
const LABELS_SHARE = 0.4;

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 *
 * @typedef {object} Projection
 * @property {Box} box
 * @property {(x: number) => number} px
 * @property {(value: number) => number} py
 * @property {(px: number) => number} x
 * @property {(py: number) => number} value
 * @property {{x0: number, dx: number, y0: number, dy: number}|null} linear  px = x0 + x·dx and py = y0 + v·dy; null where an axis is not linear
 *
 * @typedef {object} Sides  what stands around the plot
 * @property {boolean} [y2]
 * @property {boolean} [xTitle]
 * @property {boolean} [yTitle]
 * @property {boolean} [y2Title]
 * @property {number} [labels]  width of the widest label
 * @property {number} [labels2]  on the second axis
 * @property {number} [foot]  height of the labels of x
 * @property {boolean} [dates]  is there a line with day and zone?
 * @property {number} [ratio]  device pixels per CSS pixel: the plot begins with a whole one
 */

/**
 * @param {number} width
 * @param {number} height
 * @param {Sides} [sides]
 * @returns {Box}
 */
export function plotBox(width, height, sides = {}) {
  const { y2 = false, xTitle = false, yTitle = false, y2Title = false, labels = 0, labels2 = 0, foot = FOOT_PX, dates = true, ratio = 1 } = sides;
  const least = width < NARROW_PX ? LEFT_NARROW_PX : MARGIN.left;
  const beside = (/** @type {number} */ widest, /** @type {boolean} */ title) => (
    Math.ceil(Math.min(Math.max(least, widest + LABEL_GAP_PX + LABEL_EDGE_PX), Math.max(least, width * LABELS_SHARE)) + (title ? TITLE_PX : 0)));
  const left = Math.ceil(beside(labels, yTitle) * ratio) / ratio;
  const right = y2 ? beside(labels2, y2Title) : MARGIN.right;
  const bottom = foot + (dates ? DATES_PX : 0) + (xTitle ? TITLE_PX : 0);
  return {
    left, top: MARGIN.top, width: Math.max(1, width - left - right), height: Math.max(1, height - MARGIN.top - bottom),
  };
}

/**
 * @typedef {object} Axis  of values
 * @property {number} min
 * @property {number} max
 * @property {'linear'|'log'} [type]
 * @property {boolean} [inverted]  the smallest on top
 * @property {(value: number) => number} [scale]  0 at the bottom, 1 at the top; linear where absent
 * @property {(share: number) => number} [invert]
 *
 * @typedef {{from: number, to: number, toShare?: (x: number) => number, fromShare?: (share: number) => number}} XRange
 *   toShare, fromShare where the axis is not linear
 */

/**
 * @param {Box} box
 * @param {XRange} range
 * @param {Axis} axis
 * @returns {Projection}
 */
export function projection(box, { from, to, toShare, fromShare }, axis) {
  const bottom = box.top + box.height;
  const dx = box.width / (to - from);
  const x0 = box.left - from * dx;
  const { scale, invert } = axis;
  /** @type {Pick<Projection, 'px'|'x'>} */
  const across = toShare && fromShare
    ? { px: (x) => box.left + toShare(x) * box.width, x: (px) => fromShare((px - box.left) / box.width) }
    : { px: (x) => box.left + (x - from) * dx, x: (px) => from + (px - box.left) / dx };
  if (scale && invert && axis.type === 'log') {
    return { box, ...across, py: (v) => bottom - scale(v) * box.height, value: (py) => invert((bottom - py) / box.height), linear: null };
  }
  const dy = ((axis.inverted ? 1 : -1) * box.height) / (axis.max - axis.min);
  const y0 = (axis.inverted ? box.top : bottom) - axis.min * dy;
  const linear = toShare ? null : { x0, dx, y0, dy };
  return { box, ...across, py: (v) => y0 + v * dy, value: (py) => (py - y0) / dy, linear };
}
