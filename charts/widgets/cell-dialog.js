/**
 * Who is in a cell of the density that was clicked: how many, the first of them with their values, and what to do with
 * them. It takes the focus, because a click or Enter asked for it, and gives it back on Escape.
 */

import { element, setAttribute, setText } from '../dom.js';
import { clockTime } from '../scale/time.js';
import { formatValue, parseUnit } from '../scale/units.js';
import { number } from './count.js';
import { VirtualList } from './virtual-list.js';
/** @import {ChartFace, DensityCell} from './chart-face.js' */
/** @import {TimeZone} from '../scale/time.js' */

/** So many lines beside those already drawn stay readable. */
const PIN_MAX = 50;

/**
 * @param {DensityCell} cell
 * @param {TimeZone} zone
 * @returns {{title: string, text: string}}
 */
export function cellTitle({ from, to, low, high, metrics, total, series, error }, zone) {
  const units = parseUnit(series[0]?.unit ?? null);
  const [start, end] = [clockTime(from, zone), clockTime(to, zone)];
  const [least, most] = [formatValue(low, units), formatValue(high, units)];
  const when = start === end ? start : `${start} – ${end}`;
  const listed = series.length < total ? ` · the first ${number(series.length)}` : '';
  return {
    title: `${number(total)} series ${least === most ? `at ${least}` : `from ${least} to ${most}`}`,
    text: error ? `Which ones cannot be said: ${error}` : `${metrics.join(', ')} · ${when}${listed}`,
  };
}

export class CellDialog {
  #chart;
  #title = element('strong');
  #text = element('span', { class: 'eontide-card-text' });
  #pin = element('button', { class: 'eontide-button', attributes: { type: 'button', 'data-testid': 'cell-pin' } });
  #only = element('button', { class: 'eontide-button', attributes: { type: 'button', 'data-testid': 'cell-only' } });
  #close = element('button', {
    class: 'eontide-button eontide-close', text: '×',
    attributes: { type: 'button', 'aria-label': 'Close', title: 'Close (Escape)', 'data-testid': 'cell-close' },
  });
  #body = element('div', { class: 'eontide-card-body' });
  #root;
  #list;
  /** @type {DensityCell|null} */
  #cell = null;
  /** @type {Map<string, DensityCell['series'][number]>} */
  #series = new Map();
  /** Had the focus before. @type {Element|null} */
  #before = null;

  /**
   * @param {Element} host  the chart's own element, or one that is positioned over it
   * @param {ChartFace} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    const head = element('div', { class: 'eontide-card-head' }, element('div', {}, this.#title, this.#text), this.#close);
    const foot = element('div', { class: 'eontide-card-foot' }, this.#pin, this.#only);
    this.#root = element('div', {
      class: 'eontide-card', attributes: { role: 'dialog', tabindex: '-1', 'data-testid': 'cell-card' },
    }, head, this.#body, foot);
    this.#root.hidden = true;
    host.append(this.#root);
    this.#list = new VirtualList(this.#body, {
      label: 'Series in this cell', make: () => this.#make(), onPoint: (name) => chart.highlight(name),
      onClick: (name) => this.#choose([name]),
      onKey: (name, { key }) => key === 'Enter' && this.#choose([name]),
    });
    this.#pin.addEventListener('click', () => this.#pinAll());
    this.#only.addEventListener('click', () => this.#choose(this.#names()));
    this.#close.addEventListener('click', () => this.hide());
    this.#root.addEventListener('keydown', (event) => this.#key(event));
    // What happens in the card is not for the chart below it: a press would begin a zoom there.
    for (const type of ['pointerdown', 'pointermove', 'wheel', 'dblclick', 'click']) {
      this.#root.addEventListener(type, (event) => event.stopPropagation(), { passive: true });
    }
  }

  close() {
    this.#list.close();
    this.#root.remove();
  }

  /** @param {DensityCell} cell */
  show(cell) {
    this.#cell = cell;
    this.#series = new Map(cell.series.map((one) => [one.name, one]));
    const { title, text } = cellTitle(cell, this.#chart.timeZone);
    setText(this.#title, title);
    setText(this.#text, text);
    setAttribute(this.#root, 'aria-label', title);
    const count = cell.series.length;
    setText(this.#pin, count > PIN_MAX ? `Pin the first ${PIN_MAX}` : 'Pin these');
    setText(this.#only, count < cell.total ? `Show only these ${number(count)}` : 'Show only these');
    this.#pin.disabled = this.#only.disabled = count === 0;
    if (this.#root.hidden) this.#before = document.activeElement;
    this.#root.hidden = false;
    this.#list.update(this.#names(), true);
    this.#root.focus({ preventScroll: true });
  }

  hide() {
    if (this.#root.hidden) return;
    const hadFocus = this.#root.contains(document.activeElement);
    this.#root.hidden = true;
    this.#cell = null;
    this.#chart.highlight(null);
    if (hadFocus && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
    this.#before = null;
  }

  #names() {
    return [...this.#series.keys()];
  }

  #pinAll() {
    this.#chart.pin(this.#names().slice(0, PIN_MAX));
    this.hide();
  }

  /** @param {string[]} names */
  #choose(names) {
    this.#chart.select({ type: 'only', names });
    this.hide();
    return true;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape') this.hide();
    else if (event.key !== ' ' || event.target !== this.#root) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #make() {
    const name = element('span', { class: 'eontide-legend-name', attributes: { role: 'gridcell' } });
    const value = element('span', { class: 'eontide-legend-value', attributes: { role: 'gridcell' } });
    const root = element('div', {
      class: 'eontide-row eontide-card-row', attributes: { role: 'row', 'data-testid': 'cell-series' },
    }, name, value);
    const fill = (/** @type {string} */ key) => {
      const one = this.#series.get(key);
      if (!one || !this.#cell) return;
      setAttribute(root, 'data-series', key);
      setAttribute(root, 'title', one.source ? `${key} of ${one.source}` : key);
      setText(name, this.#chart.row(key)?.label ?? key);
      setText(value, formatValue(one.value, parseUnit(one.unit)));
    };
    return { root, fill };
  }
}
