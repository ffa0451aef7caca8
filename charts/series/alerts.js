//# allFunctionsCalledOnLoad
/** What bridges said of alerts: which began or are over. Pure. */

/** @import {Alert, AlertFrame} from '../types.js' */

/** What is remembered. */
const KEPT_MAX = 2_000;

export class Alerts {
  /** The newest last; another list where something changed. @type {readonly Alert[]} */
  list = [];
  /** Those that began and are not over. @type {readonly Alert[]} */
  firing = [];
  /** What the last frame brought that was not known. @type {readonly Alert[]} */
  news = [];
  /** Every one that was heard of, so that it stays the same object. @type {Map<string, Alert>} */
  #heard = new Map();

  /** @param {AlertFrame} frame */
  add({ snapshot, alerts }) {
    /** @type {Alert[]} */
    const news = [];
    // A chart begins with those of before. After a reconnect what is not known came meanwhile.
    const before = snapshot && this.list.length === 0;
    const said = alerts.map((one) => {
      const key = keyOf(one);
      const known = this.#heard.get(key);
      if (known) return known;
      const alert = { ...one, before };
      this.#heard.set(key, alert);
      news.push(alert);
      return alert;
    });
    this.news = news;
    // After a reconnect what came meanwhile stands in the snapshot and once more behind it.
    if (snapshot) this.list = said;
    else if (news.length > 0) this.list = [...this.list, ...news].slice(-KEPT_MAX);
    else return;
    for (const key of this.#heard.keys()) if (this.#heard.size > 2 * KEPT_MAX) this.#heard.delete(key);
    const latest = new Map(this.list.map((alert) => [JSON.stringify([alert.rule, alert.channel, alert.id]), alert]));
    this.firing = [...latest.values()].filter(({ state }) => state === 'firing');
  }

  /** Of another channel. */
  clear() {
    this.list = this.firing = this.news = [];
  }
}

/** @param {Alert} alert */
const keyOf = ({ offset, rule, channel, id, at, state, text }) => JSON.stringify([offset, rule, channel, id, at, state, text]);
