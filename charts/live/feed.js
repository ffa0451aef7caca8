/**
 * What is asked of the bridge, by what is shown.
 *
 * Few series are subscribed as lines, with their sources. Of many only merged columns are, with three things beside them:
 * who is up or down, the series that are highest in the window, and those that the reader pinned, as exact lines. Which
 * series are highest the bridge ranks; it is asked every few seconds while the page is seen.
 *
 *     key        subscription
 *     lines      every series, or those chosen; with sources            mode `lines`
 *     density    merged columns of every metric                         mode `density`
 *     presence   no series, sources only                                mode `density`
 *     detail     the highest and the pinned, without sources            mode `density`
 */

import { detailOf } from './detail.js';
/** @import {Connection} from './connection.js' */
/** @import {Rest} from './rest.js' */
/** @import {DensityFrame, LiveFrame, Subscription} from '../types.js' */

/** Lines drawn one by one beside merged columns. */
export const TOP = 15;
const RANK_MS = 5_000;
/** Patterns of one subscription, by the bridge's limit. */
const NAMES_MAX = 256;
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
  #connection;
  #rest;
  #onChange;
  /** @type {Wish} */
  #wish;
  /** Series of each metric, from the density view. @type {Map<string, number>} */
  #counts = new Map();
  /** Of the last ranking; null before, and where something else is shown since. @type {number|null} */
  #total = null;
  #rankedAt = -Infinity;
  #rankedKey = '';
  /** @type {AbortController|null} */
  #ranking = null;
  /** A density view that the bridge refused: why. */
  refused = '';

  /**
   * @param {Connection} connection
   * @param {Rest} rest
   * @param {Wish} wish
   * @param {() => void} onChange  the mode, or what is drawn line by line, is another
   */
  constructor(connection, rest, wish, onChange) {
    this.#connection = connection;
    this.#rest = rest;
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

  /** Drawn line by line beside the columns. */
  get detailed() {
    const names = new Set(this.#wish.pinned.slice(-NAMES_MAX));
    for (const name of this.#wish.only ?? this.top) if (names.size < NAMES_MAX) names.add(name);
    return [...names];
  }

  /** Afresh: nothing is known. */
  open() {
    this.known = this.#wish.detail === 'lines';
    this.#counts.clear();
    this.#total = null;
    this.top = [];
    this.refused = '';
    this.mode = this.known || this.#wish.only ? 'lines' : 'density';
    this.#rankedAt = -Infinity;
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
    const { channel, detail, series } = this.#wish;
    if (channel !== before.channel || series !== before.series || (detail !== before.detail && !this.known)) return this.open();
    this.#decide();
    this.#subscribe();
  }

  /**
   * @param {string} key
   * @param {LiveFrame} frame
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

  /** In the lines view: how many there are now. @param {number} series */
  seen(series) {
    if (this.mode !== 'lines' || this.#wish.detail !== 'auto' || this.#wish.only) return;
    if (detailOf('auto', series, this.mode) === 'density') {
      this.mode = 'density';
      this.known = true;
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
   * @param {{from: number, to: number}} range  in sight
   * @param {boolean} live
   */
  rank(now, { from, to }, live) {
    if (this.mode !== 'density' || !this.known || this.#wish.only) return;
    const { channel, metrics, series } = this.#wish;
    const key = `${channel} ${metrics} ${live ? '' : `${Math.round(from)} ${Math.round(to)}`}`;
    if (key === this.#rankedKey && (!live || now - this.#rankedAt < RANK_MS)) return;
    if (key !== this.#rankedKey) this.#total = null;
    this.#rankedKey = key;
    this.#rankedAt = now;
    // As a span, which all viewers of the channel ask alike: the bridge works it out once for them.
    const range = live ? { from: `${Math.round(to - from)}ms` } : { from, to };
    void this.#askRanking({ channel, of: 'max', ...range, k: TOP, metric: metrics, series: series.length > 0 ? series : null });
  }

  /** @param {Parameters<Rest['ranking']>[0]} query */
  async #askRanking(query) {
    this.#ranking?.abort();
    const asked = new AbortController();
    this.#ranking = asked;
    try {
      const { series, total } = await this.#rest.ranking({ ...query, signal: asked.signal });
      if (asked.signal.aborted || this.mode !== 'density') return;
      this.top = series.map(({ name }) => name);
      this.#total = total;
      this.#decide();
      this.#subscribe();
      this.#onChange();
    } catch {
      // Without an answer the lines stay as they are; the next question comes soon enough.
    }
  }

  /** @param {DensityFrame} frame */
  #count(frame) {
    if (!frame.snapshot) return;
    this.#counts = new Map(frame.metrics.map(({ name, series }) => [name, series]));
    if (frame.sources) this.sources = frame.sources;
    this.known = true;
    this.#decide();
    this.#subscribe();
    this.#onChange();
  }

  /** By what is wished and how many series there are. */
  #decide() {
    const { detail, only } = this.#wish;
    if (!this.known && detail !== 'lines') return;
    const before = this.mode;
    if (only && only.length <= NAMES_MAX) this.mode = 'lines';
    else if (detail !== 'auto' || this.#counts.size > 0) this.mode = this.refused ? 'lines' : detailOf(detail, this.series, this.mode);
    if (this.mode !== before) this.#onChange();
  }

  #subscribe() {
    const { channel, window, width, series, only } = this.#wish;
    /** @type {Subscription} */
    const common = { channel, window, width };
    const lines = this.mode === 'lines';
    const names = only && this.#counts.size > 0 && this.series > NAMES_MAX ? only : series;
    this.#connection.set('density', lines ? null : { ...common, view: 'density' });
    this.#connection.set('presence', lines ? null : { channel, window: '1s', series: [NOTHING] });
    this.#connection.set('lines', lines ? { ...common, ...(names.length > 0 ? { series: names } : {}) } : null);
    const detailed = lines ? [] : this.detailed;
    this.#connection.set('detail', detailed.length > 0 ? { ...common, series: detailed, sources: false } : null);
  }
}
