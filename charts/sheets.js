/** The picture in place of the plot: one at a time. */

import { Lying } from './lying.js';
import { Round } from './round.js';
/** @import {Line} from './draw/lines.js' */
/** @import {Sheet, SheetFace, SheetView} from './sheet.js' */

const KINDS = { round: Round, lying: Lying };

export class Sheets {
  /** @type {Sheet|null} */
  sheet = null;
  #kind = '';
  #host;
  #face;

  /** @param {HTMLElement} host @param {SheetFace} face */
  constructor(host, face) {
    this.#host = host;
    this.#face = face;
  }

  /** @param {keyof typeof KINDS} kind @param {readonly Line[]} lines @param {SheetView} view @returns {boolean} is it another picture? */
  draw(kind, lines, view) {
    if (kind !== this.#kind) this.putAway();
    this.#kind = kind;
    this.sheet ??= new KINDS[kind](this.#host, this.#face);
    return this.sheet.draw(lines, view);
  }

  putAway() {
    this.sheet?.close();
    this.sheet = null;
  }
}
