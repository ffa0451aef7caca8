/**
 * The points of one series in two typed arrays, sorted by time, bounded.
 *
 * Contiguous rather than circular: searching and drawing then are plain loops. The live part is [start, end); it slides
 * to the right and is moved back to the front when it hits the end of the buffer, which has room for twice what may be
 * kept, so a move costs amortised one copy per point.
 */

const CAPACITY_MIN = 64;
/** Thinning keeps the extremes of buckets this long: the old half shrinks to a quarter. */
const BUCKET = 8;

export class Ring {
  /** Milliseconds, ascending; only [start, end) holds points. */
  x = new Float64Array(CAPACITY_MIN);
  /** Values; NaN is a gap. */
  v = new Float64Array(CAPACITY_MIN);
  start = 0;
  end = 0;

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
        return;
      }
    }
    if (this.length >= pointsMax) this.#thin();
    if (this.end === this.x.length) this.#makeRoom(pointsMax);
    let at = this.end;
    if (this.length > 0 && x < this.x[this.end - 1]) {
      at = this.upperBound(x);
      this.x.copyWithin(at + 1, at, this.end);
      this.v.copyWithin(at + 1, at, this.end);
    }
    this.x[at] = x;
    this.v[at] = v;
    this.end += 1;
  }

  /** Drops what is older than x. @param {number} x */
  trimBefore(x) {
    this.start = this.lowerBound(x);
    if (this.start === this.end) this.start = this.end = 0;
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

  /** @param {number} from @param {number} to @returns {[number, number]} */
  extent(from, to) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i < to; i++) {
      if (this.v[i] < low) low = this.v[i];
      if (this.v[i] > high) high = this.v[i];
    }
    return low > high ? [NaN, NaN] : [low, high];
  }

  /** The last value that is no gap, NaN where there is none. */
  get lastValue() {
    for (let i = this.end - 1; i >= this.start; i--) if (!Number.isNaN(this.v[i])) return this.v[i];
    return NaN;
  }

  /** @param {number} pointsMax */
  #makeRoom(pointsMax) {
    const length = this.length;
    if (this.start >= this.x.length / 2) {
      this.x.copyWithin(0, this.start, this.end);
      this.v.copyWithin(0, this.start, this.end);
    } else {
      const capacity = Math.max(Math.min(this.x.length * 2, 2 * pointsMax + BUCKET), length + BUCKET);
      this.x = grown(this.x.subarray(this.start, this.end), capacity);
      this.v = grown(this.v.subarray(this.start, this.end), capacity);
    }
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

/** @param {Float64Array} from @param {number} capacity */
function grown(from, capacity) {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}
