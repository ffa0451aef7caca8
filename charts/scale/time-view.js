/**
 * Which stretch of time is shown: following the bridge's clock, or held still.
 *
 * The right edge moves in whole device pixels. So nothing is drawn until a pixel has moved, lines shift without
 * shimmering, and the columns of the decimation stay the same from one picture to the next.
 */

export class TimeView {
  windowMs;
  /** The right edge while paused, null while following. @type {number|null} */
  #held = null;
  #edge = NaN;
  #columnMs = 1;

  /** @param {number} windowMs */
  constructor(windowMs) {
    this.windowMs = windowMs;
  }

  get paused() { return this.#held !== null; }
  /** Right edge in ms, NaN before the first move. */
  get to() { return this.#edge; }
  get from() { return this.#edge - this.windowMs; }
  /** Time per device pixel. */
  get columnMs() { return this.#columnMs; }

  /**
   * @param {number} now  the bridge's time
   * @param {number} columns  device pixels of the plot
   * @returns {boolean} did a pixel move?
   */
  move(now, columns) {
    const before = this.#edge;
    this.#columnMs = this.windowMs / Math.max(1, columns);
    const wanted = Math.ceil((this.#held ?? now) / this.#columnMs) * this.#columnMs;
    // The clock is an estimate: a step back of less than a second is noise and would make the lines jump.
    if (this.#held === null && wanted < before && wanted > before - 1_000) return false;
    this.#edge = wanted;
    return wanted !== before;
  }

  pause() {
    if (!Number.isNaN(this.#edge)) this.#held = this.#edge;
  }

  live() {
    this.#held = null;
  }

  /** How far behind the live edge the picture is. @param {number} now */
  behind(now) {
    return this.#held === null ? 0 : Math.max(0, now - this.#held);
  }
}
