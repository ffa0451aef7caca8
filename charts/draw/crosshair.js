/**
 * What follows the pointer: an upright line, a dot on each line named, a frame around a cell, and the nearest line drawn thicker.
 *
 * All but the last are elements that are only moved: a canvas of the size of the chart costs the main thread 2 ms each time
 * something is drawn on it. The thicker line is drawn when it is another one, or a few times a second; in between its canvas is
 * moved along with the picture.
 */

import { element, setStyle } from '../dom.js';
import { strokePath } from '../shape/stroke.js';
import { lineOf } from './lines.js';
/** @import {Scene} from './content.js' */
/** @import {Box, Projection} from './layout.js' */
/** @import {Line} from './lines.js' */

const EMPHASIS_PX = 2.6;
const DOT_PX = 3;
/** The line is drawn anew so often while it goes on. */
const FRESH_MS = 250;
const ABOVE_PX = 8;

/** @typedef {{left: number, right: number, top: number, bottom: number}} Frame */

export class Crosshair {
  #canvas = element('canvas', { class: 'eontide-crosshair', attributes: { 'aria-hidden': 'true' } });
  #upright = element('div', { class: 'eontide-upright' });
  #frame = element('div', { class: 'eontide-cell-frame' });
  #root = element('div', { class: 'eontide-pointed', attributes: { 'aria-hidden': 'true' } }, this.#upright, this.#frame);
  /** @type {HTMLElement[]} */
  #dots = [];
  #ratio = 1;
  /** What the canvas holds, and of which moment. @type {{line: Line, key: string, from: number, at: number}|null} */
  #drawn = null;

  /** @param {Element} behind  in the host, the next one below */
  constructor(behind) {
    this.#root.hidden = true;
    behind.after(this.#canvas, this.#root);
  }

  close() {
    this.#canvas.remove();
    this.#root.remove();
    this.#canvas.width = this.#canvas.height = 0;
  }

  /** @param {number} width @param {number} height @param {number} ratio */
  resize(width, height, ratio) {
    this.#ratio = ratio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#drawn = null;
  }

  hide() {
    if (!this.#root.hidden) this.#root.hidden = true;
    this.#emphasise(null, null, null, '');
  }

  /**
   * @param {{px: number, line: Line|null, points: {px: number, py: number, colour: string}[], band?: Frame|null}} mark
   * @param {{at: Projection, of: Projection|null, scene: Scene, key: string}} picture  of: the projection of the mark's line; key: of all that
   *   makes the picture but time and data
   */
  show({ px, line, points, band = null }, { at, of, scene, key }) {
    const inside = px >= at.box.left && px <= at.box.left + at.box.width;
    this.#root.hidden = !inside;
    if (inside) this.#point(px, points, band, at.box);
    this.#emphasise(line, of, scene, key);
  }

  /** @param {number} px @param {{px: number, py: number, colour: string}[]} points @param {Frame|null} band @param {Box} box */
  #point(px, points, band, box) {
    setStyle(this.#upright, 'transform', `translate(${Math.round(px)}px, ${box.top}px)`);
    setStyle(this.#upright, 'height', `${box.height}px`);
    while (this.#dots.length < points.length) this.#addDot();
    this.#dots.forEach((dot, i) => {
      const point = points[i];
      dot.hidden = !point;
      if (!point) return;
      setStyle(dot, 'transform', `translate(${(point.px - DOT_PX).toFixed(1)}px, ${(point.py - DOT_PX).toFixed(1)}px)`);
      setStyle(dot, 'background', point.colour);
    });
    this.#frame.hidden = band === null;
    if (!band) return;
    setStyle(this.#frame, 'transform', `translate(${Math.round(band.left) - 1}px, ${Math.round(band.top) - 1}px)`);
    setStyle(this.#frame, 'width', `${Math.max(2, Math.round(band.right - band.left))}px`);
    setStyle(this.#frame, 'height', `${Math.max(2, Math.round(band.bottom - band.top))}px`);
  }

  #addDot() {
    const dot = element('div', { class: 'eontide-dot' });
    this.#dots.push(dot);
    this.#root.append(dot);
  }

  /** @param {Line|null} line @param {Projection|null} at @param {Scene|null} scene @param {string} key */
  #emphasise(line, at, scene, key) {
    const before = this.#drawn;
    if (!line || !at || !scene) {
      if (before) this.#clear();
      this.#drawn = null;
      return;
    }
    const { from, columnMs } = scene.view;
    const now = performance.now();
    if (before && before.line.ring === line.ring && before.key === key && (from === before.from || now - before.at < FRESH_MS)) {
      const moved = Math.round((from - before.from) / columnMs) / this.#ratio;
      return setStyle(this.#canvas, 'transform', moved === 0 ? 'none' : `translateX(${-moved}px)`);
    }
    this.#drawn = { line, key, from, at: now };
    const context = this.#clear();
    const { box } = at;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top - ABOVE_PX, box.width, box.height + ABOVE_PX);
    context.clip();
    context.strokeStyle = line.colour;
    strokePath(context, lineOf(line, at, scene.view), EMPHASIS_PX, this.#ratio);
    context.restore();
  }

  #clear() {
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    setStyle(this.#canvas, 'transform', 'none');
    return context;
  }
}
