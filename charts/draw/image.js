/**
 * The plot as pixels: grid, merged columns and lines are written into an image that goes to the canvas in one piece. Strokes of a
 * canvas cost six to fourteen times as much where there is no GPU, see shape/raster.js.
 */

import { Raster } from '../shape/raster.js';

export class PlotImage {
  raster = new Raster();
  width = 0;
  height = 0;
  /** @type {ImageData|null} */
  #data = null;
  #words = new Int32Array(0);
  /** @type {HTMLCanvasElement|null} */
  #scratch = null;

  /** Empty, of this size in device pixels. @param {number} width @param {number} height */
  begin(width, height) {
    if (this.#data?.width !== width || this.#data.height !== height) {
      this.#data = new ImageData(width, height);
      this.#words = new Int32Array(this.#data.data.buffer);
    }
    this.width = width;
    this.height = height;
    this.raster.begin(width, height, this.#words);
  }

  get words() { return this.raster.words; }

  /**
   * A line of the grid, one pixel.
   * @param {number} at  row or column
   * @param {boolean} upright
   * @param {number} word
   */
  rule(at, upright, word) {
    const { words, width, height } = this;
    if (upright) {
      if (at < 0 || at >= width) return;
      for (let i = at, end = width * height; i < end; i += width) words[i] = word;
    } else if (at >= 0 && at < height) {
      words.fill(word, at * width, (at + 1) * width);
    }
  }

  /** The first rows are empty again. @param {number} rows */
  clearRows(rows) {
    this.words.fill(0, 0, rows * this.width);
  }

  /**
   * Scaled onto any context.
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  drawOn(context, x, y, width, height) {
    const scratch = this.#copy();
    if (scratch && this.#data) context.drawImage(scratch, 0, 0, this.#data.width, this.#data.height, x, y, width, height);
  }

  #copy() {
    const data = this.#data;
    if (!data) return null;
    this.#scratch ??= document.createElement('canvas');
    const scratch = this.#scratch;
    if (scratch.width < data.width || scratch.height !== data.height) {
      scratch.width = data.width;
      scratch.height = data.height;
    }
    /** @type {CanvasRenderingContext2D} */ (scratch.getContext('2d')).putImageData(data, 0, 0);
    return scratch;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x  device pixels
   * @param {number} y
   * @param {boolean} over  what is there stays below it; else it goes
   */
  put(context, x, y, over) {
    const data = this.#data;
    if (!data) return;
    if (!over) context.putImageData(data, x, y);
    else {
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      this.drawOn(context, x, y, data.width, data.height);
      context.restore();
    }
  }
}
