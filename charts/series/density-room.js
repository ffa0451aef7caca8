/**
 * The arrays that a merged column stands in, as narrow as its numbers allow: of fifteen thousand series a column has some
 * two hundred buckets, and thousands of columns are held. Numbers of buckets of values from 0 on fit into 16 bits, most
 * counts into 8.
 *
 * @typedef {Uint16Array<ArrayBuffer>|Int32Array<ArrayBuffer>} Buckets
 * @typedef {Uint8Array<ArrayBuffer>|Uint16Array<ArrayBuffer>|Uint32Array<ArrayBuffer>} Counts
 */

/**
 * @param {number} length
 * @param {boolean} signed  are some buckets below 0?
 * @param {number} most  the largest count
 * @returns {{buckets: Buckets, counts: Counts}} all 0
 */
export function room(length, signed, most) {
  const Buckets = signed ? Int32Array : Uint16Array;
  const Counts = most > 0xffff ? Uint32Array : most > 0xff ? Uint16Array : Uint8Array;
  // An array must begin at a multiple of the bytes of its numbers.
  const at = Math.ceil((length * Buckets.BYTES_PER_ELEMENT) / Counts.BYTES_PER_ELEMENT) * Counts.BYTES_PER_ELEMENT;
  // One buffer for both: a buffer costs as much again as what is in it.
  const buffer = new ArrayBuffer(at + length * Counts.BYTES_PER_ELEMENT);
  return { buckets: new Buckets(buffer, 0, length), counts: new Counts(buffer, at, length) };
}

/** @param {Buckets} buckets */
export const isSigned = (buckets) => buckets.BYTES_PER_ELEMENT === 4;
/** The largest count that has room. @param {Counts} counts */
export const mostOf = ({ BYTES_PER_ELEMENT }) => 2 ** (8 * BYTES_PER_ELEMENT) - 1;
