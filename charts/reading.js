/** What answers pointer and keys: the cursor reads points, gestures move in time. */

import { Cursor } from './cursor.js';
import { Crosshair } from './draw/crosshair.js';
import { Gestures } from './gestures.js';
/** @import {Target} from './gestures.js' */
/** @import {LiveModel} from './model.js' */
/** @import {Painter} from './painter.js' */

export class Reading {
  cursor;
  #gestures;

  /**
   * @param {HTMLElement} host
   * @param {Painter} painter
   * @param {LiveModel} model
   * @param {{labelOf: (name: string) => string, tooltip: boolean, target: Target|null}} options  target: what is moved
   */
  constructor(host, painter, model, { target, ...options }) {
    painter.plot.point((behind) => new Crosshair(behind));
    this.cursor = new Cursor(host, painter, model, options);
    this.#gestures = target && new Gestures(host, target);
  }

  /** @param {Event} event */
  take(event) {
    this.cursor.take(event);
    this.#gestures?.take(event);
  }

  close() {
    this.cursor.close();
    this.#gestures?.close();
  }
}
