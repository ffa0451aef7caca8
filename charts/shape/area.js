/** The path of an area: along a line, and back along a value or along the line below. Who calls fills it. */

import { monotoneX } from '../vendor/d3-shape/curve/monotone.js';
import { endOfRun, nextRun } from './curve.js';
import { Pixels } from './trace.js';
/** @import {CurveName, Path, Projection, Trace} from './trace.js' */

const upper = new Pixels();
const lower = new Pixels();

/**
 * Adds a closed path for every run. A run of one point has no area.
 * @param {Path} context
 * @param {Trace} trace
 * @param {Projection} projection
 * @param {CurveName} curve
 * @param {number|Trace} base  the value the area stands on, or a trace with the same x: a layer on top of another
 */
export function traceArea(context, trace, projection, curve, base) {
  upper.project(trace, projection);
  const ground = typeof base === 'number' ? projection.py(base) : NaN;
  if (typeof base !== 'number') lower.project(base, projection);
  const layered = typeof base !== 'number';
  for (let from = nextRun(trace.v, 0, trace.length); from < trace.length;) {
    const to = endOfRun(trace.v, from, trace.length);
    if (to - from > 1) {
      if (curve === 'spline') aroundSpline(context, from, to, layered, ground);
      else around(context, from, to, layered, ground, curve === 'step');
    }
    from = nextRun(trace.v, to, trace.length);
  }
}

/**
 * @param {Path} context
 * @param {number} from
 * @param {number} to
 * @param {boolean} layered
 * @param {number} ground
 * @param {boolean} steps
 */
function around(context, from, to, layered, ground, steps) {
  const { x, y } = upper;
  context.moveTo(x[from], y[from]);
  for (let i = from + 1; i < to; i++) {
    if (steps) context.lineTo(x[i], y[i - 1]);
    context.lineTo(x[i], y[i]);
  }
  if (layered) {
    const back = lower.y;
    context.lineTo(x[to - 1], back[to - 1]);
    for (let i = to - 2; i >= from; i--) {
      if (steps) context.lineTo(x[i + 1], back[i]);
      context.lineTo(x[i], back[i]);
    }
  } else {
    context.lineTo(x[to - 1], ground);
    context.lineTo(x[from], ground);
  }
  context.closePath();
}

/** @param {Path} context @param {number} from @param {number} to @param {boolean} layered @param {number} ground */
function aroundSpline(context, from, to, layered, ground) {
  const { x, y } = upper;
  const curve = monotoneX(context);
  curve.areaStart();
  curve.lineStart();
  for (let i = from; i < to; i++) curve.point(x[i], y[i]);
  curve.lineEnd();
  curve.lineStart();
  if (layered) for (let i = to - 1; i >= from; i--) curve.point(x[i], lower.y[i]);
  else {
    curve.point(x[to - 1], ground);
    curve.point(x[from], ground);
  }
  curve.lineEnd();
  curve.areaEnd();
}
