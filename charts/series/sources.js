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

/** What is known of a series: in thousands, so what its source says of all its series is not said again. */
export class SeriesFacts {
  /**
   * @param {string} name
   * @param {string} metric  empty where nobody says
   * @param {string|null} unit
   * @param {Source} [source]  undefined where nobody says who publishes it
   * @param {number} [place]  in the list of its source
   */
  constructor(name, metric, unit, source, place = 0) {
    this.name = name;
    this.metric = metric;
    this.unit = unit;
    this.source = source;
    this.place = place;
  }

  /** Whose colour it has: its source, else itself. */
  get entity() { return this.source?.id ?? this.name; }
  /** Empty where nobody says. */
  get host() { return this.source?.host ?? ''; }
  /** @returns {Readonly<Record<string, string>>} */
  get labels() { return this.source?.labels ?? {}; }
}

/**
 * @typedef {SeriesFacts & {source: Source}} Owner
 * @typedef {{at: number, kind: 'start'|'down'|'restart', id: string, reason: string}} SourceEvent  at: ms
 */

export class SourceTable {
  /** @type {Map<string, Source>} */
  #sources = new Map();
  /** @type {Map<string, Owner>} */
  #owners = new Map();
  /** Start times of lives, ascending, by source id. One that is not here had one life, from its epoch on. @type {Map<string, number[]>} */
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
      this.#list = [...this.#sources.values()].map((source) => ({ source, order: sortKey(source.id) }))
        .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)).map(({ source }) => source);
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
    for (const { metric, unit } of this.#owners.values()) if (metric && !this.#units.get(metric)) this.#units.set(metric, unit);
    const intervals = [...this.#sources.values()].flatMap(({ interval_ms: ms }) => ms ?? []).sort((a, b) => a - b);
    this.#interval = intervals.length > 0 ? intervals[intervals.length >> 1] : 1_000;
  }

  get size() { return this.#sources.size; }
  /** What a source says of a series. @param {string} name */
  ownerOf(name) { return this.#owners.get(name); }

  /** @param {string} name @param {string} metric  where no source says it */
  factsOf(name, metric) {
    const owner = this.#owners.get(name);
    return owner?.metric ? owner : new SeriesFacts(name, metric, owner?.unit ?? null, owner?.source, owner?.place);
  }

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
      const before = this.#sources.get(source.id) ?? known.get(source.id);
      if (!this.#sources.has(source.id) && this.#sources.size >= SOURCES_MAX) continue;
      this.#noteLife(before, source, now);
      this.#sources.set(source.id, source);
      this.generation += 1;
      this.#tell(before, source);
      source.series.forEach((info, place) => this.#own(source, info, place));
    }
  }

  /**
   * When lives of the series' source began: a line must not run across.
   * @param {string} name
   * @returns {readonly number[]} ascending
   */
  breaksOf(name) {
    const source = this.#owners.get(name)?.source;
    return source ? (this.#breaks.get(source.id) ?? [source.epoch]) : [];
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

  /** @param {Source|undefined} before @param {Source} source @param {number} now */
  #noteLife(before, { id, epoch, since, lives }, now) {
    const at = Math.abs(epoch - now) < EPOCH_SANE_MS ? epoch : since;
    const breaks = this.#breaks.get(id) ?? (before ? [before.epoch] : []);
    // An epoch that is no time tells lives apart but not when: only the first sight of a second life is a break.
    if (!breaks.includes(at) && (at === epoch || lives > breaks.length)) {
      breaks.push(at);
      breaks.sort((a, b) => a - b);
      if (breaks.length > BREAKS_MAX) breaks.shift();
    }
    if (breaks.length > 1 || breaks[0] !== epoch) this.#breaks.set(id, breaks);
  }

  /**
   * Two sources may claim one name; the one that is up has it. A new life is seen by its data before its hello: until
   * then what the life before said of unit and metric holds, or the axis would change its unit for a moment.
   * @param {Source} source
   * @param {SeriesInfo} info
   * @param {number} place
   */
  #own(source, { name, unit, metric }, place) {
    const owner = this.#owners.get(name);
    if (owner && owner.source.id !== source.id && owner.source.state === 'up' && source.state === 'down') return;
    const before = owner?.source.id === source.id ? owner : null;
    const known = metric || before?.metric || withoutSource(name, source.id) || '';
    this.#owners.set(name, /** @type {Owner} */ (new SeriesFacts(name, known, unit ?? before?.unit ?? null, source, place)));
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
