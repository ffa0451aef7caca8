//# allFunctionsCalledOnLoad
/**
 * The layers of a chart, lowest first:
 *
 * 1. the strip, which moves with time: grid, hatches, density, lines, marks and the labels below ({@link Strip});
 * 2. the sides, which stand still: labels of the values, drawn on the chart's ground so that the strip passes below them;
 * 3. the crosshair, which follows the pointer without redrawing anything else.
 *
 * Grid, density and lines share one canvas although they are drawn by different files: each further canvas in the page
 * costs some 0.3 ms a frame in software, more than drawing the grid of a new stretch.
 */

import { element, setStyle, setText } from '../dom.js';
import { needed } from '../scale/kit.js';
import { dateRange, zoneLabel } from '../scale/time.js';
import { sameKey } from '../scale/value-axis.js';
import { drawValueLabels } from './axes.js';
import { paintContent, rangeOf } from './content.js';
import { PlotImage } from './image.js';
import { FOOT_PX, LABEL_GAP_PX, plotBox, projection } from './layout.js';
import { Strip } from './strip.js';
/** @import {Projection, Sides} from './layout.js' */
/** @import {Scene} from './content.js' */
/** @import {Crosshair} from './crosshair.js' */
/** @import {Line} from './lines.js' */
/** @import {ValueAxis} from '../scale/value-axis.js' */
/** @import {Theme} from '../theme.js' */

/**
 * @typedef {{px: number, line: Line|null, points: {px: number, py: number, colour: string}[], band?: {left: number, right: number, top: number, bottom: number}|null}} CursorMark
 * @typedef {{x: string, y: string, y2: string}} Titles
 */

const NO_TITLES = { x: '', y: '', y2: '' };
/** Room beyond the plot, as a share of it: so long nothing needs to be drawn twice. */
const SPARE = 0.4;
/** What draws the picture for a file, where paper.js is loaded. @type {{draw: ((context: CanvasRenderingContext2D, plot: Plot) => void)|null}} */
export const paper = { draw: null };

export class Plot {
  #strip = new Strip();
  #image = new PlotImage();
  #sides = element('canvas', { class: 'eontide-sides', attributes: { 'aria-hidden': 'true' } });
  #cover = element('div', { class: 'eontide-cover' });
  /** Loaded with what answers the pointer. @type {Crosshair|null} */
  #crosshair = null;
  #date = element('div', { class: 'eontide-date', attributes: { 'aria-hidden': 'true' } });
  #xTitle = element('div', { class: 'eontide-x-title', attributes: { 'aria-hidden': 'true' } });
  #zone = element('div', { class: 'eontide-zone', attributes: { 'aria-hidden': 'true' } });
  #width = 0;
  #height = 0;
  #ratio = 1;
  #key = '';
  #sidesKey = '';
  /** Of the last picture; the pointer is read with it. @type {Projection|null} */
  projection = null;
  /** The same for the second axis. @type {Projection|null} */
  projection2 = null;
  /** @type {Scene|null} */
  scene = null;
  /** @type {Titles} */
  titles = NO_TITLES;
  /** Is there a second axis of values? */
  twoAxes = false;
  #foot = FOOT_PX;
  /** Does the line below them say which day it is? */
  #dates = true;
  /** Widths of the labels beside the plot, and of which axes they are. @type {{axis: ValueAxis|null, width: number}[]} */
  #labels = [{ axis: null, width: 0 }, { axis: null, width: 0 }];
  #font = '';

  /** @param {Element} host */
  constructor(host) {
    host.append(this.#strip.canvas, this.#cover, this.#sides, this.#xTitle, this.#date, this.#zone);
  }

  get width() { return this.#width; }
  get height() { return this.#height; }
  get ratio() { return this.#ratio; }
  /** Height of the labels below. */
  get foot() { return this.#foot; }
  get columnsDrawn() { return this.#strip.columnsDrawn; }
  get box() { return plotBox(this.#width, this.#height, this.#around); }
  /** Device pixels across the plot: the resolution worth asking the bridge for. */
  get columns() { return Math.max(1, Math.round(this.box.width * this.#ratio)); }

  /** @returns {Sides} */
  get #around() {
    const { x, y, y2 } = this.titles;
    const [{ width: labels }, { width: labels2 }] = this.#labels;
    return {
      y2: this.twoAxes, xTitle: x !== '', yTitle: y !== '', y2Title: y2 !== '', labels, labels2, foot: this.#foot, dates: this.#dates, ratio: this.#ratio,
    };
  }

  /**
   * Makes room for what stands around the plot. Beside it there is never less than before as long as the axis counts the
   * same: a plot that grows and shrinks with its labels could not be read.
   * @param {ValueAxis} axis
   * @param {ValueAxis|null} axis2
   * @param {{theme: Theme, foot: number|null}} how  foot: height of the labels of an x that is not time
   * @returns {boolean} is the plot another one?
   */
  fit(axis, axis2, { theme, foot }) {
    const before = this.box;
    this.twoAxes = axis2 !== null;
    this.#foot = foot ?? FOOT_PX;
    this.#dates = foot === null;
    this.#font = theme.font;
    [axis, axis2].forEach((one, i) => {
      const known = this.#labels[i];
      if (!one || one === known.axis) return;
      const width = one.ticks.reduce((widest, { label }) => Math.max(widest, this.measure(label)), 0);
      const grows = known.axis !== null && sameKey(known.axis.key, one.key);
      this.#labels[i] = { axis: one, width: grows ? Math.max(width, known.width) : width };
    });
    const { left, width, height } = this.box;
    return left !== before.left || width !== before.width || height !== before.height;
  }

  /** Width of a label. @param {string} text */
  measure = (text) => {
    const context = /** @type {CanvasRenderingContext2D} */ (this.#sides.getContext('2d'));
    context.font = this.#font;
    return context.measureText(text).width;
  };

  /** From now on what is pointed at is seen. @param {(behind: Element) => Crosshair} make  behind: it stands above this element */
  point(make) {
    this.#crosshair = make(this.#zone);
    this.#crosshair.resize(this.#ratio);
  }

  /** @param {Line} line */
  projectionOf(line) {
    return line.axis === 'y2' && this.projection2 ? this.projection2 : this.projection;
  }

  close() {
    this.#crosshair?.close();
    for (const node of [this.#strip.canvas, this.#sides, this.#cover, this.#xTitle, this.#date, this.#zone]) node.remove();
    // What a canvas holds goes with its size, not with its last reference.
    for (const canvas of [this.#strip.canvas, this.#sides]) canvas.width = canvas.height = 0;
  }

  /** @param {number} width @param {number} height @param {number} ratio  device pixels per CSS pixel */
  resize(width, height, ratio) {
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    this.#crosshair?.resize(ratio);
    // Everything moves anyway.
    this.#labels = [{ axis: null, width: 0 }, { axis: null, width: 0 }];
    this.#sidesKey = '';
    this.#strip.forget();
  }

  /** All of it again. */
  forget() {
    this.#sidesKey = '';
    this.#strip.forget();
  }

  /**
   * @param {Scene} scene
   * @param {{key: string, dirtyFrom: number, dirtyTo: number, ahead: boolean}} change  key: of all but time and data; dirtyFrom, dirtyTo:
   *   ms between which data changed
   * @returns {boolean} was anything but moved?
   */
  draw(scene, { key, dirtyFrom, dirtyTo, ahead }) {
    this.scene = scene;
    this.#key = key;
    const { box } = this;
    const ratio = this.#ratio;
    const { from, columnMs } = scene.view;
    const range = rangeOf(scene);
    this.projection = projection(box, range, scene.axis);
    this.projection2 = scene.axis2 ? projection(box, range, scene.axis2) : null;
    const margin = Math.round(box.left * ratio);
    const visible = margin + this.columns + Math.round((this.#width - box.left - box.width) * ratio);
    const spare = scene.flows ? Math.round(this.columns * SPARE) : 0;
    this.#strip.resize(visible + spare, Math.round(this.#height * ratio), ratio);
    const left = Math.round(from / columnMs) - margin;
    const shown = `${key} ${scene.flows}`;
    const drawn = this.#strip.show({ key: shown, left, visible, spare, dirty: dirtyFrom / columnMs, until: dirtyTo / columnMs, ahead }, ratio, Math.round((box.top + box.height) * ratio), (context, first, end, labels) => {
      this.#paint(context, scene, first, end, labels);
    });
    this.#drawSides(scene, key);
    const { dates, zone, locale } = scene;
    setText(this.#date, scene.ticksOf ? '' : dateRange(dates.from, dates.to, zone, locale));
    setText(this.#zone, scene.ticksOf ? '' : zoneLabel(dates.to, zone));
    return drawn;
  }

  /** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {number} first @param {number} end  columns @param {boolean} labels  below, too */
  #paint(context, scene, first, end, labels) {
    const { box } = this;
    const ratio = this.#ratio;
    const { from, to, columnMs } = scene.view;
    const range = rangeOf(scene);
    // The same box, as if the canvas began at its first column: pixels are counted from there.
    const shift = (Math.round(from / columnMs) - this.#strip.first) / ratio;
    const shifted = { ...box, left: shift };
    paintContent(context, scene, {
      at: projection(shifted, range, scene.axis), at2: scene.axis2 ? projection(shifted, range, scene.axis2) : null,
      from: scene.x ? from : first * columnMs, to: scene.x ? to : end * columnMs, ratio, labels,
      left: (first - this.#strip.first) / ratio, right: (end - this.#strip.first) / ratio,
    }, this.#image);
  }

  /** @param {Scene} scene @param {string} key */
  #drawSides(scene, key) {
    const { box } = this;
    const wanted = `${key} ${this.#width} ${this.#height} ${this.#ratio}`;
    if (wanted === this.#sidesKey || !this.projection) return;
    this.#sidesKey = wanted;
    const foot = box.top + box.height;
    const canvas = this.#sides;
    const right = this.#width - box.left - box.width;
    canvas.width = Math.round((this.twoAxes ? this.#width : box.left) * this.#ratio);
    canvas.height = Math.round((foot + 6) * this.#ratio);
    setStyle(canvas, 'width', `${canvas.width / this.#ratio}px`);
    setStyle(canvas, 'height', `${canvas.height / this.#ratio}px`);
    setStyle(this.#cover, 'left', `${box.left + box.width + 3}px`);
    setStyle(this.#cover, 'height', `${foot - 1}px`);
    setStyle(this.#date, 'left', `${box.left}px`);
    setText(this.#xTitle, this.titles.x);
    setStyle(this.#xTitle, 'left', `${box.left}px`);
    setStyle(this.#xTitle, 'width', `${box.width}px`);
    setStyle(this.#xTitle, 'top', `${foot + this.#foot - 1}px`);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.sidesOn(context, scene, this.projection, this.projection2, right);
  }

  /** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Projection} at @param {Projection|null} at2 @param {number} right */
  sidesOn(context, scene, at, at2, right) {
    const { box } = at;
    const foot = box.top + box.height;
    context.fillStyle = scene.theme.background;
    context.fillRect(0, 0, box.left, foot + 6);
    drawValueLabels(context, at, scene.axis.ticks, scene.theme, { x: box.left - LABEL_GAP_PX, align: 'right' });
    const title = (/** @type {string} */ text, /** @type {number} */ x) => text && needed('drawTurned')(context, text, x, box.top + box.height / 2, {
      degrees: -90, align: 'center', theme: scene.theme,
    });
    title(this.titles.y, 9);
    if (!at2 || !scene.axis2) return;
    context.fillStyle = scene.theme.background;
    context.fillRect(box.left + box.width, 0, right, foot + 6);
    drawValueLabels(context, at2, scene.axis2.ticks, scene.theme, { x: box.left + box.width + LABEL_GAP_PX, align: 'left' });
    title(this.titles.y2, this.#width - 8);
  }

  /** The picture as it is, on any context, in CSS pixels. @param {CanvasRenderingContext2D} context */
  drawOn(context) {
    if (!paper.draw) throw new Error('what draws files is in charts/export/index.js');
    paper.draw(context, this);
  }

  /** @param {CursorMark|null} mark */
  drawCursor(mark) {
    const { projection: at, scene } = this;
    if (!mark || !at || !scene) return this.#crosshair?.hide();
    this.#crosshair?.show(mark, { at, of: mark.line && this.projectionOf(mark.line), scene, key: this.#key });
  }
}
