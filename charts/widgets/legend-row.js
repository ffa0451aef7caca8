/** One series in the legend: its line, name, state or last value, and a pin. */

import { element, setAttribute, setText } from '../dom.js';
import { PinButton } from './pin-button.js';
import { Swatch } from './swatch.js';
/** @import {SeriesRow} from './chart-face.js' */

export class LegendRow {
  #swatch = new Swatch();
  #name = element('span', { class: 'eontide-legend-name', attributes: { role: 'gridcell' } });
  #status = element('span', { class: 'eontide-legend-status', attributes: { role: 'gridcell' } });
  #value = element('span', { class: 'eontide-legend-value', attributes: { role: 'gridcell' } });
  #pin = new PinButton();
  #pinCell = element('span', { class: 'eontide-pin-cell', attributes: { role: 'gridcell' } }, this.#pin.root);
  root = element('div', {
    class: 'eontide-row eontide-legend-item', attributes: { role: 'row', 'data-testid': 'legend-item' },
  }, this.#swatch.root, this.#name, this.#status, this.#value, this.#pinCell);

  /**
   * @param {SeriesRow} row
   * @param {{pinnable: boolean, first: boolean}} more  first: of its process, where rows stand by process
   */
  show(row, { pinnable, first }) {
    const { name, label, status } = row;
    this.#swatch.show(row.style);
    setAttribute(this.root, 'data-series', name);
    setAttribute(this.root, 'data-state', status.state);
    setAttribute(this.root, 'aria-selected', String(row.visible));
    setAttribute(this.root, 'title', status.text ? `${label}\n${status.text}` : label);
    this.root.classList.toggle('eontide-first', first);
    setText(this.#name, label);
    setText(this.#value, row.value);
    setText(this.#status, status.text);
    this.#pinCell.hidden = !pinnable && !row.pinned;
    if (!this.#pinCell.hidden) this.#pin.show(label, row.pinned);
  }

  /** Of a series that is no longer known, until the list leaves it out. @param {string} name */
  blank(name) {
    setAttribute(this.root, 'data-series', name);
    for (const cell of [this.#value, this.#status]) setText(cell, '');
    setText(this.#name, name);
    this.#pinCell.hidden = true;
  }
}
