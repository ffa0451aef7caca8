/**
 * Merged columns as a picture: how many of all values lie where, column by column of device pixels.
 *
 * A row's shade is the share of a column's values on it, as a multiple of what it would be if they lay everywhere alike, on
 * a logarithmic scale. It does not depend on the largest count in sight, so nothing flickers while the picture flows, and a
 * column that was drawn stays right; and one process among fifteen thousand is still to be seen.
 */

import { highOf, lowOf } from '../series/density.js';
import { rgbOf, wordOf } from './colour.js';
import { PlotImage } from './image.js';
import { tintBand } from './quantile-band.js';
/** @import {Rgb} from './colour.js' */
/** @import {DensityColumn} from '../series/density.js' */
/** @import {Projection} from './layout.js' */
/** @import {Quantiles} from './quantile-band.js' */
/** @import {Theme} from '../theme.js' */

const SHADES = 64;
/** Octaves of relative density from the faintest shade to the fullest. */
const OCTAVES = 11;
/** The faintest that is drawn: a single outlier. */
const SHADE_MIN = 9;
const EDGES_MAX = 1 << 17;
/** A file is drawn at twice the screen's resolution (export/png.js); whole, so that columns begin where they do on the screen. */
const FINER = 2;

/**
 * @typedef {object} Columns  merged columns as the picture needs them
 * @property {number} widthMs  of a column
 * @property {(index: number) => DensityColumn|null} at  index: its begin divided by widthMs
 */

/** From few to many, as words of an image. @param {readonly Rgb[]} stops */
export function shadesOf(stops) {
  return Int32Array.from({ length: SHADES }, (_, i) => {
    const at = (i / (SHADES - 1)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    const mix = (/** @type {number} */ k) => Math.round(stops[low][k] + (stops[low + 1][k] - stops[low][k]) * (at - low));
    return wordOf([mix(0), mix(1), mix(2)]);
  });
}

/** Rows of device pixels of each bucket; worked out once for a scale. */
export class BucketRows {
  /** @type {Map<number, number>} edge of a bucket → row, as a fraction */
  #rows = new Map();
  #py;
  #ratio;
  #top;

  /** @param {Projection} at @param {number} ratio */
  constructor(at, ratio) {
    this.#py = at.py;
    this.#ratio = ratio;
    this.#top = at.box.top;
  }

  /** @param {number} bucket  the row of its upper edge, from the top of the plot */
  above(bucket) {
    let row = this.#rows.get(bucket);
    if (row === undefined) {
      if (this.#rows.size > EDGES_MAX) this.#rows.clear();
      row = (this.#py(highOf(bucket)) - this.#top) * this.#ratio;
      this.#rows.set(bucket, row);
    }
    return row;
  }

  /** @param {number} bucket  the row of its lower edge */
  below(bucket) {
    return bucket > 0 ? this.above(bucket - 1) : (this.#py(lowOf(bucket)) - this.#top) * this.#ratio;
  }
}

/** How many values there are on each row of one column; kept from column to column. */
export class Rows {
  weights = new Float32Array(0);

  /**
   * @param {DensityColumn} column
   * @param {BucketRows} rows
   * @param {number} height
   */
  fill(column, rows, height) {
    if (this.weights.length < height) this.weights = new Float32Array(height);
    const { weights } = this;
    weights.fill(0, 0, height);
    const { buckets, counts } = column;
    for (let i = 0; i < buckets.length; i++) {
      const a = rows.above(buckets[i]);
      const b = rows.below(buckets[i]);
      if (Math.max(a, b) < 0 || Math.min(a, b) > height) continue;
      // The bucket of 0 is thinner than anything that can be drawn: on an axis from 0 on it lies on the last row.
      const top = Math.min(height - 1, Math.max(0, Math.round(Math.min(a, b))));
      const bottom = Math.min(height, Math.max(top + 1, Math.round(Math.max(a, b))));
      const weight = counts[i] / Math.max(1, bottom - top);
      for (let row = top; row < bottom; row++) weights[row] += weight;
    }
  }
}

/**
 * @param {number} weight  values on a row
 * @param {number} uniform  values on each row if they lay everywhere alike
 */
export function shadeOf(weight, uniform) {
  const octaves = Math.log2(weight / uniform);
  const shade = Math.round(SHADE_MIN + ((octaves + OCTAVES / 2) / OCTAVES) * (SHADES - 1 - SHADE_MIN));
  return shade < SHADE_MIN ? SHADE_MIN : shade >= SHADES ? SHADES - 1 : shade;
}

export class DensityShape {
  /** @type {Columns|null} */
  columns = null;
  /** Filled between. @type {Quantiles|null} */
  band = null;
  #rows = new Rows();
  /** @type {{theme: Theme, words: Int32Array}|null} */
  #shades = null;
  /** @type {{key: string, rows: BucketRows}|null} */
  #scale = null;
  /** @type {PlotImage|null} */
  #image = null;

  /** @param {Theme} theme */
  useTheme(theme) {
    if (this.#shades?.theme !== theme) this.#shades = { theme, words: shadesOf(theme.density.map(rgbOf)) };
  }

  /**
   * @param {PlotImage} image
   * @param {Projection} at
   * @param {{from: number, to: number, columnMs: number}} stretch
   * @param {{ratio: number, top: number}} to  top: first row of the plot in the image
   */
  paint(image, at, { from, to, columnMs }, { ratio, top }) {
    const { columns } = this;
    if (!columns || !this.#shades || !(columns.widthMs > 0)) return;
    const { words, width } = image;
    const height = Math.min(image.height - top, Math.round(at.box.height * ratio));
    // Absolute columns of pixels, so that a stretch is cut where the whole would be.
    const first = Math.round(from / columnMs);
    const last = Math.floor((to - 1e-6) / columns.widthMs);
    const rows = this.#rowsOf(at, ratio);
    for (let index = Math.floor(from / columns.widthMs); index <= last; index++) {
      const column = columns.at(index);
      if (!column || column.count === 0) continue;
      const left = Math.max(0, Math.round((index * columns.widthMs) / columnMs) - first);
      const right = Math.min(width, Math.round(((index + 1) * columns.widthMs) / columnMs) - first);
      if (right > left) this.#paintColumn(words, width, height, top, left, right, column, rows);
    }
    const rowOf = (/** @type {number} */ value) => (at.py(value) - at.box.top) * ratio;
    if (this.band && columnMs > 0) tintBand(image, this.band, { first, columnMs, top, height, rowOf });
  }

  /** For a file, as a picture within the picture. @param {CanvasRenderingContext2D} context @param {Projection} at @param {{from: number, to: number, columnMs: number}} stretch */
  draw(context, at, { from, to, columnMs: screenMs }) {
    const columnMs = screenMs / FINER;
    const width = Math.round((to - from) / columnMs);
    if (!(width > 0)) return;
    const ratio = width / at.box.width;
    this.#image ??= new PlotImage();
    this.#image.begin(width, Math.max(1, Math.round(at.box.height * ratio)));
    this.paint(this.#image, at, { from, to, columnMs }, { ratio, top: 0 });
    this.#image.drawOn(context, at.px(from), at.box.top, at.box.width, at.box.height);
  }

  /** @param {Projection} at @param {number} ratio */
  #rowsOf(at, ratio) {
    const key = `${at.py(1)} ${at.py(2)} ${at.py(3)} ${at.box.height} ${ratio}`;
    if (this.#scale?.key !== key) this.#scale = { key, rows: new BucketRows(at, ratio) };
    return this.#scale.rows;
  }

  /**
   * @param {Int32Array} words
   * @param {number} width
   * @param {number} height
   * @param {number} top
   * @param {number} left
   * @param {number} right
   * @param {DensityColumn} column
   * @param {BucketRows} rows
   */
  #paintColumn(words, width, height, top, left, right, column, rows) {
    this.#rows.fill(column, rows, height);
    const { weights } = this.#rows;
    const shades = /** @type {{words: Int32Array}} */ (this.#shades).words;
    const uniform = column.count / height;
    let before = 0;
    let word = 0;
    for (let row = 0, at = top * width; row < height; row++, at += width) {
      const weight = weights[row];
      if (weight === 0) continue;
      // Rows of one bucket follow each other: a logarithm for each of them would be most of the work.
      if (weight !== before) {
        before = weight;
        word = shades[shadeOf(weight, uniform)];
      }
      // A column has a few pixels: a call of fill() for them takes longer than they do.
      for (let i = at + left, end = at + right; i < end; i++) words[i] = word;
    }
  }
}
