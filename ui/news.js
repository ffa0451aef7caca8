/** Tells what happened to whoever cannot see it: the live region of the page. */

import { alertText } from '../charts/words.js';
import { Announcer } from './announcer.js';
import { find } from './page.js';
/** @import {Chart} from '../charts/index.js' */
/** @import {Alert} from '../charts/types.js' */
/** @import {Presence} from './announcer.js' */

export class News {
  #chart;
  #announcer;
  #channel;
  /** @type {readonly Presence[]|null} */
  #heard = null;
  /** Told. @type {WeakSet<Alert>} */
  #alerts = new WeakSet();
  #region = find('announcements', HTMLElement);

  /** @param {Chart} chart @param {string} locale @param {readonly Presence[]} before  as it was when nothing had happened yet */
  constructor(chart, locale, before) {
    this.#chart = chart;
    this.#channel = chart.channel;
    this.#announcer = new Announcer(locale);
    this.#announcer.presence(before);
  }

  look() {
    const { channel } = this.#chart;
    if (channel !== this.#channel) this.#announcer.forget();
    this.#channel = channel;
    const sources = this.#chart.sources();
    if (sources !== this.#heard) this.#announcer.presence(changed(sources, this.#heard));
    this.#heard = sources;
    for (const alert of recent(this.#chart)) {
      if (!this.#alerts.has(alert)) this.#announcer.alert(alertText(alert));
      this.#alerts.add(alert);
    }
    const text = this.#announcer.take(performance.now());
    if (text !== null) this.#region.textContent = text;
  }
}

/** How old an alert may be that a page tells which has just been opened. */
const RECENT_MS = 60_000;

/** @param {Chart} chart */
function recent(chart) {
  const alerts = chart.alerts();
  return alerts.length > 0 ? alerts.filter(({ at }) => at > chart.state().now - RECENT_MS) : [];
}

/**
 * Of 100,000 those that are others than before; where one came or went, all.
 * @param {readonly Presence[]} sources
 * @param {readonly Presence[]|null} before
 */
function changed(sources, before) {
  return before?.length === sources.length ? sources.filter((source, i) => source !== before[i]) : sources;
}
