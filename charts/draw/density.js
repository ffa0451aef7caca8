/**
 * Merged columns as a picture: how many of all values lie where, column by column of device pixels.
 *
 * A row's shade is the share of a column's values on it, as a multiple of what it would be if they lay everywhere alike, on
 * a logarithmic scale. It does not depend on the largest count in sight, so nothing flickers while the picture flows, and a
 * column that was drawn stays right; and one process among fifteen thousand is still to be seen.
 */

import { highOf, lowOf } from '../series/density.js';
/** @import {DensityColumn} from '../series/density.js' */
/** @import {Projection} from './layout.js' */
/** @import {Theme} from '../theme.js' */

const SHADES = 64;
/** Octaves of relative density from the faintest shade to the fullest. */
const OCTAVES = 11;
/** The faintest that is drawn: a single outlier. */
const SHADE_MIN = 9;
const EDGES_MAX = 1 << 17;

/**
 * @typedef {object} Columns  merged columns as the picture needs them
 * @property {number} widthMs  of a column
 * @property {(index: number) => DensityColumn|null} at  index: its begin divided by widthMs
 */

/** Shades from few to many, as ImageData holds them. */
export class Shades {
  /** @type {Uint32Array} */
  colours = new Uint32Array(SHADES);

  /** @param {Theme} theme @param {CanvasRenderingContext2D} context  for reading CSS colours */
  constructor(theme, context) {
    const stops = theme.density.map((colour) => rgb(colour, context));
    const bytes = new Uint8ClampedArray(this.colours.buffer);
    for (let i = 0; i < SHADES; i++) {
      const at = (i / (SHADES - 1)) * (stops.length - 1);
      const low = Math.min(stops.length - 2, Math.floor(at));
      for (let k = 0; k < 3; k++) bytes[i * 4 + k] = stops[low][k] + (stops[low + 1][k] - stops[low][k]) * (at - low);
      bytes[i * 4 + 3] = 255;
    }
  }
}

/** @param {string} colour  `#rrggbb`, or whatever CSS understands @param {CanvasRenderingContext2D} context */
function rgb(colour, context) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (hex) return hex.slice(1).map((part) => parseInt(part, 16));
  context.fillStyle = colour;
  const parsed = String(context.fillStyle);
  return /^#[0-9a-f]{6}$/.test(parsed) ? [1, 3, 5].map((i) => parseInt(parsed.slice(i, i + 2), 16)) : [128, 128, 128];
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
      const top = Math.max(0, Math.round(Math.min(a, b)));
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
  #canvas = document.createElement('canvas');
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
  #rows = new Rows();
  /** @type {{theme: Theme, shades: Shades}|null} */
  #shades = null;
  /** @type {{key: string, rows: BucketRows}|null} */
  #scale = null;

  /** @param {Theme} theme */
  useTheme(theme) {
    if (this.#shades?.theme !== theme) this.#shades = { theme, shades: new Shades(theme, this.#context) };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Projection} at
   * @param {{from: number, to: number, columnMs: number}} stretch
   * @param {number} ratio
   */
  draw(context, at, { from, to, columnMs }, ratio) {
    const { columns } = this;
    if (!columns || !this.#shades) return;
    const height = Math.round(at.box.height * ratio);
    // Absolute columns of pixels, so that a stretch is cut where the whole would be.
    const first = Math.floor(from / columnMs);
    const width = Math.ceil(to / columnMs) - first;
    if (width <= 0 || height <= 0) return;
    const image = this.#context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const last = Math.floor((to - 1e-6) / columns.widthMs);
    for (let index = Math.floor(from / columns.widthMs); index <= last; index++) {
      const column = columns.at(index);
      if (!column || column.count === 0) continue;
      const left = Math.max(0, Math.round((index * columns.widthMs) / columnMs) - first);
      const right = Math.min(width, Math.round(((index + 1) * columns.widthMs) / columnMs) - first);
      if (right > left) this.#paint(pixels, width, height, left, right, column, this.#rowsOf(at, ratio));
    }
    if (this.#canvas.width < width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#context.putImageData(image, 0, 0);
    const x = at.px(first * columnMs);
    context.drawImage(this.#canvas, 0, 0, width, height, x, at.box.top, width / ratio, height / ratio);
  }

  /** @param {Projection} at @param {number} ratio */
  #rowsOf(at, ratio) {
    const key = `${at.py(0)} ${at.py(1)} ${at.box.height} ${ratio}`;
    if (this.#scale?.key !== key) this.#scale = { key, rows: new BucketRows(at, ratio) };
    return this.#scale.rows;
  }

  /**
   * @param {Uint32Array} pixels
   * @param {number} width
   * @param {number} height
   * @param {number} left
   * @param {number} right
   * @param {DensityColumn} column
   * @param {BucketRows} rows
   */
  #paint(pixels, width, height, left, right, column, rows) {
    this.#rows.fill(column, rows, height);
    const { weights } = this.#rows;
    const colours = /** @type {{shades: Shades}} */ (this.#shades).shades.colours;
    const uniform = column.count / height;
    let before = 0;
    let colour = 0;
    for (let row = 0; row < height; row++) {
      const weight = weights[row];
      if (weight === 0) continue;
      // Rows of one bucket follow each other: a logarithm for each of them would be most of the work.
      if (weight !== before) {
        before = weight;
        colour = colours[shadeOf(weight, uniform)];
      }
      pixels.fill(colour, row * width + left, row * width + right);
    }
  }
}
