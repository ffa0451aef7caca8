/** The processes behind the series: who is up, who went down and why, and where a restart broke a line. */

import { withoutSource } from './metric.js';
/** @import {SeriesInfo, Source} from '../types.js' */

const SOURCES_MAX = 20_000;
/** Restarts remembered per source; older ones show as ordinary gaps. */
const BREAKS_MAX = 64;
/** An epoch is the start of a life in ms; one that is no plausible time is not placed on the axis. */
const EPOCH_SANE_MS = 366 * 86_400_000;

/** What is remembered of comings and goings. */
const EVENTS_MAX = 1_000;

/**
 * @typedef {{source: Source, info: SeriesInfo}} Owner
 * @typedef {{at: number, kind: 'start'|'down'|'restart', id: string, reason: string}} SourceEvent  at: ms
 */

export class SourceTable {
  /** @type {Map<string, Source>} */
  #sources = new Map();
  /** @type {Map<string, Owner>} */
  #owners = new Map();
  /** Start times of lives, ascending, by source id. @type {Map<string, number[]>} */
  #breaks = new Map();
  /** What happened to sources, as it was heard. @type {SourceEvent[]} */
  #events = [];
  /** Rises with every change. */
  generation = 0;
  /** Names of series that have an owner. */
  names() { return this.#owners.keys(); }
  /** @returns {readonly SourceEvent[]} the newest last */
  get events() { return this.#events; }

  /** @returns {readonly Source[]} by id; the same list until something changes */
  list() {
    if (this.#listAt !== this.generation) {
      this.#listAt = this.generation;
      const keyed = [...this.#sources.values()].map((source) => ({ source, order: sortKey(source.id) }));
      keyed.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
      this.#list = keyed.map(({ source }) => source);
    }
    return this.#list;
  }

  /** @type {Source[]} */
  #list = [];
  #listAt = -1;

  /** @returns {{up: number, down: number}} */
  counts() {
    if (this.#countsAt !== this.generation) {
      this.#countsAt = this.generation;
      let up = 0;
      for (const { state } of this.#sources.values()) if (state === 'up') up += 1;
      this.#counts = { up, down: this.#sources.size - up };
    }
    return this.#counts;
  }

  #counts = { up: 0, down: 0 };
  #countsAt = -1;

  /** The unit of a metric, as the first source says that has it. @param {string} metric @returns {string|null} */
  unitOf(metric) {
    this.#lookUp();
    return this.#units.get(metric) ?? null;
  }

  /** How often sources publish: the median of what they say, 1 s where none does. */
  get intervalMs() {
    this.#lookUp();
    return this.#interval;
  }

  /** @type {Map<string, string|null>} */
  #units = new Map();
  #interval = 1_000;
  #lookedAt = -1;

  #lookUp() {
    if (this.#lookedAt === this.generation) return;
    this.#lookedAt = this.generation;
    this.#units.clear();
    for (const [name, { source, info }] of this.#owners) {
      const metric = info.metric ?? withoutSource(name, source.id);
      if (metric !== null && !this.#units.get(metric)) this.#units.set(metric, info.unit);
    }
    const intervals = [...this.#sources.values()].flatMap(({ interval_ms: ms }) => ms ?? []).sort((a, b) => a - b);
    this.#interval = intervals.length > 0 ? intervals[intervals.length >> 1] : 1_000;
  }

  /** @param {string} id */
  get(id) { return this.#sources.get(id); }
  get size() { return this.#sources.size; }
  /** Who publishes a series. @param {string} name */
  ownerOf(name) { return this.#owners.get(name); }

  /** Of a snapshot: exactly these. @param {Source[]} sources @param {number} now */
  replace(sources, now) {
    const known = new Set(sources.map((source) => source.id));
    for (const id of this.#breaks.keys()) if (!known.has(id)) this.#breaks.delete(id);
    const before = this.#sources;
    this.#sources = new Map();
    this.#owners.clear();
    // What happened to them before is still so after a connection was lost or a gap was skipped.
    this.#events = this.#events.filter(({ id }) => known.has(id));
    this.generation += 1;
    this.#take(sources, now, before);
  }

  /** Of presence or a resumed snapshot: these changed. @param {Source[]} sources @param {number} now */
  merge(sources, now) {
    this.#take(sources, now, this.#sources);
  }

  /** @param {Source[]} sources @param {number} now @param {Map<string, Source>} known  as they were before */
  #take(sources, now, known) {
    for (const source of sources) {
      const before = known.get(source.id);
      if (!this.#sources.has(source.id) && this.#sources.size >= SOURCES_MAX) continue;
      this.#sources.set(source.id, source);
      this.generation += 1;
      this.#tell(before, source);
      this.#noteLife(source, now);
      for (const info of source.series) this.#own(source, info);
    }
  }

  /**
   * When lives of the series' source began: a line must not run across.
   * @param {string} name
   * @returns {readonly number[]} ascending
   */
  breaksOf(name) {
    const owner = this.#owners.get(name);
    return (owner && this.#breaks.get(owner.source.id)) ?? [];
  }

  /** @param {string} name @returns {string|null} null where no source says */
  metricOf(name) {
    const owner = this.#owners.get(name);
    return owner ? (owner.info.metric ?? withoutSource(name, owner.source.id)) : null;
  }

  /** @param {Source|undefined} before @param {Source} source */
  #tell(before, source) {
    const { id, reason } = source;
    const down = source.state === 'down';
    const fresh = !before || before.epoch !== source.epoch;
    if (fresh && !down) this.#event({ at: source.since, kind: source.lives > 1 ? 'restart' : 'start', id, reason: '' });
    if (down && (before?.state !== 'down' || fresh)) {
      this.#event({ at: source.since, kind: 'down', id, reason: reason?.replace(/^bye:\s*/, '') ?? '' });
    }
  }

  /** @param {SourceEvent} event */
  #event(event) {
    this.#events.push(event);
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
  }

  /** @param {Source} source @param {number} now */
  #noteLife(source, now) {
    const at = Math.abs(source.epoch - now) < EPOCH_SANE_MS ? source.epoch : source.since;
    const breaks = this.#breaks.get(source.id) ?? [];
    if (breaks.includes(at)) return;
    // An epoch that is no time tells lives apart but not when: only the first sight of a second life is a break.
    if (at !== source.epoch && source.lives <= breaks.length) return;
    breaks.push(at);
    breaks.sort((a, b) => a - b);
    if (breaks.length > BREAKS_MAX) breaks.shift();
    this.#breaks.set(source.id, breaks);
  }

  /**
   * Two sources may claim one name; the one that is up has it. A new life is seen by its data before its hello: until
   * then what the life before said of unit and metric holds, or the axis would change its unit for a moment.
   * @param {Source} source
   * @param {SeriesInfo} info
   */
  #own(source, info) {
    const owner = this.#owners.get(info.name);
    if (owner && owner.source.id !== source.id && owner.source.state === 'up' && source.state === 'down') return;
    const before = owner?.source.id === source.id ? owner.info : null;
    const { name, unit, metric } = info;
    this.#owners.set(name, { source, info: { name, unit: unit ?? before?.unit ?? null, metric: metric ?? before?.metric ?? null } });
  }
}

const DIGITS = /\d+/g;

/**
 * `process-10` after `process-9`, by plain comparison: a collator takes seconds for twenty thousand names.
 * @param {string} name
 */
export function sortKey(name) {
  return name.toLowerCase().replace(DIGITS, (digits) => digits.padStart(12, '0'));
}

/** @param {string} a @param {string} b */
export function compareNames(a, b) {
  const [x, y] = [sortKey(a), sortKey(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
