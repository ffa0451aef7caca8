/**
 * What follows the pointer: an upright line, a dot on each line named, a frame around a cell, and the nearest line drawn thicker.
 *
 * All are elements that are only moved: a further canvas of the size of the chart costs the main thread half a millisecond in
 * each frame, and 2 when something is drawn on it. The thicker line is an SVG path, which is drawn off the main thread; it is
 * made anew when it is another one, or a few times a second; in between it is moved along with the picture.
 */

import { element, setHidden, setStyle, svg } from '../dom.js';
import { traceCurve } from '../shape/curve.js';
import { readLine } from './lines.js';
/** @import {Scene} from './content.js' */
/** @import {Box, Projection} from './layout.js' */
/** @import {Line} from './lines.js' */

const DOT_PX = 3;
/** The line is drawn anew so often while it goes on. */
const FRESH_MS = 250;
const ABOVE_PX = 8;

/** @typedef {{left: number, right: number, top: number, bottom: number}} Frame */

/**
 * All dots as the shadows of one element: as elements of their own each cost a look at its style with every move.
 * @param {readonly {px: number, py: number, colour: string}[]} points @param {string} around  a colour, not a variable: that would be
 *   looked up for each
 */
function dotsOf(points, around) {
  return points.map(({ px, py, colour }) => {
    const at = `${(px - DOT_PX).toFixed(1)}px ${(py - DOT_PX).toFixed(1)}px 0`;
    return `${at} 0 ${colour}, ${at} 1.5px ${around}`;
  }).join();
}

export class Crosshair {
  #path = svg('path', {});
  #thick = element('div', { class: 'eontide-crosshair', attributes: { 'aria-hidden': 'true' } }, svg('svg', {}, this.#path));
  #upright = element('div', { class: 'eontide-upright' });
  #frame = element('div', { class: 'eontide-cell-frame' });
  #dots = element('div', { class: 'eontide-dots' });
  #root = element('div', { class: 'eontide-pointed', attributes: { 'aria-hidden': 'true' } }, this.#upright, this.#frame, this.#dots);
  #ratio = 1;
  /** What the path is, and of which moment. @type {{line: Line, key: string, from: number, at: number}|null} */
  #drawn = null;

  /** @param {Element} behind  in the host, the next one below */
  constructor(behind) {
    this.#root.hidden = true;
    behind.after(this.#thick, this.#root);
  }

  close() {
    this.#thick.remove();
    this.#root.remove();
  }

  /** @param {number} ratio */
  resize(ratio) {
    this.#ratio = ratio;
    this.#drawn = null;
  }

  hide() {
    setHidden(this.#root, true);
    this.#emphasise(null, null, null, '');
  }

  /**
   * @param {{px: number, line: Line|null, points: {px: number, py: number, colour: string}[], band?: Frame|null}} mark
   * @param {{at: Projection, of: Projection|null, scene: Scene, key: string}} picture  of: the projection of the mark's line; key: of all that
   *   makes the picture but time and data
   */
  show({ px, line, points, band = null }, { at, of, scene, key }) {
    const inside = px >= at.box.left && px <= at.box.left + at.box.width;
    setHidden(this.#root, !inside);
    if (inside) this.#point(px, points, band, at.box, scene);
    this.#emphasise(line, of, scene, key);
  }

  /** @param {number} px @param {{px: number, py: number, colour: string}[]} points @param {Frame|null} band @param {Box} box @param {Scene} scene */
  #point(px, points, band, box, scene) {
    setStyle(this.#upright, 'transform', `translate(${Math.round(px)}px, ${box.top}px)`);
    setStyle(this.#upright, 'height', `${box.height}px`);
    setStyle(this.#dots, 'boxShadow', dotsOf(points, scene.theme.background));
    setHidden(this.#frame, band === null);
    if (!band) return;
    setStyle(this.#frame, 'transform', `translate(${Math.round(band.left) - 1}px, ${Math.round(band.top) - 1}px)`);
    setStyle(this.#frame, 'width', `${Math.max(2, Math.round(band.right - band.left))}px`);
    setStyle(this.#frame, 'height', `${Math.max(2, Math.round(band.bottom - band.top))}px`);
  }

  /** @param {Line|null} line @param {Projection|null} at @param {Scene|null} scene @param {string} key */
  #emphasise(line, at, scene, key) {
    const before = this.#drawn;
    if (!line || !at || !scene) {
      if (before) setHidden(this.#thick, true);
      this.#drawn = null;
      return;
    }
    const { from, columnMs } = scene.view;
    const now = performance.now();
    if (before && before.line.ring === line.ring && before.key === key && (from === before.from || now - before.at < FRESH_MS)) {
      const moved = Math.round((from - before.from) / columnMs) / this.#ratio;
      return setStyle(this.#thick, 'transform', `translateX(${-moved}px)`);
    }
    this.#drawn = { line, key, from, at: now };
    const { box } = at;
    // It hides what is beyond the plot.
    setStyle(this.#thick, 'left', `${box.left}px`);
    setStyle(this.#thick, 'top', `${box.top - ABOVE_PX}px`);
    setStyle(this.#thick, 'width', `${box.width}px`);
    setStyle(this.#thick, 'height', `${box.height + ABOVE_PX}px`);
    // Not `none`: between that and any other one the browser lays out anew.
    setStyle(this.#thick, 'transform', 'translateX(0px)');
    text.begin(box.left, box.top - ABOVE_PX);
    traceCurve(text, readLine(line, scene.view), at, line.curve);
    this.#path.setAttribute('d', text.data);
    this.#path.setAttribute('stroke', line.colour);
    setHidden(this.#thick, false);
  }
}

/** A path in the words of SVG, of what shape/curve.js says to a context. */
class PathText {
  data = '';
  #left = 0;
  #top = 0;

  /** @param {number} left  of what it is drawn in @param {number} top */
  begin(left, top) {
    this.data = '';
    this.#left = left;
    this.#top = top;
  }

  /** @param {number} x @param {number} y */
  #at(x, y) {
    return `${Math.round((x - this.#left) * 10) / 10} ${Math.round((y - this.#top) * 10) / 10}`;
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.data += `M${this.#at(x, y)}`;
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.data += `L${this.#at(x, y)}`;
  }

  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {number} x @param {number} y */
  bezierCurveTo(x1, y1, x2, y2, x, y) {
    this.data += `C${this.#at(x1, y1)} ${this.#at(x2, y2)} ${this.#at(x, y)}`;
  }

  /** A point that stands alone. @param {number} x @param {number} y */
  arc(x, y) {
    this.data += `M${this.#at(x, y)}h0`;
  }

  closePath() {}
}

const text = new PathText();
