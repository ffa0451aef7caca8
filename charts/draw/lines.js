/** What a line is, what of it is read, where it ended and whether it goes on. */

import { reduceColumns, Trace } from '../decimate/columns.js';
/** @import {Gaps} from '../decimate/columns.js' */
/** @import {Ring} from '../series/ring.js' */
/** @import {drawDots, fillAreas} from './shapes.js' */

/** Up to this many lines are drawn thick enough for their dashes to be told apart. */
export const DASHED_MAX = 48;
/** Beyond, where lines cover each other shows where many are. */
export const DENSE_ALPHA = 0.6;
export const HEAD_PX = 2.5;
/** Points beyond either end of a stretch that its picture depends on: a spline looks at two. */
const NEIGHBOURS = 3;

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
 * @property {(value: number, name: string) => string} [labels]  what is written at each point
 *
 * @typedef {{from: number, to: number, columnMs: number}} Stretch  what is drawn of x, and the time of a pixel column
 */

/** What is drawn only where shapes.js is loaded. @type {{fill: typeof fillAreas|null, dots: typeof drawDots|null}} */
export const shapes = { fill: null, dots: null };
/** Is it more than a stroke along its points? @param {Line} line */
export const needsShapes = ({ curve, area, scatter, labels }) => curve === 'spline' || area === true || scatter === true || labels !== undefined;

/** Of the line that was read last. */
export const trace = new Trace();

/**
 * What of a line must be drawn; the same trace each time.
 * @param {Line} line
 * @param {Stretch} stretch
 */
export function readLine({ ring, gaps, scatter, curve }, { from, to, columnMs }) {
  const first = Math.max(ring.start, ring.lowerBound(from) - NEIGHBOURS);
  const end = Math.min(ring.end, ring.upperBound(to) + NEIGHBOURS);
  // A spline through the extremes of each pixel would be another curve; it is drawn through every point.
  reduceColumns(ring, first, end, curve === 'spline' || scatter ? NaN : columnMs, gaps, trace);
  return trace;
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

/** Has it a dot at its newest value: does it go on? @param {Line} line @param {{to: number}} stretch */
export const hasHead = ({ ring, ended, scatter, flows = true, summary, other }, { to }) => (
  !ended && !scatter && flows && !summary && !other && ring.lastX <= to && !Number.isNaN(ring.v[ring.end - 1])
);

/** The point an end mark sits on: a gap may stand last. @param {Line} line @param {number} at  index */
export function lastBefore({ ring }, at) {
  while (at >= ring.start && Number.isNaN(ring.v[at])) at -= 1;
  return at;
}

/** @type {number[]} */
const NONE = [];
