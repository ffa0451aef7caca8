/** What the reader chose: series and metrics that are shown, a filter, what is pinned. One owner, told by the widgets. */

import { ALL, isVisible, reduceVisibility } from './series/visibility.js';
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {Matcher} from './series/filter.js' */
/** @import {Visibility, VisibilityAction} from './series/visibility.js' */

export class Selection {
  /** @type {Visibility} */
  series = ALL;
  /** @type {Visibility} */
  metrics = ALL;
  /** @type {ReadonlySet<string>} */
  pinned = new Set();
  filter = '';
  /** Does the chart show only what fits the filter? */
  filterShown = false;
  /** Rises with every change. */
  generation = 0;
  /** Null: all fit. @type {Matcher|null} */
  #matches = null;
  /** What reads filters is loaded with the first of them. @type {((text: string) => Matcher)|null} */
  #parse = null;
  /** Is there one that cannot be read yet? */
  wantsFilter = false;
  /** Were the metrics chosen on another channel, and are those of this one not known yet? */
  #carried = false;

  /** @param {VisibilityAction} action */
  select(action) {
    this.series = reduceVisibility(this.series, action);
    this.generation += 1;
  }

  /** @param {VisibilityAction} action */
  selectMetric(action) {
    this.metrics = reduceVisibility(this.metrics, action);
    this.generation += 1;
  }

  /** @param {string} text */
  setFilter(text) {
    if (text === this.filter) return;
    this.filter = text;
    this.#matches = text === '' ? null : this.matcher(text);
    this.generation += 1;
  }

  /** @param {(text: string) => Matcher} parse */
  readFilters(parse) {
    this.#parse = parse;
    this.wantsFilter = false;
    this.#matches = parse(this.filter);
    this.generation += 1;
  }

  /** @param {string} text @returns {Matcher|null} null: it cannot be read yet */
  matcher(text) {
    this.wantsFilter = this.#parse === null;
    return this.#parse && this.#parse(text);
  }

  /** @param {SeriesFacts} fact */
  #fits(fact) {
    return this.#matches === null || this.#matches(fact);
  }

  /** @param {boolean} shown */
  showFiltered(shown) {
    this.filterShown = shown;
    this.generation += 1;
  }

  /** @param {Iterable<string>} names */
  pin(names) {
    this.pinned = new Set([...this.pinned, ...names]);
    this.generation += 1;
  }

  /** @param {Iterable<string>} names */
  unpin(names) {
    const gone = new Set(names);
    this.pinned = new Set([...this.pinned].filter((name) => !gone.has(name)));
    this.generation += 1;
  }

  /** For another channel. */
  clear() {
    this.series = ALL;
    this.pinned = new Set();
    this.#carried = true;
    this.generation += 1;
  }

  /**
   * After a change of channel: where none of its metrics is among those chosen on the other one, all are shown.
   * @param {readonly {visible: boolean}[]} metrics  of the channel; empty: not known yet
   * @returns {boolean} is it another choice now?
   */
  settle(metrics) {
    if (!this.#carried || metrics.length === 0) return false;
    this.#carried = false;
    if (metrics.some(({ visible }) => visible)) return false;
    this.selectMetric({ type: 'restore' });
    return true;
  }

  /** @param {string} metric */
  showsMetric(metric) {
    return isVisible(this.metrics, metric);
  }

  /** @param {SeriesFacts} fact */
  isShown(fact) {
    return this.showsMetric(fact.metric) && isVisible(this.series, fact.name) && (!this.filterShown || this.#fits(fact));
  }

  /** Is it in the legend? @param {SeriesFacts} fact */
  isListed(fact) {
    return this.showsMetric(fact.metric) && this.#fits(fact);
  }

  /** Series that alone are shown; null: all but some. @returns {string[]|null} */
  get only() {
    return this.series.only ? [...this.series.only] : null;
  }
}
