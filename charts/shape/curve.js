/**
 * The path of a line: straight, as a spline, or in steps. Paths only: who calls begins, strokes and colours.
 *
 * Straight lines are the hot path, 900,000 points a picture at 1,500 lines, and therefore written out: no calls but those of
 * the context, nothing allocated.
 */

import { Pixels } from './trace.js';
/** @import {CurveName, Path, Projection, Trace} from './trace.js' */

/** A point that stands alone between gaps. */
const DOT_PX = 1.25;

/** Of the trace that is drawn. */
export const pixels = new Pixels();

/**
 * Adds the path of every run of a trace. A run of one point is a dot.
 * @param {Path} context
 * @param {Trace} trace
 * @param {Projection} projection
 * @param {CurveName} [curve]  spline: monotone, it does not overshoot; step: holds a value until the next
 */
export function traceCurve(context, trace, projection, curve = 'line') {
  if (curve === 'line' && projection.linear) return traceLine(context, trace, projection.linear);
  pixels.project(trace, projection);
  const trail = trails[curve];
  for (let from = nextRun(trace.v, 0, trace.length); from < trace.length;) {
    const to = endOfRun(trace.v, from, trace.length);
    if (to - from === 1) dot(context, pixels.x[from], pixels.y[from]);
    else trail(context, from, to);
    from = nextRun(trace.v, to, trace.length);
  }
}

/**
 * Each adds one run. Splines are straight until spline.js is loaded.
 * @type {Record<CurveName, (context: Path, from: number, to: number) => void>}
 */
export const trails = { line: traceStraight, step: traceSteps, spline: traceStraight };

/** The first point of the next run. @param {ArrayLike<number>} v @param {number} from @param {number} length */
export function nextRun(v, from, length) {
  let i = from;
  while (i < length && v[i] !== v[i]) i += 1;
  return i;
}

/** One behind the last point of the run. @param {ArrayLike<number>} v @param {number} from @param {number} length */
export function endOfRun(v, from, length) {
  let i = from;
  while (i < length && v[i] === v[i]) i += 1;
  return i;
}

/** @param {Path} context @param {Trace} trace @param {NonNullable<Projection['linear']>} linear */
function traceLine(context, { x, v, length }, { x0, dx, y0, dy }) {
  let run = 0;
  for (let i = 0; i < length; i++) {
    const value = v[i];
    // NaN is the only number that is not equal to itself; this is faster than Number.isNaN.
    if (value !== value) {
      if (run === 1) dot(context, x0 + x[i - 1] * dx, y0 + v[i - 1] * dy);
      run = 0;
    } else if (run === 0) {
      context.moveTo(x0 + x[i] * dx, y0 + value * dy);
      run = 1;
    } else {
      context.lineTo(x0 + x[i] * dx, y0 + value * dy);
      run = 2;
    }
  }
  if (run === 1) dot(context, x0 + x[length - 1] * dx, y0 + v[length - 1] * dy);
}

/** @param {Path} context @param {number} from @param {number} to */
function traceStraight(context, from, to) {
  const { x, y } = pixels;
  context.moveTo(x[from], y[from]);
  for (let i = from + 1; i < to; i++) context.lineTo(x[i], y[i]);
}

/** @param {Path} context @param {number} from @param {number} to */
function traceSteps(context, from, to) {
  const { x, y } = pixels;
  context.moveTo(x[from], y[from]);
  for (let i = from + 1; i < to; i++) {
    context.lineTo(x[i], y[i - 1]);
    context.lineTo(x[i], y[i]);
  }
}

/** @param {Path} context @param {number} x @param {number} y */
function dot(context, x, y) {
  context.moveTo(x + DOT_PX, y);
  context.arc(x, y, DOT_PX, 0, 2 * Math.PI);
}
