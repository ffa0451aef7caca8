/**
 * What a screen reader is told without having asked: processes that die or come back, and alerts. Batched, because a live
 * region that speaks with every tick is one that gets switched off: at most one announcement in five seconds, and many
 * changes become a number. Pure; time is passed in.
 */

import { count } from './words.js';

const APART_MS = 5_000;
/** What belongs together does not come at once: of a machine's processes two are named, the others only counted and asked for. */
const GATHER_MS = 600;
/** More names than this are not listened to. */
const NAMED_MAX = 3;
/** Changes kept between two announcements; what is more than that is only counted. */
const KEPT_MAX = 1_000;

/** @typedef {{id: string, state: string, reason: string|null, cause?: string|null, host?: string|null}} Presence */

/** Of each state what is told: restarted is up, and of one that is stale or unknown nobody knows yet. @type {Record<string, string>} */
const TOLD = { up: 'up', restarted: 'up', down: 'down' };
/** So many of one machine that went for one cause are told as a number. */
const MANY = 5;

export class Announcer {
  /** The latest of each source. @type {Map<string, Presence>} */
  #changes = new Map();
  #uncounted = 0;
  /** As each is now. @type {Map<string, {text: string, over: boolean}>} */
  #alerts = new Map();
  /** State last heard of, by source. @type {Map<string, string>} */
  #known = new Map();
  #saidAt = -Infinity;
  /** When changes that are not said yet were seen first. */
  #since = Infinity;
  #locale;

  /** @param {string} locale */
  constructor(locale) {
    this.#locale = locale;
  }

  /**
   * All sources, as often as there may be news. Those seen for the first time are no news: a page that opens does not
   * read out who is there.
   * @param {Iterable<Presence>} sources
   */
  presence(sources) {
    const first = this.#known.size === 0;
    for (const { id, state: said, reason, cause = null, host = null } of sources) {
      const before = this.#known.get(id);
      const state = said === 'crash_looping' ? (cause === null ? 'up' : 'down') : TOLD[said] ?? before;
      if (before === state || state === undefined) continue;
      this.#known.set(id, state);
      if (first || (before === undefined && state === 'up')) continue;
      if (this.#changes.size < KEPT_MAX || this.#changes.has(id)) this.#changes.set(id, { id, state, reason, cause, host });
      else this.#uncounted += 1;
    }
  }

  /** @param {string} text @param {boolean} [over]  it is @param {string} [name]  of what began and is over: only how it is now is told */
  alert(text, over = false, name = text) {
    this.#alerts.delete(name);
    if (this.#alerts.size < KEPT_MAX) this.#alerts.set(name, { text, over });
  }

  /** Another channel: its sources are no news either. */
  forget() {
    this.#known.clear();
    this.#changes.clear();
    this.#alerts.clear();
    this.#uncounted = 0;
    this.#since = Infinity;
  }

  /** What is to be said now, if anything. @param {number} now  ms, monotonic @returns {string|null} */
  take(now) {
    const alerts = this.#alerts.size;
    if (this.#changes.size + alerts === 0) return null;
    this.#since = Math.min(this.#since, now);
    if (now - this.#saidAt < APART_MS || (alerts === 0 && now - this.#since < GATHER_MS)) return null;
    this.#saidAt = now;
    this.#since = Infinity;
    const changes = [...this.#changes.values()];
    const of = (/** @type {string} */ state) => changes.filter((change) => change.state === state);
    const said = (/** @type {boolean} */ over) => [...this.#alerts.values()].filter((one) => one.over === over).map(({ text }) => text);
    const parts = [...this.#some(said(false), 'alerts'), ...this.#some(said(true), 'alerts are over'), ...this.#downText(of('down')), ...this.#upText(of('up'))];
    if (this.#uncounted > 0) parts.push(`${count(this.#uncounted, this.#locale)} further changes.`);
    this.#changes.clear();
    this.#alerts.clear();
    this.#uncounted = 0;
    return parts.join(' ');
  }

  /** @param {Presence[]} down */
  #downText(down) {
    const { lines, rest } = byMachine(down);
    const told = lines.map(({ host, cause, count: many }) => `${host}: ${count(many, this.#locale)} down, ${cause}.`);
    return [...this.#some(told, 'machines'), ...this.#restText(rest)];
  }

  /** @param {Presence[]} down */
  #restText(down) {
    if (down.length === 0) return [];
    const why = (/** @type {string|null} */ reason) => (reason ? `: ${reason.replace(/^bye:\s*/, '')}` : '');
    if (down.length <= NAMED_MAX) return down.map(({ id, reason }) => `${id} is down${why(reason)}.`);
    return [`${count(down.length, this.#locale)} processes are down, ${named(down)} among them.`];
  }

  /** @param {Presence[]} up */
  #upText(up) {
    if (up.length === 0) return [];
    if (up.length <= NAMED_MAX) return up.map(({ id }) => `${id} is up again.`);
    return [`${count(up.length, this.#locale)} processes are up again.`];
  }

  /** @param {string[]} texts @param {string} what */
  #some(texts, what) {
    if (texts.length <= NAMED_MAX) return texts.map((text) => `${text.replace(/\.$/, '')}.`);
    return [`${count(texts.length, this.#locale)} ${what}, the last one: ${texts[texts.length - 1].replace(/\.$/, '')}.`];
  }
}

/** Many of one machine that went for one cause, and the others. @param {Presence[]} down */
function byMachine(down) {
  /** @type {Map<string, Presence[]>} */
  const found = new Map();
  for (const one of down) {
    const key = one.host && one.cause ? `${one.host}\n${one.cause}` : '';
    const list = found.get(key);
    if (list) list.push(one);
    else found.set(key, [one]);
  }
  const many = [...found].filter(([key, list]) => key !== '' && list.length >= MANY).map(([, list]) => list);
  const told = new Set(many.flat());
  return {
    lines: many.map((list) => ({ host: list[0].host ?? '', cause: list[0].cause ?? '', count: list.length })), rest: down.filter((one) => !told.has(one)),
  };
}

/** @param {Presence[]} list */
const named = (list) => list.slice(0, 2).map(({ id }) => id).join(' and ');
