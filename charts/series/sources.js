//# allFunctionsCalledOnLoad
/** The processes behind the series: who is up, who went down and why, and where a restart broke a line. */

import { withoutSource } from './metric.js';
import { isDown, isHere, whyOf } from './status.js';
/** @import {Happenings, SourceEvent} from './happenings.js' */
/** @import {Steady} from './steady.js' */
/** @import {SeriesInfo, Source, SourceGroup} from '../types.js' */

const SOURCES_MAX = 100_000;
/** Restarts remembered per source; older ones show as ordinary gaps. */
const BREAKS_MAX = 64;
/** An epoch is the start of a life in ms; one that is no plausible time is not placed on the axis. */
const EPOCH_SANE_MS = 366 * 86_400_000;
/** Events remembered, and frames of them that wait for what makes lines of many. */
const EVENTS_MAX = 1_000;

/** What is known of a series: in thousands, so what its source says of all its series is not said again. */
export class SeriesFacts {
  /**
   * @param {string} name
   * @param {string} metric  empty where nobody says
   * @param {string|null} unit
   * @param {Held} [held]  undefined where nobody says who publishes it
   * @param {number} [place]  in the list of its source
   */
  constructor(name, metric, unit, held, place = 0) {
    this.name = name;
    this.metric = metric;
    this.unit = unit;
    this.#held = held;
    this.place = place;
  }

  // Its source has it in turn: what a page writes out as JSON has no end otherwise.
  #held;
  get held() { return this.#held; }

  /** As it is now. */
  get source() { return this.#held?.source; }

  /** Whose colour it has: its source, else itself. */
  get entity() { return this.source?.id ?? this.name; }
  /** Empty where nobody says. */
  get host() { return this.source?.host ?? ''; }
  /** @returns {Readonly<Record<string, string>>} */
  get labels() { return this.source?.labels ?? {}; }
}

/**
 * @typedef {{source: Source, heard: Source|null}} Held  a source; heard: as the bridge said it, where it is shown as something else
 * @typedef {{held: Held, key: string}} Keyed  key: its place by name
 * @typedef {SeriesFacts & {held: Held, source: Source}} Owner
 * @typedef {{told: {event: SourceEvent, source: Source}[], groups: SourceGroup[], now: number}} Told  by one frame
 */

export class SourceTable {
  /** @type {Map<string, Held>} */
  #sources = new Map();
  /** By name, but those that came since they were asked for. @type {Held[]} */
  #sorted = [];
  /** @type {Held[]} */
  #added = [];
  /** @type {Map<string, Owner>} */
  #owners = new Map();
  /** Start times of lives, ascending, by source id. One that is not here had one life, from its epoch on. @type {Map<string, number[]>} */
  #breaks = new Map();
  #down = 0;
  /** Of sources that were not well: see ../aside.js. @type {{happenings: Happenings, steady: Steady}|null} */
  #unrest = null;
  /** Is somebody not well, and what then is needed not here? */
  uneasy = false;
  /** Until it is. @type {Told[]} */
  #told = [];
  /** Rises with every change. */
  generation = 0;
  /** Rises with what is known of series: not where a source only comes or goes, or lists of all series would be made anew. */
  named = 0;
  /** The bridge has heard of nobody since then, ms; null: it hears. @type {number|null} */
  deafSince = null;
  /** Names of series that have an owner. */
  names() { return this.#owners.keys(); }
  /** @returns {readonly SourceEvent[]} the newest last */
  get events() { return this.#unrest?.happenings.list ?? this.#told.flatMap(({ told }) => told.map(({ event }) => event)).slice(-EVENTS_MAX); }

  /** @returns {readonly Source[]} by id; the same list until something changes */
  list() {
    if (this.#listAt !== this.generation) {
      this.#listAt = this.generation;
      if (this.#added.length > 0) this.#sorted = merged(this.#sorted, inOrder(this.#added.splice(0)));
      this.#list = this.#sorted.map(({ source }) => source);
    }
    return this.#list;
  }

  /** @type {Source[]} */
  #list = [];
  #listAt = -1;

  /** @returns {{up: number, down: number}} */
  counts() {
    return { up: this.#sources.size - this.#down, down: this.#down };
  }

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
    if (this.#lookedAt === this.named) return;
    this.#lookedAt = this.named;
    this.#units.clear();
    for (const { metric, unit } of this.#owners.values()) if (metric && !this.#units.get(metric)) this.#units.set(metric, unit);
    const intervals = [...this.#sources.values()].flatMap(({ source }) => source.interval_ms ?? []).sort((a, b) => a - b);
    this.#interval = intervals.length > 0 ? intervals[intervals.length >> 1] : 1_000;
  }

  get size() { return this.#sources.size; }
  /** What a source says of a series. @param {string} name */
  ownerOf(name) { return this.#owners.get(name); }

  /** @param {string} name @param {string} metric  where no source says it */
  factsOf(name, metric) {
    const owner = this.#owners.get(name);
    return owner?.metric ? owner : new SeriesFacts(name, metric, owner?.unit ?? null, owner?.held, owner?.place);
  }

  /** Of a snapshot: exactly these. @param {Source[]} sources @param {number} now */
  replace(sources, now) {
    const known = new Set(sources.map((source) => source.id));
    for (const id of this.#breaks.keys()) if (!known.has(id)) this.#breaks.delete(id);
    const before = this.#sources;
    this.#sources = new Map();
    this.#sorted = [];
    this.#added = [];
    this.#down = 0;
    this.#owners.clear();
    // What happened to them before is still so after a connection was lost or a gap was skipped.
    this.#unrest?.happenings.keep((id) => known.has(id));
    this.#told = this.#told.map((one) => ({ ...one, told: one.told.filter(({ event }) => known.has(event.id)) }));
    this.generation += 1;
    this.named += 1;
    this.deafSince = null;
    this.#take(sources, now, [], before);
  }

  /**
   * Of presence or a resumed snapshot: these changed.
   * @param {Source[]} sources
   * @param {number} now
   * @param {SourceGroup[]} [groups]
   * @param {boolean} [news]  has it not been told of yet?
   */
  merge(sources, now, groups = [], news = true) {
    this.#take(sources, now, groups, this.#sources, news);
  }

  /** Does the bridge hear who is there? Where not, who was there is unknown. @param {boolean} hearing @param {number} asOf ms */
  hear(hearing, asOf) {
    if (hearing === (this.deafSince === null)) return;
    this.deafSince = hearing ? null : asOf;
    this.generation += 1;
    for (const held of this.#sources.values()) {
      const { source, heard } = held;
      if (!hearing && isHere(source)) this.#show(held, { ...source, state: 'unknown', since: asOf }, source);
      else if (hearing && source.state === 'unknown') this.#show(held, heard ?? { ...source, state: 'up' }, null);
    }
  }

  /** @param {{happenings: Happenings, steady: Steady}} unrest */
  calm(unrest) {
    this.#unrest = unrest;
    for (const { told, groups, now } of this.#told.splice(0)) unrest.happenings.add(told, groups, now);
    this.uneasy = false;
    this.generation += 1;
  }

  /** Those that were shown as they were, until they stay as they are. @param {number} now  the bridge's time */
  settle(now) {
    for (const source of this.#unrest?.steady.due(now) ?? []) {
      const held = this.#sources.get(source.id);
      if (!held) continue;
      this.#show(held, source, null);
      this.generation += 1;
    }
  }

  /** @param {Source[]} sources @param {number} now @param {SourceGroup[]} groups @param {Map<string, Held>} known  as they were before @param {boolean} [news] */
  #take(sources, now, groups, known, news = true) {
    // Of a bridge that was cut off before we came.
    if (sources.some(({ state }) => state === 'unknown')) this.deafSince ??= sources.reduce((at, { last_seen: seen }) => Math.max(at, seen), 0);
    /** @type {{event: SourceEvent, source: Source}[]} */
    const told = [];
    for (const source of sources) {
      let held = this.#sources.get(source.id);
      if (!held && this.#sources.size >= SOURCES_MAX) continue;
      const old = held ?? known.get(source.id);
      const before = old && (old.heard ?? old.source);
      this.#noteLife(before, source, now);
      const event = eventOf(before, source);
      if (event && news) told.push({ event, source });
      if (!held) {
        held = { source, heard: null };
        this.#sources.set(source.id, held);
        this.#added.push(held);
        this.#down += Number(isDown(source));
      }
      const shown = this.#unrest?.steady.shown(old?.source, source, now) ?? source;
      if (source.state === 'stale' || isDown(source)) this.uneasy ||= !this.#unrest;
      this.#show(held, shown, shown === source ? null : source);
      this.generation += 1;
      if (!before || isOther(before, source)) this.named += 1;
      for (let place = 0; place < source.series.length; place += 1) {
        const owner = this.#own(held, source.series[place], place);
        // The same object: of fifteen thousand series what is said of each is not held twice.
        if (owner.held === held) source.series[place] = owner;
      }
    }
    if (groups.length > 0) this.generation += 1;
    if (this.#unrest) return this.#unrest.happenings.add(told, groups, now);
    this.uneasy ||= groups.length > 0;
    if (told.length + groups.length > 0) this.#told.push({ told: this.uneasy ? told : told.slice(-EVENTS_MAX), groups, now });
    if (this.#told.length > EVENTS_MAX) this.#told.shift();
  }

  /** @param {Held} held @param {Source} source @param {Source|null} heard */
  #show(held, source, heard) {
    this.#down += Number(isDown(source)) - Number(isDown(held.source));
    held.source = source;
    held.heard = heard;
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
   * @param {Held} held
   * @param {SeriesInfo} info
   * @param {number} place
   * @returns {Owner} who has it now
   */
  #own(held, { name, unit, metric }, place) {
    const { id } = held.source;
    const owner = this.#owners.get(name);
    if (owner && owner.held !== held && !isDown(owner.source) && isDown(held.source)) return owner;
    const before = owner?.source.id === id ? owner : null;
    const known = metric || before?.metric || withoutSource(name, id) || '';
    const its = unit ?? before?.unit ?? null;
    if (owner?.held === held && owner.metric === known && owner.unit === its && owner.place === place) return owner;
    const facts = /** @type {Owner} */ (new SeriesFacts(name, known, its, held, place));
    this.#owners.set(name, facts);
    this.named += 1;
    return facts;
  }
}

/** @param {Source|undefined} before @param {Source} source @returns {SourceEvent|null} */
function eventOf(before, source) {
  const { id, since: at } = source;
  const fresh = !before || before.epoch !== source.epoch;
  if (!isDown(source)) return fresh && isHere(source) ? { at, kind: source.lives > 1 ? 'restart' : 'start', id, reason: '' } : null;
  return fresh || !isDown(before) ? { at, kind: 'down', id, reason: whyOf(source) } : null;
}

/** Is something else to be said of its series? @param {Source} a @param {Source} b */
function isOther(a, b) {
  return a.epoch !== b.epoch || a.host !== b.host || a.interval_ms !== b.interval_ms
    || (a.labels !== b.labels && JSON.stringify(a.labels) !== JSON.stringify(b.labels));
}

/** By name. @param {Held[]} list @returns {Keyed[]} */
const inOrder = (list) => list.map((held) => ({ held, key: sortKey(held.source.id) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

/**
 * Both in order. Keys are made when they are asked for: a few that come find their places by halving, very many by going through all.
 * @param {Held[]} sorted @param {Keyed[]} added
 */
function merged(sorted, added) {
  if (sorted.length === 0) return added.map(({ held }) => held);
  const few = added.length * Math.log2(sorted.length) < sorted.length;
  /** @type {Held[]} */
  const all = [];
  let from = 0;
  for (const { held, key } of added) {
    let to = from;
    if (few) to = placeOf(sorted, key, from);
    else while (to < sorted.length && sortKey(sorted[to].source.id) <= key) to += 1;
    for (let i = from; i < to; i += 1) all.push(sorted[i]);
    all.push(held);
    from = to;
  }
  return all.concat(sorted.slice(from));
}

/** The first behind a name. @param {Held[]} sorted @param {string} key @param {number} from */
function placeOf(sorted, key, from) {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sortKey(sorted[middle].source.id) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const DIGITS = /\d+/g;

/**
 * `process-10` after `process-9`, by plain comparison: a collator takes seconds for twenty thousand names.
 * @param {string} name
 */
export function sortKey(name) {
  return name.toLowerCase().replace(DIGITS, (digits) => digits.padStart(12, '0'));
}
