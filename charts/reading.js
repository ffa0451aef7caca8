/** What answers pointer and keys: the cursor reads points, gestures move in time. */

import { Cursor } from './cursor.js';
import { Crosshair } from './draw/crosshair.js';
import { Gestures } from './gestures.js';
import { targetOf } from './target.js';
/** @import {Engine} from './engine.js' */

export class Reading {
  cursor;
  #gestures;

  /** @param {Engine} engine */
  constructor(engine) {
    const { host, painter, model, options: { interactive, tooltip } } = engine;
    painter.plot.point((behind) => new Crosshair(behind));
    this.cursor = new Cursor(host, painter, model, { labelOf: (name) => engine.labelOf(name), tooltip: tooltip ?? true });
    this.#gestures = interactive === false ? null : new Gestures(host, targetOf(engine));
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
