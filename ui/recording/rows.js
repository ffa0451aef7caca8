/** What a file holds, gathered line by line: the points of each series, and the lines that could not be read. Pure. */

/** Most points. A browser draws them all; for more there is `spawn --replay`. */
const POINTS_MAX = 5_000_000;
/** Lines that are named of those which were not read. */
const NAMED_MAX = 5;

/** A line, or the whole file, that cannot be read; the message says why. */
export class Unreadable extends Error {}

export class Rows {
  /** @type {Map<string, {x: number[], v: number[]}>} */
  series = new Map();
  points = 0;
  /** @type {{total: number, named: string[]}} */
  unread = { total: 0, named: [] };
  /** Does any line say its time? Else x counts lines, 1000 apart. */
  timed = false;
  /** @type {number|null} */
  #last = null;
  #interval;

  /** @param {number} interval  ms between a line without a time and the one before it */
  constructor(interval) {
    this.#interval = interval;
  }

  /**
   * The values of one line.
   * @param {number|null} at  ms since 1970; null: it does not say
   * @param {[string, number][]} values  NaN is a gap
   */
  add(at, values) {
    if (values.length === 0) return;
    if (this.points + values.length > POINTS_MAX) {
      throw new RangeError(`more than ${POINTS_MAX.toLocaleString('en')} points: play this file with spawn --replay`);
    }
    const x = at ?? (this.#last === null ? 0 : this.#last + this.#interval);
    // The first line that says a time decides when those before it were.
    if (at !== null && !this.timed && this.#last !== null) this.#shift(at - this.#interval - this.#last);
    this.timed ||= at !== null;
    this.#last = x;
    for (const [name, value] of values) {
      const known = this.series.get(name);
      if (known) {
        known.x.push(x);
        known.v.push(value);
      } else {
        this.series.set(name, { x: [x], v: [value] });
      }
      this.points += 1;
    }
  }

  /** @param {number} line  from 1 @param {unknown} error */
  reject(line, error) {
    if (!(error instanceof Unreadable)) throw error;
    this.unread.total += 1;
    if (this.unread.named.length < NAMED_MAX) this.unread.named.push(`line ${line}: ${error.message}`);
  }

  /** @param {number} ms */
  #shift(ms) {
    for (const series of this.series.values()) series.x = series.x.map((x) => x + ms);
  }
}
