/** Who wants to know what. */

/** @import {Alert, Source} from './types.js' */
/** @import {Cell} from './cell.js' */

/**
 * @typedef {object} ChartEvents
 * @property {undefined} refresh  what the widgets show may have changed; four times a second at most
 * @property {{mode: import('./scale/time-view.js').ViewMode, from: number, to: number, speed: number, loading: boolean}} view
 * @property {Source[]} presence  sources that changed
 * @property {readonly Alert[]} alert  that began or are over; at the beginning those of before
 * @property {Cell} cell  a cell of merged columns was clicked
 * @property {{x: number, value: number, name: string|null}} click  value: on the first axis; name: of the series nearest to it, by whatever axis
 * @property {string} error
 */

/** @template {object} E  values by event */
export class Emitter {
  /** @type {Map<keyof E, Set<(value: any) => void>>} */
  #listeners = new Map();

  /**
   * @template {keyof E} K
   * @param {K} event
   * @param {(value: E[K]) => void} listener
   * @returns {() => void} removes it
   */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /**
   * @template {keyof E} K
   * @param {K} event
   * @param {E[K]} value
   */
  emit(event, value) {
    for (const listener of this.#listeners.get(event) ?? []) listener(value);
  }

  clear() {
    this.#listeners.clear();
  }
}
