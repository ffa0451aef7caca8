/** One series in the legend: its line, name, state or last value, and a pin. */

import { element, rewrite, setAttribute, setHidden, setText } from '../dom.js';
import { DASHES } from '../draw/palette.js';
import { PinButton } from './pin-button.js';
import { Swatch } from './swatch.js';
/** @import {SeriesRow} from './chart-face.js' */

export class LegendRow {
  #swatch = new Swatch();
  #name = element('span', { class: 'eontide-legend-name', attributes: { role: 'gridcell' } });
  #status = element('span', { class: 'eontide-legend-status', attributes: { role: 'gridcell' } });
  #value = element('span', { class: 'eontide-legend-value', attributes: { role: 'gridcell' } });
  #pin = new PinButton();
  /** What is shown now: asking the element four times a second costs more than all else. */
  #shown = '';
  #valueShown = '';
  #pinCell = element('span', { class: 'eontide-pin-cell', attributes: { role: 'gridcell' } }, this.#pin.root);
  root = element('div', {
    class: 'eontide-row eontide-legend-item', attributes: { role: 'row', 'data-testid': 'legend-item' },
  }, this.#swatch.root, this.#name, this.#status, this.#value, this.#pinCell);

  /**
   * @param {SeriesRow} row
   * @param {{pinnable: boolean, first: boolean}} more  first: of its process, where rows stand by process
   */
  show(row, { pinnable, first }) {
    if (row.value !== this.#valueShown) rewrite(this.#value, row.value);
    this.#valueShown = row.value;
    const { name, label, status, visible, pinned, style, colour = null } = row;
    const looks = `${colour ?? style.colour} ${style.dash} ${visible} ${pinned} ${pinnable} ${first}`;
    const key = `${name}\n${label}\n${status.state} ${status.text} ${looks}`;
    if (key === this.#shown) return;
    this.#shown = key;
    if (colour) this.#swatch.paint(colour, DASHES[style.dash]);
    else this.#swatch.show(style);
    setAttribute(this.root, 'data-series', name);
    setAttribute(this.root, 'data-state', status.state);
    setAttribute(this.root, 'aria-selected', String(visible));
    setAttribute(this.root, 'title', status.text ? `${label}\n${status.text}` : label);
    this.root.classList.toggle('eontide-first', first);
    setText(this.#name, label);
    setText(this.#status, status.text);
    const pin = pinnable || pinned;
    setHidden(this.#pinCell, !pin);
    if (pin) this.#pin.show(label, pinned);
  }

  /** Of a series that is no longer known, until the list leaves it out. @param {string} name */
  blank(name) {
    this.#shown = this.#valueShown = '';
    setAttribute(this.root, 'data-series', name);
    for (const cell of [this.#value, this.#status]) setText(cell, '');
    setText(this.#name, name);
    setHidden(this.#pinCell, true);
  }
}
