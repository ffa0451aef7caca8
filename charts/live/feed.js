//# allFunctionsCalledOnLoad
/**
 * What is asked of the bridge, by what is shown.
 *
 * Few series are subscribed as lines, with their sources. Of many only merged columns are, with three things beside them:
 * who is up or down, the series that are highest in the window, and those that the reader pinned, as exact lines. Which
 * series are highest the bridge ranks; it is asked every few seconds while the page is seen.
 *
 *     key        subscription
 *     lines      every series, those isolated, or by name those of the  mode `lines`
 *                metrics shown, where they are few among very many; with sources
 *     density    merged columns of every metric                         mode `density`
 *     presence   no series, sources only                                mode `density`
 *     detail     the highest and the pinned, without sources            mode `density`
 */

import { detailOf } from './detail.js';
/** @import {Connection} from './connection.js' */
/** @import {Rest} from './rest.js' */
/** @import {DensityFrame, LiveFrame, PackedFrame, Subscription} from '../types.js' */

/** Lines drawn one by one beside merged columns. */
export const TOP = 15;
const RANK_MS = 5_000;
/** While the view moves through the past, and after a question that failed. */
const MOVED_MS = 1_000;
/** Patterns of one subscription, by the bridge's limit. */
const NAMES_MAX = 256;
/** Of so many series lines are subscribed whole, although only those of some metrics are shown. */
const WHOLE_MAX = 1_000;
/** So many are ranked where metrics are chosen: their names, if they are few. */
const FEW = 100;
/** A pattern that no series has: sources are wanted, not points. */
const NOTHING = '!';

/**
 * @typedef {'lines'|'density'} Mode
 * @typedef {object} Wish  what is shown
 * @property {string} channel
 * @property {string} window
 * @property {number} width  device pixels
 * @property {string[]} series  patterns; empty: all
 * @property {'auto'|'lines'|'density'} detail
 * @property {string[]|null} metrics  shown; null: all
 * @property {string[]|null} only  names isolated; null: all
 * @property {string[]} pinned
 */

export class Feed {
  /** @type {Mode} */
  mode = 'lines';
  /** Has the bridge said how many series there are? */
  known = false;
  /** Highest in the window. @type {string[]} */
  top = [];
  /** Stream messages and points that came since they were taken. */
  messages = 0;
  /** By the bridge, of a density view. */
  sources = { up: 0, down: 0 };
  /** Nothing is ranked before it is here. @type {Pick<Rest, 'ranking'>|null} */
  rest;
  /** Names of all series of the metrics shown, where they are few among very many. @type {string[]|null} */
  #few = null;
  #connection;
  #onChange;
  /** @type {Wish} */
  #wish;
  /** Series of each metric, from the density view. @type {Map<string, number>} */
  #counts = new Map();
  /** Of the last ranking; null before, and where something else is shown since. @type {number|null} */
  #total = null;
  #rankedAt = -Infinity;
  /** What was ranked last, and over which range; empty: nothing. */
  #ranked = { what: '', range: '' };
  /** @type {AbortController|null} */
  #ranking = null;
  /** A density view that the bridge refused: why. */
  refused = '';
  /** Are lines subscribed of what is isolated only? The others are then known by their sources. */
  restricted = false;

  /**
   * @param {Connection} connection
   * @param {Pick<Rest, 'ranking'>|null} rest
   * @param {Wish} wish
   * @param {(ranked?: boolean) => void} onChange  the mode, or what is drawn line by line, is another; ranked: only who is highest
   */
  constructor(connection, rest, wish, onChange) {
    this.#connection = connection;
    this.rest = rest;
    this.#wish = wish;
    this.#onChange = onChange;
  }

  /** The subscription whose snapshot fills the chart. */
  get mainKey() { return this.mode === 'lines' ? 'lines' : 'density'; }

  /** Series of the metrics shown, as far as the bridge said. */
  get series() {
    if (this.#total !== null) return this.#total;
    const { metrics } = this.#wish;
    let sum = 0;
    for (const [metric, count] of this.#counts) if (!metrics || metrics.includes(metric)) sum += count;
    return sum;
  }

  /** Series that alone are lines; null: all. */
  get names() { return this.#isIsolated() ? this.#wish.only : this.#few; }

  /** Drawn line by line beside the columns. */
  get detailed() {
    const names = new Set(this.#wish.pinned.slice(-NAMES_MAX));
    for (const name of this.#wish.only ?? this.top) if (names.size < NAMES_MAX) names.add(name);
    return [...names].sort();
  }

  /** Afresh: nothing is known. */
  open() {
    this.close();
    this.known = this.#wish.detail === 'lines';
    this.#counts.clear();
    this.#total = null;
    this.top = [];
    this.#few = null;
    this.refused = '';
    this.mode = this.known || this.#isIsolated() ? 'lines' : 'density';
    this.#rankedAt = -Infinity;
    this.#ranked = { what: '', range: '' };
    this.#subscribe();
  }

  close() {
    this.#ranking?.abort();
    this.#ranking = null;
  }

  /** @param {Partial<Wish>} wish */
  change(wish) {
    const before = this.#wish;
    this.#wish = { ...before, ...wish };
    const { channel, detail, series, metrics } = this.#wish;
    if (String(metrics) !== String(before.metrics)) this.#few = null;
    const another = channel !== before.channel || series.join('\n') !== before.series.join('\n');
    if (another || (detail !== before.detail && !this.known)) return this.open();
    this.#decide();
    this.#subscribe();
  }

  /**
   * @param {string} key
   * @param {LiveFrame|PackedFrame} frame
   * @returns {{lines: boolean, presence: boolean}} what of the frame is meant for the model
   */
  take(key, frame) {
    if (frame.type === 'density') this.#count(frame);
    if (frame.type === 'density' || frame.type === 'update') this.messages += key === this.mainKey ? frame.messages : 0;
    return { lines: key === 'lines' || key === 'detail', presence: key !== 'detail' };
  }

  /** @returns {number} stream messages since the last time */
  takeMessages() {
    const { messages } = this;
    this.messages = 0;
    return messages;
  }

  /** In the lines view: how many there are now of the metrics shown. @param {number} series */
  seen(series) {
    if (this.mode !== 'lines' || this.#wish.detail !== 'auto' || this.#wish.only) return;
    if (detailOf('auto', series, this.mode) === 'density') {
      this.mode = 'density';
      this.known = true;
      // What was counted before is older: it would turn the mode back.
      this.#counts.clear();
      this.#total = series;
      this.#subscribe();
      this.#onChange();
    }
  }

  /** A subscription was refused. @param {string} key @param {string} message @returns {boolean} is it for the reader? */
  failed(key, message) {
    if (key === 'detail') return false;
    if (key !== 'density') return true;
    // Columns that the bridge cannot make: as many lines as it gives.
    this.refused = message;
    this.mode = 'lines';
    this.known = true;
    this.#subscribe();
    this.#onChange();
    return false;
  }

  /**
   * Asks which series are highest, if it is time.
   * @param {number} now  monotonic
   * @param {{from: number, to: number}} span  in sight
   * @param {boolean} live
   */
  rank(now, { from, to }, live) {
    if (!this.rest || !this.#isRanked() || !this.known || this.#wish.only || !(to > from)) return;
    const { channel, window, metrics, series } = this.#wish;
    const what = [channel, live ? window : '', metrics, live].join(' ');
    const range = live ? '' : `${Math.round(from)} ${Math.round(to)}`;
    const another = what !== this.#ranked.what;
    const wait = another ? 0 : live ? RANK_MS : range === this.#ranked.range ? Infinity : MOVED_MS;
    if (now - this.#rankedAt < wait) return;
    if (another && this.#counts.size > 0) this.#total = null;
    this.#ranked = { what, range };
    this.#rankedAt = now;
    // As a span, which all viewers of the channel ask alike: the bridge works it out once for them.
    const asked = live ? { from: `${Math.round(to - from)}ms` } : { from, to };
    const patterns = series.length > 0 ? series : null;
    void this.#askRanking(this.rest, { channel, of: 'max', ...asked, k: metrics ? FEW : TOP, metric: metrics, series: patterns }, live);
  }

  /** @param {Pick<Rest, 'ranking'>} rest @param {Parameters<Rest['ranking']>[0]} query @param {boolean} live */
  async #askRanking(rest, query, live) {
    this.#ranking?.abort();
    const asked = new AbortController();
    this.#ranking = asked;
    try {
      const { series, total } = await rest.ranking({ ...query, signal: asked.signal });
      if (asked.signal.aborted || !this.#isRanked()) return;
      const names = series.map(({ name }) => name);
      const few = String(this.#few);
      this.top = names.slice(0, TOP);
      this.#few = this.#countAll() > WHOLE_MAX && total > 0 && total <= names.length ? names.sort() : null;
      // How many there were then says nothing about what is subscribed now.
      if (live) this.#total = total;
      this.#decide();
      this.#subscribe();
      this.#onChange(String(this.#few) === few);
    } catch {
      // Without an answer the lines stay as they are; the next question comes soon enough.
      if (!asked.signal.aborted) this.#ranked.range = '';
    }
  }

  /** @param {DensityFrame|PackedFrame} frame */
  #count(frame) {
    if (!frame.snapshot) return;
    this.#counts = new Map(frame.metrics.map(({ name, series }) => [name, series]));
    this.#total = null;
    if (frame.sources) this.sources = frame.sources;
    this.known = true;
    this.#decide();
    this.#subscribe();
    this.#onChange();
  }

  /** Which series are highest, or there at all? */
  #isRanked() { return this.mode === 'density' || this.#few !== null; }

  /** By what is wished and how many series there are. */
  #decide() {
    const { detail } = this.#wish;
    if (!this.known && detail !== 'lines') return;
    const before = this.mode;
    if (this.#isIsolated()) this.mode = 'lines';
    else if (detail !== 'auto' || this.#counts.size > 0) {
      const all = this.#countAll();
      this.mode = this.refused ? 'lines' : detailOf(detail, all > WHOLE_MAX && !this.#few ? all : this.series, this.mode);
    }
    if (this.mode !== before) this.#onChange();
  }

  /** Is all that is shown a few lines by name? */
  #isIsolated() {
    const { only } = this.#wish;
    return only !== null && only.length <= NAMES_MAX;
  }

  #subscribe() {
    const { channel, window, width, series } = this.#wish;
    const chosen = this.names;
    /** @type {Subscription} */
    const common = { channel, window, width };
    const lines = this.mode === 'lines';
    // Of very many series only those are fetched that are shown; how many there are the merged columns say.
    this.restricted = lines && chosen !== null && (!this.known || this.#countAll() > NAMES_MAX);
    const names = this.restricted && chosen ? chosen : series;
    this.#connection.set('density', lines && this.known ? null : { ...common, view: 'density' });
    this.#connection.set('presence', lines ? null : { channel, window: '1s', series: [NOTHING] });
    this.#connection.set('lines', lines ? { ...common, ...(names.length > 0 ? { series: names } : {}) } : null);
    const detailed = lines ? [] : this.detailed;
    this.#connection.set('detail', detailed.length > 0 ? { ...common, series: detailed, sources: false } : null);
  }

  /** Series of all metrics. */
  #countAll() {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }
}
