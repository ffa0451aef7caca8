/** How many messages and points come a second, over a second and more. */

const SPAN_MS = 1_000;

export class Rate {
  messagesPerSecond = 0;
  pointsPerSecond = 0;
  #at = NaN;
  #messages = 0;
  #points = 0;

  /** @param {number} at  monotonic ms @param {number} messages  since the last call @param {number} points  in all */
  measure(at, messages, points) {
    this.#messages += messages;
    if (Number.isNaN(this.#at)) {
      this.#at = at;
      this.#messages = 0;
      this.#points = points;
    }
    const seconds = (at - this.#at) / 1000;
    if (seconds * 1000 < SPAN_MS) return;
    this.messagesPerSecond = this.#messages / seconds;
    this.pointsPerSecond = Math.max(0, points - this.#points) / seconds;
    this.#at = at;
    this.#messages = 0;
    this.#points = points;
  }
}
