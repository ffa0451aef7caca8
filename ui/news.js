/** Tells what happened to whoever cannot see it: the live region of the page. */

import { Announcer } from './announcer.js';
import { find } from './page.js';
/** @import {Chart} from '../charts/index.js' */
/** @import {Presence} from './announcer.js' */

export class News {
  #chart;
  #announcer;
  #channel;
  /** @type {readonly Presence[]|null} */
  #heard = null;
  #region = find('announcements', HTMLElement);

  /** @param {Chart} chart @param {string} locale @param {readonly Presence[]} before  as it was when nothing had happened yet */
  constructor(chart, locale, before) {
    this.#chart = chart;
    this.#channel = chart.channel;
    this.#announcer = new Announcer(locale);
    this.#announcer.presence(before);
  }

  /** @param {string} text */
  alert(text) {
    this.#announcer.alert(text);
  }

  look() {
    const { channel } = this.#chart;
    if (channel !== this.#channel) this.#announcer.forget();
    this.#channel = channel;
    const sources = this.#chart.sources();
    if (sources !== this.#heard) this.#announcer.presence(changed(sources, this.#heard));
    this.#heard = sources;
    const text = this.#announcer.take(performance.now());
    if (text !== null) this.#region.textContent = text;
  }
}

/**
 * Of 100,000 those that are others than before; where one came or went, all.
 * @param {readonly Presence[]} sources
 * @param {readonly Presence[]|null} before
 */
function changed(sources, before) {
  return before?.length === sources.length ? sources.filter((source, i) => source !== before[i]) : sources;
}
