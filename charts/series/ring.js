//# allFunctionsCalledOnLoad
/**
 * The points of one series in two typed arrays, sorted by time, bounded.
 *
 * Contiguous rather than circular: searching and drawing then are plain loops. The live part is [start, end); it slides
 * to the right and is moved back to the front when it hits the end of the buffer. The buffer has room for a sixth more than
 * is kept, so a move costs six to eight copies a point, of which a processor makes billions a second.
 *
 * Smallest and largest value of every 32 points are remembered, so that the axis of a window costs 1/32 of its points.
 */

const CAPACITY_MIN = 16;
/** Room to slide, as a part of what is held: what is made, and from what on it is slid rather than grown. */
const ROOM = 6;
const SLIDE = 8;
/** Thinning keeps the extremes of buckets this long: the old half shrinks to a quarter. */
const BUCKET = 8;
/** Points whose extremes are remembered together. */
const BLOCK = 32;
const NONE = new Float64Array(0);

export class Ring {
  /** Milliseconds, ascending; only [start, end) holds points. */
  x;
  /** Values; NaN is a gap. */
  v;
  start = 0;
  end = 0;
  /** What index 0 would be if nothing had ever been moved: blocks keep their place by it. */
  #base = 0;
  /** Smallest and largest value of each block, at its number modulo their length. @type {Float64Array|null} */
  #extremes = null;
  /** Blocks from the first one held to before this one are known. */
  #known = 0;

  constructor() {
    // What comes in one piece decides how long they are.
    this.x = this.v = NONE;
  }

  get length() { return this.end - this.start; }
  get firstX() { return this.length === 0 ? NaN : this.x[this.start]; }
  get lastX() { return this.length === 0 ? NaN : this.x[this.end - 1]; }

  /**
   * Inserts in order of time. A time stands once: of two points of one time the one that came last is kept, as the
   * bridge does.
   * @param {number} x
   * @param {number} v
   * @param {number} pointsMax  when full, the older half is thinned to its extremes
   */
  push(x, v, pointsMax) {
    if (this.length > 0 && x <= this.x[this.end - 1]) {
      const same = this.lowerBound(x);
      if (this.x[same] === x) {
        this.v[same] = v;
        this.#forget(same);
        return;
      }
    }
    if (this.length >= pointsMax) this.#thin();
    if (this.end === this.x.length) this.#makeRoom(1, pointsMax);
    let at = this.end;
    if (this.length > 0 && x < this.x[this.end - 1]) {
      at = this.upperBound(x);
      this.x.copyWithin(at + 1, at, this.end);
      this.v.copyWithin(at + 1, at, this.end);
      this.#forget(at);
    }
    this.x[at] = x;
    this.v[at] = v;
    this.end += 1;
  }

  /**
   * Many at once, all later than what is held and in order: a snapshot is copied, not pushed.
   * @param {Float64Array} x
   * @param {Float64Array} v
   * @param {number} pointsMax
   */
  append(x, v, pointsMax) {
    if (this.length + x.length > pointsMax || !(this.length === 0 || x[0] > this.x[this.end - 1])) {
      for (let i = 0; i < x.length; i++) this.push(x[i], v[i], pointsMax);
      return;
    }
    if (this.end + x.length > this.x.length) this.#makeRoom(x.length, pointsMax);
    this.x.set(x, this.end);
    this.v.set(v, this.end);
    this.end += x.length;
  }

  /** Drops what is older than x. @param {number} x */
  trimBefore(x) {
    this.start = this.lowerBound(x);
    if (this.start === this.end) this.#empty();
  }

  /**
   * Smallest and largest value of the points from one index to before another, NaN where there is none.
   * @param {number} from
   * @param {number} to
   * @param {[number, number]|Float64Array} [out]
   */
  extent(from, to, out = [NaN, NaN]) {
    const { v } = this;
    const first = Math.ceil((this.#base + from) / BLOCK);
    const last = Math.floor((this.#base + to) / BLOCK);
    let low = Infinity;
    let high = -Infinity;
    let i = from;
    if (first < last) {
      const extremes = this.#knowTo(last);
      for (const until = first * BLOCK - this.#base; i < until; i++) {
        if (v[i] < low) low = v[i];
        if (v[i] > high) high = v[i];
      }
      for (let block = first; block < last; block++) {
        const at = 2 * block % extremes.length;
        if (extremes[at] < low) low = extremes[at];
        if (extremes[at + 1] > high) high = extremes[at + 1];
      }
      i = last * BLOCK - this.#base;
    }
    for (; i < to; i++) {
      if (v[i] < low) low = v[i];
      if (v[i] > high) high = v[i];
    }
    out[0] = low > high ? NaN : low;
    out[1] = low > high ? NaN : high;
    return out;
  }

  /** First index whose time is not before x. @param {number} x */
  lowerBound(x) {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.x[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** First index whose time is after x. @param {number} x */
  upperBound(x) {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.x[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the point nearest in time, -1 where there is none. @param {number} x */
  nearest(x) {
    if (this.length === 0) return -1;
    const after = this.lowerBound(x);
    if (after === this.end) return this.end - 1;
    if (after === this.start) return after;
    return x - this.x[after - 1] <= this.x[after] - x ? after - 1 : after;
  }

  /** The last value that is no gap, NaN where there is none. */
  get lastValue() {
    for (let i = this.end - 1; i >= this.start; i--) if (!Number.isNaN(this.v[i])) return this.v[i];
    return NaN;
  }

  /** Makes every block known up to one. @param {number} last */
  #knowTo(last) {
    const room = 2 * (Math.ceil(this.x.length / BLOCK) + 1);
    if (!this.#extremes || this.#extremes.length < room) {
      this.#extremes = new Float64Array(room);
      this.#known = 0;
    }
    const extremes = this.#extremes;
    const { v } = this;
    // The block in which it starts is of no use: what is asked of it is never all of it.
    for (let block = Math.max(this.#known, Math.ceil((this.#base + this.start) / BLOCK)); block < last; block++) {
      let low = Infinity;
      let high = -Infinity;
      for (let i = block * BLOCK - this.#base, end = i + BLOCK; i < end; i++) {
        if (v[i] < low) low = v[i];
        if (v[i] > high) high = v[i];
      }
      const at = 2 * block % extremes.length;
      extremes[at] = low;
      extremes[at + 1] = high;
    }
    this.#known = Math.max(this.#known, last);
    return extremes;
  }

  /** Points from an index on have changed or moved. @param {number} at */
  #forget(at) {
    this.#known = Math.min(this.#known, Math.floor((this.#base + at) / BLOCK));
  }

  #empty() {
    this.start = this.end = this.#base = this.#known = 0;
  }

  /** @param {number} count  of points to come @param {number} pointsMax */
  #makeRoom(count, pointsMax) {
    const { length, start } = this;
    if (start >= count && start * SLIDE >= length) {
      this.x.copyWithin(0, start, this.end);
      this.v.copyWithin(0, start, this.end);
    } else {
      // Never much beyond what may be kept; what comes in one piece gets what it needs and little more.
      const grown = Math.min(Math.max(length * 1.5, CAPACITY_MIN), pointsMax);
      const needed = Math.max(length + count, grown);
      const [x, v] = arrays(Math.ceil(needed + needed / ROOM));
      x.set(this.x.subarray(start, this.end));
      v.set(this.v.subarray(start, this.end));
      this.x = x;
      this.v = v;
    }
    this.#base += start;
    this.start = 0;
    this.end = length;
  }

  /**
   * Old history loses resolution instead of reach: of every bucket in the older half its minimum, its maximum and a
   * gap, if it has one, stay, and the very first point. What is thinned again and again gets coarser with age.
   */
  #thin() {
    const middle = this.start + (this.length >>> 1);
    let to = this.start;
    for (let from = this.start; from < middle; from += BUCKET) {
      to = this.#keepExtremes(from, Math.min(from + BUCKET, middle), to);
    }
    this.x.copyWithin(to, middle, this.end);
    this.v.copyWithin(to, middle, this.end);
    this.end = to + (this.end - middle);
    this.#forget(this.start);
  }

  /** @param {number} from @param {number} until @param {number} to  write index, never ahead of `from` */
  #keepExtremes(from, until, to) {
    let low = -1;
    let high = -1;
    let gap = -1;
    for (let i = from; i < until; i++) {
      if (Number.isNaN(this.v[i])) gap = i;
      else {
        if (low < 0 || this.v[i] < this.v[low]) low = i;
        if (high < 0 || this.v[i] > this.v[high]) high = i;
      }
    }
    for (let i = from; i < until; i++) {
      if (i !== low && i !== high && i !== gap && i !== this.start) continue;
      this.x[to] = this.x[i];
      this.v[to] = this.v[i];
      to += 1;
    }
    return to;
  }
}

/** Both in one buffer: of a thousand series each buffer counts. @param {number} capacity */
function arrays(capacity) {
  const buffer = new ArrayBuffer(16 * capacity);
  return [new Float64Array(buffer, 0, capacity), new Float64Array(buffer, 8 * capacity, capacity)];
}
