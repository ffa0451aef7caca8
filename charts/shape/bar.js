/** Bars: beside each other, on top of each other, upright or lying. Rectangles first, then drawn: what is hit is what is seen. */

/** @import {Projection} from './trace.js' */

/**
 * @typedef {object} BarLayer  bars of one series
 * @property {string} name
 * @property {string} colour
 * @property {ArrayLike<number>} x  middle of each bar
 * @property {ArrayLike<number>} upper  NaN: no bar
 * @property {ArrayLike<number>|null} [lower]  null: on the base
 *
 * @typedef {BarLayer[]} BarGroup  layers of one group lie on each other, groups stand beside each other
 *
 * @typedef {object} Bar
 * @property {string} name
 * @property {string} colour
 * @property {number} index  in its layer
 * @property {number} left  px
 * @property {number} top
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} BarLook
 * @property {number} [ratio]  share of the step that bars take, 0 to 1
 * @property {number} [step]  from one x to the next; absent: the smallest distance there is
 * @property {number} [base]  the value bars stand on
 * @property {boolean} [rotated]  lying: px projects values then, and py projects x
 * @property {(place: number) => (value: number) => number} [acrossOf]  projects the values of a group that has an axis of its own
 */

/** Bars thinner than this are not moved onto whole pixels: they would vanish or double. */
const CRISP_PX = 3;

/**
 * @param {readonly BarGroup[]} groups
 * @param {Pick<Projection, 'px'|'py'>} projection
 * @param {BarLook} [look]
 * @returns {Bar[]}
 */
export function bars(groups, { px, py }, { ratio = 0.6, step = smallestStep(groups), base = 0, rotated = false, acrossOf } = {}) {
  const along = rotated ? py : px;
  const share = Math.abs(along(step) - along(0)) * ratio;
  const each = share / Math.max(1, groups.length);
  /** @type {Bar[]} */
  const found = [];
  groups.forEach((layers, place) => {
    const across = acrossOf?.(place) ?? (rotated ? px : py);
    const ground = across(base);
    for (const { name, colour, x, upper, lower = null } of layers) {
      for (let index = 0; index < x.length; index++) {
        if (Number.isNaN(upper[index])) continue;
        const from = along(x[index]) - share / 2 + place * each;
        const foot = lower === null ? ground : across(lower[index]);
        const [begin, size] = crisp(from, each);
        const [edge, height] = between(foot, across(upper[index]));
        if (rotated) found.push({ name, colour, index, left: edge, top: begin, width: height, height: size });
        else found.push({ name, colour, index, left: begin, top: edge, width: size, height });
      }
    }
  });
  return found;
}

/** Onto whole pixels, where there are enough of them. @param {number} from @param {number} size @returns {[number, number]} */
function crisp(from, size) {
  if (size < CRISP_PX) return [from, size];
  const begin = Math.round(from);
  return [begin, Math.round(from + size) - begin];
}

/** @param {number} a @param {number} b @returns {[number, number]} */
const between = (a, b) => [Math.min(a, b), Math.abs(a - b)];

/** @param {readonly BarGroup[]} groups */
function smallestStep(groups) {
  let least = Infinity;
  for (const { x } of groups.flat()) {
    for (let i = 1; i < x.length; i++) if (x[i] - x[i - 1] > 0) least = Math.min(least, x[i] - x[i - 1]);
  }
  return Number.isFinite(least) ? least : 1;
}

/**
 * @param {Pick<CanvasRenderingContext2D, 'fillStyle'|'fillRect'>} context
 * @param {readonly Bar[]} rects
 */
export function drawBars(context, rects) {
  let before = '';
  for (const { colour, left, top, width, height } of rects) {
    // Setting a colour parses it.
    if (colour !== before) context.fillStyle = before = colour;
    context.fillRect(left, top, width, height);
  }
}

/**
 * The bar under the pointer; the one drawn last lies on top.
 * @param {readonly Bar[]} rects
 * @param {number} px
 * @param {number} py
 * @returns {Bar|null}
 */
export function barAt(rects, px, py) {
  for (let i = rects.length - 1; i >= 0; i--) {
    const { left, top, width, height } = rects[i];
    if (px >= left && px < left + width && py >= top && py < top + height) return rects[i];
  }
  return null;
}
