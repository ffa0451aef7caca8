/**
 * The processes: who is up, since when, who is down and why, what was lost on the way, their last values. Sorted by any
 * column, searched, and as long as it must be: only rows in sight are in the page. A click (Enter) shows only this source,
 * Ctrl or ⌘ adds or removes it, its pin (P) keeps its series drawn as lines, H says when it was there. Many of one machine that went
 * alike are a line that opens. Few, down first, it puts in order itself; all else source-index.js does.
 */

import { element, setAttribute, setText } from '../dom.js';
import { Later } from '../later.js';
import { withoutSource } from '../series/metric.js';
import { isDown } from '../series/status.js';
import { countText, number } from './count.js';
import { isOnPin } from './pin-button.js';
import { COLUMNS_MAX, columnsOf, isFigure, metricOf, SourceRow } from './source-row.js';
import { VirtualList } from './virtual-list.js';
/** @import {ChartFace} from './chart-face.js' */
/** @import {SourceIndex} from './source-index.js' */
/** @import {SourceSort} from './source-order.js' */
/** @import {SourceColumn} from './source-row.js' */
/** @import {Source} from '../types.js' */

const HELP = 'Words in id, host, state, reason, program or labels must all fit; also host:web-*, label.zone:eu; - excludes';
/** Of a source with hundreds of series so many say whether it is shown. */
const GLANCE = 8;
/** Down first, the latest first: those are the ones looked for. @type {SourceSort} */
const DOWN_FIRST = { column: 'state', descending: false };
/** So many are put in order here, and so many of them that are down are no lines of machines. */
const FEW = 300;
const FEW_DOWN = 4;

/**
 * @param {Source} source
 * @returns {Map<string, string>} its series by metric
 */
export function seriesByMetric(source) {
  return new Map(source.series.map(({ name, metric }) => [metric || withoutSource(name, source.id) || name, name]));
}

/**
 * Those that are not well first, the latest of them first.
 * @param {readonly Source[]} sources  by id
 */
export function illFirst(sources) {
  const isWell = (/** @type {Source} */ { state }) => state === 'up' || state === 'restarted';
  const rank = (/** @type {Source} */ source) => (isDown(source) ? 0 : 1);
  const ill = sources.filter((source) => !isWell(source)).sort((a, b) => rank(a) - rank(b) || b.since - a.since);
  return [...ill, ...sources.filter(isWell)];
}

/** Columns that begin with the largest when asked for. */
const LARGEST_FIRST = /^(since|lives|lost|value:)/;

/**
 * What a click on a column's header asks for.
 * @param {SourceSort} sort
 * @param {string} column
 * @returns {SourceSort}
 */
export function sortedNext(sort, column) {
  return { column, descending: sort.column === column ? !sort.descending : LARGEST_FIRST.test(column) };
}

export class SourceTable {
  #chart;
  #search = element('input', {
    class: 'eontide-search', attributes: {
      type: 'search', placeholder: 'Find sources', 'aria-label': 'Find sources', autocomplete: 'off', spellcheck: 'false',
      title: HELP, 'data-testid': 'source-search',
    },
  });
  #count = element('span', {
    class: 'eontide-count', attributes: { role: 'status', 'aria-live': 'off', 'data-testid': 'source-count' },
  });
  #headRow = element('div', { class: 'eontide-row eontide-head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  #list;
  #root;
  /** @type {SourceColumn[]} */
  #columns = [];
  #columnsKey = '';
  /** Of the columns of values. @type {string[]} */
  #valueMetrics = [];
  /** @type {SourceSort} */
  #sort = DOWN_FIRST;
  /** What the present order was made of; made anew when one is another. @type {unknown[]} */
  #madeOf = [];
  /** @type {readonly string[]} */
  #ids = [];
  /** @type {Map<string, Source>} */
  #sources = new Map();
  /** @type {readonly Source[]} */
  #all = [];
  /** @type {WeakMap<Source, Map<string, string>>} */
  #series = new WeakMap();
  #down = 0;
  /** @type {Later<SourceIndex>} */
  #later = new Later(async () => new (await import('./source-index.js')).SourceIndex(() => this.#reorder()), () => this.#update(true), () => {});
  #ordering = false;
  /** The bridge's clock before ours, ms. */
  #ahead = 0;
  /** Of this tick. */
  #now = 0;
  #pinnable = false;
  /** Metric of the sparklines; null: each source's first. @type {string|null} */
  #sparkMetric = null;
  /** What a click isolated: the next click on it restores. @type {string|null} */
  #isolated = null;
  #off;

  /**
   * @param {Element} host
   * @param {ChartFace} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    const bar = element('div', { class: 'eontide-legend-bar' }, this.#search, this.#count);
    this.#root = element('div', { class: 'eontide-sources' }, bar);
    host.append(this.#root);
    this.#list = new VirtualList(this.#root, {
      label: 'Sources', attributes: { 'aria-multiselectable': 'true', 'data-testid': 'sources' },
      head: element('div', { class: 'eontide-list-head', attributes: { role: 'rowgroup' } }, this.#headRow),
      make: () => this.#make(),
      onClick: (id, event) => this.#click(id, event),
      onKey: (id, event) => this.#key(id, event),
    });
    this.#search.addEventListener('input', () => this.#update(true));
    this.#search.addEventListener('focus', () => this.#count.setAttribute('aria-live', 'polite'));
    this.#search.addEventListener('blur', () => this.#count.setAttribute('aria-live', 'off'));
    this.#headRow.addEventListener('click', (event) => this.#sortBy(event.target));
    this.#off = chart.on('refresh', () => this.#update());
    this.#update();
  }

  close() {
    this.#off();
    this.#later.part?.close();
    this.#list.close();
    this.#root.remove();
  }

  /** @param {EventTarget|null} target */
  #sortBy(target) {
    const column = target instanceof Element ? target.closest('[role="columnheader"]')?.getAttribute('data-column') : null;
    if (!column || column === 'recent') return;
    this.#sort = sortedNext(this.#sort, column);
    this.#showSort();
    this.#update(true);
  }

  /** @param {string} id @param {MouseEvent} event */
  #click(id, event) {
    if (isOnPin(event)) this.#pin(id);
    else if (event.target instanceof Element && event.target.closest('.eontide-lives')) void this.#showLives(id);
    else this.#choose(id, event.ctrlKey || event.metaKey);
  }

  /** When it was there. @param {string} id */
  async #showLives(id) {
    const source = this.#source(id);
    if (!source || source.series.length + source.lives === 0) return;
    const { openLives } = await import('./lives.js');
    await openLives(this.#chart, source);
  }

  /** @param {string} id */
  #source(id) {
    return this.#later.part ? this.#later.part.get(id) : this.#sources.get(id);
  }

  /** @param {string} id @param {boolean} adds */
  #choose(id, adds) {
    if (this.#later.part?.toggle(id)) return;
    const names = this.#namesOf(id);
    if (names.length === 0) return;
    const isolated = this.#isolated === id && this.#isAlone(id);
    this.#isolated = adds || isolated ? null : id;
    if (isolated && !adds) return this.#chart.select({ type: 'restore' });
    if (!adds) return this.#chart.select({ type: 'only', names });
    const shown = names.every((name) => this.#chart.row(name)?.visible);
    for (const name of names) {
      if ((this.#chart.row(name)?.visible ?? shown) === shown) this.#chart.select({ type: 'toggle', name });
    }
  }

  /** Somebody may have restored all by other means. @param {string} id */
  #isAlone(id) {
    const other = this.#all.find((source) => source.id !== id && source.series.length > 0);
    return !other || this.#chart.row(other.series[0].name)?.visible === false;
  }

  /** @param {string} id */
  #pin(id) {
    const names = this.#namesOf(id);
    if (this.#isPinned(names)) this.#chart.unpin(names);
    else this.#chart.pin(names);
    this.#list.update(this.#ids);
  }

  /** @param {string[]} names */
  #isPinned(names) {
    return names.length > 0 && names.every((name) => this.#chart.pinned.has(name));
  }

  /** @param {string} id @param {KeyboardEvent} event */
  #key(id, event) {
    if (event.key === 'Enter') this.#choose(id, event.ctrlKey || event.metaKey);
    else if (event.key === ' ') this.#choose(id, true);
    else if (event.ctrlKey || event.metaKey) return false;
    else if (event.key.toLowerCase() === 'p') this.#pin(id);
    else if (event.key.toLowerCase() === 'h') void this.#showLives(id);
    else return false;
    return true;
  }

  /** @param {boolean} [fresh] */
  #update(fresh = false) {
    const chart = this.#chart;
    const { view } = chart;
    if (view.mode === 'live' && view.to > 0) this.#ahead = view.to - Date.now();
    this.#now = Date.now() + this.#ahead;
    this.#pinnable = chart.detail.mode === 'density';
    this.#all = chart.sources();
    this.#chooseColumns();
    this.#order();
    this.#list.update(this.#ids, fresh);
    if (this.#pinnable) chart.peek(this.#list.inSight.flatMap((id) => this.#namesShown(id)));
  }

  #chooseColumns() {
    const metrics = [];
    for (const { name, visible } of this.#chart.metrics()) if (visible && metrics.length < COLUMNS_MAX) metrics.push(name);
    this.#sparkMetric = metrics.length === 1 ? metrics[0] : null;
    // Told once a change of sources, not once a tick.
    const lossy = this.#all === this.#madeOf[0] ? this.#columns.some(({ id }) => id === 'lost')
      : this.#all.some(({ lost }) => lost > 0);
    const key = `${lossy}\n${metrics.join('\n')}`;
    if (key === this.#columnsKey) return;
    this.#columnsKey = key;
    const columns = columnsOf(metrics, lossy);
    this.#columns = columns;
    this.#valueMetrics = columns.map(({ id }) => metricOf(id)).filter((metric) => metric !== null);
    if (!columns.some(({ id }) => id === this.#sort.column)) this.#sort = DOWN_FIRST;
    const { style } = this.#list.root;
    const widths = columns.map(({ min, grow }) => (grow ? `minmax(${min}px, ${grow}fr)` : `${min}px`));
    style.setProperty('--eontide-columns', widths.join(' '));
    style.setProperty('--eontide-columns-min', `${columns.reduce((sum, { min }) => sum + min, 0)}px`);
    this.#headRow.replaceChildren(...columns.map((column) => headCell(column)));
    this.#showSort();
    this.#list.reset();
  }

  #showSort() {
    for (const cell of this.#headRow.children) {
      const sorted = cell.getAttribute('data-column') === this.#sort.column;
      setAttribute(cell, 'aria-sort', !sorted ? 'none' : this.#sort.descending ? 'descending' : 'ascending');
    }
  }

  #order() {
    const byValue = metricOf(this.#sort.column);
    const ranking = byValue === null ? null : this.#chart.names({ sort: 'last', text: `metric:"${byValue.replaceAll('"', '')}"` });
    const all = this.#all;
    const text = this.#search.value;
    const madeOf = [all, this.#sort, text, ranking, this.#later.part];
    if (madeOf.every((part, i) => part === this.#madeOf[i])) return;
    if (this.#madeOf[0] !== all) this.#down = all.reduce((sum, source) => sum + Number(isDown(source)), 0);
    const plain = this.#sort === DOWN_FIRST && text.trim() === '' && all.length <= FEW && this.#down <= FEW_DOWN;
    const index = plain ? this.#later.part : this.#later.want();
    this.#madeOf = madeOf;
    this.#ordering = true;
    if (index) index.show(all, { sort: this.#sort, text, ranking });
    else this.#ids = illFirst(all).map(({ id }) => id);
    this.#ordering = false;
    if (index) this.#ids = index.keys;
    else this.#sources = new Map(all.map((source) => [source.id, source]));
    this.#tell();
  }

  /** More of an order, or of a search, is there. */
  #reorder() {
    if (this.#ordering || !this.#later.part) return;
    this.#ids = this.#later.part.keys;
    this.#list.update(this.#ids, true);
    this.#tell();
  }

  #tell() {
    const count = this.#all.length;
    const down = this.#down > 0 ? ` · ${number(this.#down)} down` : '';
    setText(this.#count, count === 0 ? 'No source has said hello. Series without one still chart.'
      : countText(this.#later.part?.count ?? count, count, 'source', 'sources') + down);
  }

  #make() {
    const row = new SourceRow(this.#columns);
    return { root: row.root, fill: (/** @type {string} */ id) => this.#fill(row, id) };
  }

  /** @param {SourceRow} row @param {string} id */
  #fill(row, id) {
    const source = this.#source(id);
    if (!source) return;
    const chart = this.#chart;
    const series = this.#seriesOf(source);
    const names = [...series.values()];
    const spark = this.#sparkName(id);
    const values = this.#valueMetrics.map((metric) => {
      const name = series.get(metric);
      return name === undefined ? null : chart.row(name);
    });
    const sparkRow = spark === null ? null : values.find((value) => value?.name === spark) ?? chart.row(spark);
    row.show(source, {
      now: this.#now, zone: chart.timeZone, pinnable: this.#pinnable, pinned: this.#isPinned(names), values, sparkRow,
      selected: names.length === 0 || sparkRow?.visible !== false
        || names.slice(0, GLANCE).some((name) => chart.row(name)?.visible),
      recent: spark === null ? null : chart.recent(spark),
    });
  }

  /** @param {string} id @returns {string|null} */
  #sparkName(id) {
    const source = this.#source(id);
    if (!source || source.series.length === 0) return null;
    return this.#sparkMetric === null ? source.series[0].name : this.#seriesOf(source).get(this.#sparkMetric) ?? null;
  }

  /** Series of which a row shows something. @param {string} id @returns {string[]} */
  #namesShown(id) {
    const source = this.#source(id);
    const series = source ? this.#seriesOf(source) : new Map();
    return [this.#sparkName(id), ...this.#valueMetrics.map((metric) => series.get(metric))].filter(Boolean);
  }

  /** @param {string} id */
  #namesOf(id) {
    return this.#source(id)?.series.map(({ name }) => name) ?? [];
  }

  /** @param {Source} source */
  #seriesOf(source) {
    let series = this.#series.get(source);
    if (!series) this.#series.set(source, series = seriesByMetric(source));
    return series;
  }
}

/** @param {SourceColumn} column */
function headCell({ id, title, hint }) {
  const content = id === 'recent' ? element('span', { text: title })
    : element('button', { text: title, attributes: { type: 'button' } });
  return element('span', {
    class: isFigure(id) ? 'eontide-cell eontide-figure' : 'eontide-cell',
    attributes: { role: 'columnheader', 'data-column': id, title: hint },
  }, content);
}
