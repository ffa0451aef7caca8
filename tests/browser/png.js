/**
 * Writes small PNG files: of the thousands of colours that smoothed letters and lines have, 256 are kept and the rest goes to
 * the nearest of them. Below what a comparison tolerates, and a quarter of what a browser writes.
 */

import { crc32, deflateSync } from 'node:zlib';

const COLOURS_MAX = 256;
/** So many colours are kept to the last bit. */
const EXACT = 32;

/**
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} rgba
 * @returns {Buffer}
 */
export function writePng(width, height, rgba) {
  const { palette, indexOf } = paletteOf(rgba);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    // Each row begins with its filter, 0: equal rows are found by the compression itself.
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(keyOf(rgba, 4 * (y * width + x)));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flatMap(partsOf))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {Uint8Array} rgba @param {number} at */
const keyOf = (rgba, at) => (rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2];
/** @param {number} key */
const partsOf = (key) => [key >> 16, (key >> 8) & 255, key & 255];

/** Grounds and plain lines as they are, of the shades between them the most frequent. @param {Uint8Array} rgba */
function paletteOf(rgba) {
  const exact = frequent(rgba, keyOf, EXACT);
  const plain = new Set(exact);
  /** @param {Uint8Array} all @param {number} at */
  const shade = (all, at) => (plain.has(keyOf(all, at)) ? keyOf(all, at) : roundedKey(all, at));
  const palette = [...new Set([...exact, ...frequent(rgba, shade, COLOURS_MAX)])].slice(0, COLOURS_MAX);
  const index = new Map(palette.map((key, i) => [key, i]));
  const indexOf = (/** @type {number} */ key) => {
    let found = index.get(key);
    if (found === undefined) index.set(key, found = nearest(palette, key));
    return found;
  };
  return { palette, indexOf };
}

/** @param {Uint8Array} rgba @param {(rgba: Uint8Array, at: number) => number} key @param {number} most */
function frequent(rgba, key, most) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let at = 0; at < rgba.length; at += 4) counts.set(key(rgba, at), (counts.get(key(rgba, at)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map(([colour]) => colour);
}

/** @param {number} level */
const rounded = (level) => Math.min(255, Math.round(level / 8) * 8);
/** @param {Uint8Array} rgba @param {number} at */
const roundedKey = (rgba, at) => (rounded(rgba[at]) << 16) | (rounded(rgba[at + 1]) << 8) | rounded(rgba[at + 2]);

/** @param {number[]} palette @param {number} key */
function nearest(palette, key) {
  const [r, g, b] = partsOf(key);
  const far = (/** @type {number} */ other) => {
    const [x, y, z] = partsOf(other);
    return (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
  };
  return palette.reduce((best, other, i) => (far(other) < far(palette[best]) ? i : best), 0);
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
