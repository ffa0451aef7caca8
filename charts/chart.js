//# allFunctionsCalledOnLoad
/**
 * The chart as a page sees it: what it may ask, a method each that only asks the engine, and longer for their number.
 *
 * It shows a channel and trusts its options; library.js adds data of a page's own and says what cannot be meant. The bridge's
 * page, which has none of it, loads less this way.
 *
 * `data()`, `state()` and `stats()` are its inspection interface: what is held, how it is, what it cost. They are there
 * for tests and for a developer's console and stay stable.
 */

import { Engine } from './engine.js';
import { NO_ALERTS } from './marks.js';
import { windowMs } from './options.js';
import { clockTime } from './scale/time.js';
import { lookOf } from './scene.js';
import { detailText, summaryText } from './words.js';
/** @import {ChartEvents} from './emitter.js' */
/** @import {ChartRow, Sort} from './lists.js' */
/** @import {Given} from './given.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {Looks, ShapeName} from './scene.js' */
/** @import {VisibilityAction} from './series/visibility.js' */

/** What its host says of itself while a chart is in it, where the page does not. */
const ATTRIBUTES = { role: 'figure', 'aria-roledescription': 'live chart', 'aria-label': 'Chart', 'data-testid': 'chart', tabindex: '0' };

export class Chart {
  #engine;
  #host;
  /** Attributes that it has from here. @type {string[]} */
  #lent;
  #hadClass;

  /**
   * @param {HTMLElement} host
   * @param {ChartOptions} options
   * @param {typeof Given|null} [given]  shows `options.data`
   */
  constructor(host, options, given = null) {
    this.#host = host;
    this.#engine = new Engine(host, options, given);
    this.#hadClass = host.hasAttribute('class');
    this.#lent = Object.keys(ATTRIBUTES).filter((name) => !host.hasAttribute(name));
    host.classList.add('eontide-chart');
    const said = options.data ? { ...ATTRIBUTES, 'aria-roledescription': 'chart' } : ATTRIBUTES;
    for (const [name, value] of Object.entries(said)) if (this.#lent.includes(name)) host.setAttribute(name, value);
  }

  get channel() { return this.#engine.options.channel; }
  get window() { return this.#engine.options.window; }
  get windowMs() { return windowMs(this.window); }
  get timeZone() { return this.#engine.painter.zone; }
  get paused() { return this.#engine.view.paused; }
  get origin() { return this.#engine.origin; }
  get connection() { return this.#engine.connection.state; }
  get behindMs() { return this.#engine.view.behind(this.#engine.now()); }
  get pinned() { return this.#engine.selection.pinned; }
  get filter() { return this.#engine.selection.filter; }
  get filterShown() { return this.#engine.selection.filterShown; }
  /** Of the x axis of data of the page's own; null where a channel is shown. */
  get xKind() { return this.#engine.given?.kind ?? null; }
  get type() { return this.#engine.looks.type; }
  get comparing() { return this.#engine.reach.comparing; }
  /** @returns {ChartEvents['view']} */
  get view() { return this.#engine.viewState(); }

  get detail() {
    const { feed, given, painter, selection, model, options } = this.#engine;
    const { refused } = feed;
    const mode = given ? (this.type === 'density' ? 'density' : 'lines') : feed.mode;
    const lines = painter.lines.length;
    const series = mode === 'density' ? (given ? model.store.size : feed.series) : lines;
    const pinned = [...selection.pinned].filter((name) => model.store.get(name)).length;
    return { mode, wanted: options.detail, series, lines, text: detailText({ mode, wanted: options.detail, series, lines, pinned, refused }) };
  }

  open() {
    this.#describe();
    this.#engine.open();
    return this;
  }

  /** Ends the connection and the loop; the last picture stays. */
  close() {
    this.#engine.close();
  }

  /** For good: the host is as it was before, and nothing of the chart is left. */
  destroy() {
    this.#engine.destroy();
    this.#host.classList.remove('eontide-chart');
    if (!this.#hadClass && this.#host.classList.length === 0) this.#host.removeAttribute('class');
    for (const name of this.#lent) this.#host.removeAttribute(name);
  }

  // === what is watched, and how it looks ===

  /** @param {string} channel */
  setChannel(channel) {
    if (channel === this.channel) return;
    this.#engine.watch(channel);
    this.#describe();
  }

  /** @param {string} span  `15m` */
  setWindow(span) {
    const { options, view, model } = this.#engine;
    options.window = span;
    view.windowMs = model.windowMs = this.windowMs;
    view.live();
    this.#engine.resubscribe();
    this.#engine.viewChanged();
  }

  /** @param {'auto'|'lines'|'density'} detail */
  setDetail(detail) {
    this.#engine.options.detail = detail;
    this.#engine.resubscribe();
  }

  /** @param {TimeZone} zone */
  setTimeZone(zone) {
    this.#engine.painter.zone = zone;
    this.#engine.changed();
  }

  /** How series are drawn. @param {ShapeName} type @param {string[]} [names]  of these series only */
  setType(type, names) {
    const { given, looks } = this.#engine;
    if (!given && type === 'density') return this.setDetail('density');
    if (names) looks.types = { ...looks.types, ...Object.fromEntries(names.map((name) => [name, type])) };
    else Object.assign(looks, { type, types: {} });
    given?.refit();
    this.#engine.changed();
  }

  /** Which series stand on each other. @param {string[][]} groups */
  setGroups(groups) {
    this.#engine.looks.groups = groups;
    this.#engine.changed();
  }

  /** What of the looks is other than before; the rest stays. @param {Partial<Looks>} looks */
  setLooks(looks) {
    Object.assign(this.#engine.looks, looks);
    this.#engine.changed();
  }

  /**
   * Marks of the page's own at the foot of the plot, beside those of starts and deaths: alerts, deployments.
   * @param {readonly import('./draw/marks.js').Mark[]} marks
   */
  setMarks(marks) {
    this.#engine.setMarks(marks);
  }

  /** After the page's colours changed. */
  refreshTheme() {
    this.#engine.refreshTheme();
  }

  /** Columns of the page's own. @param {NonNullable<ChartOptions['data']>} data */
  load(data) {
    if (!this.#engine.given) throw new Error('this chart shows a channel: only one that was made with data can load more');
    this.#engine.given.load(data);
    this.#engine.changed();
  }

  /** @param {Iterable<string>} names */
  unload(names) {
    this.#engine.given?.unload(names);
    this.#engine.changed();
  }

  // === time ===

  pause() {
    this.#engine.view.pause();
    this.#engine.viewChanged();
  }

  live() {
    const { given, view } = this.#engine;
    if (given) given.reset();
    else view.live();
    this.#engine.viewChanged();
  }

  /** Shows a range; one that reaches the present follows it. @param {number} from ms @param {number} to ms */
  hold(from, to) {
    this.#engine.view.hold(from, to, this.#engine.given !== null);
    this.#engine.viewChanged();
  }

  /** @param {number} ms  to the future where positive */
  pan(ms) {
    this.#engine.view.pan(ms);
    this.#engine.viewChanged();
  }

  /** @param {number} factor  below 1: closer @param {number} [at]  the time that stays where it is */
  zoom(factor, at) {
    const { given, view } = this.#engine;
    (given ?? view).zoom(factor, at ?? view.to);
    this.#engine.viewChanged();
  }

  /** The same span around a moment. @param {number} at ms */
  jump(at) {
    const span = this.#engine.view.spanMs;
    this.hold(at - span / 2, at + span / 2);
  }

  /** Plays the past from a moment on. @param {number} from ms @param {number} speed  times real time, up to 60 */
  replay(from, speed) {
    this.#engine.view.replay(from, speed);
    this.#engine.viewChanged();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.#engine.view.setSpeed(speed);
    this.#engine.viewChanged();
  }

  /** Lays the range so much earlier over the one in sight. @param {number} offsetMs  0: none */
  compare(offsetMs) {
    this.#engine.reach.compare(offsetMs);
    this.#engine.viewChanged();
  }

  // === what is chosen ===

  /** @param {VisibilityAction} action  on series */
  select(action) {
    this.#engine.selection.select(action);
    this.#engine.chosen();
  }

  /** @param {VisibilityAction} action  on metrics */
  selectMetric(action) {
    this.#engine.selection.selectMetric(action);
    this.#engine.chosen();
  }

  /** @param {string} text */
  setFilter(text) {
    this.#engine.selection.setFilter(text);
    this.#engine.chosen();
  }

  /** @param {boolean} shown  draws only what fits the filter */
  setFilterShown(shown) {
    this.#engine.selection.showFiltered(shown);
    this.#engine.chosen();
  }

  /** @param {Iterable<string>} names  series drawn as lines whatever else is shown */
  pin(names) {
    this.#engine.selection.pin(names);
    this.#engine.chosen();
  }

  /** @param {Iterable<string>} names */
  unpin(names) {
    this.#engine.selection.unpin(names);
    this.#engine.chosen();
  }

  /** Metrics isolated, for the page's address; empty: all. @returns {string[]} */
  get metricsOnly() { return [...(this.#engine.selection.metrics.only ?? [])]; }
  /** Series isolated; null: all but the hidden. @returns {string[]|null} */
  get seriesOnly() { return this.#engine.selection.only; }
  /** @returns {string[]} */
  get seriesHidden() { return [...this.#engine.selection.series.hidden]; }

  /** @param {string|null} name */
  highlight(name) {
    this.#engine.hands.highlight(name);
  }

  // === lists for the widgets ===

  /**
   * @template {keyof ChartEvents} E
   * @param {E} event
   * @param {(value: ChartEvents[E]) => void} listener
   * @returns {() => void} removes it
   */
  on(event, listener) {
    return this.#engine.events.on(event, listener);
  }

  /** The legend's series in an order. @param {{sort?: Sort, text?: string}} [options]  text: a filter in place of the reader's */
  names({ sort = 'name', text } = {}) {
    const { env, feed, listsAll, lists, view } = this.#engine;
    const range = { from: view.from, to: view.to, at: env.now() };
    const ranked = sort === 'name' || feed.mode === 'lines' ? null : this.#engine.reach.want()?.peek.order(this.channel, sort, range, this.#engine.metricsShown()) ?? null;
    return lists.names(sort, listsAll, range, ranked, text ?? null);
  }

  /** @param {string} name @returns {ChartRow|null} */
  row(name) {
    const { lists, listsAll, model, painter, reach } = this.#engine;
    const fact = model.facts(listsAll).get(name);
    if (!fact) return null;
    const { notation } = painter;
    const axis = lookOf(this.#engine.looks.axes, name);
    const status = model.statusOf(name, this.#engine.statusNow(), (ms) => clockTime(ms, this.timeZone, notation.locale));
    const held = model.store.get(name)?.ring ?? null;
    return lists.row(fact, {
      status, label: this.#engine.labelOf(name), style: listsAll ? { ...painter.styleOf(fact), dash: 0 } : painter.styleOf(fact),
      drawn: held !== null && this.#engine.isDrawn(fact), ring: held ?? reach.part?.peek.recent(name) ?? null,
      write: (value) => notation.value(value, notation.unit(fact.unit, axis), axis), colour: lookOf(this.#engine.looks.colours, name) ?? null,
    });
  }

  /** @returns {{name: string, count: number, visible: boolean}[]} in the order of first series */
  metrics() {
    return this.#engine.metrics();
  }

  sources() {
    return this.#engine.model.sources.list();
  }

  /** Asks for recent points of series that are not held. @param {readonly string[]} names */
  peek(names) {
    const { env, model, view } = this.#engine;
    const missing = names.filter((name) => !model.store.get(name));
    if (missing.length > 0) this.#engine.reach.want()?.peek.ask(this.channel, missing, { from: view.from, to: view.to, at: env.now() });
  }

  /** @param {string} name */
  recent(name) {
    return this.#engine.model.store.get(name)?.ring ?? this.#engine.reach.part?.peek.recent(name) ?? null;
  }

  /** For a reader who does not see the picture. */
  summary() {
    const { given, painter } = this.#engine;
    const facts = {
      channel: this.channel, detail: this.detail, view: this.view, sources: this.#engine.counts(), rows: painter.lines,
      alerts: this.#engine.model.alerts?.firing ?? NO_ALERTS, notation: painter.notation, labelOf: (/** @type {string} */ name) => this.#engine.labelOf(name),
    };
    return given ? given.summary(facts) : summaryText(facts);
  }

  /** The present picture, for any canvas-like context. */
  picture() {
    return this.#engine.painter.picture();
  }

  /**
   * What is shown as rows: time in ms, then a value for each column. `place` writes an x that is no time; null where it is one.
   * @returns {{columns: string[], rows: Iterable<number[]>, place: ((x: number) => string)|null, range: {from: number, to: number}}}
   */
  table() {
    return this.#engine.painter.table();
  }

  // === inspection ===

  /** Every point held, as held, and where the lines break because a life began. */
  data() {
    const { store, sources } = this.#engine.model;
    return [...store.values()].map(({ name, ring }) => ({
      name, x: [...ring.x.subarray(ring.start, ring.end)], v: [...ring.v.subarray(ring.start, ring.end)], breaks: [...sources.breaksOf(name)],
    }));
  }

  /** What was said of alerts, those that are over included; the same list until something is. */
  alerts() {
    return this.#engine.model.alerts?.list ?? NO_ALERTS;
  }

  state() {
    const { feed, model, painter, position, view } = this.#engine;
    return {
      connection: this.connection.name, reason: this.connection.reason, position, channel: this.channel, window: this.window, paused: this.paused,
      behindMs: this.behindMs, filled: model.filled, series: feed.mode === 'density' ? feed.series : model.store.size, lines: painter.lines.length,
      ...this.#engine.counts(), hearing: model.sources.deafSince === null, alerts: model.alerts?.firing ?? NO_ALERTS, gaps: model.gaps.list.map((band) => ({ ...band })), now: this.#engine.now(), from: view.from, to: view.to, mode: feed.mode,
    };
  }

  stats() {
    const { connection, framesReceived, model, painter, rate } = this.#engine;
    const { messagesPerSecond, pointsPerSecond } = rate;
    return {
      framesDrawn: painter.drawn, drawsSkipped: painter.skipped, drawMs: painter.drawMs, columnsDrawn: painter.plot.columnsDrawn, framesReceived,
      pointsReceived: model.points, decodeErrors: connection.decodeErrors, seriesRefused: model.store.refused, messagesPerSecond, pointsPerSecond,
      latencyMs: painter.latencyMs,
    };
  }

  #describe() {
    if (!this.#lent.includes('aria-label')) return;
    const what = this.#engine.given ? 'Chart. Arrow keys read points.' : `Live chart of channel ${this.channel}. Arrow keys read points, Space pauses.`;
    this.#host.setAttribute('aria-label', what);
  }
}
