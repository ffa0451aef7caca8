/**
 * Two canvases on top of each other: the picture, and the crosshair that follows the pointer without redrawing it.
 * The picture is redrawn in full each time. Measured, that costs 2 ms at 15 lines and 32 ms at 1,500, and it alone
 * keeps the order of drawing independent of the order of arrival; most frames draw nothing at all (see chart.js).
 */

import { element } from '../dom.js';
import { drawTimeAxis, drawYAxis, line } from './axes.js';
import { drawBands } from './bands.js';
import { plotBox, projection } from './layout.js';
import { drawLines, HEAD_PX, strokeLine } from './lines.js';
/** @import {GapBand} from '../series/gaps.js' */
/** @import {TimeZone} from '../scale/time.js' */
/** @import {YAxis} from '../scale/y-axis.js' */
/** @import {Theme} from '../theme.js' */
/** @import {Projection} from './layout.js' */
/** @import {Line} from './lines.js' */

/**
 * @typedef {object} Scene
 * @property {Line[]} lines
 * @property {YAxis} axis
 * @property {{from: number, to: number, columnMs: number}} view
 * @property {readonly GapBand[]} bands
 * @property {TimeZone} zone
 * @property {Theme} theme
 *
 * @typedef {{px: number, line: Line|null, points: {px: number, py: number, colour: string}[]}} CursorMark
 */

export class Plot {
  #picture = element('canvas', { class: 'eontide-picture', attributes: { 'aria-hidden': 'true' } });
  #crosshair = element('canvas', { class: 'eontide-crosshair', attributes: { 'aria-hidden': 'true' } });
  #width = 0;
  #height = 0;
  #ratio = 1;
  /** Of the last picture; the pointer is read with it. @type {Projection|null} */
  projection = null;
  /** @type {Scene|null} */
  #scene = null;

  /** @param {Element} host */
  constructor(host) {
    host.append(this.#picture, this.#crosshair);
  }

  get width() { return this.#width; }
  get height() { return this.#height; }
  /** Device pixels across the plot: the resolution worth asking the bridge for. */
  get columns() {
    return Math.max(1, Math.round(plotBox(this.#width, this.#height).width * this.#ratio));
  }

  close() {
    this.#picture.remove();
    this.#crosshair.remove();
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {number} ratio  device pixels per CSS pixel
   */
  resize(width, height, ratio) {
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    for (const canvas of [this.#picture, this.#crosshair]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
  }

  /** @param {Scene} scene */
  draw(scene) {
    const context = this.#clear(this.#picture);
    const box = plotBox(this.#width, this.#height);
    const at = projection(box, scene.view, scene.axis);
    this.projection = at;
    this.#scene = scene;
    drawYAxis(context, at, scene.axis, scene.theme);
    drawTimeAxis(context, at, scene.view, scene.zone, scene.theme);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top - 8, box.width + HEAD_PX, box.height + 8);
    context.clip();
    drawBands(context, scene.bands, at, scene.theme);
    drawLines(context, scene.lines, at, scene.view, scene.theme.background);
    context.restore();
  }

  /** @param {CursorMark|null} mark */
  drawCursor(mark) {
    const context = this.#clear(this.#crosshair);
    const { projection: at } = this;
    if (!mark || !at || !this.#scene) return;
    const { theme, view } = this.#scene;
    if (mark.line) this.#emphasise(context, mark.line, at, view);
    if (mark.px < at.box.left || mark.px > at.box.left + at.box.width) return;
    context.strokeStyle = theme.cursor;
    context.lineWidth = 1;
    line(context, Math.round(mark.px) + 0.5, at.box.top, Math.round(mark.px) + 0.5, at.box.top + at.box.height);
    for (const { px, py, colour } of mark.points) {
      context.beginPath();
      context.arc(px, py, 3, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.strokeStyle = theme.background;
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Line} which @param {Projection} at @param {Scene['view']} view */
  #emphasise(context, which, at, view) {
    context.save();
    context.beginPath();
    context.rect(at.box.left, at.box.top - 8, at.box.width, at.box.height + 8);
    context.clip();
    context.strokeStyle = which.colour;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    strokeLine(context, which, at, view);
    context.restore();
  }

  /** @param {HTMLCanvasElement} canvas */
  #clear(canvas) {
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    return context;
  }
}
