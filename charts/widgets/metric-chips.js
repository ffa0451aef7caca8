/** One chip a metric: a click shows only that one, Ctrl or ⌘ adds or removes, a second click restores. */

import { element, setAttribute, setText } from '../dom.js';
/** @import {Chart} from '../chart.js' */

const CHIPS_MAX = 12;

export class MetricChips {
  #chart;
  #root = element('div', { class: 'eontide-chips', attributes: { role: 'group', 'aria-label': 'Metrics' } });
  #more = element('span', { class: 'eontide-chip-more' });
  /** @type {Map<string, HTMLButtonElement>} */
  #chips = new Map();
  #off;

  /**
   * @param {Element} host
   * @param {Chart} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    this.#root.append(this.#more);
    host.append(this.#root);
    this.#off = chart.onRefresh(() => this.#update());
  }

  close() {
    this.#off();
    this.#root.remove();
  }

  #update() {
    const all = this.#chart.metrics();
    const metrics = all.slice(0, CHIPS_MAX);
    const names = new Set(metrics.map(({ name }) => name));
    for (const [name, chip] of this.#chips) {
      if (names.has(name)) continue;
      chip.remove();
      this.#chips.delete(name);
    }
    for (const { name, visible, count } of metrics) {
      const chip = this.#chips.get(name) ?? this.#add(name);
      setText(chip, name);
      setAttribute(chip, 'aria-pressed', String(visible));
      setAttribute(chip, 'title', `${count} series · click: only these, Ctrl: add or remove`);
    }
    setText(this.#more, all.length > CHIPS_MAX ? `+${all.length - CHIPS_MAX}` : '');
  }

  /** @param {string} name */
  #add(name) {
    const chip = element('button', { class: 'eontide-chip', attributes: { type: 'button', 'data-testid': `metric-${name}` } });
    chip.addEventListener('click', (event) => {
      this.#chart.selectMetric({ type: event.ctrlKey || event.metaKey ? 'toggle' : 'isolate', name });
    });
    this.#chips.set(name, chip);
    this.#root.insertBefore(chip, this.#more);
    return chip;
  }
}
