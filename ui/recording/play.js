/** Where a replay of a recording is: a window that moves over what was recorded. Pure; times are of the recording. */

/** Of the whole, where nothing closer is looked at. */
const WINDOW_SHARE = 0.2;

export class Play {
  playing = false;
  /** Units of the recording a second. */
  speed = 1;
  /** The right edge of the window. */
  at = 0;
  /** How much is in sight while it plays. */
  window = 0;
  #from = 0;
  #to = 0;

  /** @param {number} from  the first point @param {number} to  the last @param {number} speed */
  constructor(from, to, speed) {
    [this.#from, this.#to, this.speed] = [from, to, speed];
    this.at = to;
    this.window = this.span * WINDOW_SHARE;
  }

  /** From the first point to the last; never 0. */
  get span() { return this.#to - this.#from || 1; }

  /** 0 at the first point, 1 at the last. */
  get share() { return (this.at - this.#from) / this.span; }

  /** Begins, at the first point where the end was reached. @param {number} shown  how much was in sight */
  start(shown) {
    this.playing = true;
    this.window = shown < this.span * 0.9 ? shown : this.span * WINDOW_SHARE;
    if (this.at >= this.#to) this.at = this.#from;
  }

  stop() {
    this.playing = false;
  }

  /** @param {number} share  0 to 1 */
  seek(share) {
    this.at = this.#from + Math.min(1, Math.max(0, share)) * this.span;
  }

  /** So much later. @param {number} seconds  of real time @returns {boolean} it goes on */
  advance(seconds) {
    this.at = Math.min(this.#to, this.at + seconds * this.speed);
    if (this.at >= this.#to) this.playing = false;
    return this.playing;
  }

  /** What is in sight. */
  get view() {
    return { from: this.at - this.window, to: this.at };
  }
}
