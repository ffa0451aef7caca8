/**
 * Merged columns: what many series of one metric did within one step of time, as a histogram. The bridge makes them, so
 * that fifteen thousand lines cost what one does.
 *
 * The number of a bucket is the 16 upper bits of a value's double below its sign, negative for negative values: 32 buckets
 * to each octave, each at most 1/32 of its value wide. Columns add, over time and over metrics. The numbers are those of
 * `publisher/wire/src/viewer/density.rs`.
 */

import { isSigned, mostOf, room } from './density-room.js';
/** @import {Buckets, Counts} from './density-room.js' */

const HALF = new Uint32Array(2);
const DOUBLE = new Float64Array(HALF.buffer);
DOUBLE[0] = 1;
/** Which half of a double holds sign and exponent. */
const HIGH = HALF[1] === 0 ? 0 : 1;
/** Bits of that half below the number of the bucket. */
const SHIFT = 15;
/** Largest number of a bucket: of the largest finite doubles. */
export const BUCKET_MAX = (0x7ff << 5) - 1;
const COUNT_MAX = 0xffff_ffff;

/** The bucket of a value that is no NaN. @param {number} value */
export function bucketOf(value) {
  DOUBLE[0] = value;
  const magnitude = (HALF[HIGH] & 0x7fff_ffff) >>> SHIFT;
  return value < 0 ? 0 - magnitude : magnitude;
}

/** The smallest magnitude of a bucket. @param {number} magnitude  of its number */
function edge(magnitude) {
  HALF[HIGH] = magnitude << SHIFT;
  HALF[1 - HIGH] = 0;
  return DOUBLE[0];
}

/** Lower edge of a bucket. @param {number} bucket */
export function lowOf(bucket) {
  return bucket < 0 ? -edge(1 - bucket) : edge(bucket);
}

/** Upper edge of a bucket. @param {number} bucket */
export function highOf(bucket) {
  return bucket < 0 ? -edge(-bucket) : edge(bucket + 1);
}

/** @param {number} bucket @returns {[number, number]} ascending */
export function edgesOf(bucket) {
  return [lowOf(bucket), highOf(bucket)];
}

/**
 * What exactly lies in the buckets from `low` to `high`: above ≤ value < below, as the bridge's ranking asks. A negative
 * bucket holds its upper edge and not its lower one, so these are not its edges.
 * @param {number} low
 * @param {number} [high]
 * @returns {[number, number]} [above, below]
 */
export function boundsOf(low, high = low) {
  return [low > 0 ? lowOf(low) : above(low === 0 ? -edge(1) : lowOf(low)), high < 0 ? above(highOf(high)) : highOf(high)];
}

/** The next double above a negative one. @param {number} value */
function above(value) {
  DOUBLE[0] = value;
  if (HALF[1 - HIGH] === 0) HALF[HIGH] -= 1;
  HALF[1 - HIGH] -= 1;
  return DOUBLE[0];
}

/** One step: how many values, their extremes, their sum, and how they are spread. */
export class DensityColumn {
  /** 0 where there is no value, as `max`. */
  min = 0;
  max = 0;
  sum = 0;
  /** Number of values. */
  count = 0;
  /** Ascending, none empty. Another array where one has no room. @type {Buckets} */
  buckets;
  /** Number of values in each; saturated. @type {Counts} */
  counts;

  /** @param {number} [length]  number of buckets @param {boolean} [signed]  are some below 0? @param {number} [most]  the largest count */
  constructor(length = 0, signed = false, most = 0) {
    const { buckets, counts } = room(length, signed, most);
    this.buckets = buckets;
    this.counts = counts;
  }

  /** @param {Iterable<number>} values  NaN is a gap */
  static of(values) {
    /** @type {Map<number, number>} */
    const counts = new Map();
    let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      const bucket = bucketOf(value);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      count += 1;
    }
    const column = new DensityColumn(counts.size);
    if (count > 0) Object.assign(column, { min, max, sum, count });
    [...counts.keys()].sort((a, b) => a - b).forEach((bucket, i) => column.set(i, bucket, counts.get(bucket) ?? 0));
    return column;
  }

  /** @param {number} i @param {number} bucket @param {number} count */
  set(i, bucket, count) {
    const saturated = count > COUNT_MAX ? COUNT_MAX : count;
    this.buckets[i] = bucket;
    this.counts[i] = saturated;
    if (this.buckets[i] === bucket && this.counts[i] === saturated) return;
    this.#widen(bucket < 0, saturated);
    this.buckets[i] = bucket;
    this.counts[i] = saturated;
  }

  /** @param {boolean} signed @param {number} most  a count */
  #widen(signed, most) {
    const { buckets, counts } = this;
    const wider = room(buckets.length, signed || isSigned(buckets), Math.max(most, mostOf(counts)));
    wider.buckets.set(buckets);
    wider.counts.set(counts);
    this.buckets = wider.buckets;
    this.counts = wider.counts;
  }

  /** All values of several columns in a new one; null where there is none. @param {DensityColumn[]} columns */
  static merge(columns) {
    if (columns.length === 0) return null;
    let { min, max } = columns[0];
    let [sum, count, length] = [0, 0, 0];
    for (const column of columns) {
      min = Math.min(min, column.min);
      max = Math.max(max, column.max);
      sum += column.sum;
      count += column.count;
      length = mergeInto(length, column);
    }
    let most = 0;
    for (let i = 0; i < length; i++) if (scratch.counts[i] > most) most = scratch.counts[i];
    const merged = new DensityColumn(length, scratch.buckets[0] < 0, most);
    merged.buckets.set(scratch.buckets.subarray(0, length));
    merged.counts.set(scratch.counts.subarray(0, length));
    return Object.assign(merged, { min, max, sum, count });
  }

  /** Adds the values of another column; nothing is allocated where all its buckets are here. @param {DensityColumn} other */
  add(other) {
    if (other.count === 0) return;
    this.min = this.count === 0 || other.min < this.min ? other.min : this.min;
    this.max = this.count === 0 || other.max > this.max ? other.max : this.max;
    this.sum += other.sum;
    this.count += other.count;
    this.#insert(other.buckets);
    const { buckets } = this;
    let { counts } = this;
    for (let i = 0, j = 0; j < other.buckets.length; i++) {
      if (buckets[i] !== other.buckets[j]) continue;
      const sum = Math.min(COUNT_MAX, counts[i] + other.counts[j]);
      counts[i] = sum;
      if (counts[i] !== sum) {
        this.#widen(false, sum);
        ({ counts } = this);
        counts[i] = sum;
      }
      j += 1;
    }
  }

  /** Makes room for buckets that are not here yet, with a count of 0. @param {Buckets} added  ascending */
  #insert(added) {
    const { buckets, counts } = this;
    let missing = 0;
    for (let i = 0, j = 0; j < added.length; j++) {
      while (i < buckets.length && buckets[i] < added[j]) i += 1;
      if (buckets[i] !== added[j]) missing += 1;
    }
    if (missing === 0) return;
    const signed = isSigned(buckets) || added[0] < 0;
    const grown = room(buckets.length + missing, signed, mostOf(counts));
    for (let i = 0, j = 0, to = 0; to < grown.buckets.length; to++) {
      const ours = i < buckets.length && !(j < added.length && added[j] < buckets[i]);
      if (ours && buckets[i] === added[j]) j += 1;
      grown.buckets[to] = ours ? buckets[i] : added[j];
      grown.counts[to] = ours ? counts[i] : 0;
      if (ours) i += 1;
      else j += 1;
    }
    this.buckets = grown.buckets;
    this.counts = grown.counts;
  }
}

/** What is merged so far, and room for what comes of the next step. */
let scratch = wide(1024);
let spare = wide(1024);

/** Room for any numbers. @param {number} length */
function wide(length) {
  return { buckets: new Int32Array(length), counts: new Uint32Array(length) };
}

/** Merges a column into the first buckets of `scratch`. @param {number} length @param {DensityColumn} column @returns {number} */
function mergeInto(length, column) {
  const needed = length + column.buckets.length;
  if (spare.buckets.length < needed) spare = wide(2 * needed);
  const { buckets, counts } = scratch;
  const { buckets: added, counts: addedCounts } = column;
  const { buckets: out, counts: outCounts } = spare;
  let to = 0;
  let i = 0;
  let j = 0;
  while (i < length && j < added.length) {
    const a = buckets[i];
    const b = added[j];
    out[to] = a < b ? a : b;
    outCounts[to++] = Math.min(COUNT_MAX, (a <= b ? counts[i++] : 0) + (b <= a ? addedCounts[j++] : 0));
  }
  for (; i < length; i++) {
    out[to] = buckets[i];
    outCounts[to++] = counts[i];
  }
  for (; j < added.length; j++) {
    out[to] = added[j];
    outCounts[to++] = addedCounts[j];
  }
  [scratch, spare] = [spare, scratch];
  return to;
}

/**
 * The value of rank q, 0 the smallest and 1 the largest, as if the values of a bucket were spread evenly over it: at most a
 * 32nd from the true one. NaN where there is no value.
 * @param {DensityColumn} column
 * @param {number} q
 */
export function quantile(column, q) {
  ONE[0] = q;
  return quantiles(column, ONE, ONE)[0];
}

const ONE = new Float64Array(1);

/**
 * Several at once.
 * @param {DensityColumn} column
 * @param {ArrayLike<number>} qs  ascending
 * @param {Float64Array} out  as long; returned
 */
export function quantiles({ min, max, count, buckets, counts }, qs, out) {
  let before = 0;
  let i = 0;
  for (let k = 0; k < qs.length; k++) {
    const rank = Math.round(Math.min(1, Math.max(0, qs[k])) * Math.max(0, count - 1));
    while (i < buckets.length && rank >= before + counts[i]) before += counts[i++];
    if (i === buckets.length) {
      out[k] = count === 0 ? NaN : max;
      continue;
    }
    const low = lowOf(buckets[i]);
    const value = low + (highOf(buckets[i]) - low) * ((rank - before + 0.5) / counts[i]);
    out[k] = Math.min(max, Math.max(min, value));
  }
  return out;
}
