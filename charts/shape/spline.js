/** A smooth curve through every point that does not overshoot: known to curve.js once {@link knowSplines} was called. */

import { monotoneX } from '../vendor/d3-shape/curve/monotone.js';
import { pixels, trails } from './curve.js';
/** @import {Path} from './trace.js' */

/** @param {Path} context @param {number} from @param {number} to */
function traceSpline(context, from, to) {
  const { x, y } = pixels;
  const curve = monotoneX(context);
  curve.lineStart();
  for (let i = from; i < to; i++) curve.point(x[i], y[i]);
  curve.lineEnd();
}

export function knowSplines() {
  trails.spline = traceSpline;
}
