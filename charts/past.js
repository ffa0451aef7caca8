/**
 * Points of the past: those of a range that is not live, and those of an earlier range laid over the one in sight. Says
 * each frame from where the picture's lines come.
 */

import { History } from './live/history.js';
import { DensityView } from './series/density-view.js';
/** @import {Environment} from './live/connection.js' */
/** @import {Rest} from './live/rest.js' */
/** @import {LiveModel} from './model.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {Ring} from './series/ring.js' */
/** @import {SeriesStore} from './series/store.js' */
/** @import {DensityStore} from './series/density.js' */

/**
 * @typedef {object} Shown
 * @property {string} key  changes with where things come from
 * @property {SeriesStore} store
 * @property {DensityStore|null} density
 * @property {{store: SeriesStore, density: DensityView|null, offset: number}|null} others  laid over it, so much earlier
 *
 * @typedef {{mode: 'lines'|'density', names: string[]|null, metrics: string[]|null}} Content
 * @typedef {{from: number, to: number, columnMs: number, content: Content, model: LiveModel}} Sight
 */

export class Past {
  offset = 0;
  #history;
  #others;
  /** Of a store of merged columns. @type {{store: DensityStore, view: DensityView}|null} */
  #othersView = null;
  #generation = 0;
  /** What was shown last, of a range that is fetched. @type {Sight|null} */
  #sight = null;

  /** @param {Rest} rest @param {string} channel @param {Environment} environment @param {() => void} onChange */
  constructor(rest, channel, environment, onChange) {
    const changed = () => {
      this.#generation += 1;
      onChange();
    };
    this.#history = new History(rest, channel, { onChange: changed, environment });
    this.#others = new History(rest, channel, { onChange: changed, environment });
  }

  get busy() { return this.#history.busy || this.#others.busy; }
  /** For the overlay: is the range on its way, refused, without any data? Null where what is shown was here already. */
  get state() {
    const { busy, error } = this.#history;
    return this.#sight && { busy, error, empty: this.#isEmpty(this.#sight) };
  }

  close() {
    // A chart may be opened again, and then wants to hear of answers again.
    this.#history.clear();
    this.#others.clear();
  }

  /** @param {string} channel */
  reset(channel) {
    this.#history.reset(channel);
    this.#others.reset(channel);
    this.#othersView = null;
    this.#generation += 1;
  }

  /** @param {number} offset ms; 0: nothing is laid over */
  compare(offset) {
    this.offset = offset;
    this.#others.clear();
    this.#othersView = null;
    this.#generation += 1;
  }

  /**
   * @param {TimeView} view
   * @param {LiveModel} model
   * @param {number} width  device pixels
   * @param {Content} content
   * @returns {Shown}
   */
  show(view, model, width, content) {
    const range = { from: view.from, to: view.to, width, now: model.clock.last };
    this.#sight = null;
    const others = this.offset > 0 && !Number.isNaN(view.from) ? this.#compared(range, content) : null;
    if (view.mode === 'live' || Number.isNaN(view.from) || this.#isHeld(view, model, content)) {
      return { key: `live ${this.#generation}`, store: model.store, density: model.density, others };
    }
    this.#sight = { from: view.from, to: view.to, columnMs: view.columnMs, content, model };
    this.#history.want({ ...range, mode: content.mode, series: content.names, metrics: content.metrics });
    // Until the range is here, what is held of it is better than nothing.
    if (this.#history.held === null) {
      return { key: `live ${this.#generation}`, store: model.store, density: model.density, others };
    }
    return { key: `past ${this.#generation}`, store: this.#history.store, density: this.#history.density, others };
  }

  /** Is all of what is in sight here, and is it nothing? @param {Sight} sight */
  #isEmpty({ from, to, columnMs, content: { mode, metrics }, model }) {
    const history = this.#history;
    if (!history.covers(from, Math.min(to, model.clock.last), columnMs)) return false;
    if (mode === 'density') return !hasColumns(history.density, metrics, from, to);
    return ![...history.store.values()].some((series) => crosses(series.ring, from, to, model.gapMs(series)));
  }

  /** Are the points of the range held as they came? @param {TimeView} view @param {LiveModel} model @param {Content} content */
  #isHeld(view, model, content) {
    const finest = content.mode === 'density' ? model.density?.stepMs ?? 0 : model.resolutionMs;
    return view.from >= model.heldFrom && view.columnMs >= finest * 0.99;
  }

  /** @param {{from: number, to: number, width: number}} range @param {Content} content */
  #compared({ from, to, width }, { mode, names, metrics }) {
    const { offset } = this;
    this.#others.want({ from: from - offset, to: to - offset, width, mode, series: names, metrics });
    const { store, density } = this.#others;
    if (mode === 'lines') return { store, density: null, offset };
    // Each answer is a store of its own.
    if (this.#othersView?.store !== density) this.#othersView = { store: density, view: new DensityView(density) };
    const { view } = this.#othersView;
    view.select(metrics ?? density.metrics(), density.stepMs, to - from);
    view.update();
    return { store, density: view, offset };
  }
}

/** @param {DensityStore} density @param {readonly string[]|null} metrics @param {number} from @param {number} to */
function hasColumns(density, metrics, from, to) {
  const { stepMs } = density;
  const names = metrics ?? density.metrics();
  for (let slot = Math.floor(from / stepMs); slot * stepMs <= to; slot++) if (names.some((metric) => density.get(metric, slot))) return true;
  return false;
}

/** Does a line have a point there, or go through? @param {Ring} ring @param {number} from @param {number} to @param {number} gapMs */
function crosses(ring, from, to, gapMs) {
  const next = ring.lowerBound(from);
  if (next === ring.end) return false;
  return ring.x[next] <= to || (next > ring.start && ring.x[next] - ring.x[next - 1] <= gapMs);
}
