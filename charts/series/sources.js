/** The processes behind the series: who is up, who went down and why, and where a restart broke a line. */

import { withoutSource } from './metric.js';
/** @import {SeriesInfo, Source} from '../types.js' */

const SOURCES_MAX = 20_000;
/** Restarts remembered per source; older ones show as ordinary gaps. */
const BREAKS_MAX = 64;
/** An epoch is the start of a life in ms; one that is no plausible time is not placed on the axis. */
const EPOCH_SANE_MS = 366 * 86_400_000;

/** @typedef {{source: Source, info: SeriesInfo}} Owner */

export class SourceTable {
  /** @type {Map<string, Source>} */
  #sources = new Map();
  /** @type {Map<string, Owner>} */
  #owners = new Map();
  /** Start times of lives, ascending, by source id. @type {Map<string, number[]>} */
  #breaks = new Map();

  /** @returns {Source[]} by id */
  list() {
    return [...this.#sources.values()].sort((a, b) => compareNames(a.id, b.id));
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
    this.#sources.clear();
    this.#owners.clear();
    this.merge(sources, now);
  }

  /** Of presence or a resumed snapshot: these changed. @param {Source[]} sources @param {number} now */
  merge(sources, now) {
    for (const source of sources) {
      if (!this.#sources.has(source.id) && this.#sources.size >= SOURCES_MAX) continue;
      this.#sources.set(source.id, source);
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

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** `process-10` after `process-9`. @param {string} a @param {string} b */
export function compareNames(a, b) {
  return COLLATOR.compare(a, b);
}
