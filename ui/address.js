/**
 * Keeps the page's address and the chart in step: at the start the address is put into the chart, later what the reader
 * does is put into the address, replacing it, because every click in the history would be in the reader's way.
 */

import { compareMs, readUrl } from './url-state.js';
/** @import {Chart} from '../charts/index.js' */
/** @import {PageState, PageView} from './types.js' */

/** Browsers refuse an address that changes more often than some hundred times in half a minute. */
const WRITE_MS = 400;
/** More names than an address ever holds; a selection may have thousands. */
const NAMES_MAX = 200;
/** A replay moves on all the time; a reload may repeat so much of it. */
const REPLAY_WRITE_MS = 3_000;

export class Address {
  state = readUrl(location.search);
  /** What the address says, to load what writes it only when that is no longer true. */
  #written = JSON.stringify(this.state);
  #writtenAt = -Infinity;
  /** @type {number|null} */
  #timer = null;

  /** What of the chart is said when it is made. */
  get options() {
    const { channel, window, type, detail, zone: timeZone } = this.state;
    return { channel, window, type: shapeOf(type), detail, timeZone };
  }

  /** What of it can only be done to a chart. @param {Chart} chart */
  apply(chart) {
    const { metrics, only, hidden, filter, filterShown, pinned, view, compare, paused } = this.state;
    if (metrics.length > 0) chart.selectMetric({ type: 'only', names: metrics });
    if (only.length > 0) chart.select({ type: 'only', names: only });
    for (const name of hidden) chart.select({ type: 'toggle', name });
    if (filter !== '') chart.setFilter(filter);
    if (filterShown) chart.setFilterShown(true);
    if (pinned.length > 0) chart.pin(pinned);
    if (compare !== '') chart.compare(compareMs(compare, chart.windowMs));
    if (view.mode === 'held') chart.hold(view.from, view.to);
    else if (view.mode === 'at') chart.jump(view.at);
    else if (view.mode === 'replay' && paused) chart.hold(view.from, view.from + chart.windowMs);
    else if (view.mode === 'replay') chart.replay(view.from, view.speed);
    else if (paused) pauseOnceDrawn(chart);
  }

  /** Something may have changed: into the address, soon. @param {Chart} chart */
  remember(chart) {
    if (this.#timer !== null || JSON.stringify(this.present(chart)) === this.#written) return;
    const apart = chart.view.mode === 'replay' ? REPLAY_WRITE_MS : WRITE_MS;
    this.#timer = window.setTimeout(() => void this.#write(chart), Math.max(0, this.#writtenAt + apart - performance.now()));
  }

  /** The state as it is now. @param {Chart} chart @returns {PageState} */
  present(chart) {
    return Object.assign(this.state, {
      channel: chart.channel, window: chart.window, zone: chart.timeZone, metrics: chart.metricsOnly,
      only: (chart.seriesOnly ?? []).slice(0, NAMES_MAX), hidden: chart.seriesHidden.slice(0, NAMES_MAX),
      filter: chart.filter, filterShown: chart.filterShown,
      pinned: [...chart.pinned].slice(0, NAMES_MAX), detail: chart.detail.wanted,
      view: viewOf(chart), paused: false,
    });
  }

  /** @param {Chart} chart */
  async #write(chart) {
    const { writeUrl } = await import('./url-write.js');
    this.#timer = null;
    this.#writtenAt = performance.now();
    this.#written = JSON.stringify(this.present(chart));
    const search = writeUrl(this.state, location.search);
    if (search !== location.search) history.replaceState(null, '', search || location.pathname);
  }
}

/** There is nothing to stand still before the first picture. @param {Chart} chart */
function pauseOnceDrawn(chart) {
  const off = chart.on('refresh', () => {
    if (chart.state().lines === 0 || chart.stats().framesDrawn === 0) return;
    off();
    chart.pause();
  });
}

/** What the page calls stacked is an area whose groups the page keeps. @param {PageState['type']} type */
export const shapeOf = (type) => (type === 'stacked' ? 'area' : type);

/** @param {Chart} chart @returns {PageView} */
function viewOf({ view }) {
  const { mode, from, to, speed } = view;
  if (mode === 'live' || Number.isNaN(from)) return { mode: 'live' };
  return mode === 'replay' ? { mode: 'replay', from, speed } : { mode: 'held', from, to };
}
