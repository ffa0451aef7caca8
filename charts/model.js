/**
 * What the chart knows: series, sources, gaps and the bridge's clock, fed frame by frame. No DOM and no clock of its
 * own, so the whole life of a subscription is tested by handing it frames.
 */

import { BridgeClock } from './live/clock.js';
import { gapThreshold } from './series/cadence.js';
import { GapBands } from './series/gaps.js';
import { metricsByPrefix } from './series/metric.js';
import { SourceTable, compareNames } from './series/sources.js';
import { seriesStatus } from './series/status.js';
import { SeriesStore } from './series/store.js';
/** @import {DataFrame, SeriesStatus} from './types.js' */
/** @import {Series} from './series/store.js' */

/** Kept beyond the left edge: lines enter from outside, and the dash pattern keeps its anchor (see draw/lines.js). */
const MARGIN = 0.15;

/**
 * @typedef {{name: string, metric: string, entity: string, unit: string|null}} SeriesFacts  entity: whose colour it has
 */

export class LiveModel {
  store = new SeriesStore();
  sources = new SourceTable();
  gaps = new GapBands();
  clock = new BridgeClock();
  /** Rises with everything that could change the picture. */
  version = 0;
  /** Of the snapshot: closer points were merged by the bridge. */
  resolutionMs = 0;
  /** What is shown, and so what is kept. */
  windowMs;
  /** Has the first snapshot arrived? */
  filled = false;
  points = 0;
  /** @type {Map<string, SeriesFacts>|null} derived; null after a change of sources */
  #facts = null;
  #factsGeneration = -1;

  /** @param {number} windowMs */
  constructor(windowMs) {
    this.windowMs = windowMs;
  }

  /**
   * @param {DataFrame} frame
   * @param {number} local  monotonic, when it arrived
   * @param {{width?: number, keepFrom?: number}} [view]  width in pixels asked for; keepFrom: older is needed no more
   */
  apply(frame, local, { width = 0, keepFrom = Infinity } = {}) {
    this.version += 1;
    if (frame.type === 'gap') return this.gaps.open(frame, this.store.lastX);
    this.clock.observe(frame.now, local);
    if (frame.type === 'presence') {
      this.sources.merge(frame.sources, frame.now);
      this.#facts = null;
      return;
    }
    this.gaps.settle(frame.blocks, frame.now);
    if (frame.type === 'snapshot') {
      if (!frame.resumed) this.store.clear();
      this.sources[frame.resumed ? 'merge' : 'replace'](frame.sources, frame.now);
      // A bridge with less history answers with a shorter window; what arrives from now on still fills the one shown.
      this.resolutionMs = width > 0 ? (frame.window_ms || this.windowMs) / width : 0;
      this.filled = true;
      this.#facts = null;
    }
    this.points += this.store.append(frame.blocks);
    this.trim(Math.min(frame.now - this.windowMs, keepFrom));
  }

  /** @param {number} before  left edge of the view, ms */
  trim(before) {
    this.store.trim(before - MARGIN * this.windowMs);
    this.gaps.trim(before);
  }

  /** For another channel: nothing of the old one stays. */
  clear() {
    this.store.clear();
    this.sources.replace([], 0);
    this.gaps.clear();
    this.filled = false;
    this.#facts = null;
    this.version += 1;
  }

  /** @returns {Map<string, SeriesFacts>} in reading order: by entity, then as the source lists its series */
  facts() {
    if (this.#facts && this.#factsGeneration === this.store.generation) return this.#facts;
    const names = this.store.names().sort(compareNames);
    const prefixes = metricsByPrefix(names.filter((name) => !this.sources.ownerOf(name)));
    const facts = names.map((name) => this.#factsOf(name, prefixes.get(name) ?? name));
    facts.sort((a, b) => compareNames(a.entity, b.entity) || this.#rank(a.name) - this.#rank(b.name));
    this.#facts = new Map(facts.map((fact) => [fact.name, fact]));
    this.#factsGeneration = this.store.generation;
    return this.#facts;
  }

  /** @param {Series} series */
  gapMs(series) {
    return gapThreshold(series.cadence, this.resolutionMs);
  }

  /**
   * @param {Series} series
   * @param {number} now
   * @param {(ms: number) => string} clockTime
   * @returns {SeriesStatus}
   */
  statusOf(series, now, clockTime) {
    const source = this.sources.ownerOf(series.name)?.source;
    return seriesStatus({ source, lastX: series.ring.lastX, cadence: series.cadence }, now, clockTime);
  }

  /** @param {string} name @param {string} prefix @returns {SeriesFacts} */
  #factsOf(name, prefix) {
    const owner = this.sources.ownerOf(name);
    const metric = this.sources.metricOf(name) ?? prefix;
    return { name, metric, entity: owner?.source.id ?? name, unit: owner?.info.unit ?? null };
  }

  /** @param {string} name */
  #rank(name) {
    const owner = this.sources.ownerOf(name);
    return owner ? owner.source.series.findIndex((info) => info.name === name) : 0;
  }
}
