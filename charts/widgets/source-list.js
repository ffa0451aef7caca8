/** The processes: who is up, since when, who is down and why, what was lost on the way. */

import { element, setAttribute, setText } from '../dom.js';
import { clockTime } from '../scale/time.js';
/** @import {Chart} from '../chart.js' */
/** @import {Source} from '../types.js' */

const ROWS_MAX = 200;
/** As many are seen at a glance, and then stay where they are. */
const GLANCE = 12;
const COLUMNS = ['source', 'since', 'host', 'pid', 'lives', 'lost'];

/**
 * Down first where not all are in sight: those are the ones looked for.
 * @param {Source[]} sources  by id
 * @param {number} [rowsMax]
 * @param {number} [glance]
 */
export function listedSources(sources, rowsMax = ROWS_MAX, glance = GLANCE) {
  if (sources.length <= Math.min(rowsMax, glance)) return sources;
  const down = sources.filter(({ state }) => state === 'down');
  return [...down, ...sources.filter(({ state }) => state === 'up')].slice(0, rowsMax);
}

export class SourceList {
  #chart;
  #body = element('tbody');
  #foot = element('div', { class: 'eontide-legend-foot' });
  #table;
  #root;
  /** @type {Map<string, HTMLTableRowElement>} */
  #rows = new Map();
  #off;

  /**
   * @param {Element} host
   * @param {Chart} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    const head = element('tr', {}, ...COLUMNS.map((text) => element('th', { text, attributes: { scope: 'col' } })));
    this.#table = element('table', {}, element('thead', {}, head), this.#body);
    this.#root = element('div', { class: 'eontide-sources' }, this.#table, this.#foot);
    host.append(this.#root);
    this.#off = chart.onRefresh(() => this.#update());
  }

  close() {
    this.#off();
    this.#root.remove();
  }

  #update() {
    const all = this.#chart.sources();
    const sources = listedSources(all);
    const ids = new Set(sources.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    sources.forEach((source, i) => {
      const row = this.#rows.get(source.id) ?? this.#add(source.id);
      if (this.#body.children[i] !== row) this.#body.insertBefore(row, this.#body.children[i] ?? null);
      this.#fill(row, source);
    });
    this.#table.hidden = all.length === 0;
    // A column of zeros says nothing and takes the room of what does.
    this.#table.classList.toggle('eontide-nothing-lost', all.every(({ lost }) => lost === 0));
    const more = all.length - sources.length;
    setText(this.#foot, all.length === 0 ? 'No source has said hello. Series without one still chart.' : `and ${more} more`);
    this.#foot.hidden = all.length > 0 && more === 0;
  }

  /** @param {string} id */
  #add(id) {
    const row = element('tr', { attributes: { 'data-testid': 'source-row', 'data-source': id } },
      ...COLUMNS.map(() => element('td')));
    this.#rows.set(id, row);
    return row;
  }

  /** @param {HTMLTableRowElement} row @param {Source} source */
  #fill(row, source) {
    setAttribute(row, 'data-state', source.state);
    const reason = source.reason?.replace(/^bye:\s*/, '') ?? '';
    const since = `${source.state} ${clockTime(source.since, this.#chart.timeZone)}`;
    const texts = [
      source.id, source.state === 'down' && reason ? `${since}\n${reason}` : since, source.host ?? '–',
      source.pid === null ? '–' : String(source.pid), String(source.lives), String(source.lost),
    ];
    texts.forEach((text, i) => setText(row.children[i], text));
    setAttribute(row, 'title', describe(source));
    row.children[5].classList.toggle('eontide-warn', source.lost > 0);
  }
}

/** @param {Source} source */
function describe(source) {
  const labels = Object.entries(source.labels).map(([name, value]) => `${name}=${value}`);
  return [source.program, source.version, source.interval_ms === null ? null : `every ${source.interval_ms} ms`,
    source.dropped > 0 ? `dropped ${source.dropped}` : null, ...labels].filter(Boolean).join(' · ');
}
