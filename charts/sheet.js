/** A picture that does not flow: on a canvas of its own over the plot, drawn whole when something of it changed. */

import { element, setStyle } from './dom.js';
import { Tooltip } from './widgets/tooltip.js';
/** @import {Line} from './draw/lines.js' */
/** @import {Given} from './given.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {Notation} from './notation.js' */
/** @import {ShapeName} from './scene.js' */
/** @import {Theme} from './theme.js' */

/**
 * @typedef {object} SheetFace  what it asks of its chart
 * @property {ChartOptions} options
 * @property {Notation} notation
 * @property {(name: string) => string} labelOf
 *
 * @typedef {object} SheetView  what a picture depends on
 * @property {ShapeName} type
 * @property {Theme} theme
 * @property {number} width
 * @property {number} height
 * @property {number} ratio
 * @property {Given|null} given
 * @property {{from: number, to: number}} view
 * @property {number} version  of the data that a page hands over
 */

export class Sheet {
  #root = element('div', { class: 'eontide-sheet' });
  #canvas = element('canvas', { class: 'eontide-round', attributes: { 'aria-hidden': 'true' } });
  #host;
  #tooltip;
  #off = new AbortController();
  #key = '';
  /** What was drawn last. @type {{lines: readonly Line[], view: SheetView}|null} */
  #shown = null;
  /** Is under the pointer. @type {string|null} */
  #highlight = null;

  /** @param {HTMLElement} host @param {SheetFace} face */
  constructor(host, face) {
    this.#host = host;
    this.face = face;
    this.#root.append(this.#canvas);
    host.append(this.#root);
    host.classList.add('eontide-is-round');
    this.#tooltip = new Tooltip(this.#root);
    const { signal } = this.#off;
    host.addEventListener('pointermove', (event) => this.#hover(event), { signal });
    host.addEventListener('pointerleave', () => this.#point(null), { signal });
  }

  close() {
    this.#off.abort();
    this.#tooltip.close();
    this.#root.remove();
    this.#canvas.width = this.#canvas.height = 0;
    this.#host.classList.remove('eontide-is-round');
  }

  get highlight() { return this.#highlight; }

  /** @param {readonly Line[]} lines @param {SheetView} view @returns {boolean} is it another picture? */
  draw(lines, view) {
    const { theme, type, width, height, ratio, version } = view;
    const key = [type, theme.background, theme.ink, width, height, ratio, version, view.view.from, view.view.to, this.#highlight, this.keyOf(lines)].join();
    if (key === this.#key) return false;
    this.#key = key;
    this.#shown = { lines, view };
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    setStyle(this.#canvas, 'width', `${width}px`);
    setStyle(this.#canvas, 'height', `${height}px`);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paint(context, lines, view);
    return true;
  }

  /** As it was drawn last, on any context. @param {CanvasRenderingContext2D} context */
  drawOn(context) {
    if (!this.#shown) return;
    const { lines, view } = this.#shown;
    context.fillStyle = view.theme.background;
    context.fillRect(0, 0, view.width, view.height);
    this.paint(context, lines, view);
  }

  /** What the page writes itself. @returns {import('./options.js').TooltipOptions} */
  get written() {
    const { tooltip } = this.face.options;
    return typeof tooltip === 'object' ? tooltip : {};
  }

  /** What of the lines the picture depends on. @param {readonly Line[]} lines @returns {string} */
  keyOf(lines) {
    return lines.map(({ name, colour, ring }) => `${name} ${colour} ${ring.lastValue}`).join();
  }

  /** @param {CanvasRenderingContext2D} _context @param {readonly Line[]} _lines @param {SheetView} _view */
  paint(_context, _lines, _view) {}

  /**
   * What is said of a place; null: nothing.
   * @param {number} _px
   * @param {number} _py
   * @param {readonly Line[]} _lines
   * @param {SheetView} _view
   * @returns {{highlight: string|null, title: string, rows: Parameters<Tooltip['show']>[0]['rows']}|null}
   */
  at(_px, _py, _lines, _view) {
    return null;
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (!this.#shown) return;
    const { left, top } = this.#host.getBoundingClientRect();
    const { lines, view } = this.#shown;
    const [px, py] = [event.clientX - left, event.clientY - top];
    const found = this.at(px, py, lines, view);
    this.#point(found?.highlight ?? null);
    if (!found || this.face.options.tooltip === false) return this.#tooltip.hide();
    const { title, rows } = found;
    this.#tooltip.show({ px, py, width: view.width, height: view.height, title, rows, more: 0, note: '' });
  }

  /** @param {string|null} name */
  #point(name) {
    if (name === null) this.#tooltip.hide();
    if (name === this.#highlight || !this.#shown) return;
    this.#highlight = name;
    // Nobody else knows where the pointer is.
    this.draw(this.#shown.lines, this.#shown.view);
  }
}
