/** Says what is drawn (every line, or the density of all with some lines), and lets one choose. */

import { element, setText } from '../dom.js';
/** @import {ChartFace, DetailChoice} from './chart-face.js' */

/** @type {[DetailChoice, string][]} */
const CHOICES = [['auto', 'Auto'], ['lines', 'Every line'], ['density', 'Density']];

export class DetailSwitch {
  #chart;
  #choice = element('select', {
    class: 'eontide-select', attributes: {
      'aria-label': 'Level of detail', 'data-testid': 'detail',
      title: 'Level of detail: every line, or all series merged into a density',
    },
  }, ...CHOICES.map(([value, text]) => element('option', { text, attributes: { value } })));
  #text = element('span', { class: 'eontide-detail-text', attributes: { 'data-testid': 'detail-text' } });
  #root = element('div', { class: 'eontide-detail' }, this.#text, this.#choice);
  #off;

  /**
   * @param {Element} host
   * @param {ChartFace} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    this.#choice.addEventListener('change', () => {
      chart.setDetail(/** @type {DetailChoice} */ (this.#choice.value));
      this.#update();
    });
    host.append(this.#root);
    this.#off = chart.on('refresh', () => this.#update());
    this.#update();
  }

  close() {
    this.#off();
    this.#root.remove();
  }

  #update() {
    const { wanted, text } = this.#chart.detail;
    if (this.#choice.value !== wanted) this.#choice.value = wanted;
    setText(this.#text, text);
  }
}
