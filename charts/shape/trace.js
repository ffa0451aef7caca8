/** What the shapes are drawn from, and onto. Only types, and the points in pixels for those that are not in a hurry. */

/**
 * @typedef {{x: ArrayLike<number>, v: ArrayLike<number>, length: number}} Trace  x ascending; NaN in v lifts the pen
 *
 * @typedef {object} Projection  the part of the plot's that shapes need
 * @property {(x: number) => number} px
 * @property {(value: number) => number} py
 * @property {{x0: number, dx: number, y0: number, dy: number}|null} linear  px = x0 + x·dx, py = y0 + v·dy; null where an
 *   axis is not linear
 *
 * @typedef {Pick<CanvasRenderingContext2D, 'moveTo'|'lineTo'|'bezierCurveTo'|'closePath'|'arc'>} Path  or a Path2D, a recorder
 * @typedef {'line'|'spline'|'step'} CurveName
 */

/** Pixels of a trace; grows, and is used again for each. */
export class Pixels {
  x = new Float64Array(1024);
  y = new Float64Array(1024);

  /** @param {Trace} trace @param {Projection} projection */
  project({ x, v, length }, { linear, px, py }) {
    if (length > this.x.length) {
      this.x = new Float64Array(length * 2);
      this.y = new Float64Array(length * 2);
    }
    if (linear) {
      const { x0, dx, y0, dy } = linear;
      for (let i = 0; i < length; i++) {
        this.x[i] = x0 + x[i] * dx;
        this.y[i] = y0 + v[i] * dy;
      }
      return;
    }
    for (let i = 0; i < length; i++) {
      this.x[i] = px(x[i]);
      this.y[i] = py(v[i]);
    }
  }
}
