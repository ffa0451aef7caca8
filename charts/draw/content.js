//# allFunctionsCalledOnLoad
/**
 * What moves with time: grid, hatched gaps, density, lines, marks, and the labels below. Drawn into any context, whole or
 * a stretch of it: the strip draws what is new; paper.js draws all of it, for a file.
 */

import { drawTimeGrid, drawTimeLabels, drawValueGrid, LABEL_REACH_PX, ruleOf, stripTicks } from './axes.js';
import { drawBands } from './bands.js';
import { rgbOf, wordOf } from './colour.js';
import { MARGIN } from './layout.js';
import { HEAD_PX, shapes } from './lines.js';
import { drawMarks } from './marks.js';
import { strokeLines } from './strokes.js';
/** @import {Place} from './axes.js' */
/** @import {PlotImage} from './image.js' */
/** @import {GapBand} from '../series/gaps.js' */
/** @import {TimeTick, TimeZone} from '../scale/time.js' */
/** @import {XAxis} from '../x-axis.js' */
/** @import {Format} from '../scale/format.js' */
/** @import {Theme} from '../theme.js' */
/** @import {Axis, Projection, XRange} from './layout.js' */
/** @import {Line} from './lines.js' */
/** @import {Mark} from './marks.js' */

/**
 * @typedef {Axis & {ticks: {value: number, label: string}[]}} ValueAxis
 *
 * @typedef {object} Shape  that is drawn by other means than a line: merged columns, bars, stacks
 * @property {(context: CanvasRenderingContext2D, at: Projection, stretch: {from: number, to: number, columnMs: number}, at2?: Projection|null) => void} draw  at2: of the second axis
 * @property {(image: PlotImage, at: Projection, stretch: {from: number, to: number, columnMs: number}, to: {ratio: number, top: number}) => void} [paint]  into
 *   an image, where it can be
 * @property {(time: number) => BarsOf|null} [barsAt]  of bars that stand for stretches of time
 *
 * @typedef {{from: number, to: number, values: Map<string, number>}} BarsOf  the bars of one stretch, and their values by name
 *
 * @typedef {object} Scene
 * @property {Line[]} lines
 * @property {ValueAxis} axis
 * @property {ValueAxis|null} axis2
 * @property {{from: number, to: number, columnMs: number}} view
 * @property {readonly GapBand[]} bands
 * @property {readonly Mark[]} marks
 * @property {readonly Shape[]} shapes  below the lines
 * @property {TimeZone} zone
 * @property {Theme} theme
 * @property {boolean|number} points  a number: their radius, px
 * @property {boolean} solid  without dashes
 * @property {boolean} flows  the picture moves with time: it is scrolled
 * @property {{x: boolean, y: boolean}} grid
 * @property {XAxis['ticks']|null} ticksOf  of an x axis that is not time
 * @property {boolean} still  the picture does not move: what is half outside is left out
 * @property {string|null} locale
 * @property {{from: number, to: number}} dates  of what is said below
 * @property {Format|null} timeFormat  of the labels of a time axis
 * @property {{toShare: (x: number) => number, fromShare: (share: number) => number}|null} x  where the x axis is not linear
 */

/**
 * @typedef {object} Part  a stretch of the picture
 * @property {Projection} at
 * @property {Projection|null} at2
 * @property {number} from  x
 * @property {number} to
 * @property {number} left  the same in CSS pixels
 * @property {number} right
 * @property {number} ratio
 */

/** Labels may reach so far to the left of the plot. */
const LABEL_LEFT_PX = 20;
/** Lines may reach a little beyond the top of the plot. */
const ABOVE_PX = 8;

/**
 * On the screen: whatever can be is written into an image first.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {Part & {labels: boolean}} part  labels: those below it are drawn, too
 * @param {PlotImage} image
 */
export function paintContent(context, scene, part, image) {
  const { at, from, to, left, right, ratio } = part;
  const { theme, lines } = scene;
  const ticks = ticksOf(scene, part);
  const stretch = stretchOf(scene, from, to);
  const of = (/** @type {Line} */ line) => projectionOf(line, part);
  const column = Math.round(left * ratio);
  const row = Math.round((at.box.top - ABOVE_PX) * ratio);
  const place = placeOf(scene, part, column);
  const plotTop = Math.round(at.box.top * ratio);
  image.begin(Math.round(right * ratio) - column, Math.round((at.box.top + at.box.height) * ratio) - row);
  const onGround = needsGround(scene, from, to);
  if (onGround) {
    context.save();
    clip(context, at, left, right);
    drawGround(context, scene, part, ticks, place);
    for (const shape of scene.shapes) if (!('paint' in shape)) shape.draw(context, at, stretch, part.at2);
    shapes.fill?.(context, lines, of, stretch);
    context.restore();
  } else paintGrid(image, scene, part, ticks, place, column, row);
  for (const shape of scene.shapes) if ('paint' in shape) shape.paint?.(image, at, stretch, { ratio, top: plotTop - row });
  strokeLines(image.raster, lines, of, stretch, {
    ratio, left: column, top: row, first: scene.ticksOf ? 0 : Math.round(from / scene.view.columnMs), background: theme.background, solid: scene.solid,
  });
  image.put(context, column, row, onGround);
  context.save();
  clip(context, at, left, right);
  shapes.dots?.(context, lines, of, stretch, scene.points);
  drawMarks(context, scene.marks, at, stretch, theme, ratio, place);
  context.restore();
  if (part.labels) drawTimeLabels(context, at, ticks, theme, { left, right, room: roomOf(scene, at) }, ratio, place);
}

/** Is there anything below the lines that is not written pixel by pixel? @param {Scene} scene @param {number} from @param {number} to */
function needsGround({ bands, shapes: drawn, lines, view: { columnMs } }, from, to) {
  const near = 2 * columnMs;
  return bands.some((band) => band.to >= from - near && band.from <= to + near) || drawn.some((shape) => !('paint' in shape)) || lines.some(({ area }) => area);
}

/** @param {Scene} scene @returns {XRange} */
export const rangeOf = ({ view, x }) => (x ? { ...view, ...x } : view);

/** @param {Line} line @param {Pick<Part, 'at'|'at2'>} part */
export const projectionOf = (line, { at, at2 }) => (line.axis === 'y2' && at2 ? at2 : at);

/** Columns of time are columns of pixels only where x is linear. @param {Scene} scene @param {number} from @param {number} to */
export const stretchOf = ({ view, x }, from, to) => ({ from, to, columnMs: x ? NaN : view.columnMs });

/** Where labels of x must be whole. @param {Scene} scene @param {Projection} at */
export const roomOf = ({ still, axis2 }, { box }) => (still ? { left: box.left - LABEL_LEFT_PX, right: box.left + box.width + (axis2 ? MARGIN.left : MARGIN.right) } : null);

/** @param {Scene} scene @param {Part} part */
export function ticksOf(scene, { at, from, to }) {
  const { view, zone, timeFormat: format, locale, still } = scene;
  const { width } = at.box;
  if (still) return scene.ticksOf?.(view.from, view.to, width, view) ?? stripTicks(view.from, view.to, view, width, { zone, format, locale });
  const reach = (LABEL_REACH_PX * (view.to - view.from)) / width;
  return stripTicks(from - reach, to + reach, view, width, { zone, format, locale });
}

/** @param {CanvasRenderingContext2D} context @param {Projection} at @param {number} left @param {number} right */
export function clip(context, { box }, left, right) {
  context.beginPath();
  context.rect(left, box.top - ABOVE_PX, right - left + HEAD_PX, box.height + ABOVE_PX);
  context.clip();
}

/**
 * By absolute columns: counted from the edge of a stretch, what lies between two pixels would fall now on one, now on the other.
 * @param {Scene} scene
 * @param {Part} part
 * @param {number} column  first of the stretch on the canvas
 * @returns {Place}
 */
function placeOf({ view: { columnMs }, ticksOf: own }, { at, from, ratio }, column) {
  if (own) return (x) => Math.round(at.px(x) * ratio);
  const first = Math.round(from / columnMs) - column;
  return (x) => Math.round(x / columnMs) - first;
}

/** What the grid goes by: the second axis where nothing is on the first. @param {Scene} scene @param {Part} part @returns {[Projection, ValueAxis['ticks']]} */
const valuesOf = ({ axis, axis2 }, { at, at2 }) => (axis2 && at2 && axis.ticks.length === 0 ? [at2, axis2.ticks] : [at, axis.ticks]);

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Part} part @param {TimeTick[]} ticks @param {Place} place */
export function drawGround(context, scene, part, ticks, place) {
  const { at, from, to, left, right, ratio } = part;
  if (scene.grid.y) drawValueGrid(context, ...valuesOf(scene, part), scene.theme, { left, right: right + HEAD_PX }, ratio);
  if (scene.grid.x) drawTimeGrid(context, at, ticks, scene.theme, ratio, place);
  drawBands(context, scene.bands, at, { from, to }, scene.theme, ratio, place);
}

/**
 * @param {PlotImage} image
 * @param {Scene} scene
 * @param {Part} part
 * @param {TimeTick[]} ticks
 * @param {Place} place
 * @param {number} left  of the image
 * @param {number} top
 */
function paintGrid(image, scene, part, ticks, place, left, top) {
  const { grid, theme } = scene;
  const { at: { box }, ratio } = part;
  const [faint, strong] = [theme.grid, theme.axis].map((colour) => wordOf(rgbOf(colour)));
  const { thick } = ruleOf(0, ratio);
  const rule = (/** @type {number} */ first, /** @type {boolean} */ upright, /** @type {number} */ word) => {
    for (let i = 0; i < thick; i++) image.rule(first + i, upright, word);
  };
  const [at, values] = valuesOf(scene, part);
  if (grid.y) for (const { value } of values) rule(Math.round(at.py(value) * ratio) - top, false, value === 0 ? strong : faint);
  if (!grid.x) return;
  for (const { x, major } of ticks) rule(place(x) - left, true, major ? strong : faint);
  // Upright lines begin at the plot, not in the room above it.
  image.clearRows(Math.round(box.top * ratio) - top);
}
