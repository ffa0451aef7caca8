/** One source in the table: a cell a column, each touched only where its text changed. */

import { element, rewrite, setAttribute, setHidden, setText, svg } from '../dom.js';
import { formatDuration } from '../live/span.js';
import { fullTime } from '../scale/time.js';
import { isDown, stateName, whyOf } from '../series/status.js';
import { number } from './count.js';
import { PinButton } from './pin-button.js';
import { SPARK_HEIGHT, SPARK_WIDTH, sparkKey, sparkPath } from './sparkline.js';
/** @import {SeriesRow, Points} from './chart-face.js' */
/** @import {TimeZone} from '../scale/time.js' */
/** @import {Source} from '../types.js' */

/**
 * @typedef {{id: string, title: string, hint: string, min: number, grow: number}} SourceColumn  min: px
 *
 * @typedef {object} SourceFacts  what a row shows besides its source
 * @property {number} now  the bridge's time
 * @property {TimeZone} zone
 * @property {boolean} selected
 * @property {boolean} pinned
 * @property {boolean} pinnable
 * @property {(SeriesRow|null|undefined)[]} values  of the metrics that have a column, in their order
 * @property {SeriesRow|null|undefined} sparkRow
 * @property {Points|null} recent  of that series
 */

/** Metrics that have a column. */
export const COLUMNS_MAX = 3;

/**
 * @param {readonly string[]} metrics  in order
 * @param {boolean} lossy  was anything lost? A column of zeros says nothing and takes the room of what does
 * @returns {SourceColumn[]} what one looks for first stands first: the rest is reached by scrolling where room is short
 */
export function columnsOf(metrics, lossy) {
  const values = metrics.slice(0, COLUMNS_MAX)
    .map((name) => ({ id: `value:${name}`, title: name, hint: `Last ${name}`, min: 84, grow: 1 }));
  return [
    { id: 'source', title: 'source', hint: 'Publishing process', min: 164, grow: 8 },
    { id: 'state', title: 'state', hint: 'Up or not, and why', min: 118, grow: 5 },
    { id: 'since', title: 'since', hint: 'For how long it is so', min: 78, grow: 1 },
    { id: 'recent', title: 'recent', hint: 'Its last points', min: SPARK_WIDTH + 12, grow: 0 },
    ...values,
    { id: 'host', title: 'host', hint: 'Machine', min: 84, grow: 2 },
    { id: 'pid', title: 'pid', hint: 'Process id', min: 58, grow: 0 },
    { id: 'lives', title: 'lives', hint: 'How often it began; press for when (H)', min: 46, grow: 0 },
    ...(lossy ? [{ id: 'lost', title: 'lost', hint: 'Messages that never arrived', min: 52, grow: 0 }] : []),
  ];
}

/** Whose values a column shows; null: it is another. @param {string} id */
export const metricOf = (id) => (id.startsWith('value:') ? id.slice('value:'.length) : null);

/** Numbers stand under each other. @param {string} id */
export const isFigure = (id) => /^(since|pid|lives|lost|value:)/.test(id);

/** `down · killed by signal 9`, `1,000 down · nodedown` @param {Source & {line?: {count: number}}} source */
export function stateText(source) {
  const why = source.state === 'stale' || isDown(source) ? whyOf(source) : '';
  return (source.line ? `${number(source.line.count)} ` : '') + stateName(source.state) + (why ? ` · ${why}` : '');
}

/** @param {Source} source */
export function describeSource({ id, program, version, interval_ms: interval, dropped, labels }) {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [id, program, version, interval === null ? null : `every ${number(interval)} ms`,
    dropped > 0 ? `dropped ${number(dropped)}` : null, ...pairs].filter(Boolean).join(' · ');
}

export class SourceRow {
  #columns;
  #firstValue;
  #sinceAt;
  /** Texts of cells that change with time: asking the element costs more than all else. @type {string[]} */
  #written = [];
  #chosen = '';
  /** @type {HTMLElement[]} */
  #cells;
  #name = element('span', { class: 'eontide-source-name' });
  #pin = new PinButton();
  #lives = element('button', { class: 'eontide-lives', attributes: { type: 'button', tabindex: '-1', 'data-testid': 'lives' } });
  #spark = svg('path', {});
  #sparkShown = '';
  /** @type {Source|null} */
  #source = null;
  /** What was said of it. */
  #said = '';
  #zone = '';
  root;

  /** @param {readonly SourceColumn[]} columns */
  constructor(columns) {
    this.#columns = columns;
    this.#firstValue = columns.findIndex(({ id }) => metricOf(id) !== null);
    this.#sinceAt = columns.findIndex(({ id }) => id === 'since');
    this.#cells = columns.map(({ id }) => element('span', {
      class: isFigure(id) ? 'eontide-cell eontide-figure' : 'eontide-cell', attributes: { role: 'gridcell', 'data-column': id },
    }));
    this.#cell('source').append(this.#name, this.#pin.root);
    this.#cell('lives').append(this.#lives);
    this.#cell('recent').append(svg('svg', {
      class: 'eontide-spark', viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`, 'aria-hidden': 'true',
    }, this.#spark));
    const attributes = { role: 'row', 'data-testid': 'source-row' };
    this.root = element('div', { class: 'eontide-row', attributes }, ...this.#cells);
  }

  /** @param {Source & {line?: {count: number, open: boolean}}} source  of a line: those behind it @param {SourceFacts} facts */
  show(source, facts) {
    const said = `${source.line?.open} ${stateText(source)}`;
    if (source !== this.#source || facts.zone !== this.#zone || said !== this.#said) this.#showSource(source, facts.zone);
    this.#said = said;
    this.#source = source;
    this.#zone = facts.zone;
    this.#write(this.#sinceAt, formatDuration(facts.now - source.since));
    for (let i = 0; i < facts.values.length; i += 1) this.#write(this.#firstValue + i, facts.values[i]?.value ?? '–');
    this.#choose(source.id, facts);
    this.#draw(source, facts);
  }

  /** @param {number} at  index of the cell @param {string} text */
  #write(at, text) {
    if (this.#written[at] === text) return;
    this.#written[at] = text;
    rewrite(this.#cells[at], text);
  }

  /** @param {string} id @param {SourceFacts} facts */
  #choose(id, { selected, pinned, pinnable }) {
    const key = `${id} ${selected} ${pinned} ${pinnable}`;
    if (key === this.#chosen) return;
    this.#chosen = key;
    setAttribute(this.root, 'aria-selected', String(selected));
    setHidden(this.#pin.root, !pinnable && !pinned);
    if (pinnable || pinned) this.#pin.show(id, pinned);
  }

  /** What changes only when the bridge says so. @param {Source & {line?: {count: number, open: boolean}}} source @param {TimeZone} zone */
  #showSource(source, zone) {
    const { line } = source;
    if (line) setAttribute(this.root, 'aria-expanded', String(line.open));
    else this.root.removeAttribute('aria-expanded');
    setAttribute(this.root, 'data-source', source.id);
    setAttribute(this.root, 'data-state', source.state);
    setAttribute(this.#cell('source'), 'title', describeSource(source));
    setAttribute(this.#cell('state'), 'title', stateText(source));
    setAttribute(this.#cell('since'), 'title', `${stateName(source.state)} since ${fullTime(source.since, zone)}`);
    setText(this.#name, source.id);
    setText(this.#cell('state'), stateText(source));
    setText(this.#cell('host'), source.host ?? '–');
    setText(this.#cell('pid'), source.pid === null ? '–' : String(source.pid));
    setHidden(this.#lives, line !== undefined);
    setAttribute(this.#lives, 'aria-label', `${number(source.lives)}: when ${source.id} was there`);
    setText(this.#lives, number(source.lives));
    const lost = this.#columns.findIndex(({ id }) => id === 'lost');
    if (lost < 0) return;
    setText(this.#cells[lost], number(source.lost));
    this.#cells[lost].classList.toggle('eontide-warn', source.lost > 0);
  }

  /** @param {Source} source @param {SourceFacts} facts */
  #draw(source, { sparkRow, recent }) {
    const points = sparkRow && recent && recent.end > recent.start ? recent : null;
    const key = points && sparkRow ? `${sparkRow.name} ${sparkRow.style.colour} ${sparkKey(points)}` : '';
    if (key === this.#sparkShown) return;
    this.#sparkShown = key;
    this.#spark.setAttribute('class', sparkRow ? `eontide-line-${sparkRow.style.colour}` : '');
    this.#spark.setAttribute('d', points ? sparkPath(points) : '');
    setAttribute(this.#cell('recent'), 'title', sparkRow && points ? `${sparkRow.metric} of ${source.id}` : '');
  }

  /** @param {string} id */
  #cell(id) {
    return this.#cells[this.#columns.findIndex((column) => column.id === id)];
  }
}
