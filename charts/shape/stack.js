/**
 * Series on top of each other. Sources publish when they like, so their x are brought onto common buckets first; what was
 * at the same time then stands at the same place. A sum with a hole in it is not a smaller sum: a gap of one series lifts
 * its own layer only, and those above rest on what is there.
 */

/** @import {Trace} from './trace.js' */

/**
 * @typedef {'given'|'ascending'|'descending'} Order  which layer lies lowest: as listed, the smallest sum, the largest sum
 *
 * @typedef {object} Stack
 * @property {Float64Array} x  common to all layers
 * @property {Layer[]} layers  as the series were listed
 * @property {number[]} order  indices of layers from the ground up
 * @property {number} low  extent of the whole, with the ground
 * @property {number} high
 *
 * @typedef {object} Layer  NaN where the series has no value
 * @property {Float64Array} value
 * @property {Float64Array} lower  the edge towards zero
 * @property {Float64Array} upper  the edge away from zero: below `lower` where the value is negative
 */

/**
 * @param {readonly Trace[]} list
 * @param {object} [how]
 * @param {number|null} [how.bucketMs]  width of a bucket in x; null: x as they are, for series that share theirs
 * @param {number} [how.holdMs]  how long a value stands for its series if no newer one comes: slow beside fast sources
 * @param {Order} [how.order]
 * @returns {Stack}
 */
export function stackColumns(list, { bucketMs = null, holdMs = 0, order = 'given' } = {}) {
  const slotOf = bucketMs === null ? (/** @type {number} */ x) => x : (/** @type {number} */ x) => Math.floor(x / bucketMs);
  const slots = slotsOf(list, slotOf);
  const x = bucketMs === null ? slots : slots.map((slot) => slot * bucketMs);
  const values = list.map((trace) => valuesAt(trace, slots, slotOf, bucketMs === null ? holdMs : holdMs / bucketMs));
  const sums = values.map((value) => value.reduce((sum, v) => sum + (Number.isNaN(v) ? 0 : v), 0));
  const indices = list.map((_, i) => i);
  if (order !== 'given') indices.sort((a, b) => (order === 'ascending' ? sums[a] - sums[b] : sums[b] - sums[a]) || a - b);
  return { x, order: indices, ...pile(values, indices, x.length) };
}

/**
 * Every slot in which any series has something to say, ascending.
 * @param {readonly Trace[]} list
 * @param {(x: number) => number} slotOf
 */
function slotsOf(list, slotOf) {
  const all = new Float64Array(list.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const { x, length } of list) {
    for (let i = 0; i < length; i++) {
      // Lifted pens of a trace have no time of their own.
      if (Number.isNaN(x[i])) continue;
      const slot = slotOf(x[i]);
      if (count === 0 || all[count - 1] !== slot) all[count++] = slot;
    }
  }
  const sorted = all.subarray(0, count).sort();
  return sorted.filter((slot, i) => i === 0 || slot !== sorted[i - 1]);
}

/**
 * The last value of a series in each slot.
 * @param {Trace} trace
 * @param {Float64Array} slots
 * @param {(x: number) => number} slotOf
 * @param {number} hold  in slots
 */
function valuesAt({ x, v, length }, slots, slotOf, hold) {
  const values = new Float64Array(slots.length).fill(NaN);
  let i = 0;
  let held = NaN;
  let heldSlot = -Infinity;
  for (let at = 0; at < slots.length; at++) {
    let value = NaN;
    for (; i < length && !(slotOf(x[i]) > slots[at]); i++) {
      // A gap said aloud ends what is held, but does not undo a value in the same slot.
      held = v[i];
      if (Number.isNaN(held)) continue;
      value = held;
      heldSlot = slots[at];
    }
    values[at] = Number.isNaN(value) && slots[at] - heldSlot <= hold ? held : value;
  }
  return values;
}

/** @param {Float64Array[]} values @param {number[]} order @param {number} length */
function pile(values, order, length) {
  /** @type {Layer[]} */
  const layers = values.map((value) => ({ value, lower: new Float64Array(length), upper: new Float64Array(length) }));
  const above = new Float64Array(length);
  const below = new Float64Array(length);
  for (const index of order) {
    const { value, lower, upper } = layers[index];
    for (let i = 0; i < length; i++) {
      const side = value[i] < 0 ? below : above;
      lower[i] = Number.isNaN(value[i]) ? NaN : side[i];
      if (!Number.isNaN(value[i])) side[i] += value[i];
      upper[i] = Number.isNaN(value[i]) ? NaN : side[i];
    }
  }
  const low = below.reduce((least, v) => Math.min(least, v), 0);
  return { layers, low, high: above.reduce((most, v) => Math.max(most, v), 0) };
}
