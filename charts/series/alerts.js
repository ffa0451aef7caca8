//# allFunctionsCalledOnLoad
/** What was said of alerts, by bridges: which began or are over. Pure. */

/** @import {Alert} from '../types.js' */

/** What is remembered. */
const KEPT_MAX = 1_000;

export class Alerts {
  /** The newest said last; another list where something was added. @type {readonly Alert[]} */
  list = [];
  /** Those that began and are not over. @type {readonly Alert[]} */
  firing = [];
  /** By what names each. @type {Map<string, Alert>} */
  #said = new Map();

  /** What was heard already is left out: a subscription begins with those of before. @param {readonly Alert[]} alerts */
  add(alerts) {
    const before = this.#said.size;
    for (const alert of alerts) {
      const { rule, channel, id, at, state, text } = alert;
      const key = JSON.stringify([rule, channel, id, at, state, text]);
      if (!this.#said.has(key)) this.#said.set(key, alert);
    }
    if (this.#said.size === before) return;
    for (const key of this.#said.keys()) if (this.#said.size > KEPT_MAX) this.#said.delete(key);
    this.list = [...this.#said.values()];
    const latest = new Map(this.list.map((alert) => [JSON.stringify([alert.rule, alert.channel, alert.id]), alert]));
    this.firing = [...latest.values()].filter(({ state }) => state === 'firing');
  }

  clear() {
    this.#said.clear();
    this.list = this.firing = [];
  }
}
