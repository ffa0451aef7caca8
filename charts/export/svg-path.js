/**
 * A path as the Canvas calls build it, written as SVG path data. Points are moved by the transform of the moment they come,
 * and a call with NaN or infinity does nothing, as on a canvas.
 */

/** @typedef {[a: number, b: number, c: number, d: number, e: number, f: number]} Matrix  as DOMMatrix names them */

export const IDENTITY = /** @type {Matrix} */ ([1, 0, 0, 1, 0, 0]);
const TURN = 2 * Math.PI;

/** m after n: what n makes is moved by m. @param {Matrix} m @param {Matrix} n @returns {Matrix} */
export function multiply(m, n) {
  return [
    m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1], m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

/** How much lengths grow, on the average of both directions. @param {Matrix} m */
export const scaleOf = (m) => Math.sqrt(Math.abs(m[0] * m[3] - m[1] * m[2]));

/** Two decimals: a hundredth of a pixel cannot be seen, and a line of 1,000 points is 12 kB, not 35. @param {number} value */
export const short = (value) => String(Math.round(value * 100) / 100);

export class SvgPath {
  #data = '';
  /** Does the next point continue a line? */
  #open = false;

  get data() { return this.#data; }
  get empty() { return this.#data === ''; }

  /** @param {Matrix} m @param {number} x @param {number} y */
  moveTo(m, x, y) {
    if (!isFinite(x + y)) return;
    this.#data += `M${point(m, x, y)}`;
    this.#open = true;
  }

  /** @param {Matrix} m @param {number} x @param {number} y */
  lineTo(m, x, y) {
    if (!isFinite(x + y)) return;
    this.#data += `${this.#open ? 'L' : 'M'}${point(m, x, y)}`;
    this.#open = true;
  }

  /** @param {Matrix} m @param {...number} at  x y pairs: two of a quadratic curve, three of a cubic one */
  curveTo(m, ...at) {
    if (!at.every(isFinite)) return;
    if (!this.#open) this.moveTo(m, at[0], at[1]);
    const points = [];
    for (let i = 0; i < at.length; i += 2) points.push(point(m, at[i], at[i + 1]));
    this.#data += `${at.length === 4 ? 'Q' : 'C'}${points.join(' ')}`;
  }

  /**
   * @param {Matrix} m  turns, shifts and scales alike in both directions; that is all that is drawn with
   * @param {number} x @param {number} y @param {number} radius @param {number} start @param {number} end
   * @param {boolean} [counterclockwise]
   */
  arc(m, x, y, radius, start, end, counterclockwise = false) {
    if (!isFinite(x + y + radius + start + end)) return;
    const angle = sweepOf(start, end, counterclockwise);
    const to = (/** @type {number} */ turn) => point(m, x + radius * Math.cos(turn), y + radius * Math.sin(turn));
    this.lineTo(m, x + radius * Math.cos(start), y + radius * Math.sin(start));
    const r = short(radius * scaleOf(m));
    const mirrored = m[0] * m[3] - m[1] * m[2] < 0;
    const sweep = (angle > 0) === mirrored ? 0 : 1;
    // SVG cannot draw an arc back to its own beginning: more than half a turn comes in two.
    const parts = Math.abs(angle) > Math.PI ? 2 : 1;
    for (let i = 1; i <= parts; i++) this.#data += `A${r} ${r} 0 0 ${sweep} ${to(start + (angle * i) / parts)}`;
  }

  /** @param {Matrix} m @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(m, x, y, width, height) {
    if (!isFinite(x + y + width + height)) return;
    this.moveTo(m, x, y);
    this.lineTo(m, x + width, y);
    this.lineTo(m, x + width, y + height);
    this.lineTo(m, x, y + height);
    this.closePath();
  }

  closePath() {
    if (this.#open) this.#data += 'Z';
  }
}

/** As the Canvas does it: more than a turn is one turn. @param {number} start @param {number} end @param {boolean} back */
function sweepOf(start, end, back) {
  const angle = back ? start - end : end - start;
  const turned = angle >= TURN ? TURN : ((angle % TURN) + TURN) % TURN;
  return back ? -turned : turned;
}

/** @param {Matrix} m @param {number} x @param {number} y */
function point(m, x, y) {
  return `${short(m[0] * x + m[2] * y + m[4])} ${short(m[1] * x + m[3] * y + m[5])}`;
}
