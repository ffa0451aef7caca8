/**
 * The bridge's wall clock, estimated here: the chart's live edge and every "silent for …" are in its time, because the
 * clock of the viewer's machine may be minutes off.
 *
 * Each frame says `now`. Its delay on the way only ever makes it look older, so of the recent samples the one with the
 * largest offset is the least delayed and the best. The local side is monotonic (`performance.now()`).
 */

const SAMPLES = 32;
/** A sample this far below the estimate, several times in a row, is a bridge whose clock was set back. */
const STEP_MS = 2_000;
const STEP_SAMPLES = 8;

export class BridgeClock {
  /** @type {number[]} */
  #offsets = [];
  #best = 0;
  #below = 0;
  #last = 0;

  get known() { return this.#offsets.length > 0; }

  /** The bridge's time in the latest frame. */
  get last() { return this.#last; }

  /**
   * @param {number} now  the frame's `now`
   * @param {number} local  monotonic, when the frame arrived
   */
  observe(now, local) {
    const offset = now - local;
    this.#last = now;
    this.#below = this.known && offset < this.#best - STEP_MS ? this.#below + 1 : 0;
    if (this.#below >= STEP_SAMPLES) this.#offsets = this.#offsets.slice(1 - STEP_SAMPLES);
    this.#offsets.push(offset);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
    this.#best = Math.max(...this.#offsets);
  }

  /** @param {number} local  monotonic */
  now(local) {
    return local + this.#best;
  }
}
