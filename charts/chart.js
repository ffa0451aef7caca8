/**
 * The chart: joins connection → feed → model → painter, and answers what the widgets around it ask.
 *
 *     const live = chart(document.querySelector('#chart'), { channel: 'process-memory-demo', window: '5m' });
 *     // … live.destroy() gives everything back
 *
 * `data()`, `state()` and `stats()` are its inspection interface: what is held, how it is, what it cost. They are there
 * for tests and for a developer's console and stay stable.
 */

import { CellQuestion } from './cell.js';
import { Cursor } from './cursor.js';
import { Emitter } from './emitter.js';
import { onFrames } from './frame-loop.js';
import { Gestures } from './gestures.js';
import { Lists } from './lists.js';
import { BROWSER, Connection } from './live/connection.js';
import { Feed } from './live/feed.js';
import { Rest } from './live/rest.js';
import { parseSpan } from './live/span.js';
import { LiveModel } from './model.js';
import { addresses, liveUrl, WINDOW, windowMs } from './options.js';
import { Painter } from './painter.js';
import { Past } from './past.js';
import { Peek } from './peek.js';
import { clockTime } from './scale/time.js';
import { TimeView } from './scale/time-view.js';
import { Selection } from './selection.js';
import { detailText, marksOf, summaryText } from './words.js';
import { Overlay, overlayOf } from './widgets/overlay.js';
/** @import {ConnectionState, LiveFrame} from './types.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {ChartRow, Sort} from './lists.js' */
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {VisibilityAction} from './series/visibility.js' */
/** @import {ShapeName} from './scene.js' */
/** @import {ChartEvents} from './emitter.js' */

/** Legend, lists and counts: fast enough to read, slow enough to cost nothing; slower where nothing came. */
const REFRESH_MS = 250;
const IDLE_REFRESH_MS = 1_000;
const SNAPSHOT_WIDTH_MAX = 32_768;
/** A live window that was zoomed is asked for anew once it rests. */
const SETTLE_MS = 300;

export class Chart {
  #host;
  #options;
  #env;
  #model;
  #view;
  #painter;
  #cursor;
  #gestures;
  #overlay;
  #connection;
  #rest;
  #feed;
  #past;
  #peek;
  #cell;
  #bridge;
  #selection = new Selection();
  #lists;
  /** @type {Emitter<ChartEvents>} */
  #events = new Emitter();
  #loop = /** @type {ReturnType<typeof onFrames>|null} */ (null);
  #refreshedAt = -Infinity;
  #newsAt = 0;
  #framesReceived = 0;
  /** Of the last frame. @type {import('./types.js').Position|null} */
  #position = null;
  #rate = { at: NaN, messages: 0, points: 0, messagesPerSecond: 0, pointsPerSecond: 0 };
  /** Edge while motion is unwelcome: moves with data only. */
  #stillNow = NaN;
  #stillMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {number|null} */
  #settling = null;
  #hovers = false;
  /** @type {(() => void)[]} undone by close */
  #undo = [];

  /**
   * @param {HTMLElement} host
   * @param {ChartOptions} options
   */
  constructor(host, options) {
    this.#host = host;
    this.#options = { window: WINDOW, channel: '', detail: /** @type {const} */ ('auto'), ...options };
    this.#env = options.environment ?? BROWSER;
    this.#bridge = addresses(options, window.location);
    host.classList.add('eontide-chart');
    for (const [name, value] of [['role', 'figure'], ['aria-roledescription', 'live chart'], ['data-testid', 'chart']]) host.setAttribute(name, value);
    host.tabIndex = 0;
    this.#model = new LiveModel(this.windowMs);
    this.#view = new TimeView(this.windowMs);
    const { type = 'line', types = {}, axes = {}, colours = {}, names = {} } = options;
    this.#looks = { type, types, axes, colours, names };
    this.#painter = new Painter(host, this.#model, this.#view, this.#looks);
    this.#painter.zone = options.timeZone ?? 'local';
    this.#painter.points = options.points ?? false;
    this.#painter.grid = { x: true, y: true, ...options.grid };
    this.#lists = new Lists(this.#model, this.#selection);
    this.#cursor = new Cursor(host, this.#painter, this.#model, { labelOf: (name) => this.#labelOf(name), tooltip: options.tooltip ?? true });
    this.#overlay = new Overlay(host, (action) => this.#act(action));
    this.#rest = new Rest(this.#bridge.origin);
    this.#connection = new Connection(this.#bridge.live, {
      onFrame: (key, frame, at) => this.#take(key, frame, at), onState: (state) => this.#onConnection(state),
      onError: (key, message) => this.#onError(key, message), environment: this.#env,
    });
    this.#feed = new Feed(this.#connection, this.#rest, this.#wish(), () => this.#changed());
    this.#past = new Past(this.#rest, this.channel, this.#env, () => this.#changed());
    this.#peek = new Peek(this.#rest, this.#model);
    this.#cell = new CellQuestion(this.#rest);
    this.#gestures = options.interactive === false ? null : new Gestures(host, {
      box: () => this.#painter.plot.box, timeAt: (px) => this.#painter.plot.projection?.x(px) ?? NaN,
      range: () => ({ from: this.#view.from, to: this.#view.to }), hold: (from, to) => this.hold(from, to),
      zoom: (factor, at) => this.zoom(factor, at), reset: () => this.live(), click: (px, py) => this.#click(px, py),
    });
  }

  #looks;

  get channel() { return this.#options.channel; }
  get window() { return this.#options.window; }
  get windowMs() { return windowMs(this.#options.window); }
  get timeZone() { return this.#painter.zone; }
  get paused() { return this.#view.paused; }
  get connection() { return this.#connection.state; }
  get behindMs() { return this.#view.behind(this.#now()); }
  get pinned() { return this.#selection.pinned; }
  get filter() { return this.#selection.filter; }
  get type() { return this.#looks.type; }
  get comparing() { return this.#past.offset; }
  get view() {
    const { mode, from, to, speed } = this.#view;
    return { mode, from, to, speed, loading: this.#past.busy };
  }

  get detail() {
    const { mode } = this.#feed;
    const lines = this.#painter.lines.length;
    const series = mode === 'density' ? this.#feed.series : lines;
    const wanted = this.#options.detail;
    const pinned = [...this.#selection.pinned].filter((name) => this.#model.store.get(name)).length;
    return { mode, wanted, series, lines, text: detailText({ mode, wanted, series, lines, pinned, refused: this.#feed.refused }) };
  }

  open() {
    this.close();
    this.#describe();
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(this.#host);
    const off = new AbortController();
    const { signal } = off;
    window.addEventListener('online', () => this.#connection.hurry(), { signal });
    document.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.refreshTheme(), { signal });
    this.#host.addEventListener('pointerenter', () => this.#hover(true), { signal });
    this.#host.addEventListener('pointerleave', () => this.#hover(false), { signal });
    this.#loop = onFrames((now) => this.#step(now));
    this.#undo = [() => sizes.disconnect(), () => off.abort(), () => this.#loop?.close()];
    this.#resize();
    this.#feed.change(this.#wish());
    this.#feed.open();
    this.#connection.open();
    return this;
  }

  /** Ends the connection and the loop; the last picture stays. */
  close() {
    for (const undo of this.#undo.splice(0)) undo();
    this.#loop = null;
    if (this.#settling !== null) this.#env.cancel(this.#settling);
    this.#settling = null;
    this.#feed.close();
    this.#past.close();
    this.#peek.close();
    this.#cell.close();
    this.#connection.close();
  }

  /** For good: the host is as it was before, and nothing of the chart is left. */
  destroy() {
    this.close();
    this.#cursor.close();
    this.#gestures?.close();
    this.#overlay.close();
    this.#painter.close();
    this.#events.clear();
    this.#model.clear();
    this.#host.classList.remove('eontide-chart');
    for (const name of ['role', 'aria-roledescription', 'aria-label', 'data-testid', 'tabindex']) this.#host.removeAttribute(name);
  }

  // === what is watched ===

  /** @param {string} channel */
  setChannel(channel) {
    if (channel === this.channel) return;
    this.#options.channel = channel;
    this.#model.clear();
    this.#past.reset(channel);
    this.#peek.clear();
    this.#selection.clear();
    this.#view.live();
    this.#describe();
    this.#resubscribe();
  }

  /** @param {string} span  `15m` */
  setWindow(span) {
    if (parseSpan(span) === null) return;
    this.#options.window = span;
    this.#view.windowMs = this.#model.windowMs = this.windowMs;
    this.#view.live();
    this.#resubscribe();
    this.#events.emit('view', this.view);
  }

  /** @param {'auto'|'lines'|'density'} detail */
  setDetail(detail) {
    this.#options.detail = detail;
    this.#resubscribe();
  }

  /** @param {TimeZone} zone */
  setTimeZone(zone) {
    this.#painter.zone = zone;
    this.#changed();
  }

  /** How series are drawn. @param {ShapeName} type @param {string[]} [names]  of these series only */
  setType(type, names) {
    if (names) this.#looks.types = { ...this.#looks.types, ...Object.fromEntries(names.map((name) => [name, type])) };
    else Object.assign(this.#looks, { type, types: {} });
    this.#changed();
  }

  /** After the page's colours changed. */
  refreshTheme() {
    this.#painter.invalidate({ theme: true });
    this.#loop?.wake();
  }

  // === time ===

  pause() {
    this.#view.pause();
    this.#viewChanged();
  }

  live() {
    this.#view.live();
    this.#viewChanged();
  }

  /** Shows a range; one that reaches the present follows it. @param {number} from ms @param {number} to ms */
  hold(from, to) {
    this.#view.hold(from, to);
    this.#viewChanged();
  }

  /** @param {number} ms  to the future where positive */
  pan(ms) {
    this.#view.pan(ms);
    this.#viewChanged();
  }

  /** @param {number} factor  below 1: closer @param {number} [at]  the time that stays where it is */
  zoom(factor, at) {
    this.#view.zoom(factor, at ?? this.#view.to);
    this.#viewChanged();
  }

  /** The same span around a moment. @param {number} at ms */
  jump(at) {
    const span = this.#view.spanMs;
    this.#view.hold(at - span / 2, at + span / 2);
    this.#viewChanged();
  }

  /** Plays the past from a moment on. @param {number} from ms @param {number} speed  times real time, up to 60 */
  replay(from, speed) {
    this.#view.replay(from, speed);
    this.#viewChanged();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.#view.setSpeed(speed);
    this.#viewChanged();
  }

  /** Lays the range so much earlier over the one in sight. @param {number} offsetMs  0: none */
  compare(offsetMs) {
    this.#past.compare(offsetMs);
    this.#viewChanged();
  }

  // === what is chosen ===

  /** @param {VisibilityAction} action  on series */
  select(action) {
    this.#selection.select(action);
    this.#chosen();
  }

  /** @param {VisibilityAction} action  on metrics */
  selectMetric(action) {
    this.#selection.selectMetric(action);
    this.#chosen();
  }

  /** @param {string} text */
  setFilter(text) {
    this.#selection.setFilter(text);
    this.#chosen();
  }

  /** @param {boolean} shown  draws only what fits the filter */
  setFilterShown(shown) {
    this.#selection.showFiltered(shown);
    this.#chosen();
  }

  /** @param {Iterable<string>} names  series drawn as lines whatever else is shown */
  pin(names) {
    this.#selection.pin(names);
    this.#chosen();
  }

  /** @param {Iterable<string>} names */
  unpin(names) {
    this.#selection.unpin(names);
    this.#chosen();
  }

  /** Metrics isolated, for the page's address; empty: all. @returns {string[]} */
  get metricsOnly() { return [...(this.#selection.metrics.only ?? [])]; }
  /** Series isolated; null: all but the hidden. @returns {string[]|null} */
  get seriesOnly() { return this.#selection.only; }
  /** @returns {string[]} */
  get seriesHidden() { return [...this.#selection.series.hidden]; }

  /** @param {string|null} name */
  highlight(name) {
    this.#cursor.highlight(name);
  }

  // === lists for the widgets ===

  /**
   * @template {keyof ChartEvents} E
   * @param {E} event
   * @param {(value: ChartEvents[E]) => void} listener
   * @returns {() => void} removes it
   */
  on(event, listener) {
    return this.#events.on(event, listener);
  }

  /** The legend's series in an order. @param {{sort?: Sort, text?: string}} [options]  text: a filter in place of the reader's */
  names({ sort = 'name', text } = {}) {
    const range = { from: this.#view.from, to: this.#view.to, at: this.#env.now() };
    const ranked = sort === 'name' || this.#feed.mode === 'lines' ? null : this.#peek.order(this.channel, sort, range, this.#metricsShown());
    return this.#lists.names(sort, this.#listsAll, range, ranked, text ?? null);
  }

  /** @param {string} name @returns {ChartRow|null} */
  row(name) {
    const fact = this.#model.facts(this.#listsAll).get(name);
    if (!fact) return null;
    const status = this.#model.statusOf(name, this.#statusNow(), (ms) => clockTime(ms, this.timeZone));
    const held = this.#model.store.get(name)?.ring ?? null;
    return this.#lists.row(fact, {
      status, label: this.#labelOf(name), style: this.#painter.styleOf(fact), drawn: held !== null && this.#selection.isShown(fact),
      ring: held ?? this.#peek.recent(name),
    });
  }

  /** @returns {{name: string, count: number, visible: boolean}[]} in the order of first series */
  metrics() {
    const counted = this.#lists.metrics(this.#listsAll);
    if (counted.length > 0 || this.#feed.mode === 'lines') return counted;
    return this.#model.density.metrics().map((name) => ({ name, count: this.#model.density.seriesOf(name), visible: this.#selection.showsMetric(name) }));
  }

  sources() {
    return this.#model.sources.list();
  }

  /** Asks for recent points of series that are not held. @param {readonly string[]} names */
  peek(names) {
    this.#peek.ask(this.channel, names.filter((name) => !this.#model.store.get(name)), { from: this.#view.from, to: this.#view.to, at: this.#env.now() });
  }

  /** @param {string} name */
  recent(name) {
    return this.#model.store.get(name)?.ring ?? this.#peek.recent(name);
  }

  summary() {
    return summaryText({ channel: this.channel, detail: this.detail, view: this.view, zone: this.timeZone, sources: this.#counts(), rows: this.#painter.lines });
  }

  /** The present picture, for any canvas-like context. */
  picture() {
    const { plot } = this.#painter;
    return { width: plot.width, height: plot.height, draw: (/** @type {CanvasRenderingContext2D} */ context) => plot.drawOn(context) };
  }

  /** What is shown as rows. @returns {{columns: string[], rows: Iterable<(number)[]>}} */
  table() {
    return this.#painter.table();
  }

  // === inspection ===

  /** Every point held, as held, and where the lines break because a life began. */
  data() {
    return [...this.#model.store.values()].map(({ name, ring }) => ({
      name, x: [...ring.x.subarray(ring.start, ring.end)], v: [...ring.v.subarray(ring.start, ring.end)],
      breaks: [...this.#model.sources.breaksOf(name)],
    }));
  }

  state() {
    return {
      connection: this.connection.name, reason: this.connection.reason, position: this.#position,
      channel: this.channel, window: this.window, paused: this.paused, behindMs: this.behindMs, filled: this.#model.filled,
      series: this.#feed.mode === 'density' ? this.#feed.series : this.#model.store.size, lines: this.#painter.lines.length, ...this.#counts(),
      gaps: this.#model.gaps.list.map((band) => ({ ...band })), now: this.#now(), from: this.#view.from, to: this.#view.to, mode: this.#feed.mode,
    };
  }

  stats() {
    const { messagesPerSecond, pointsPerSecond } = this.#rate;
    return {
      framesDrawn: this.#painter.drawn, drawsSkipped: this.#painter.skipped, drawMs: this.#painter.drawMs, columnsDrawn: this.#painter.plot.columnsDrawn,
      framesReceived: this.#framesReceived, pointsReceived: this.#model.points, decodeErrors: this.#connection.decodeErrors,
      seriesRefused: this.#model.store.refused, messagesPerSecond, pointsPerSecond, latencyMs: this.#painter.latencyMs,
    };
  }

  // === inside ===

  #counts() {
    if (this.#feed.mode === 'density' && this.#model.sources.size === 0) return this.#feed.sources;
    return this.#model.sources.counts();
  }

  get #listsAll() { return this.#feed.mode === 'density'; }

  /** @param {string} name */
  #labelOf(name) { return this.#looks.names[name] ?? name; }

  /** Metrics that are shown; null: all. */
  #metricsShown() {
    const { only, hidden } = this.#selection.metrics;
    if (only) return [...only];
    return hidden.size === 0 ? null : this.metrics().filter(({ visible }) => visible).map(({ name }) => name);
  }

  #wish() {
    const { channel, window: span, series = [], detail } = this.#options;
    const width = Math.min(SNAPSHOT_WIDTH_MAX, this.#painter?.plot.columns ?? 1);
    return { channel, window: this.#liveSpan ?? span, width, series, detail, metrics: this.#metricsShown(), only: this.#selection.only, pinned: [...this.#selection.pinned] };
  }

  /** Of a live window that was zoomed; null: as it was asked for. @type {string|null} */
  #liveSpan = null;

  #resubscribe() {
    this.#liveSpan = null;
    if (this.#undo.length > 0) this.#feed.change(this.#wish());
    this.#changed();
  }

  #chosen() {
    if (this.#undo.length > 0) this.#feed.change(this.#wish());
    this.#changed();
  }

  #viewChanged() {
    this.#painter.invalidate();
    this.#changed();
    this.#settle();
    this.#events.emit('view', this.view);
  }

  /** A live view of another length than subscribed is asked for anew, once it rests. */
  #settle() {
    if (this.#settling !== null) this.#env.cancel(this.#settling);
    this.#settling = this.#env.after(() => {
      this.#settling = null;
      if (this.#view.mode !== 'live' || this.#undo.length === 0) return;
      const span = this.#view.spanMs === this.windowMs ? null : `${Math.ceil(this.#view.spanMs)}ms`;
      if (span === this.#liveSpan) return;
      this.#liveSpan = span;
      this.#model.windowMs = this.#view.spanMs;
      this.#feed.change(this.#wish());
    }, SETTLE_MS);
  }

  /** @param {string} key @param {LiveFrame} frame @param {number} at */
  #take(key, frame, at) {
    const keepFrom = this.paused ? this.#view.from : Infinity;
    const meant = this.#feed.take(key, frame);
    this.#model.apply(frame, at, { width: this.#painter.plot.columns, keepFrom, ...meant });
    if (frame.type !== 'gap' && frame.type !== 'presence') this.#position = frame.position;
    if (key === 'lines') this.#feed.seen(this.#model.store.size);
    this.#framesReceived += 1;
    this.#newsAt = at;
    this.#stillNow = this.#model.clock.now(at);
    if (frame.type === 'presence') this.#events.emit('presence', frame.sources);
    this.#loop?.wake();
  }

  /** @param {string} key @param {string} message */
  #onError(key, message) {
    if (this.#feed.failed(key, message)) this.#connection.close(message);
    this.#events.emit('error', message);
  }

  /** @param {ConnectionState} state */
  #onConnection(state) {
    if (state.name !== 'live') this.#stillNow = this.#now();
    this.#refreshedAt = -Infinity;
    this.#loop?.wake();
  }

  /** @param {'retry'|'restore'} action */
  #act(action) {
    if (action === 'restore') {
      this.#selection.selectMetric({ type: 'restore' });
      this.#selection.showFiltered(false);
      return this.select({ type: 'restore' });
    }
    if (this.connection.name !== 'closed') return this.#connection.hurry();
    this.#feed.open();
    this.#connection.open();
  }

  #changed() {
    this.#painter.invalidate({ axis: true });
    this.#refreshedAt = -Infinity;
    this.#loop?.wake();
  }

  /** @param {boolean} over */
  #hover(over) {
    if (!this.#options.pauseOnHover) return;
    if (over && !this.paused) {
      this.#hovers = true;
      this.pause();
    } else if (!over && this.#hovers) {
      this.#hovers = false;
      this.live();
    }
  }

  /** @param {number} px @param {number} py */
  #click(px, py) {
    const { plot, densityView, densityUnit } = this.#painter;
    if (!plot.projection) return;
    const time = plot.projection.x(px);
    if (!densityView) return this.#events.emit('click', { x: time, value: plot.projection.value(py) });
    void this.#cell.ask(this.channel, densityView, time, py, plot.projection, densityUnit).then((cell) => {
      if (cell) this.#events.emit('cell', cell);
    });
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
    this.#loop?.wake();
  }

  /** @param {number} frameAt @returns {number} when it is due again, ms */
  #step(frameAt) {
    const edge = this.#stillMotion.matches ? this.#stillNow : this.#now();
    if (this.#model.clock.known) {
      const shown = this.#past.show(this.#view, this.#model, this.#painter.plot.columns, {
        mode: this.#feed.mode, names: this.#feed.mode === 'density' ? this.#feed.detailed : this.#selection.only, metrics: this.#metricsShown(),
      });
      const drew = this.#painter.step(frameAt, {
        now: edge, key: `${this.#selection.generation} ${shown.key}`, away: this.#away(), marks: this.#marks(), store: shown.store,
        chosen: { isShown: (fact) => this.#isDrawn(fact), hasEnded: (name) => this.#hasEnded(name) },
        density: this.#feed.mode === 'density' ? this.#densityShown(shown.density) : null, others: shown.others,
      });
      if (drew) this.#cursor.draw(false);
      this.#feed.rank(this.#env.now(), this.view, this.#view.mode === 'live');
    }
    const wanted = frameAt - this.#newsAt < IDLE_REFRESH_MS ? REFRESH_MS : IDLE_REFRESH_MS;
    if (frameAt - this.#refreshedAt >= wanted) this.#refresh(frameAt);
    const rest = this.#stillMotion.matches || !this.#model.clock.known ? Infinity : this.#painter.rest(frameAt, edge);
    return Math.min(rest, this.#refreshedAt + wanted - frameAt);
  }

  /** @param {import('./series/density.js').DensityStore} store */
  #densityShown(store) {
    const metrics = this.#metricsShown() ?? store.metrics();
    const first = this.#model.sources.unitOf(metrics[0] ?? '');
    // Values of different units have no common axis: those of the first one are shown.
    const alike = metrics.filter((metric) => this.#model.sources.unitOf(metric) === first);
    return { store, metrics: alike, intervalMs: this.#model.sources.intervalMs, unit: first };
  }

  /** @param {SeriesFacts} fact */
  #isDrawn(fact) {
    return this.#selection.isShown(fact) || (this.#selection.pinned.has(fact.name) && this.#selection.showsMetric(fact.metric));
  }

  #marksCache = { key: '', marks: /** @type {import('./draw/marks.js').Mark[]} */ ([]) };

  #marks() {
    if (this.#options.markers === false) return [];
    const { sources } = this.#model;
    const key = `${sources.generation} ${this.timeZone}`;
    if (key !== this.#marksCache.key) this.#marksCache = { key, marks: marksOf(sources.events, this.timeZone) };
    return this.#marksCache.marks;
  }

  /** @param {number} frameAt */
  #refresh(frameAt) {
    this.#refreshedAt = frameAt;
    this.#measureRate();
    this.#overlay.show(this.#overlayContent());
    this.#events.emit('refresh', undefined);
  }

  #measureRate() {
    const at = this.#env.now();
    const seconds = (at - this.#rate.at) / 1000;
    if (seconds < 1) return;
    const { messages } = this.#feed;
    const { points } = this.#model;
    this.#feed.messages = 0;
    this.#rate = {
      at, messages, points, messagesPerSecond: Number.isNaN(seconds) ? 0 : messages / seconds,
      pointsPerSecond: Number.isNaN(seconds) ? 0 : (points - this.#rate.points) / seconds,
    };
  }

  #overlayContent() {
    const { clock, store, sources, filled } = this.#model;
    const density = this.#feed.mode === 'density';
    return overlayOf({
      connection: this.connection, now: this.#env.now(), filled, series: density ? this.#feed.series : store.size,
      lines: density ? this.#feed.series : this.#painter.lines.length, sources: sources.size, channel: this.channel,
      bridge: new URL(this.#bridge.origin).host, until: clock.known ? clockTime(clock.last, this.timeZone) : '', window: this.window,
      past: this.#view.mode === 'live' ? null : this.#past.state,
    });
  }

  /** @param {string} name */
  #hasEnded(name) {
    return this.#model.statusOf(name, this.#statusNow(), () => '').state !== 'up';
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

/**
 * Makes a chart in an element and opens it.
 * @param {HTMLElement} host
 * @param {ChartOptions} options
 */
export function chart(host, options) {
  return new Chart(host, options).open();
}

export { liveUrl };
