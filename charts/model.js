//# allFunctionsCalledOnLoad
/**
 * What the chart knows: series, merged columns, sources, gaps and the bridge's clock, fed frame by frame. No DOM and no
 * clock of its own, so the whole life of a subscription is tested by handing it frames.
 */

import { BridgeClock } from './live/clock.js';
import { gapThreshold } from './series/cadence.js';
import { Catalogue } from './series/catalogue.js';
import { GapBands } from './series/gaps.js';
import { SourceTable } from './series/sources.js';
import { seriesStatus } from './series/status.js';
import { SeriesStore } from './series/store.js';
/** @import {AlertFrame, Block, LiveFrame, DensityFrame, SeriesStatus, SnapshotFrame, UpdateFrame} from './types.js' */
/** @import {Alerts} from './series/alerts.js' */
/** @import {Series} from './series/store.js' */
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {DensityStore} from './series/density.js' */

/** Kept beyond the left edge: lines enter from outside, and the dash pattern keeps its anchor (see draw/lines.js). */
const MARGIN = 0.15;
/** Of the longest gap a line bridges: small changes of a cadence are no new picture. */
const GAP_STEP = 1.25;
/** Frames that wait for what understands them; if it cannot be loaded, the newest. */
const UNHEARD_MAX = 100;

export class LiveModel {
  store = new SeriesStore();
  /** Null until merged columns are wanted. @type {DensityStore|null} */
  density = null;
  sources = new SourceTable();
  /** What understands them, loaded with the first: see aside.js. @type {Alerts|null} */
  alerts = null;
  /** Not understood yet; before it is here the first frame, and those that say something. @type {AlertFrame[]} */
  unheard = [];
  gaps = new GapBands();
  clock = new BridgeClock();
  catalogue = new Catalogue();
  /** With those of which no point is here. */
  #whole = new Catalogue();
  /** Rises with everything that changes more of the picture than `dirtyFrom` says. */
  version = 0;
  /** From this time on lines changed; Infinity: they did not. */
  dirtyFrom = Infinity;
  dirtyTo = -Infinity;
  /** Smallest and largest value that came since they were taken. */
  low = Infinity;
  high = -Infinity;
  /** Of the snapshot: closer points were merged by the bridge. */
  resolutionMs = 0;
  /** What is shown, and so what is kept. */
  windowMs;
  /** From this time on everything that came is held; NaN before the first snapshot. */
  heldFrom = NaN;
  /** Has the first snapshot arrived? */
  filled = false;
  points = 0;
  /** Time of the newest point of the latest update. */
  newestX = NaN;
  /** Names that are known only from a list. @type {Set<string>} */
  listed = new Set();
  #listedGeneration = 0;

  /** @param {number} windowMs */
  constructor(windowMs) {
    this.windowMs = windowMs;
  }

  /**
   * @param {LiveFrame} frame
   * @param {number} local  monotonic, when it arrived
   * @param {{width?: number, keepFrom?: number, lines?: boolean, presence?: boolean}} [view]  width in pixels asked for; keepFrom: older is needed
   *   no more; lines, presence: what of the frame is meant
   */
  apply(frame, local, { width = 0, keepFrom = Infinity, lines = true, presence = true } = {}) {
    if (frame.type === 'gap') {
      this.version += 1;
      return this.gaps.open(frame, latest(this.store.lastX, this.density?.lastMs ?? NaN));
    }
    this.clock.observe(frame.now, local);
    if (frame.type === 'density') {
      this.gaps.settle(frame.metrics.map(({ columns }) => columns.map(({ slot }) => slot * frame.step_ms)), frame.now);
      return this.#applyDensity(frame, keepFrom);
    }
    if (frame.type === 'alert') return this.#hear(frame);
    if (frame.type === 'presence') {
      this.sources.merge(frame.sources, frame.now, frame.groups);
      if (typeof frame.hearing === 'boolean') this.sources.hear(frame.hearing, frame.as_of ?? frame.now);
      return;
    }
    if (lines) this.gaps.settle(frame.blocks.map(({ x }) => x), frame.now);
    if (frame.type === 'snapshot') this.#snapshot(frame, width, lines, presence);
    if (!lines) return;
    this.points += this.#append(frame);
    this.trim(Math.min(frame.now - this.windowMs, keepFrom));
  }

  /** @param {AlertFrame} frame */
  #hear(frame) {
    if (this.alerts || this.unheard.length === 0 || frame.alerts.length > 0) this.unheard = [...this.unheard, frame].slice(-UNHEARD_MAX);
  }

  /** Is there an alert that is not understood yet? */
  get wantsAlerts() { return this.unheard.some(({ alerts }) => this.alerts !== null || alerts.length > 0); }

  /** @param {SnapshotFrame} frame @param {number} width @param {boolean} lines @param {boolean} presence */
  #snapshot(frame, width, lines, presence) {
    this.version += 1;
    if (presence) this.sources[frame.resumed ? 'merge' : 'replace'](frame.sources, frame.now);
    if (!lines) return;
    if (!frame.resumed) {
      this.store.clear();
      this.heldFrom = frame.now - this.windowMs;
    }
    // A bridge with less history answers with a shorter window; what arrives from now on still fills the one shown.
    this.resolutionMs = width > 0 ? (frame.window_ms || this.windowMs) / width : 0;
    this.filled = true;
  }

  /** @param {DensityFrame} frame @param {number} keepFrom */
  #applyDensity(frame, keepFrom) {
    if (frame.snapshot) {
      this.version += 1;
      this.density?.replace(frame);
      this.filled = true;
    } else {
      this.density?.add(frame);
    }
    for (const { columns } of frame.metrics) for (const { column } of columns) this.points += column.count;
    if (frame.snapshot) this.heldFrom = frame.now - this.windowMs;
    this.density?.trim(this.#forgetBefore(Math.min(frame.now - this.windowMs, keepFrom)));
  }

  /** @param {SnapshotFrame|UpdateFrame} frame */
  #append(frame) {
    const { store } = this;
    const known = store.generation;
    if (frame.type === 'update') for (const block of frame.blocks) this.#note(block);
    const points = store.append(frame.blocks);
    if (store.generation !== known) this.version += 1;
    return points;
  }

  /** What a block changes of the picture: a line, from the point before its first new one on. @param {Block} block */
  #note({ x, columns }) {
    if (x.length === 0) return;
    const first = x[0];
    const last = x[x.length - 1];
    if (!(last <= this.newestX)) this.newestX = last;
    for (const { name, v } of columns) {
      const ring = this.store.get(name)?.ring;
      let from = first;
      if (ring && ring.length > 0) {
        const before = first > ring.lastX ? ring.end - 1 : ring.lowerBound(first) - 1;
        // The slope of a curve at a point depends on both its neighbours.
        if (before >= ring.start) from = ring.x[Math.max(ring.start, before - 1)];
      }
      if (from < this.dirtyFrom) this.dirtyFrom = from;
      // A late point is followed by those that were there before.
      const to = ring && ring.lastX > last ? ring.lastX : last;
      if (to > this.dirtyTo) this.dirtyTo = to;
      for (let i = 0; i < v.length; i++) {
        if (v[i] < this.low) this.low = v[i];
        if (v[i] > this.high) this.high = v[i];
      }
    }
  }

  /** @returns {{from: number, to: number, low: number, high: number}} what changed since the last time */
  takeChanges() {
    const { dirtyFrom: from, dirtyTo: to, low, high } = this;
    this.dirtyFrom = this.low = Infinity;
    this.dirtyTo = this.high = -Infinity;
    return { from, to, low, high };
  }

  /** @param {number} before  left edge of the view, ms */
  trim(before) {
    const known = this.store.generation;
    this.store.trim(this.#forgetBefore(before));
    if (this.store.generation !== known) this.version += 1;
  }

  /** @param {number} before  left edge of the view, ms @returns {number} from when on is kept */
  #forgetBefore(before) {
    const from = before - MARGIN * this.windowMs;
    if (from > this.heldFrom) this.heldFrom = from;
    this.gaps.trim(before);
    return from;
  }

  /** For another channel: nothing of the old one stays. */
  clear() {
    this.store.clear();
    this.density?.clear();
    this.sources.replace([], 0);
    this.alerts?.clear();
    this.unheard = [];
    this.gaps.clear();
    this.listed.clear();
    this.filled = false;
    this.heldFrom = NaN;
    this.version += 1;
  }

  /** Names that came with a list of the bridge. @param {Iterable<string>} names */
  list(names) {
    const before = this.listed.size;
    for (const name of names) this.listed.add(name);
    if (this.listed.size !== before) this.#listedGeneration += 1;
  }

  /** Every series that is known. @param {boolean} all  those of which no point is here as well */
  catalogueOf(all) {
    const { store, sources, listed } = this;
    const catalogue = all ? this.#whole : this.catalogue;
    const known = `${sources.named} ${this.#listedGeneration} `;
    if (catalogue.asked !== known + store.generation) {
      catalogue.asked = known + store.generation;
      const held = store.names();
      // Of thousands that are known anyway, which are held is no news.
      const strays = held.filter((name) => !all || !(sources.ownerOf(name) || listed.has(name)));
      catalogue.update(sources, held, all ? this.#others() : [], known + JSON.stringify(strays));
    }
    return catalogue;
  }

  /** @param {boolean} all @returns {Map<string, SeriesFacts>} */
  facts(all = false) {
    return this.catalogueOf(all).facts;
  }

  * #others() {
    yield* this.sources.names();
    yield* this.listed;
  }

  /** @param {Series} series */
  gapMs(series) {
    // In data of a page's own a hole is a null: no cadence was promised.
    if (this.catalogue.places) return Infinity;
    const exact = gapThreshold(series.cadence, this.resolutionMs);
    return GAP_STEP ** Math.ceil(Math.log(exact) / Math.log(GAP_STEP) - 1e-9);
  }

  /**
   * @param {string} name
   * @param {number} now
   * @param {(ms: number) => string} clockTime
   * @returns {SeriesStatus}
   */
  statusOf(name, now, clockTime) {
    const series = this.store.get(name);
    const source = this.sources.ownerOf(name)?.source;
    // Of one that is not held here only its source can say how it is.
    const lastX = series?.ring.lastX ?? (source ? now : NaN);
    return seriesStatus({ source, lastX, cadence: series?.cadence ?? NaN }, now, clockTime);
  }
}

/** @param {number} a ms, NaN where there is nothing @param {number} b */
const latest = (a, b) => (Number.isNaN(a) || b > a ? b : a);
