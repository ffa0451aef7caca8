//# allFunctionsCalledOnLoad
/**
 * A canvas that is scrolled rather than drawn again.
 *
 * It is wider than what is seen. When the view moves on, the compositor shifts it by whole device pixels, which costs the
 * main thread nothing to draw; when data comes, only the columns from the first changed one on are cleared and drawn. It is
 * the same picture either way: columns are cut at absolute multiples of the time per pixel, so a point lies at the same
 * place of the same pixel whenever it is drawn, and each part is drawn in the order of the whole.
 *
 * With no spare room it is an ordinary canvas, drawn whole each time: what does not move needs no layer of its own.
 */

import { element, setStyle } from '../dom.js';

/** Lines, joins and dots reach beyond their points by this many CSS pixels at most. */
const REACH_PX = 5;

/**
 * What of a strip must be drawn, in absolute columns (one device pixel of time each). Pure.
 *
 * @typedef {object} StripView
 * @property {string|number} key  whatever else than time and data the picture depends on
 * @property {number} left  first column in sight
 * @property {number} visible  columns in sight
 * @property {number} spare  columns beyond
 * @property {number} dirty  first column whose data changed; Infinity: none
 * @property {number} until  last column whose data changed, excluded
 * @property {boolean} ahead  the view moves to the right: all spare room belongs there
 *
 * @typedef {object} StripWork
 * @property {number} from  draw from this column …
 * @property {number} to  … to this one, excluded
 * @property {number} shift  first move what is drawn by so many columns to the left
 * @property {boolean} foot  with what stands below the plot: that depends on no data, so what was drawn of it stays
 */
export class StripPlan {
  /** The column at the left edge of the canvas. */
  first = NaN;
  #columns = 0;
  /** @type {string|number|null} */
  #key = null;

  /** @param {StripView} view @returns {StripWork|null} null where nothing is to be drawn */
  next({ key, left, visible, spare, dirty, until, ahead }) {
    const columns = visible + spare;
    const same = key === this.#key && columns === this.#columns && !Number.isNaN(this.first);
    this.#key = key;
    this.#columns = columns;
    const inside = same && left >= this.first && left + visible <= this.first + columns;
    if (inside) {
      // Without room it is drawn whole, dashes and heads included.
      const from = spare === 0 && dirty < until ? this.first : Math.max(this.first, dirty);
      const to = spare === 0 && dirty < until ? this.first + columns : Math.min(this.first + columns, until);
      return from < to ? { from, to, shift: 0, foot: spare === 0 } : null;
    }
    const before = this.first;
    this.first = ahead ? left : left - Math.floor(spare / 2);
    const to = this.first + columns;
    const shift = this.first - before;
    if (same && spare > 0 && shift > 0 && shift < columns) return { from: Math.max(this.first, Math.min(dirty, before + columns)), to, shift, foot: true };
    return { from: this.first, to, shift: 0, foot: true };
  }

  /** Everything again. */
  forget() {
    this.#key = null;
  }
}

export class Strip {
  canvas = element('canvas', { class: 'eontide-strip', attributes: { 'aria-hidden': 'true' } });
  #plan = new StripPlan();
  #context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d', { willReadFrequently: true }));
  /** Columns drawn since the start: what a profile asks for. */
  columnsDrawn = 0;

  /** The column at the left edge of the canvas. */
  get first() { return this.#plan.first; }

  /** @param {number} columns  device pixels @param {number} rows  device pixels @param {number} ratio */
  resize(columns, rows, ratio) {
    const { canvas } = this;
    if (canvas.width === columns && canvas.height === rows) return;
    canvas.width = columns;
    canvas.height = rows;
    setStyle(canvas, 'width', `${columns / ratio}px`);
    setStyle(canvas, 'height', `${rows / ratio}px`);
    this.#plan.forget();
  }

  /**
   * @param {StripView} view
   * @param {number} ratio  device pixels per CSS pixel
   * @param {number} foot  the first row, in device pixels, of what stands below the plot
   * @param {(context: CanvasRenderingContext2D, from: number, to: number, foot: boolean) => void} paint  draws these columns, and what stands
   *   below them or not; the context is clipped to them, in CSS pixels of the canvas
   * @returns {boolean} was anything drawn?
   */
  show(view, ratio, foot, paint) {
    const reach = Math.ceil(REACH_PX * ratio);
    const work = this.#plan.next({ ...view, dirty: Math.floor(view.dirty) - reach, until: Math.ceil(view.until) + reach });
    // Without spare room nothing is ever shifted, and a layer of its own would only cost.
    const offset = this.first - view.left;
    setStyle(this.canvas, 'transform', view.spare > 0 || offset !== 0 ? `translateX(${offset / ratio}px)` : 'none');
    if (!work) return false;
    const context = this.#context;
    const { width, height } = this.canvas;
    const x = work.from - this.first;
    const columns = work.to - work.from;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (work.shift > 0) {
      context.globalCompositeOperation = 'copy';
      context.drawImage(this.canvas, -work.shift, 0);
      context.globalCompositeOperation = 'source-over';
    }
    context.clearRect(x, 0, columns, work.foot ? height : foot);
    context.save();
    if (columns < width) {
      context.beginPath();
      context.rect(x, 0, columns, height);
      context.clip();
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(context, work.from, work.to, work.foot);
    context.restore();
    this.columnsDrawn += columns;
    return true;
  }

  forget() {
    this.#plan.forget();
  }
}
