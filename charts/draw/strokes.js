//# allFunctionsCalledOnLoad
/** Lines into an image: the same ones that lines.js draws on a context, pixel by pixel. */

import { traceCurve } from '../shape/curve.js';
import { rgbOf } from './colour.js';
import { DENSE_ALPHA, DASHED_MAX, readLine } from './lines.js';
import { DASHES } from './palette.js';
import { paintTips } from './tips.js';
/** @import {Trace} from '../decimate/columns.js' */
/** @import {Raster} from '../shape/raster.js' */
/** @import {Projection} from './layout.js' */
/** @import {Line, Stretch} from './lines.js' */

/** A curve is cut into straight pieces of about this many device pixels. */
const PIECE_PX = 3;
const PIECES_MAX = 64;
const HALO_ALPHA = 0.7;
/**
 * Of a device pixel. Points often lie exactly between two columns (at 820 pixels a minute each third second does); on which
 * side they fall must not depend on where the canvas begins, whose rounding is a hundredth of this.
 */
const NUDGE_PX = 1e-4;

/** Points of a path in device pixels; NaN lifts the pen. Takes what shape/curve.js says to a context. */
class Polyline {
  x = new Float64Array(4096);
  y = new Float64Array(4096);
  length = 0;
  #scale = 1;
  #left = 0;
  #top = 0;

  /** @param {number} scale  device pixels per unit @param {number} left  of the image @param {number} top */
  begin(scale, left, top) {
    this.length = 0;
    this.#scale = scale;
    this.#left = left;
    this.#top = top;
  }

  /** @param {number} length */
  reserve(length) {
    if (this.x.length >= length) return;
    const size = Math.max(length, this.x.length * 2);
    const [x, y] = [this.x, this.y];
    this.x = new Float64Array(size);
    this.y = new Float64Array(size);
    this.x.set(x);
    this.y.set(y);
  }

  /** @param {number} x @param {number} y */
  #push(x, y) {
    this.reserve(this.length + 1);
    this.x[this.length] = x * this.#scale - this.#left + NUDGE_PX;
    this.y[this.length++] = y * this.#scale - this.#top;
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    if (this.length > 0) this.#push(NaN, NaN);
    this.#push(x, y);
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.#push(x, y);
  }

  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {number} x @param {number} y */
  bezierCurveTo(x1, y1, x2, y2, x, y) {
    const scale = this.#scale;
    const x0 = (this.x[this.length - 1] + this.#left) / scale;
    const y0 = (this.y[this.length - 1] + this.#top) / scale;
    const pieces = Math.max(1, Math.min(PIECES_MAX, Math.ceil((Math.abs(x - x0) + Math.abs(y - y0)) * scale / PIECE_PX)));
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      const u = 1 - t;
      const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      this.#push(a * x0 + b * x1 + c * x2 + d * x, a * y0 + b * y1 + c * y2 + d * y);
    }
  }

  /** A point that stands alone: the raster makes a dot of it. @param {number} x @param {number} y */
  arc(x, y) {
    if (this.length > 0 && !Number.isNaN(this.x[this.length - 1])) this.length -= 1;
    this.#push(x, y);
  }

  closePath() {}
  rect() {}
}

const polyline = new Polyline();

/**
 * @param {Trace} trace
 * @param {{x0: number, dx: number, y0: number, dy: number}} linear
 * @param {number} ratio
 * @param {number} left
 * @param {number} top
 */
function project(trace, { x0, dx, y0, dy }, ratio, left, top) {
  polyline.reserve(trace.length);
  const { x, y } = polyline;
  const { x: times, v, length } = trace;
  const [xa, xb, ya, yb] = [x0 * ratio - left + NUDGE_PX, dx * ratio, y0 * ratio - top, dy * ratio];
  for (let i = 0; i < length; i++) {
    x[i] = xa + times[i] * xb;
    y[i] = ya + v[i] * yb;
  }
  polyline.length = length;
}

/**
 * @param {Raster} raster
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {{ratio: number, left: number, top: number, first: number, background: string, solid: boolean}} to  left, top: of the image, in
 *   device pixels; first: its first column, absolute
 */
export function strokeLines(raster, lines, projectionOf, stretch, { ratio, left, top, first, background, solid }) {
  const dense = lines.length > DASHED_MAX;
  for (const line of lines) {
    if (line.scatter) continue;
    const shift = line.shiftMs ?? 0;
    if (!(line.ring.lastX >= stretch.from - shift)) continue;
    const at = projectionOf(line);
    const dashed = !dense && !solid && line.dash > 0 && shift === 0;
    const trace = readLine(line, shift === 0 ? stretch : { ...stretch, from: stretch.from - shift, to: stretch.to - shift });
    const linear = at.linear && shift !== 0 ? { ...at.linear, x0: at.linear.x0 + shift * at.linear.dx } : at.linear;
    if (linear && (line.curve ?? 'line') === 'line') project(trace, linear, ratio, left, top);
    else {
      polyline.begin(ratio, left, top);
      traceCurve(polyline, trace, shift === 0 ? at : { ...at, px: (x) => at.px(x + shift), linear }, line.curve);
    }
    const width = (line.width ?? (dense ? 1 : 1.5)) * ratio;
    if (line.summary) raster.line(polyline.x, polyline.y, polyline.length, { colour: rgbOf(background), alpha: HALO_ALPHA, width: width + 2 * ratio });
    raster.line(polyline.x, polyline.y, polyline.length, {
      colour: rgbOf(line.colour), alpha: line.alpha ?? (dense ? DENSE_ALPHA : 1), width, dash: dashed ? dashOf(line.dash, ratio) : null, first,
    });
  }
  paintTips(raster, lines, projectionOf, stretch, { ratio, left, top, background });
}

/** @type {Map<string, number[]>} */
const dashes = new Map();

/** @param {number} dash @param {number} ratio */
function dashOf(dash, ratio) {
  const key = `${dash} ${ratio}`;
  let pattern = dashes.get(key);
  if (!pattern) dashes.set(key, pattern = DASHES[dash].map((length) => length * ratio));
  return pattern;
}
