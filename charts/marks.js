/** What is marked at the foot of the plot: what happened to sources, alerts, and what the page itself marks. */

import { marksOf } from './words.js';
/** @import {Mark} from './draw/marks.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {Alert} from './types.js' */
/** @import {SourceTable} from './series/sources.js' */

/** @type {readonly Alert[]} */
export const NO_ALERTS = [];

export class Marks {
  /** @type {readonly Mark[]} */
  #own = [];
  #ownSet = 0;
  #key = '';
  #alerts = NO_ALERTS;
  /** The same list while nothing changed. @type {readonly Mark[]} */
  #shown = [];

  /** @param {readonly Mark[]} marks  of the page's own */
  set(marks) {
    this.#own = marks;
    this.#ownSet += 1;
  }

  /** @param {{sources: SourceTable, alerts: {list: readonly Alert[]}|null}} happened @param {TimeZone} zone @param {string|null} locale */
  of({ sources, alerts }, zone, locale) {
    const list = alerts?.list ?? NO_ALERTS;
    const key = `${sources.generation} ${zone} ${this.#ownSet}`;
    if (key !== this.#key || list !== this.#alerts) this.#shown = [...marksOf(sources.events, list, zone, locale), ...this.#own];
    this.#key = key;
    this.#alerts = list;
    return this.#shown;
  }
}
