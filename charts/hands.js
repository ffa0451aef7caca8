/**
 * Pointer and keys on a chart. What reads points and moves in time is loaded by the first of their events; events wait for
 * it, none is lost.
 */

import { Later } from './later.js';
/** @import {Reading} from './reading.js' */

const EVENTS = /** @type {const} */ ([
  'pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'pointerleave', 'wheel', 'dblclick', 'keydown', 'focus', 'blur',
]);
const KEPT_MAX = 200;

export class Hands {
  #host;
  #moves;
  #reading;
  /** That came before what they are for. @type {Event[]} */
  #kept = [];
  /** @type {string|null} */
  #highlight = null;
  #off = new AbortController();

  /**
   * @param {HTMLElement} host
   * @param {() => Promise<Reading>} load
   * @param {{moves: boolean, onError: (message: string) => void}} options  moves: does the wheel belong to the chart?
   */
  constructor(host, load, { moves, onError }) {
    this.#host = host;
    this.#moves = moves;
    this.#reading = new Later(load, (reading) => this.#begin(reading), (message) => {
      this.#kept = [];
      onError(message);
    });
    const { signal } = this.#off;
    for (const type of EVENTS) host.addEventListener(type, (event) => this.#take(event), { signal, passive: type === 'wheel' && !moves });
  }

  close() {
    this.#off.abort();
    this.#reading.part?.close();
  }

  /** @param {string|null} name  a line to emphasise, as long as the pointer rests on its legend entry */
  highlight(name) {
    this.#highlight = name;
    (name === null ? this.#reading.part : this.#reading.want())?.cursor.highlight(name);
  }

  /** After each picture. */
  draw() {
    this.#reading.part?.cursor.draw(false);
  }

  /** @param {Event} event */
  #take(event) {
    const reading = this.#reading.want();
    if (reading) return reading.take(event);
    if (this.#kept.length < KEPT_MAX) this.#kept.push(event);
    this.#answer(event);
  }

  /** What a browser does with an event it does at once. @param {Event} event */
  #answer(event) {
    const own = event.target === this.#host || event.target instanceof HTMLCanvasElement;
    if (!own) return;
    if (event instanceof WheelEvent) event.preventDefault();
    else if (event instanceof KeyboardEvent && event.key.startsWith('Arrow')) event.preventDefault();
    else if (event instanceof PointerEvent && event.type === 'pointerdown' && this.#moves) this.#host.setPointerCapture(event.pointerId);
  }

  /** @param {Reading} reading */
  #begin(reading) {
    if (this.#off.signal.aborted) return reading.close();
    reading.cursor.highlight(this.#highlight);
    for (const event of this.#kept.splice(0)) reading.take(event);
  }
}
