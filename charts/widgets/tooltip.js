/** The values under the crosshair, beside it, never under the pointer itself. */

import { element, setText } from '../dom.js';

const AWAY_PX = 14;

/**
 * @typedef {object} TooltipContent
 * @property {number} px
 * @property {number} py
 * @property {number} width  of the chart
 * @property {number} height
 * @property {string} title
 * @property {{name: string, value: string, colour: string, nearest: boolean}[]} rows
 * @property {number} more  lines not listed
 * @property {string} note  on what is under the pointer besides lines
 */

export class Tooltip {
  #title = element('div', { class: 'eontide-tooltip-title' });
  #rows = element('div', { class: 'eontide-tooltip-rows' });
  #foot = element('div', { class: 'eontide-tooltip-foot' });
  #root;

  /** @param {Element} host */
  constructor(host) {
    this.#root = element('div', { class: 'eontide-tooltip', attributes: { 'aria-hidden': 'true', 'data-testid': 'tooltip' } },
      this.#title, this.#rows, this.#foot);
    this.#root.hidden = true;
    host.append(this.#root);
  }

  close() {
    this.#root.remove();
  }

  hide() {
    this.#root.hidden = true;
  }

  /** @param {TooltipContent} content */
  show({ px, py, width, height, title, rows, more, note }) {
    this.#root.hidden = false;
    setText(this.#title, title);
    this.#fill(rows);
    setText(this.#foot, [more > 0 ? `and ${more} more` : '', note].filter(Boolean).join(' · '));
    this.#foot.hidden = this.#foot.textContent === '';
    const { offsetWidth, offsetHeight } = this.#root;
    const left = px + AWAY_PX + offsetWidth > width ? px - AWAY_PX - offsetWidth : px + AWAY_PX;
    const top = Math.min(Math.max(4, py - offsetHeight / 2), Math.max(4, height - offsetHeight - 4));
    this.#root.style.transform = `translate(${Math.max(0, Math.round(left))}px, ${Math.round(top)}px)`;
  }

  /** @param {TooltipContent['rows']} rows */
  #fill(rows) {
    while (this.#rows.children.length > rows.length) this.#rows.lastElementChild?.remove();
    while (this.#rows.children.length < rows.length) {
      this.#rows.append(element('div', { class: 'eontide-tooltip-row' }, element('i'), element('span'), element('b')));
    }
    rows.forEach(({ name, value, colour, nearest }, i) => {
      const [swatch, label, number] = /** @type {HTMLElement[]} */ ([...this.#rows.children[i].children]);
      this.#rows.children[i].classList.toggle('eontide-nearest', nearest);
      swatch.style.background = colour;
      setText(label, name);
      setText(number, value);
    });
  }
}
