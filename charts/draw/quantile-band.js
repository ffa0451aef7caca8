/**
 * The band between two quantiles: a tint over the merged columns, from one line to the other, column by column of device
 * pixels. Columns are absolute and a tint depends on nothing but the points around it, so pieces are what the whole is.
 */

import { rgbOf } from './colour.js';
/** @import {PlotImage} from './image.js' */
/** @import {Rgb} from './colour.js' */
/** @import {Ring} from '../series/ring.js' */

/** It is seen where there is nothing, and shades keep their order where there is something. */
const ALPHA = 0.12;

/**
 * @typedef {object} Quantiles
 * @property {Ring} low
 * @property {Ring} high
 * @property {number} gapMs  points further apart have nothing between them
 * @property {string} colour
 */

/** Where one line of quantiles runs; asked from left to right. */
export class Edge {
  #ring;
  #gapMs;
  #rowOf;
  /** The last point that is not after what was asked. */
  #at;
  #before = NaN;
  #after = NaN;

  /** @param {Ring} ring @param {number} gapMs @param {(value: number) => number} rowOf @param {number} from  the first that is asked for */
  constructor(ring, gapMs, rowOf, from) {
    this.#ring = ring;
    this.#gapMs = gapMs;
    this.#rowOf = rowOf;
    this.#at = ring.upperBound(from) - 1;
    this.#read();
  }

  /** @param {number} x @returns {number} NaN where there is no line */
  row(x) {
    const { x: times, end } = this.#ring;
    while (this.#at + 1 < end && times[this.#at + 1] <= x) {
      this.#at += 1;
      this.#read();
    }
    const begin = times[this.#at];
    return this.#before + (this.#after - this.#before) * ((x - begin) / (times[this.#at + 1] - begin));
  }

  #read() {
    const { x, v, start, end } = this.#ring;
    const at = this.#at;
    const drawn = at >= start && at + 1 < end && x[at + 1] - x[at] <= this.#gapMs;
    this.#before = drawn ? this.#rowOf(v[at]) : NaN;
    this.#after = drawn ? this.#rowOf(v[at + 1]) : NaN;
  }
}

/**
 * @param {Pick<PlotImage, 'words'|'width'>} image
 * @param {Quantiles} quantiles
 * @param {{first: number, columnMs: number, top: number, height: number, rowOf: (value: number) => number}} to  first: absolute column of pixels at
 *   the left edge; top: row of the image where the plot begins; rowOf: from there
 */
export function tintBand(image, { low, high, gapMs, colour }, { first, columnMs, top, height, rowOf }) {
  const { words, width } = image;
  const rgb = rgbOf(colour);
  const middle = (/** @type {number} */ column) => (first + column + 0.5) * columnMs;
  const [a, b] = [low, high].map((ring) => new Edge(ring, gapMs, rowOf, middle(0)));
  let below = 0;
  let word = tinted(below, rgb);
  for (let column = 0; column < width; column++) {
    const x = middle(column);
    const [from, to] = [a.row(x), b.row(x)];
    if (Number.isNaN(from + to)) continue;
    const end = (top + Math.min(height, Math.round(Math.max(from, to)))) * width + column;
    for (let at = (top + Math.max(0, Math.round(Math.min(from, to)))) * width + column; at < end; at += width) {
      // Rows of one bucket follow each other.
      if (words[at] !== below) word = tinted(below = words[at], rgb);
      words[at] = word;
    }
  }
}

/** What is there is opaque, or nothing. @param {number} below @param {Rgb} rgb */
function tinted(below, [red, green, blue]) {
  if (below >>> 24 === 0) return red | (green << 8) | (blue << 16) | (Math.round(255 * ALPHA) << 24);
  const mix = (/** @type {number} */ shift, /** @type {number} */ colour) => {
    const before = (below >>> shift) & 255;
    return Math.round(before + (colour - before) * ALPHA) << shift;
  };
  return mix(0, red) | mix(8, green) | mix(16, blue) | (255 << 24);
}
