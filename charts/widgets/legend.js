/**
 * The legend: every series with its line, last value and state, however many there are. A click isolates, Ctrl or ⌘ adds or
 * removes, a second click restores; Enter, Ctrl+Enter and P do the same and pin. The search speaks the chart's filter
 * (`rss metric:heap host:web-* -label.zone:eu`) and offers what it can be filtered by here.
 */

import { element, setAttribute, setHidden, setText } from '../dom.js';
import { countText } from './count.js';
import { LegendRow } from './legend-row.js';
import { isOnPin } from './pin-button.js';
import { VirtualList } from './virtual-list.js';
/** @import {ChartFace, SortKey} from './chart-face.js' */
/** @import {Source} from '../types.js' */

/** @type {[SortKey, string][]} */
const SORTS = [['name', 'Name'], ['last', 'Last'], ['max', 'Highest'], ['slope', 'Rising']];
const HELP = 'Words must all fit; also metric:heap, host:web-*, source:api, label.zone:eu; - excludes';
let made = 0;

export class Legend {
  #chart;
  #list;
  #suggestId = `eontide-suggest-${made += 1}`;
  #search = element('input', {
    class: 'eontide-search', attributes: {
      type: 'search', placeholder: 'Filter series', 'aria-label': 'Filter series', title: HELP, list: this.#suggestId,
      autocomplete: 'off', spellcheck: 'false', 'data-testid': 'legend-search',
    },
  });
  #suggest = element('datalist', { attributes: { id: this.#suggestId } });
  #only = element('button', {
    class: 'eontide-button', text: 'Only these', attributes: {
      type: 'button', 'aria-pressed': 'false', title: 'Draw only what fits the filter', 'data-testid': 'legend-only',
    },
  });
  #sort = element('select', {
    class: 'eontide-select', attributes: { 'aria-label': 'Sort series by', title: 'Sort by', 'data-testid': 'legend-sort' },
  }, ...SORTS.map(([value, text]) => element('option', { text, attributes: { value } })));
  #count = element('span', {
    class: 'eontide-count', attributes: { role: 'status', 'aria-live': 'off', 'data-testid': 'legend-count' },
  });
  #root;
  /** Rows of one process stand together, and are set apart where it has several. */
  #grouped = false;
  #pinnable = false;
  /** @type {readonly string[]} */
  #names = [];
  /** Suggestions are made anew when one of these is another. @type {[readonly Source[]|null, number]} */
  #knownOf = [null, 0];
  /** @type {string[]} */
  #known = [];
  #off;

  /**
   * @param {Element} host
   * @param {ChartFace} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    const bar = element('div', { class: 'eontide-legend-bar' }, this.#search, this.#suggest, this.#sort);
    const foot = element('div', { class: 'eontide-legend-foot' }, this.#count, this.#only);
    this.#root = element('div', { class: 'eontide-legend' }, bar, foot);
    host.append(this.#root);
    this.#list = new VirtualList(this.#root, {
      label: 'Series', attributes: { 'aria-multiselectable': 'true', 'data-testid': 'legend' },
      make: () => this.#make(),
      onClick: (name, event) => (isOnPin(event) ? this.#pin(name) : this.#choose(name, event.ctrlKey || event.metaKey)),
      onKey: (name, event) => this.#key(name, event),
      onPoint: (name) => chart.highlight(name),
    });
    this.#listen();
    this.#off = chart.on('refresh', () => this.#update());
    this.#update();
  }

  close() {
    this.#off();
    this.#chart.highlight(null);
    this.#list.close();
    this.#root.remove();
  }

  #listen() {
    this.#search.addEventListener('input', () => {
      this.#chart.setFilter(this.#search.value);
      void this.#fillSuggestions();
      this.#update(true);
    });
    this.#search.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' || event.altKey || this.#search.value !== '') return;
      event.preventDefault();
      this.#list.focus();
    });
    // The count is read aloud while one types, and never because a process came.
    this.#search.addEventListener('focus', () => {
      this.#count.setAttribute('aria-live', 'polite');
      void this.#fillSuggestions();
    });
    this.#search.addEventListener('blur', () => this.#count.setAttribute('aria-live', 'off'));
    this.#sort.addEventListener('change', () => this.#update(true));
    this.#only.addEventListener('click', () => this.#showOnly(this.#only.getAttribute('aria-pressed') !== 'true'));
  }

  /** @param {boolean} only */
  #showOnly(only) {
    setAttribute(this.#only, 'aria-pressed', String(only));
    this.#chart.setFilterShown(only);
  }

  /** @param {string} name @param {boolean} adds */
  #choose(name, adds) {
    this.#chart.select({ type: adds ? 'toggle' : 'isolate', name });
  }

  /** @param {string} name */
  #pin(name) {
    if (this.#chart.pinned.has(name)) this.#chart.unpin([name]);
    else this.#chart.pin([name]);
    this.#list.update(this.#names);
  }

  /** @param {string} name @param {KeyboardEvent} event */
  #key(name, event) {
    if (event.key === 'Enter') this.#choose(name, event.ctrlKey || event.metaKey);
    else if (event.key === ' ') this.#choose(name, true);
    else if (event.key.toLowerCase() === 'p' && !event.ctrlKey && !event.metaKey) this.#pin(name);
    else return false;
    return true;
  }

  /** @param {boolean} [fresh]  the reader asked for another order */
  #update(fresh = false) {
    const chart = this.#chart;
    const text = chart.filter;
    // An address or a script may have set it; what is being typed is the reader's.
    if (this.#search.value !== text && document.activeElement !== this.#search) this.#search.value = text;
    const sort = /** @type {SortKey} */ (this.#sort.value);
    this.#names = chart.names({ sort });
    const [metrics, all] = shownOf(chart.metrics());
    this.#grouped = sort === 'name' && metrics > 1;
    this.#pinnable = chart.detail.mode === 'density';
    this.#list.update(this.#names, fresh);
    if (this.#pinnable) chart.peek(this.#list.inSight);
    const found = this.#names.length;
    setText(this.#count, all === 0 ? 'None yet.' : countText(found, text === '' ? found : all, 'series', 'series'));
    setHidden(this.#only, text === '');
    if (text === '' && this.#only.getAttribute('aria-pressed') === 'true') this.#showOnly(false);
  }

  #make() {
    const row = new LegendRow();
    return { root: row.root, fill: (/** @type {string} */ name, /** @type {number} */ index) => this.#fill(row, name, index) };
  }

  /** @param {LegendRow} row @param {string} name @param {number} index */
  #fill(row, name, index) {
    const facts = this.#chart.row(name);
    if (!facts) return row.blank(name);
    const before = this.#grouped && index > 0 ? this.#chart.row(this.#names[index - 1]) : null;
    row.show(facts, { pinnable: this.#pinnable, first: before ? before.entity !== facts.entity : false });
  }

  /** Its words are loaded by the first who types. */
  async #fillSuggestions() {
    const { suggestions, vocabulary } = await import('./suggest.js');
    const metrics = this.#chart.metrics();
    const sources = this.#chart.sources();
    if (this.#knownOf[0] !== sources || this.#knownOf[1] !== metrics.length) {
      this.#knownOf = [sources, metrics.length];
      this.#known = vocabulary(metrics, sources);
    }
    const options = suggestions(this.#search.value, this.#known);
    this.#suggest.replaceChildren(...options.map((value) => element('option', { attributes: { value } })));
  }
}

/** How many metrics are shown, and how many series they have. @param {readonly {count: number, visible: boolean}[]} metrics */
function shownOf(metrics) {
  let [shown, series] = [0, 0];
  for (const { count, visible } of metrics) {
    if (!visible) continue;
    shown += 1;
    series += count;
  }
  return [shown, series];
}
