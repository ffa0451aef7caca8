/** What bridges said of alerts: which began or are over. Pure; loaded with the first of them (../aside.js). */

/** @import {Alert, AlertFrame, AlertSaid} from '../types.js' */

/** Beginnings and ends that are remembered. */
const KEPT_MAX = 2_000;

export class Alerts {
  /** The one said last is the last; another list where something changed. @type {readonly Alert[]} */
  list = [];
  /** Those that began and are not over. @type {readonly Alert[]} */
  firing = [];
  /** What the last frame brought that was not known. @type {readonly Alert[]} */
  news = [];
  /** Every one that was heard of, so that it stays the same object. @type {Map<string, Alert>} */
  #heard = new Map();
  /** As each is. @type {Map<string, Alert>} */
  #current = new Map();
  /** When a first frame came: what was said before is no news. NaN before it. */
  #since = NaN;

  /** @param {AlertFrame} frame */
  add({ snapshot, now, alerts }) {
    if (Number.isNaN(this.#since)) this.#since = now;
    /** @type {Alert[]} */
    const news = [];
    const said = alerts.map((one) => {
      const key = JSON.stringify([one.offset, nameOf(one), one.at, one.state, one.text]);
      const known = this.#heard.get(key);
      if (known) return known;
      const alert = { ...one, before: one.said < this.#since, label: labelOf(one) };
      this.#heard.set(key, alert);
      news.push(alert);
      return alert;
    });
    this.news = news;
    // After a reconnect what came meanwhile stands in the snapshot and once more behind it.
    const list = new Set(snapshot ? said : [...this.list, ...said]);
    if (!snapshot && list.size === this.list.length) return;
    if (snapshot) this.#current.clear();
    for (const alert of said) {
      const known = this.#current.get(nameOf(alert));
      if (!known || !isLater(known, alert)) this.#current.set(nameOf(alert), alert);
    }
    this.list = [...list].sort((a, b) => a.said - b.said || a.offset - b.offset).slice(-KEPT_MAX);
    this.firing = [...this.#current.values()].filter(({ state }) => state === 'firing');
    this.#forget();
  }

  /** Of another channel. */
  clear() {
    this.list = this.firing = this.news = [];
    this.#current.clear();
    this.#since = NaN;
  }

  /** Neither what is shown nor what fires. */
  #forget() {
    if (this.#heard.size <= 2 * KEPT_MAX) return;
    const held = new Set([...this.list, ...this.#current.values()]);
    for (const [key, alert] of this.#heard) if (!held.has(alert)) this.#heard.delete(key);
    for (const [name, { state }] of this.#current) if (state === 'resolved') this.#current.delete(name);
  }
}

/** Was it said after the other? @param {Alert} one @param {Alert} other */
const isLater = (one, other) => one.said > other.said || (one.said === other.said && one.offset > other.offset);

/** @param {AlertSaid} alert */
function labelOf({ rule, state, id, text }) {
  const what = [rule, text].filter(Boolean).join(': ');
  return `${id ? `${what} (${id})` : what}${state === 'resolved' ? ' is over' : ''}`;
}

/** What names one alert. @param {AlertSaid} alert */
export const nameOf = ({ rule, channel, id }) => JSON.stringify([rule, channel, id]);
