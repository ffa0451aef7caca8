/**
 * The legend: every series with its line, last value and state. A click isolates, Ctrl or ⌘ adds or removes, a second
 * click restores. Long lists are searched, not scrolled: at most 200 entries are in the page at a time.
 */

import { element, setAttribute, setText } from '../dom.js';
import { swatch } from './swatch.js';
/** @import {Chart, ChartRow} from '../chart.js' */

const ROWS_MAX = 200;
/** Fewer are seen at a glance. */
const SEARCH_FROM = 20;

/**
 * Which entries are in the page: those that fit the search, the first 200 of them.
 * @template {{name: string}} T
 * @param {T[]} rows
 * @param {string} query  words that must all be in the name
 * @param {number} [rowsMax]
 * @returns {{rows: T[], more: number}}
 */
export function listed(rows, query, rowsMax = ROWS_MAX) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? rows : rows.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  return { rows: found.slice(0, rowsMax), more: Math.max(0, found.length - rowsMax) };
}

export class Legend {
  #chart;
  #search = element('input', {
    class: 'eontide-search',
    attributes: { type: 'search', placeholder: 'Search series', 'aria-label': 'Search series', 'data-testid': 'legend-search' },
  });
  #list = element('div', { class: 'eontide-legend-list', attributes: { role: 'group', 'aria-label': 'Series' } });
  #foot = element('div', { class: 'eontide-legend-foot' });
  #root;
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #off;

  /**
   * @param {Element} host
   * @param {Chart} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    this.#root = element('div', { class: 'eontide-legend' }, this.#search, this.#list, this.#foot);
    this.#search.addEventListener('input', () => this.#update());
    this.#list.addEventListener('click', (event) => this.#click(event));
    this.#list.addEventListener('pointerover', (event) => chart.highlight(seriesOf(event.target)));
    this.#list.addEventListener('pointerleave', () => chart.highlight(null));
    this.#list.addEventListener('focusin', (event) => chart.highlight(seriesOf(event.target)));
    this.#list.addEventListener('focusout', () => chart.highlight(null));
    host.append(this.#root);
    this.#off = chart.onRefresh(() => this.#update());
  }

  close() {
    this.#off();
    this.#root.remove();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const name = seriesOf(event.target);
    if (name === null) return;
    this.#chart.select({ type: event.ctrlKey || event.metaKey ? 'toggle' : 'isolate', name });
  }

  #update() {
    const all = this.#chart.rows();
    this.#search.hidden = all.length <= SEARCH_FROM;
    const { rows, more } = listed(all, this.#search.hidden ? '' : this.#search.value);
    const names = new Set(rows.map(({ name }) => name));
    for (const [name, entry] of this.#entries) {
      if (names.has(name)) continue;
      entry.root.remove();
      this.#entries.delete(name);
    }
    // Rows of one process stand together; where each has one row there is nothing to set apart.
    const grouped = rows.some((row, i) => i > 0 && rows[i - 1].entity === row.entity);
    rows.forEach((row, i) => {
      const entry = this.#entries.get(row.name) ?? this.#add(row);
      if (this.#list.children[i] !== entry.root) this.#list.insertBefore(entry.root, this.#list.children[i] ?? null);
      entry.update(row, grouped && i > 0 && rows[i - 1].entity !== row.entity);
    });
    setText(this.#foot, all.length === 0 ? 'None yet.' : more > 0 ? `and ${more} more – search to find them` : '');
    this.#foot.hidden = all.length > 0 && more === 0;
  }

  /** @param {ChartRow} row */
  #add(row) {
    const entry = new Entry(row);
    this.#entries.set(row.name, entry);
    return entry;
  }
}

class Entry {
  #name;
  #value = element('span', { class: 'eontide-legend-value' });
  #status = element('span', { class: 'eontide-legend-status' });
  #styleKey = '';

  /** @param {ChartRow} row */
  constructor(row) {
    this.#name = element('span', { class: 'eontide-legend-name', text: row.name });
    this.root = element('button', {
      class: 'eontide-legend-item',
      attributes: { type: 'button', 'data-testid': 'legend-item', 'data-series': row.name, title: row.name },
    }, this.#name, this.#value, this.#status);
  }

  /** @param {ChartRow} row @param {boolean} groupStart */
  update(row, groupStart) {
    const styleKey = `${row.style.colour} ${row.style.dash}`;
    if (styleKey !== this.#styleKey) {
      this.root.querySelector('svg')?.remove();
      this.root.prepend(swatch(row.style));
      this.#styleKey = styleKey;
    }
    setAttribute(this.root, 'data-state', row.status.state);
    setAttribute(this.root, 'aria-pressed', String(row.visible));
    this.root.classList.toggle('eontide-group-start', groupStart);
    setText(this.#value, row.value);
    setText(this.#status, row.status.text);
    this.#status.hidden = row.status.text === '';
  }
}

/** @param {EventTarget|null} target @returns {string|null} */
function seriesOf(target) {
  const item = target instanceof Element ? target.closest('.eontide-legend-item') : null;
  return item?.getAttribute('data-series') ?? null;
}
