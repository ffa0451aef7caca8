/** Merged columns of series that a page hands over: what a bridge does with those of a channel. */

import { columnAt } from './draw/pick.js';
import { DensityColumn, DensityStore } from './series/density.js';
/** @import {Cell} from './cell.js' */
/** @import {Projection} from './draw/layout.js' */
/** @import {LiveModel} from './model.js' */
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {DensityView} from './series/density-view.js' */
/** @import {SeriesStore} from './series/store.js' */

const METRIC = 'all';
/** Points of different series at nearly the same place belong to one column; a picture has no room for more. */
const COLUMNS_MAX = 2_000;
/** A place that is a whole number of steps, but for the last digits. */
const ROUNDING = 1e-6;

export class GivenDensity {
  store = new DensityStore();
  #key = '';
  /** @type {SeriesFacts[]} */
  #facts = [];

  /**
   * @param {LiveModel} model
   * @param {() => number} leastStep  distance of two points
   * @param {(fact: SeriesFacts) => boolean} isShown
   * @param {string} key  of all that; nothing is done where it is the one before
   */
  update(model, leastStep, isShown, key) {
    if (key === this.#key) return;
    this.#key = key;
    this.#facts = [...model.facts().values()].filter(isShown);
    const rings = this.#facts.flatMap(({ name }) => model.store.get(name)?.ring ?? []).filter(({ length }) => length > 0);
    const span = Math.max(...rings.map(({ lastX }) => lastX)) - Math.min(...rings.map(({ firstX }) => firstX));
    const step = Math.max(leastStep(), rings.length > 0 ? span / COLUMNS_MAX : 0);
    /** @type {Map<number, number[]>} */
    const slots = new Map();
    for (const { x, v, start, end } of rings) {
      for (let i = start; i < end; i++) {
        if (Number.isNaN(v[i])) continue;
        const slot = Math.floor(x[i] / step + ROUNDING);
        const values = slots.get(slot);
        if (values) values.push(v[i]);
        else slots.set(slot, [v[i]]);
      }
    }
    const columns = [...slots].map(([slot, values]) => ({ slot, column: DensityColumn.of(values) }));
    // The newest column of a bridge is still being counted; after this one nothing comes.
    if (columns.length > 0) columns.push({ slot: Math.max(...slots.keys()) + 1, column: DensityColumn.of([]) });
    this.store.replace({ step_ms: step, metrics: [{ name: METRIC, series: rings.length, columns }] });
  }

  /** What the painter shows. @param {string|null} unit */
  shown(unit) {
    return { store: this.store, metrics: [METRIC], intervalMs: this.store.stepMs, unit };
  }

  /**
   * Which series are in a cell; null where there are none.
   * @param {SeriesStore} series
   * @param {DensityView} view
   * @param {number} x
   * @param {number} py
   * @param {Projection} at
   * @returns {Cell|null}
   */
  cell(series, view, x, py, at) {
    const cell = columnAt(view, x, py, at);
    if (!cell || cell.count === 0) return null;
    const { from, to, low, high, above, below } = cell;
    const found = this.#facts.flatMap(({ name, unit }) => {
      const ring = series.get(name)?.ring;
      if (!ring) return [];
      const values = ring.v.subarray(ring.lowerBound(from - ROUNDING * (to - from)), ring.lowerBound(to - ROUNDING * (to - from)));
      const value = values.findLast((one) => one >= above && one < below);
      return value === undefined ? [] : [{ name, value, unit, source: null }];
    });
    found.sort((a, b) => b.value - a.value);
    return { from, to, low, high, metrics: [METRIC], total: found.length, series: found, error: '' };
  }
}
