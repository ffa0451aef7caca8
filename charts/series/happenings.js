/**
 * What happened to sources, for the foot of the chart: one by one, or as a line where many of a machine went alike. Loaded with
 * the first that is down or stale (../aside.js).
 */

/** @import {Source, SourceGroup} from '../types.js' */

/** What is remembered. */
const KEPT_MAX = 1_000;
/** So many of one machine that go for the same cause are one line. */
const MANY = 5;
/** As long as no two are further apart, ms. */
const APART_MS = 2_000;

/**
 * @typedef {{at: number, kind: 'start'|'down'|'restart', id: string, reason: string, count?: number}} SourceEvent  at: ms;
 *   count: of so many, and id is their machine
 */

export class Happenings {
  /** The newest last. @type {SourceEvent[]} */
  list = [];
  /** Of each machine and cause the line that may still grow. @type {Map<string, SourceEvent>} */
  #open = new Map();

  /** @param {(id: string) => boolean} isKnown  of sources; what was told of machines stays */
  keep(isKnown) {
    this.list = this.list.filter(({ id, count }) => count !== undefined || isKnown(id));
  }

  /**
   * @param {{event: SourceEvent, source: Source}[]} told
   * @param {SourceGroup[]} groups  of which only some were told one by one
   * @param {number} now
   */
  add(told, groups, now) {
    /** @type {Map<string, {event: SourceEvent, source: Source}[]>} */
    const alike = new Map();
    for (const one of told) {
      const { event, source } = one;
      const key = keyOf(event.kind === 'down' ? 'down' : 'up', source);
      if (source.host === null || (event.kind !== 'down' && !groups.some((group) => keyOf('up', group) === key))) this.#push(event);
      else if (alike.has(key)) alike.get(key)?.push(one);
      else alike.set(key, [one]);
    }
    for (const group of groups) {
      const key = keyOf(group.state, group);
      alike.delete(key);
      this.#many(key, group.host ?? group.channel, { at: now, kind: group.state === 'down' ? 'down' : 'start', reason: group.cause ?? '' }, group.count);
    }
    for (const [key, events] of alike) this.#alike(key, events);
  }

  /** @param {string} key @param {{event: SourceEvent, source: Source}[]} told */
  #alike(key, told) {
    told.sort((a, b) => a.event.at - b.event.at);
    for (let from = 0, to = 1; from < told.length; from = to, to += 1) {
      while (to < told.length && told[to].event.at - told[to - 1].event.at <= APART_MS) to += 1;
      const { event, source } = told[from];
      const open = this.#open.get(key);
      if (to - from >= MANY || (open && event.at - open.at <= APART_MS)) {
        this.#many(key, /** @type {string} */ (source.host), { ...event, reason: source.cause ?? event.reason }, to - from);
      } else {
        for (const one of told.slice(from, to)) this.#push(one.event);
      }
    }
  }

  /** @param {string} key @param {string} id @param {Omit<SourceEvent, 'id'>} event @param {number} count */
  #many(key, id, event, count) {
    const open = this.#open.get(key);
    if (open && event.at - open.at <= APART_MS && this.list.includes(open)) {
      open.count = (open.count ?? 0) + count;
      return;
    }
    const one = { at: event.at, kind: event.kind, id, reason: event.reason, count };
    if (this.#open.size >= KEPT_MAX) this.#open.clear();
    this.#open.set(key, one);
    this.#push(one);
  }

  /** @param {SourceEvent} event */
  #push(event) {
    this.list.push(event);
    if (this.list.length > KEPT_MAX) this.list.shift();
  }
}

/** @param {string} state @param {Pick<Source, 'channel'|'host'|'cause'>} of */
const keyOf = (state, { channel, host, cause }) => `${state === 'down' ? state : 'up'} ${channel} ${host} ${cause}`;
