/**
 * What moves with time: grid, hatched gaps, density, lines, marks, and the labels below. Drawn into any context, whole or
 * a stretch of it: the strip draws what is new, an export draws all.
 */

import { drawTimeGrid, drawTimeLabels, drawValueGrid, LABEL_REACH_PX, stripTicks } from './axes.js';
import { drawBands } from './bands.js';
import { drawLines, HEAD_PX } from './lines.js';
import { drawMarks } from './marks.js';
/** @import {GapBand} from '../series/gaps.js' */
/** @import {TimeTick, TimeZone} from '../scale/time.js' */
/** @import {Format} from '../scale/format.js' */
/** @import {Theme} from '../theme.js' */
/** @import {Axis, Projection} from './layout.js' */
/** @import {Line} from './lines.js' */
/** @import {Mark} from './marks.js' */

/**
 * @typedef {Axis & {ticks: {value: number, label: string}[]}} ValueAxis
 *
 * @typedef {object} Shape  that is drawn by other means than a line: merged columns, bars, stacks
 * @property {(context: CanvasRenderingContext2D, at: Projection, stretch: {from: number, to: number, columnMs: number}, ratio: number) => void} draw
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
 * @property {boolean} points
 * @property {{x: boolean, y: boolean}} grid
 * @property {((from: number, to: number, width: number, view: {from: number, to: number}) => TimeTick[])|null} ticksOf  of an x axis that is not time
 * @property {Format|null} timeFormat  of the labels of a time axis
 * @property {{toShare: (x: number) => number, fromShare: (share: number) => number}|null} x  where the x axis is not linear
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {{at: Projection, at2: Projection|null, from: number, to: number, ratio: number, left: number, right: number}} part  from, to in
 *   x; left, right: the same in pixels
 */
export function drawContent(context, scene, { at, at2, from, to, ratio, left, right }) {
  const { view, theme, zone } = scene;
  const reach = (LABEL_REACH_PX * (view.to - view.from)) / at.box.width;
  const ticks = scene.ticksOf?.(from - reach, to + reach, at.box.width, view) ?? stripTicks(from - reach, to + reach, view, at.box.width, { zone, format: scene.timeFormat });
  const stretch = { from, to, columnMs: view.columnMs };
  context.save();
  context.beginPath();
  context.rect(left, at.box.top - 8, right - left + HEAD_PX, at.box.height + 8);
  context.clip();
  if (scene.grid.y) drawValueGrid(context, at, scene.axis.ticks, theme, { left, right: right + HEAD_PX });
  if (scene.grid.x) drawTimeGrid(context, at, ticks, theme);
  drawBands(context, scene.bands, at, { from, to }, theme);
  for (const shape of scene.shapes) shape.draw(context, at, stretch, ratio);
  drawLines(context, scene.lines, (line) => (line.axis === 'y2' && at2 ? at2 : at), stretch, { background: theme.background, points: scene.points });
  drawMarks(context, scene.marks, at, stretch, theme);
  context.restore();
  drawTimeLabels(context, at, ticks, theme, { left, right });
}
