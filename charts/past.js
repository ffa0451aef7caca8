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
 */

export class Past {
  offset = 0;
  #history;
  #others;
  /** Of a store of merged columns. @type {{store: DensityStore, view: DensityView}|null} */
  #othersView = null;
  #generation = 0;

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
  /** For the overlay: is the range on its way, or refused? */
  get state() { return { busy: this.#history.busy, error: this.#history.error }; }

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
    const others = this.offset > 0 && !Number.isNaN(view.from) ? this.#compared(range, content) : null;
    if (view.mode === 'live' || Number.isNaN(view.from) || this.#isHeld(view, model, content)) {
      return { key: `live ${this.#generation}`, store: model.store, density: model.density, others };
    }
    this.#history.want({ ...range, mode: content.mode, series: content.names, metrics: content.metrics });
    // Until the range is here, what is held of it is better than nothing.
    if (this.#history.held === null) {
      return { key: `live ${this.#generation}`, store: model.store, density: model.density, others };
    }
    return { key: `past ${this.#generation}`, store: this.#history.store, density: this.#history.density, others };
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
