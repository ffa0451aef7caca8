/** Tells what happened to whoever cannot see it: the live region of the page. */

import { nameOf } from '../charts/series/alerts.js';
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
  /** @type {readonly Alert[]} */
  #alerts = [];
  /** Told, or of before. @type {WeakSet<Alert>} */
  #told = new WeakSet();
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
    const alerts = this.#chart.alerts();
    if (alerts !== this.#alerts) this.#tell(alerts);
    this.#alerts = alerts;
    const text = this.#announcer.take(performance.now());
    if (text !== null) this.#region.textContent = text;
  }

  /** Of those of before only what has just begun or ended. @param {readonly Alert[]} alerts */
  #tell(alerts) {
    const { now } = this.#chart.state();
    for (const alert of alerts) {
      const old = alert.before && Math.abs(now - alert.at) > RECENT_MS;
      if (!old && !this.#told.has(alert)) this.#announcer.alert(alert.label, alert.state === 'resolved', nameOf(alert));
      this.#told.add(alert);
    }
  }
}

/** How old an alert may be that a page tells which has just been opened. */
const RECENT_MS = 60_000;

/**
 * Of 100,000 those that are others than before; where one came or went, all.
 * @param {readonly Presence[]} sources
 * @param {readonly Presence[]|null} before
 */
function changed(sources, before) {
  return before?.length === sources.length ? sources.filter((source, i) => source !== before[i]) : sources;
}
