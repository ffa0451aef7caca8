/** A piece of the line itself: its colour comes from CSS by class, so a change of theme needs no script. */

import { svg } from '../dom.js';
import { DASHES } from '../draw/palette.js';
/** @import {Style} from '../draw/palette.js' */

export class Swatch {
  #line = svg('line', { x1: '1', x2: '21', y1: '4', y2: '4' });
  root = svg('svg', { class: 'eontide-swatch', viewBox: '0 0 22 8', 'aria-hidden': 'true' }, this.#line);
  #shown = '';

  /** @param {Style} style */
  show({ colour, dash }) {
    const key = `${colour} ${dash}`;
    if (key === this.#shown) return;
    this.#shown = key;
    /** @type {SVGElement} */ (this.root).style.color = '';
    this.root.setAttribute('class', `eontide-swatch eontide-line-${colour}`);
    this.#line.setAttribute('stroke-dasharray', DASHES[dash].join(' '));
  }

  /** Where the theme's colour itself is known. @param {string} colour  of CSS @param {readonly number[]} dash */
  paint(colour, dash) {
    const key = `${colour} ${dash}`;
    if (key === this.#shown) return;
    this.#shown = key;
    /** @type {SVGElement} */ (this.root).style.color = colour;
    this.#line.setAttribute('stroke-dasharray', dash.join(' '));
  }
}
