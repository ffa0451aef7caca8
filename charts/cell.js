/** Which processes are in a cell of merged columns: asked of the bridge when somebody clicks on one. */

import { columnAt } from './draw/pick.js';
/** @import {Projection} from './draw/layout.js' */
/** @import {DensityView} from './series/density-view.js' */
/** @import {Rest} from './live/rest.js' */

/** As many as a list can show and a reader can look through. */
const ROWS = 100;

/**
 * @typedef {object} Cell
 * @property {number} from  ms
 * @property {number} to
 * @property {number} low
 * @property {number} high
 * @property {readonly string[]} metrics
 * @property {number} total  series with a value there
 * @property {{name: string, value: number, unit: string|null, source: string|null}[]} series  the first of them, highest first
 * @property {string} error  why the bridge could not say; empty where it did
 */

export class CellQuestion {
  #rest;
  /** @type {AbortController|null} */
  #asked = null;

  /** @param {Rest} rest */
  constructor(rest) {
    this.#rest = rest;
  }

  close() {
    this.#asked?.abort();
    this.#asked = null;
  }

  /**
   * @param {string} channel
   * @param {DensityView} view
   * @param {number} time
   * @param {number} py
   * @param {Projection} at
   * @returns {Promise<Cell|null>} null where nothing is there, or something else was asked meanwhile
   */
  async ask(channel, view, time, py, at) {
    const cell = columnAt(view, time, py, at);
    if (!cell || cell.count === 0) return null;
    this.close();
    const asked = new AbortController();
    this.#asked = asked;
    const { from, to, low, high, above, below } = cell;
    const { metrics } = view;
    try {
      // The end of a range belongs to it, that of a column to the next.
      const { total, series } = await this.#rest.ranking({ channel, of: 'last', from, to: to - 0.001, above, below, k: ROWS, metric: metrics, signal: asked.signal });
      return { from, to, low, high, metrics, total, series: series.map(({ name, last, unit: of, source }) => ({ name, value: last, unit: of, source })), error: '' };
    } catch (error) {
      if (asked.signal.aborted) return null;
      return { from, to, low, high, metrics, total: cell.count, series: [], error: error instanceof Error ? error.message : String(error) };
    }
  }
}
