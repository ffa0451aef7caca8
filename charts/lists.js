//# allFunctionsCalledOnLoad
/** What the widgets around the chart list: series in an order, one row each, metrics. Cached: they ask four times a second. */

/** @import {LiveModel} from './model.js' */
/** @import {figureOf as Figures} from './series/figures.js' */
/** @import {Selection} from './selection.js' */
/** @import {Ring} from './series/ring.js' */
/** @import {Style} from './draw/palette.js' */
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {SeriesStatus} from './types.js' */

/**
 * @typedef {'name'|'last'|'max'|'slope'} Sort
 * @typedef {Omit<SeriesFacts, 'source'|'held'|'place'> & {label: string, style: Style, colour: string|null, value: string, last: number, status: SeriesStatus, visible: boolean,
 *   pinned: boolean, drawn: boolean}} ChartRow  of the legend; colour: its own, in place of the style's
 */

/** An order by figures is looked at again so often: rows that change places all the time cannot be read. */
const ORDER_MS = 2_000;

export class Lists {
  /** What sorts by figures is loaded with the first who asks for that. @type {typeof Figures|null} */
  figureOf = null;
  /** Did somebody, and it is not here? */
  wantsFigures = false;
  #model;
  #selection;
  #listed = listOf();
  /** By a filter of its own: another widget's, at its own pace. */
  #own = listOf();
  /** @type {{name: string, count: number}[]} */
  #metrics = [];
  #countedAt = -1;

  /** @param {LiveModel} model @param {Selection} selection */
  constructor(model, selection) {
    this.#model = model;
    this.#selection = selection;
  }

  /**
   * @param {Sort} sort
   * @param {boolean} all  those of which no point is here as well
   * @param {{from: number, to: number, at: number}} range  for the figures; at: monotonic
   * @param {readonly string[]|null} ranked  the bridge's order, where it has one
   * @param {string|null} text  a filter of the caller's own; null: the reader's
   * @returns {readonly string[]} the same list until something changes
   */
  names(sort, all, range, ranked, text = null) {
    const { facts, generation } = this.#model.catalogueOf(all);
    const selection = this.#selection;
    const list = text === null ? this.#listed : this.#own;
    const matches = text === null ? null : selection.matcher(text);
    const order = ranked ? [ranked.length, ranked[0]] : [sort === 'name' || this.#model.store.generation];
    const key = [text ?? selection.generation, matches !== null, this.figureOf !== null, sort, generation, ...order].join();
    if (key === list.key && (sort === 'name' || range.at - list.at <= ORDER_MS)) return list.names;
    const fits = text === null ? (/** @type {SeriesFacts} */ fact) => selection.isListed(fact) : matches ?? (() => true);
    const names = [...facts.values()].filter(fits).map(({ name }) => name);
    return Object.assign(list, { key, at: range.at, names: this.#ordered(names, sort, range, ranked) }).names;
  }

  /** @param {string[]} names @param {Sort} sort @param {{from: number, to: number}} range @param {readonly string[]|null} ranked */
  #ordered(names, sort, range, ranked) {
    if (sort === 'name') return names;
    return ranked ? byRank(names, ranked) : this.#byFigure(names, sort, range);
  }

  /** @param {string[]} names @param {Exclude<Sort, 'name'>} sort @param {{from: number, to: number}} range */
  #byFigure(names, sort, range) {
    const { figureOf } = this;
    this.wantsFigures = figureOf === null;
    if (!figureOf) return names;
    /** @type {Map<string, number>} */
    const figures = new Map();
    for (const name of names) {
      const ring = this.#model.store.get(name)?.ring;
      figures.set(name, ring ? figureOf(sort, ring, range.from, range.to) : NaN);
    }
    const of = (/** @type {string} */ name) => figures.get(name) ?? NaN;
    return [...names].sort((a, b) => {
      const [x, y] = [of(a), of(b)];
      // Those without a figure come last, in the order of names.
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return y - x;
    });
  }

  /** @param {boolean} all @returns {{name: string, count: number, visible: boolean}[]} in the order of first series */
  metrics(all) {
    const { facts, generation } = this.#model.catalogueOf(all);
    if (generation !== this.#countedAt) {
      this.#countedAt = generation;
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (const { metric } of facts.values()) counts.set(metric, (counts.get(metric) ?? 0) + 1);
      this.#metrics = [...counts].map(([name, count]) => ({ name, count }));
    }
    return this.#metrics.map((metric) => ({ ...metric, visible: this.#selection.showsMetric(metric.name) }));
  }

  /**
   * @param {SeriesFacts} fact
   * @param {{style: Style, colour: string|null, label: string, status: SeriesStatus, drawn: boolean, ring: Ring|null, write: (value: number) => string}} more
   * @returns {ChartRow}
   */
  row(fact, { ring, write, ...more }) {
    const last = ring?.lastValue ?? NaN;
    const selection = this.#selection;
    const { name, metric, entity, unit, host, labels } = fact;
    return {
      name, metric, entity, unit, host, labels, ...more, last, value: write(last), visible: selection.isShown(fact), pinned: selection.pinned.has(fact.name),
    };
  }
}

/** What was listed last, by what, and when. @returns {{key: string, at: number, names: readonly string[]}} */
const listOf = () => ({ key: '', at: 0, names: [] });

/** @param {string[]} names @param {readonly string[]} ranked */
function byRank(names, ranked) {
  const listed = new Set(names);
  const first = ranked.filter((name) => listed.delete(name));
  return [...first, ...names.filter((name) => listed.has(name))];
}
