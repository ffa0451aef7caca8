/**
 * The chart: joins connection → model → painter, and answers what the widgets around it ask.
 *
 *     const chart = new Chart(document.querySelector('#chart'), { channel: 'process-memory-demo', window: '5m' });
 *     chart.open();          // … chart.close() frees everything
 *
 * `data()`, `state()` and `stats()` are its inspection interface: what is held, how it is, what it cost. They are there
 * for tests and for a developer's console and stay stable.
 */

import { Cursor } from './cursor.js';
import { everyFrame } from './frame-loop.js';
import { BROWSER, Connection } from './live/connection.js';
import { parseSpan } from './live/span.js';
import { LiveModel } from './model.js';
import { Painter } from './painter.js';
import { clockTime } from './scale/time.js';
import { TimeView } from './scale/time-view.js';
import { formatValue, parseUnit } from './scale/units.js';
import { ALL, isVisible, reduceVisibility } from './series/visibility.js';
import { Overlay, overlayOf } from './widgets/overlay.js';
/** @import {ConnectionState, DataFrame, SeriesStatus, Subscription} from './types.js' */
/** @import {Style} from './draw/palette.js' */
/** @import {SeriesFacts} from './model.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {VisibilityAction} from './series/visibility.js' */
/** @import {Environment} from './live/connection.js' */

/** Legend, lists and counts: fast enough to read, slow enough to cost nothing. */
const REFRESH_MS = 250;
const WINDOW_DEFAULT_MS = 300_000;
const SNAPSHOT_WIDTH_MAX = 32_768;

/**
 * @typedef {object} ChartOptions
 * @property {string} channel
 * @property {string} [window]  `5m`
 * @property {string[]} [series]  patterns, `rss-*`; all where absent
 * @property {TimeZone} [timeZone]
 * @property {string} [url]  of the bridge's `/live`; the page's own bridge where absent
 * @property {Environment} [environment]
 *
 * @typedef {SeriesFacts & {style: Style, value: string, status: SeriesStatus, visible: boolean}} ChartRow  of the legend
 */

export class Chart {
  #host;
  #options;
  #env;
  #model;
  #view;
  #painter;
  #cursor;
  #overlay;
  #connection;
  #url;
  #visibility = ALL;
  #metricVisibility = ALL;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #refreshedAt = -Infinity;
  #framesReceived = 0;
  /** Edge while motion is unwelcome: moves with data only. */
  #stillNow = NaN;
  #stillMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {(() => void)[]} undone by close */
  #undo = [];

  /**
   * @param {HTMLElement} host
   * @param {ChartOptions} options
   */
  constructor(host, options) {
    this.#host = host;
    this.#options = { window: '5m', ...options };
    this.#env = options.environment ?? BROWSER;
    this.#url = options.url ?? liveUrl(window.location);
    host.classList.add('eontide-chart');
    host.setAttribute('role', 'figure');
    host.setAttribute('aria-roledescription', 'live chart');
    host.setAttribute('data-testid', 'chart');
    host.tabIndex = 0;
    this.#model = new LiveModel(this.windowMs);
    this.#view = new TimeView(this.windowMs);
    this.#painter = new Painter(host, this.#model, this.#view);
    this.#painter.zone = options.timeZone ?? 'local';
    this.#cursor = new Cursor(host, this.#painter, this.#model);
    this.#overlay = new Overlay(host, (action) => this.#act(action));
    this.#connection = new Connection(this.#url, {
      onFrame: (_, frame, at) => frame.type !== 'density' && this.#take(frame, at),
      onError: (_, message) => this.#connection.close(message),
      onState: (state) => this.#onConnection(state),
      environment: this.#env,
    });
  }

  get channel() { return this.#options.channel; }
  get window() { return this.#options.window; }
  get windowMs() { return parseSpan(this.#options.window) ?? WINDOW_DEFAULT_MS; }
  get timeZone() { return this.#painter.zone; }
  get paused() { return this.#view.paused; }
  get connection() { return this.#connection.state; }
  get behindMs() { return this.#view.behind(this.#now()); }

  open() {
    this.close();
    this.#describe();
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(this.#host);
    const off = new AbortController();
    const { signal } = off;
    window.addEventListener('online', () => this.#connection.hurry(), { signal });
    document.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.refreshTheme(), { signal });
    this.#undo = [() => sizes.disconnect(), () => off.abort(), everyFrame((now) => this.#step(now))];
    this.#resize();
    this.#connection.set('lines', this.#subscription());
    this.#connection.open();
  }

  /** Ends the connection and the loop; the last picture stays. */
  close() {
    for (const undo of this.#undo.splice(0)) undo();
    this.#connection.close();
  }

  /** For good: the host is as it was before. */
  remove() {
    this.close();
    this.#cursor.close();
    this.#overlay.close();
    this.#painter.close();
    this.#listeners.clear();
    this.#host.classList.remove('eontide-chart');
  }

  /** @param {string} channel */
  setChannel(channel) {
    if (channel === this.channel) return;
    this.#options.channel = channel;
    this.#model.clear();
    this.#visibility = ALL;
    this.#view.live();
    this.#describe();
    this.#resubscribe();
  }

  /** @param {string} span  `15m` */
  setWindow(span) {
    if (span === this.window || parseSpan(span) === null) return;
    this.#options.window = span;
    this.#view.windowMs = this.#model.windowMs = this.windowMs;
    this.#view.live();
    this.#resubscribe();
  }

  /** @param {TimeZone} zone */
  setTimeZone(zone) {
    this.#painter.zone = zone;
    this.#changed();
  }

  /** After the page's colours changed. */
  refreshTheme() {
    this.#painter.invalidate({ theme: true });
  }

  pause() {
    this.#view.pause();
    this.#changed();
  }

  live() {
    this.#view.live();
    this.#changed();
  }

  /** @param {VisibilityAction} action  on series */
  select(action) {
    this.#visibility = reduceVisibility(this.#visibility, action);
    this.#changed();
  }

  /** @param {VisibilityAction} action  on metrics */
  selectMetric(action) {
    this.#metricVisibility = reduceVisibility(this.#metricVisibility, action);
    this.#changed();
  }

  /** Metrics isolated, for the page's address; empty: all. @returns {string[]} */
  get metricsOnly() { return [...(this.#metricVisibility.only ?? [])]; }

  /** @param {string|null} name */
  highlight(name) {
    this.#cursor.highlight(name);
  }

  /**
   * Calls back when what the widgets show may have changed, four times a second at most.
   * @param {() => void} listener
   * @returns {() => void} removes it
   */
  onRefresh(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The legend's rows; series of metrics that are off are not in it. @returns {ChartRow[]} */
  rows() {
    const now = this.#statusNow();
    const clock = (/** @type {number} */ ms) => clockTime(ms, this.timeZone);
    /** @type {ChartRow[]} */
    const rows = [];
    for (const fact of this.#model.facts().values()) {
      const series = this.#model.store.get(fact.name);
      if (!series || !isVisible(this.#metricVisibility, fact.metric)) continue;
      rows.push({
        ...fact, style: this.#painter.palette.styleOf(fact.entity, fact.metric),
        value: formatValue(series.ring.lastValue, parseUnit(fact.unit)), status: this.#model.statusOf(series, now, clock),
        visible: isVisible(this.#visibility, fact.name),
      });
    }
    return rows;
  }

  /** @returns {{name: string, count: number, visible: boolean}[]} in the order of first series */
  metrics() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { metric } of this.#model.facts().values()) counts.set(metric, (counts.get(metric) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({ name, count, visible: isVisible(this.#metricVisibility, name) }));
  }

  sources() {
    return this.#model.sources.list();
  }

  /** Every point held, as held, and where the lines break because a life began. */
  data() {
    return [...this.#model.store.values()].map(({ name, ring }) => ({
      name, x: [...ring.x.subarray(ring.start, ring.end)], v: [...ring.v.subarray(ring.start, ring.end)],
      breaks: [...this.#model.sources.breaksOf(name)],
    }));
  }

  state() {
    const sources = this.sources();
    const up = sources.filter(({ state }) => state === 'up').length;
    return {
      connection: this.connection.name, reason: this.connection.reason, position: this.#connection.position('lines'),
      channel: this.channel, window: this.window, paused: this.paused, behindMs: this.behindMs, filled: this.#model.filled,
      series: this.#model.store.size, lines: this.#painter.lines.length, up, down: sources.length - up,
      gaps: this.#model.gaps.list.map((band) => ({ ...band })), now: this.#now(), from: this.#view.from, to: this.#view.to,
    };
  }

  stats() {
    return {
      framesDrawn: this.#painter.drawn, drawsSkipped: this.#painter.skipped, drawMs: this.#painter.drawMs,
      framesReceived: this.#framesReceived, pointsReceived: this.#model.points, decodeErrors: this.#connection.decodeErrors,
      seriesRefused: this.#model.store.refused,
    };
  }

  /** @returns {Subscription} */
  #subscription() {
    const { channel, window: span, series } = this.#options;
    const width = Math.min(SNAPSHOT_WIDTH_MAX, this.#painter.plot.columns);
    return { channel, window: span, width, ...(series && series.length > 0 ? { series } : {}) };
  }

  #resubscribe() {
    if (this.#undo.length > 0) {
      this.#connection.set('lines', this.#subscription());
      if (this.connection.name === 'closed') this.#connection.open();
    }
    this.#changed();
  }

  /** @param {DataFrame} frame @param {number} at */
  #take(frame, at) {
    const keepFrom = this.paused ? this.#view.from : Infinity;
    this.#model.apply(frame, at, { width: this.#painter.plot.columns, keepFrom });
    this.#framesReceived += 1;
    this.#stillNow = this.#model.clock.now(at);
  }

  /** @param {ConnectionState} state */
  #onConnection(state) {
    if (state.name !== 'live') this.#stillNow = this.#now();
    this.#refreshedAt = -Infinity;
  }

  /** @param {'retry'|'restore'} action */
  #act(action) {
    if (action === 'restore') {
      this.#metricVisibility = ALL;
      return this.select({ type: 'restore' });
    }
    this.#connection.set('lines', this.#subscription());
    if (this.connection.name === 'closed') this.#connection.open();
    else this.#connection.hurry();
  }

  #changed() {
    this.#painter.invalidate({ axis: true });
    this.#refreshedAt = -Infinity;
  }

  #onVisibility() {
    if (document.visibilityState !== 'visible') return;
    this.#painter.invalidate();
    this.#connection.hurry();
  }

  #resize() {
    const { clientWidth, clientHeight } = this.#host;
    this.#painter.plot.resize(clientWidth, clientHeight, window.devicePixelRatio || 1);
    this.#painter.invalidate();
  }

  /** @param {number} frameAt */
  #step(frameAt) {
    const isShown = (/** @type {SeriesFacts} */ { metric, name }) => (
      isVisible(this.#metricVisibility, metric) && isVisible(this.#visibility, name)
    );
    const edge = this.#stillMotion.matches ? this.#stillNow : this.#now();
    const ended = (/** @type {string} */ name) => this.#hasEnded(name);
    if (this.#model.clock.known && this.#painter.step(frameAt, edge, isShown, ended, this.#away())) this.#cursor.draw();
    if (frameAt - this.#refreshedAt < REFRESH_MS) return;
    this.#refreshedAt = frameAt;
    this.#overlay.show(this.#overlayContent());
    for (const listener of this.#listeners) listener();
  }

  #overlayContent() {
    const { clock, store, sources, filled } = this.#model;
    return overlayOf({
      connection: this.connection, now: this.#env.now(), filled, series: store.size, lines: this.#painter.lines.length,
      sources: sources.size, channel: this.channel, bridge: new URL(this.#url).host,
      until: clock.known ? clockTime(clock.last, this.timeZone) : '', window: this.window,
    });
  }

  /** @param {string} name */
  #hasEnded(name) {
    const series = this.#model.store.get(name);
    return series !== undefined && this.#model.statusOf(series, this.#statusNow(), () => '').state !== 'up';
  }

  /** The bridge's time. */
  #now() {
    return this.#model.clock.now(this.#env.now());
  }

  /** A bridge that cannot be heard is a hatched stretch, never lines that merely stop. */
  #away() {
    const { clock, filled } = this.#model;
    if (!filled || this.connection.name === 'live') return null;
    return { from: clock.last, to: this.#now(), reason: 'away', message: 'no connection' };
  }

  /** While the bridge is away nobody can say who is silent: judge by the last moment it was there. */
  #statusNow() {
    return this.connection.name === 'live' ? this.#now() : this.#model.clock.last;
  }

  #describe() {
    this.#host.setAttribute('aria-label', `Live chart of channel ${this.channel}. Arrow keys read points, Space pauses.`);
  }
}

/** @param {{protocol: string, host: string}} location */
export function liveUrl({ protocol, host }) {
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/live`;
}
