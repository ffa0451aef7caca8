//# allFunctionsCalledOnLoad
/**
 * The inside of a chart: joins connection → feed → model → painter, and keeps them in step. What a page may ask of it is
 * in chart.js. The one place where these meet, and longer for it: what can stand alone is in a file of its own.
 */

import { Emitter } from './emitter.js';
import { onFrames } from './frame-loop.js';
import { Hands } from './hands.js';
import { Later } from './later.js';
import { Lists } from './lists.js';
import { BROWSER, Connection } from './live/connection.js';
import { Feed } from './live/feed.js';
import { Marks } from './marks.js';
import { LiveModel } from './model.js';
import { addresses, WINDOW, windowMs } from './options.js';
import { Painter, RIDE_MS } from './painter.js';
import { Rate } from './rate.js';
import { liveOf, Reach } from './reach.js';
import { clockTime } from './scale/time.js';
import { TimeView } from './scale/time-view.js';
import { lookOf } from './scene.js';
import { Selection } from './selection.js';
import { Overlay, overlayOf } from './widgets/overlay.js';
/** @import {ConnectionState, LiveFrame, PackedFrame, Position, PresenceFrame} from './types.js' */
/** @import {ChartEvents} from './emitter.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {Given} from './given.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {Looks} from './scene.js' */
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {DensityStore} from './series/density.js' */

/** Legend, lists and counts: fast enough to read, slow enough to cost nothing; slower where nothing came. */
const REFRESH_MS = 250;
const IDLE_REFRESH_MS = 1_000;
const SNAPSHOT_WIDTH_MAX = 32_768;
/** A live window that was zoomed is asked for anew once it rests. */
const SETTLE_MS = 300;
/** The same each time: another list would be another wish. @type {string[]} */
const ALL_SERIES = [];
/** @type {readonly Mark[]} */
const NO_MARKS = [];

export class Engine {
  host;
  options;
  env;
  model;
  view;
  painter;
  hands;
  connection;
  feed;
  rate;
  reach;
  /** Of a chart without a bridge. @type {Given|null} */
  given;
  /** @type {Looks} */
  looks;
  selection = new Selection();
  lists;
  /** @type {Emitter<ChartEvents>} */
  events = new Emitter();
  framesReceived = 0;
  /** Of the last frame. @type {Position|null} */
  position = null;
  #overlay;
  #bridge;
  #loop = /** @type {ReturnType<typeof onFrames>|null} */ (null);
  #refreshedAt = -Infinity;
  #newsAt = 0;
  #openedAt = NaN;
  /** Edge while motion is unwelcome: moves with data only. */
  #stillNow = NaN;
  #stillMotion = window.matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {number|null} */
  #settling = null;
  /** Of a live window that was zoomed; null: as it was asked for. @type {string|null} */
  #liveSpan = null;
  #hovers = false;
  #marks = new Marks();
  #aside;
  /** Frames with many that were only counted. @type {PresenceFrame[]} */
  #crowds = [];
  /** @type {(() => void)[]} undone by close */
  #undo = [];

  /** @param {HTMLElement} host @param {ChartOptions} options @param {typeof Given|null} given  shows `options.data` */
  constructor(host, options, given) {
    this.host = host;
    this.options = { window: WINDOW, channel: '', detail: /** @type {const} */ ('auto'), ...options };
    // A channel's merged columns are a level of detail of any shape.
    if (options.channel && options.type === 'density') this.options.detail = 'density';
    this.env = options.environment ?? BROWSER;
    this.#bridge = addresses(options, window.location);
    this.model = new LiveModel(windowMs(this.options.window));
    this.view = new TimeView(this.model.windowMs, { still: options.data !== undefined });
    const { type = 'line', types = {}, axes = {}, colours = {}, names = {}, groups = [] } = options;
    this.looks = { type: type === 'density' && !options.data ? 'line' : type, types, axes, colours, names, groups };
    const onError = (/** @type {string} */ message) => this.events.emit('error', message);
    this.painter = new Painter(host, this.model, this.view, this.looks, options, () => this.changed(), (name) => this.labelOf(name), onError);
    this.lists = new Lists(this.model, this.selection);
    this.hands = new Hands(host, () => this.#loadReading(), { moves: options.interactive !== false, onError });
    this.#overlay = new Overlay(host, (action) => this.#act(action));
    this.connection = new Connection(this.#bridge.live, {
      onFrame: (key, frame, at) => this.#take(key, frame, at), onState: (state) => this.#onConnection(state),
      onError: (key, message) => this.#onError(key, message), environment: this.env,
    });
    this.feed = new Feed(this.connection, null, this.#wish(), (ranked) => (ranked ? this.#loop?.wake() : this.changed()));
    this.reach = new Reach(this, {
      load: () => this.#loadBeyond(), apply: (key, frame, at) => this.#apply(key, frame, at), onLoad: () => this.changed(), onError,
    });
    this.#aside = new Later(() => this.#loadAside(), () => this.#wantParts(), onError);
    this.rate = new Rate();
    this.given = this.painter.given = options.data && given ? new given(this.model, this.view, options, this.looks) : null;
  }

  get isOpen() { return this.#undo.length > 0; }
  /** Are there series of which no point is here? */
  get listsAll() { return this.feed.mode === 'density' || this.feed.restricted; }

  open() {
    this.close();
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(this.host);
    const off = new AbortController();
    const { signal } = off;
    window.addEventListener('online', () => this.connection.hurry(), { signal });
    document.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.refreshTheme(), { signal });
    this.host.addEventListener('pointerenter', () => this.#hover(true), { signal });
    this.host.addEventListener('pointerleave', () => this.#hover(false), { signal });
    this.#loop = onFrames((now) => this.#step(now));
    this.#undo = [() => sizes.disconnect(), () => off.abort(), () => this.#loop?.close()];
    this.#resize();
    if (this.given) return this.given.open();
    this.#openedAt = this.env.now();
    this.feed.change(this.#wish());
    this.feed.open();
    this.connection.open();
  }

  /** Ends the connection and the loop; the last picture stays. */
  close() {
    for (const undo of this.#undo.splice(0)) undo();
    this.#loop = null;
    if (this.#settling !== null) this.env.cancel(this.#settling);
    this.#settling = null;
    this.feed.close();
    this.reach.close();
    this.connection.close();
  }

  destroy() {
    this.close();
    this.hands.close();
    this.#overlay.close();
    this.painter.close();
    this.events.clear();
    this.model.clear();
  }

  /** @param {string} channel */
  watch(channel) {
    this.options.channel = channel;
    this.model.clear();
    this.reach.reset(channel);
    this.selection.clear();
    this.view.live();
    this.#openedAt = this.env.now();
    this.resubscribe();
  }

  // === what changed ===

  resubscribe() {
    this.#liveSpan = null;
    this.chosen();
  }

  chosen() {
    this.#wantParts();
    if (this.isOpen && !this.given) this.feed.change(this.#wish());
    this.changed();
  }

  viewChanged() {
    // Whoever moves meanwhile wants to stay there when the pointer leaves.
    this.#hovers = false;
    this.painter.invalidate();
    this.changed();
    this.#settle();
    this.events.emit('view', this.viewState());
  }

  changed() {
    this.painter.invalidate({ axis: true });
    this.#refreshedAt = -Infinity;
    this.#loop?.wake();
  }

  /** @param {readonly Mark[]} marks */
  setMarks(marks) {
    this.#marks.set(marks);
    this.changed();
  }

  refreshTheme() {
    this.painter.invalidate({ theme: true });
    this.#loop?.wake();
  }

  viewState() {
    const { mode, from, to, speed } = this.view;
    return { mode, from, to, speed, loading: this.reach.busy };
  }

  /** The bridge's time. */
  now() {
    return this.model.clock.now(this.env.now());
  }

  /** While the bridge is away, or cut off, nobody can say who is silent: judge by the last moment it was there. */
  statusNow() {
    return this.model.sources.deafSince ?? (this.connection.state.name === 'live' ? this.now() : this.model.clock.last);
  }

  /** Of the bridge, `http://host:port`. */
  get origin() { return this.#bridge.origin; }

  /** @param {string} name */
  labelOf(name) {
    return lookOf(this.looks.names, name) ?? name;
  }

  counts() {
    if (this.listsAll && this.model.sources.size === 0) return this.feed.sources;
    return this.model.sources.counts();
  }

  metrics() {
    const counted = this.lists.metrics(this.listsAll);
    if (counted.length > 0 || !this.listsAll) return counted;
    const { density } = this.model;
    if (!density) return [];
    return density.metrics().map((name) => ({ name, count: density.seriesOf(name), visible: this.selection.showsMetric(name) }));
  }

  /** Metrics that are shown; null: all. */
  metricsShown() {
    const { only, hidden } = this.selection.metrics;
    if (only) return [...only];
    return hidden.size === 0 ? null : this.metrics().filter(({ visible }) => visible).map(({ name }) => name);
  }

  // === inside ===

  #wish() {
    const { channel, window: span, series = ALL_SERIES, detail } = this.options;
    const width = Math.min(SNAPSHOT_WIDTH_MAX, this.painter.plot.columns);
    const { only, pinned } = this.selection;
    return { channel, window: this.#liveSpan ?? span, width, series, detail, metrics: this.metricsShown(), only, pinned: [...pinned] };
  }

  async #loadReading() {
    const [{ Reading }] = await Promise.all([import('./reading.js'), import('./widgets/late-style.js')]);
    return new Reading(this);
  }

  /** @param {() => void} move */
  #moved(move) {
    move();
    this.viewChanged();
  }

  /** A live view of another length than subscribed is asked for anew, once it rests. */
  #settle() {
    if (this.#settling !== null) this.env.cancel(this.#settling);
    this.#settling = this.env.after(() => {
      this.#settling = null;
      if (this.view.mode !== 'live' || !this.isOpen || this.given) return;
      const span = this.view.spanMs === this.view.windowMs ? null : `${Math.ceil(this.view.spanMs)}ms`;
      if (span === this.#liveSpan) return;
      this.#liveSpan = span;
      this.model.windowMs = this.view.spanMs;
      this.feed.change(this.#wish());
    }, SETTLE_MS);
  }

  /** @param {string} key @param {LiveFrame|PackedFrame} frame @param {number} at */
  #take(key, frame, at) {
    // Each subscription says that something was skipped: once is enough.
    if (frame.type === 'gap' && key !== this.feed.mainKey) return;
    const meant = this.feed.take(key, frame);
    const { filled } = this.model;
    this.framesReceived += 1;
    if ('packed' in frame) this.reach.take(key, frame, at);
    else this.#apply(key, frame, at, meant);
    if (this.model.filled === filled) return void this.#loop?.wake();
    // What was said instead of it goes with the first picture, which need not wait for a frame: it is in the next one that the screen shows.
    this.#overlay.show(null);
    this.#loop?.now();
  }

  /** @param {string} key @param {LiveFrame} frame @param {number} at @param {{lines?: boolean, presence?: boolean}} [meant] */
  #apply(key, frame, at, meant) {
    const keepFrom = this.view.paused ? this.view.from : Infinity;
    this.model.apply(frame, at, { width: this.painter.plot.columns, keepFrom, ...meant });
    if ('position' in frame) this.position = frame.position;
    if (key === 'lines') this.#see();
    this.#newsAt = at;
    this.#stillNow = this.model.clock.now(at);
    if (frame.type === 'presence' && frame.groups?.length) this.#crowds.push(frame);
    this.#wantParts();
    if (frame.type === 'presence') this.events.emit('presence', frame.sources);
  }

  /** Who is not well, filters, many that were only counted: what the first picture does without. */
  #wantParts() {
    const { model: { sources }, selection } = this;
    if (sources.uneasy || this.model.wantsAlerts || selection.wantsFilter || this.lists.wantsFigures || this.#crowds.length > 0) this.#aside.want()?.help(this, this.#crowds.splice(0));
  }

  async #loadAside() {
    const { Aside } = await import('./aside.js');
    return new Aside();
  }

  async #loadBeyond() {
    const { Beyond } = await import('./beyond.js');
    return new Beyond({
      origin: this.#bridge.origin, channel: this.options.channel, environment: this.env, model: this.model, onChange: () => this.changed(),
    });
  }

  /** More lines than are to be told apart? */
  #see() {
    if (!this.metricsShown()) return this.feed.seen(this.model.store.size);
    let shown = 0;
    for (const { metric } of this.model.facts().values()) if (this.selection.showsMetric(metric)) shown += 1;
    this.feed.seen(shown);
  }

  /** @param {string} key @param {string} message */
  #onError(key, message) {
    if (this.feed.failed(key, message)) this.connection.close(message);
    this.events.emit('error', message);
  }

  /** @param {ConnectionState} state */
  #onConnection(state) {
    if (state.name !== 'live') this.#stillNow = this.now();
    this.#refreshedAt = -Infinity;
    this.#loop?.wake();
  }

  /** @param {'retry'|'restore'} action */
  #act(action) {
    if (action === 'restore') {
      this.selection.selectMetric({ type: 'restore' });
      this.selection.showFiltered(false);
      this.selection.select({ type: 'restore' });
      return this.chosen();
    }
    if (this.connection.state.name !== 'closed') return this.connection.hurry();
    this.feed.open();
    this.connection.open();
  }

  /** @param {boolean} over */
  #hover(over) {
    if (!this.options.pauseOnHover) return;
    if (over && !this.view.paused) {
      this.#moved(() => this.view.pause());
      this.#hovers = true;
    } else if (!over && this.#hovers) {
      this.#hovers = false;
      this.#moved(() => this.view.live());
    }
  }

  #onVisibility() {
    if (document.visibilityState !== 'visible') return;
    this.painter.invalidate();
    this.connection.hurry();
  }

  #resize() {
    const { clientWidth, clientHeight } = this.host;
    this.painter.plot.resize(clientWidth, clientHeight, window.devicePixelRatio || 1);
    this.painter.invalidate();
    this.#loop?.wake();
  }

  /** @param {number} frameAt @returns {number} when it is due again, ms */
  #step(frameAt) {
    const edge = this.#stillMotion.matches ? this.#stillNow : this.now();
    const known = this.model.clock.known || this.given !== null;
    if (known) this.#draw(frameAt, edge);
    const wanted = frameAt - this.#newsAt < IDLE_REFRESH_MS ? REFRESH_MS : IDLE_REFRESH_MS;
    if (frameAt - this.#refreshedAt >= wanted) this.#refresh(frameAt);
    // In a frame that draws anyway, where there is one soon.
    const rest = this.#stillMotion.matches || !known ? Infinity : this.painter.rest(frameAt, edge);
    return Math.min(rest, this.#refreshedAt + wanted + RIDE_MS - frameAt);
  }

  /** @param {number} frameAt @param {number} edge */
  #draw(frameAt, edge) {
    const density = this.feed.mode === 'density' && !this.given;
    const shown = this.given ? liveOf(this.model) : this.reach.show(this.view, {
      mode: this.feed.mode, names: density ? this.feed.detailed : this.feed.names ?? this.selection.only, metrics: this.metricsShown(),
    });
    const drew = this.painter.step(frameAt, {
      now: edge, key: `${this.selection.generation} ${shown.key}`, away: this.#away(), marks: this.options.markers === false ? NO_MARKS : this.#marks.of(this.model, this.painter.zone, this.painter.notation.locale), store: shown.store,
      chosen: { isShown: (fact) => this.isDrawn(fact), hasEnded: (name) => this.#hasEnded(name) },
      density: density ? this.#densityShown(shown.density) : this.#givenDensity(), others: shown.others,
    });
    if (drew) this.hands.draw();
    if (!this.given) this.feed.rank(this.env.now(), this.view, this.view.mode === 'live');
  }

  #givenDensity() {
    if (this.looks.type !== 'density' || !this.given) return null;
    const beyond = this.reach.want();
    return beyond && this.given.density(beyond.given, this.selection);
  }

  /** @param {DensityStore|null} store */
  #densityShown(store) {
    if (!store) return null;
    const { sources } = this.model;
    const metrics = this.metricsShown() ?? store.metrics();
    const unit = sources.unitOf(metrics[0] ?? '');
    // Values of different units have no common axis: those of the first one are shown.
    return { store, metrics: metrics.filter((metric) => sources.unitOf(metric) === unit), intervalMs: sources.intervalMs, unit };
  }

  /** @param {SeriesFacts} fact */
  isDrawn(fact) {
    const { selection } = this;
    if (this.given && this.looks.type === 'density') return selection.pinned.has(fact.name);
    return selection.isShown(fact) || (selection.pinned.has(fact.name) && selection.showsMetric(fact.metric));
  }

  /** @param {number} frameAt */
  #refresh(frameAt) {
    if (this.selection.settle(this.metrics())) this.chosen();
    this.#refreshedAt = frameAt;
    this.#wantParts();
    this.model.sources.settle(this.now());
    this.rate.measure(this.env.now(), this.feed.takeMessages(), this.model.points);
    this.#overlay.show(this.given ? null : this.#overlayContent());
    this.events.emit('refresh', undefined);
  }

  #overlayContent() {
    const { clock, store, sources, filled } = this.model;
    const density = this.feed.mode === 'density';
    return overlayOf({
      connection: this.connection.state, now: this.env.now(), openedAt: this.#openedAt, filled, answered: this.connection.position(this.feed.mainKey) !== null, series: density ? this.feed.series : store.size,
      lines: density ? this.feed.series : this.painter.lines.length, sources: sources.size, channel: this.options.channel,
      bridge: new URL(this.#bridge.origin).host, window: this.options.window ?? '',
      until: clock.known ? clockTime(clock.last, this.painter.zone, this.painter.notation.locale) : '',
      past: this.view.mode === 'live' ? null : this.reach.pastState, deaf: sources.deafSince === null ? '' : clockTime(sources.deafSince, this.painter.zone, this.painter.notation.locale),
    });
  }

  /** @param {string} name */
  #hasEnded(name) {
    return !this.given && !/^u/.test(this.model.statusOf(name, this.statusNow(), () => '').state);
  }

  /** A bridge that cannot be heard is a hatched stretch, never lines that merely stop. */
  #away() {
    const { clock, filled } = this.model;
    if (!filled || this.given || this.connection.state.name === 'live') return null;
    return { from: clock.last, to: this.now(), reason: 'away', message: 'no connection' };
  }
}
