/** What a line is and what of it is read; areas and dots, the mark where a series ended, the head of one that goes on, and the dot of a point that stands alone. */

import { reduceColumns, Trace } from '../decimate/columns.js';
import { traceCurve } from '../shape/curve.js';
/** @import {Gaps} from '../decimate/columns.js' */
/** @import {traceArea} from '../shape/area.js' */
/** @import {drawPoints} from '../shape/scatter.js' */
/** @import {Ring} from '../series/ring.js' */
/** @import {Projection} from './layout.js' */

/** Up to this many lines are drawn thick enough for their dashes to be told apart. */
export const DASHED_MAX = 48;
/** Beyond, where lines cover each other shows where many are. */
export const DENSE_ALPHA = 0.6;
export const HEAD_PX = 2.5;
const END_PX = 5;
/** Points beyond either end of a stretch that its picture depends on: a spline looks at two. */
const NEIGHBOURS = 3;
export const POINT_PX = 2;
const AREA_ALPHA = 0.22;

/**
 * @typedef {'line'|'spline'|'step'} Curve
 * @typedef {object} Line  one series as the plot draws it
 * @property {string} name
 * @property {Ring} ring
 * @property {Gaps} gaps
 * @property {string} colour
 * @property {number} dash
 * @property {boolean} ended
 * @property {import('../scale/units.js').Unit} unit
 * @property {Curve} [curve]
 * @property {boolean} [area]
 * @property {boolean} [scatter]
 * @property {boolean} [bar]  drawn as bars
 * @property {number} [group]  of series that stand on each other
 * @property {number} [place]  in its group, from the ground up
 * @property {boolean} [flows]  more points are to come
 * @property {number} [cadenceMs]  of its points, NaN while unknown
 * @property {'y'|'y2'} [axis]
 * @property {number} [width]  of the stroke where it is not as usual
 * @property {number} [alpha]
 * @property {number} [shiftMs]  its points lie so much earlier than they are drawn
 * @property {boolean} [summary]  of merged columns, not of a series
 * @property {boolean} [other]  of an earlier range
 *
 * @typedef {{from: number, to: number, columnMs: number}} Stretch  what is drawn of x, and the time of a pixel column
 */

/** What is drawn only where shapes.js is loaded. @type {{area: typeof traceArea|null, points: typeof drawPoints|null}} */
export const shapes = { area: null, points: null };
/** Is it more than a stroke along its points? @param {Line} line */
export const needsShapes = ({ curve, area, scatter }) => curve === 'spline' || area === true || scatter === true;

/** Of the line that was read last. */
export const trace = new Trace();

/**
 * Where lines go on, and where they ended.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {string} background
 */
export function drawEnds(context, lines, projectionOf, stretch, background) {
  const dense = lines.length > DASHED_MAX;
  if (!dense) for (const line of lines) if (!line.summary && !line.other) drawHead(context, line, projectionOf(line), stretch);
  for (const line of lines) {
    if (line.other) continue;
    for (const index of endsOf(line)) drawEnd(context, line, index, projectionOf(line), stretch, background);
  }
}

/**
 * What lies below lines.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 */
export function fillAreas(context, lines, projectionOf, stretch) {
  for (const line of lines) {
    if (!line.area || !(line.ring.lastX >= stretch.from)) continue;
    readLine(line, stretch, false);
    context.fillStyle = line.colour;
    fillArea(context, line, projectionOf(line), line.alpha ?? 1);
  }
  context.globalAlpha = 1;
}

/**
 * Points, where they are wanted or are all there is.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {boolean} all
 */
export function drawDots(context, lines, projectionOf, stretch, all) {
  for (const line of lines) {
    if (!(line.scatter || (all && !line.summary)) || !(line.ring.lastX >= stretch.from)) continue;
    readLine(line, stretch, false);
    context.fillStyle = line.colour;
    shapes.points?.(context, trace, projectionOf(line), POINT_PX);
  }
}

/** One line on its own, as a path. @param {Line} line @param {Projection} at @param {Stretch} stretch */
export function lineOf(line, at, stretch) {
  const path = new Path2D();
  traceCurve(path, readLine(line, stretch, false), at, line.curve);
  return path;
}

/** @param {CanvasRenderingContext2D} context @param {Line} line @param {Projection} at @param {number} alpha */
export function fillArea(context, { curve = 'line' }, at, alpha) {
  context.globalAlpha = alpha * AREA_ALPHA;
  context.beginPath();
  shapes.area?.(context, trace, at, curve, Math.max(at.value(at.box.top + at.box.height), Math.min(0, at.value(at.box.top))));
  context.fill();
}

/**
 * What of a line must be drawn; the same trace each time.
 * @param {Line} line
 * @param {Stretch} stretch
 * @param {boolean} dashed
 */
export function readLine({ ring, gaps, scatter, curve }, { from, to, columnMs }, dashed) {
  const first = dashed ? anchor(ring, from, to) : Math.max(ring.start, ring.lowerBound(from) - NEIGHBOURS);
  const end = Math.min(ring.end, ring.upperBound(to) + NEIGHBOURS);
  // A spline through the extremes of each pixel would be another curve; it is drawn through every point.
  reduceColumns(ring, first, end, curve === 'spline' || scatter ? NaN : columnMs, gaps, trace);
  return trace;
}

/**
 * The first index to draw. A dash pattern begins where the path begins: if that were the left edge, the dashes of the
 * whole line would jump each time a point leaves. So the path begins outside, at a multiple of an eighth of the window,
 * and jumps only when that moves on.
 * @param {Ring} ring
 * @param {number} from
 * @param {number} to
 */
function anchor(ring, from, to) {
  const step = (to - from) / 8;
  return Math.max(ring.start, ring.lowerBound(Math.floor(from / step) * step) - NEIGHBOURS);
}

/**
 * A dot at the newest value: this line goes on.
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {Projection} projection
 * @param {{to: number}} stretch
 */
function drawHead(context, { ring, colour, ended, scatter, flows = true }, { px, py }, { to }) {
  if (ended || scatter || !flows || !(ring.lastX <= to) || Number.isNaN(ring.v[ring.end - 1])) return;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(px(ring.lastX), py(ring.v[ring.end - 1]), HEAD_PX, 0, 2 * Math.PI);
  context.fill();
}

/**
 * The indices where a life of the line ended: before each restart, and now if it is down or silent.
 * @param {Pick<Line, 'ring'|'gaps'|'ended'>} line
 * @returns {number[]}
 */
export function endsOf({ ring, gaps, ended }) {
  if (!ended && gaps.breaks.length === 0) return NONE;
  const ends = gaps.breaks.map((time) => ring.lowerBound(time) - 1).filter((at) => at >= ring.start && at < ring.end - 1);
  if (ended && ring.length > 0) ends.push(ring.end - 1);
  return ends;
}

/** @type {number[]} */
const NONE = [];

/**
 * A bar with a ring: here it ended, it did not leave the picture.
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {number} at  index of its last point
 * @param {Projection} projection
 * @param {{from: number, to: number}} stretch
 * @param {string} background
 */
function drawEnd(context, { ring, colour }, at, { px, py }, { from, to }, background) {
  // A gap may stand last: the mark sits on the last value before it.
  while (at >= ring.start && Number.isNaN(ring.v[at])) at -= 1;
  if (at < ring.start) return;
  const x = px(ring.x[at]);
  // It reaches into a stretch from beyond.
  if (x < px(from) - END_PX || x > px(to) + END_PX) return;
  const y = py(ring.v[at]);
  context.strokeStyle = colour;
  context.fillStyle = background;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y - 7);
  context.lineTo(x, y + 7);
  context.stroke();
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
