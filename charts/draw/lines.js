/** Lines from traces, the mark where a series ended, the head of one that goes on, and the dot of a point that stands alone. */

import { reduceColumns, Trace } from '../decimate/columns.js';
import { DASHES } from './palette.js';
/** @import {Gaps} from '../decimate/columns.js' */
/** @import {Ring} from '../series/ring.js' */
/** @import {Projection} from './layout.js' */

/** Up to this many lines are drawn thick enough for their dashes to be told apart. */
const DENSE = 120;
/** Beyond, where lines cover each other shows where many are. */
const DENSE_ALPHA = 0.6;
export const HEAD_PX = 2.5;

/**
 * @typedef {object} Line  one series as the plot draws it
 * @property {string} name
 * @property {Ring} ring
 * @property {Gaps} gaps
 * @property {string} colour
 * @property {number} dash
 * @property {boolean} ended
 * @property {import('../scale/units.js').Unit} unit
 */

const trace = new Trace();

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Line[]} lines
 * @param {Projection} projection
 * @param {{from: number, to: number, columnMs: number}} view
 * @param {string} background  behind end marks
 */
export function drawLines(context, lines, projection, view, background) {
  const dense = lines.length > DENSE;
  context.lineJoin = 'round';
  context.lineWidth = dense ? 1 : 1.5;
  context.globalAlpha = dense ? DENSE_ALPHA : 1;
  for (const line of lines) {
    context.strokeStyle = context.fillStyle = line.colour;
    context.setLineDash(dense ? [] : DASHES[line.dash]);
    strokeLine(context, line, projection, view);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (!dense) for (const line of lines) drawHead(context, line, projection, view);
  for (const line of lines) {
    for (const at of endsOf(line)) drawEnd(context, line, at, projection, view, background);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {Projection} projection
 * @param {{from: number, to: number, columnMs: number}} view
 */
export function strokeLine(context, { ring, gaps }, { px, py }, { from, to, columnMs }) {
  reduceColumns(ring, anchor(ring, from, to), Math.min(ring.end, ring.upperBound(to) + 1), columnMs, gaps, trace);
  context.beginPath();
  let run = 0;
  for (let i = 0; i <= trace.length; i++) {
    const lifted = i === trace.length || Number.isNaN(trace.v[i]);
    if (lifted) {
      if (run === 1) dot(context, px(trace.x[i - 1]), py(trace.v[i - 1]));
      run = 0;
    } else {
      const x = px(trace.x[i]);
      const y = py(trace.v[i]);
      if (run === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
      run += 1;
    }
  }
  context.stroke();
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
  return Math.max(ring.start, ring.lowerBound(Math.floor(from / step) * step) - 1);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y */
function dot(context, x, y) {
  context.moveTo(x + 1.25, y);
  context.arc(x, y, 1.25, 0, 2 * Math.PI);
}

/**
 * A dot at the newest value: this line goes on.
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {Projection} projection
 * @param {{to: number}} view
 */
function drawHead(context, { ring, colour, ended }, { px, py }, { to }) {
  if (ended || !(ring.lastX <= to) || Number.isNaN(ring.v[ring.end - 1])) return;
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
  const ends = gaps.breaks.map((time) => ring.lowerBound(time) - 1).filter((at) => at >= ring.start && at < ring.end - 1);
  if (ended && ring.length > 0) ends.push(ring.end - 1);
  return ends;
}

/**
 * A bar with a ring: here it ended, it did not leave the picture.
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {number} at  index of its last point
 * @param {Projection} projection
 * @param {{from: number, to: number}} view
 * @param {string} background
 */
function drawEnd(context, { ring, colour }, at, { px, py }, { from, to }, background) {
  // A gap may stand last: the mark sits on the last value before it.
  while (at >= ring.start && Number.isNaN(ring.v[at])) at -= 1;
  if (at < ring.start || ring.x[at] < from || ring.x[at] > to) return;
  const x = px(ring.x[at]);
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
