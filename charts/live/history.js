/**
 * The points of a range that is held, zoomed or replayed, at the resolution of its pixels.
 *
 * Each picture says what it wants. What is held reaches one span further on both sides, so that panning finds it there; it
 * is fetched anew when the view comes near its end, or is finer, or when the selection changes. While a view still changes
 * it waits 120 ms for its next change, half a second at most. What is held stays until the new is there; an answer that
 * nobody wants any more is called off.
 */

import { DensityStore } from '../series/density.js';
import { SeriesStore } from '../series/store.js';
import { retryDelay } from './backoff.js';
import { RestError } from './rest.js';
/** @import {Environment} from './connection.js' */
/** @import {Rest} from './rest.js' */

/** After the last change of a view, and while it goes on changing. */
export const DEBOUNCE_MS = 120;
export const PATIENCE_MS = 500;
const WIDTH_MAX = 32_768;
/** Coarser than the view's columns by no more than this; a finer one only wastes memory, up to a point. */
const COARSER = 1.5;
const FINER = 8;
/** A view that reaches beyond now asks for what came since so often. */
const FRESH_MS = 5_000;

/**
 * @typedef {object} Want
 * @property {number} from  ms
 * @property {number} to  ms
 * @property {number} width  pixels
 * @property {'lines'|'density'} mode
 * @property {readonly string[]|null} series  names or patterns of lines; null: all, beside density none
 * @property {readonly string[]|null} metrics  of density; null: all
 * @property {number} [now]  the bridge's time: nothing is after it
 *
 * @typedef {object} Held
 * @property {string} key  what was selected
 * @property {number} from
 * @property {number} to
 * @property {number} columnMs
 */

export class History {
  #rest;
  #channel;
  #env;
  #onChange;
  #store = new SeriesStore();
  #density = new DensityStore();
  /** @type {Want|null} */
  #want = null;
  #key = '';
  /** @type {Held|null} */
  #held = null;
  /** @type {{range: Held, off: AbortController}|null} */
  #loading = null;
  /** What could not be had, so that it is not asked for with every picture. @type {Held|null} */
  #failed = null;
  #attempt = 0;
  #error = '';
  /** @type {number|null} */
  #timer = null;
  #waitingSince = 0;
  /** Does the timer wait for a bridge that failed? */
  #retrying = false;

  /**
   * @param {Pick<Rest, 'query'|'density'>} rest
   * @param {string} channel
   * @param {{onChange?: () => void, environment: Pick<Environment, 'after'|'cancel'|'now'|'random'>}} options
   *   onChange: something else is held, or an error came or went
   */
  constructor(rest, channel, { onChange = () => {}, environment }) {
    this.#rest = rest;
    this.#channel = channel;
    this.#onChange = onChange;
    this.#env = environment;
  }

  /** Lines of what is held; another store with each answer. */
  get store() { return this.#store; }
  /** Merged columns of what is held. */
  get density() { return this.#density; }
  /** What is held of the selection wanted; null where nothing is. @returns {{from: number, to: number, columnMs: number}|null} */
  get held() { return this.#held?.key === this.#key ? this.#held : null; }
  get busy() { return this.#loading !== null || this.#timer !== null; }
  /** For people; empty where all is well. */
  get error() { return this.#error; }

  /** Is all of this held, at columns as fine? @param {number} from @param {number} to @param {number} columnMs */
  covers(from, to, columnMs) {
    const { held } = this;
    return held !== null && held.from <= from && held.to >= to && held.columnMs <= columnMs * COARSER;
  }

  /** Called with every picture; costs a comparison where nothing changed. @param {Want} want */
  want(want) {
    const before = this.#want;
    const selected = before !== null && isSameSelection(before, want);
    const same = selected && before.from === want.from && before.to === want.to && before.width === want.width;
    if (same && (want.now === before.now || this.#held === null)) return;
    this.#want = want;
    if (!selected) this.#key = JSON.stringify([want.mode, want.series, want.metrics]);
    if (this.#isGood(this.#held)) return this.#settle();
    if (this.#isGood(this.#failed)) return;
    this.#failed = null;
    if (this.#loading !== null && this.#isGood(this.#loading.range)) return this.#cancelTimer();
    if (same && this.#timer !== null) return;
    this.#debounce();
  }

  /** Nothing is wanted; what was held is forgotten. */
  clear() {
    this.#stop();
    this.#want = this.#held = this.#failed = null;
    this.#error = this.#key = '';
    this.#store = new SeriesStore();
    this.#density = new DensityStore();
  }

  /** Of another channel. @param {string} channel */
  reset(channel) {
    this.clear();
    this.#channel = channel;
  }

  close() {
    this.clear();
    this.#onChange = () => {};
  }

  /** Does a range serve the view for a while? @param {Held|null} range */
  #isGood(range) {
    const want = this.#want;
    if (range === null || want === null || range.key !== this.#key) return false;
    const { from, to, now = Infinity } = want;
    const span = to - from;
    const columnMs = span / want.width;
    if (range.columnMs > columnMs * COARSER || range.columnMs * FINER < columnMs) return false;
    if (range.from > Math.max(0, from - span / 4)) return false;
    const ahead = to + span / 4;
    // Where the room on the right is not over yet, it waits until it is.
    return range.to >= (to > now ? now - FRESH_MS : ahead > now ? to : ahead);
  }

  #debounce() {
    const now = this.#env.now();
    if (this.#timer === null || this.#retrying) this.#waitingSince = now;
    this.#retrying = false;
    this.#arm(Math.max(0, Math.min(DEBOUNCE_MS, this.#waitingSince + PATIENCE_MS - now)));
  }

  /** @param {number} ms */
  #arm(ms) {
    this.#cancelTimer();
    this.#timer = this.#env.after(() => {
      this.#timer = null;
      void this.#load();
    }, ms);
  }

  async #load() {
    const want = this.#want;
    if (want === null) return;
    this.#loading?.off.abort();
    const loading = { range: rangeOf(want, this.#key), off: new AbortController() };
    this.#loading = loading;
    const { from, to, columnMs } = loading.range;
    const width = Math.max(1, Math.min(WIDTH_MAX, Math.round((to - from) / columnMs)));
    const asked = { channel: this.#channel, from, to, width, signal: loading.off.signal };
    const { mode, series, metrics: metric } = want;
    try {
      const [lines, columns] = await Promise.all([
        mode === 'density' && series === null ? null : this.#rest.query({ ...asked, series }),
        mode === 'density' ? this.#rest.density({ ...asked, metric }) : null,
      ]);
      if (this.#loading !== loading) return;
      this.#store = new SeriesStore();
      this.#density = new DensityStore();
      if (lines) this.#store.append(lines.blocks);
      if (columns) this.#density.replace(columns);
      this.#held = loading.range;
      this.#done('');
    } catch (error) {
      if (this.#loading !== loading) return;
      this.#failed = loading.range;
      this.#done(error instanceof Error ? error.message : String(error));
      this.#attempt += 1;
      this.#retrying = error instanceof RestError && error.passes;
      if (this.#retrying) this.#arm(retryDelay(this.#attempt - 1, this.#env.random()));
    }
  }

  /** @param {string} error */
  #done(error) {
    this.#loading = null;
    this.#error = error;
    if (error === '') {
      this.#failed = null;
      this.#attempt = 0;
    }
    this.#onChange();
  }

  /** What is held is good. */
  #settle() {
    if (this.busy) this.#stop();
    this.#failed = null;
    if (this.#error === '') return;
    this.#error = '';
    this.#onChange();
  }

  #stop() {
    this.#cancelTimer();
    this.#loading?.off.abort();
    this.#loading = null;
  }

  #cancelTimer() {
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#timer = null;
  }
}

/** The view and a span on either side, in whole columns; nothing after now. @param {Want} want @param {string} key @returns {Held} */
function rangeOf({ from, to, width, now = Infinity }, key) {
  const span = to - from;
  const columnMs = span / width;
  const first = Math.max(0, Math.floor((from - span) / columnMs) * columnMs);
  const last = Math.min(Math.ceil((to + span) / columnMs) * columnMs, now);
  // A view of the future has nothing to show.
  return { key, from: first, to: Math.max(first, last), columnMs };
}

/** @param {Want} a @param {Want} b */
function isSameSelection(a, b) {
  return a.mode === b.mode && isSameList(a.series, b.series) && isSameList(a.metrics, b.metrics);
}

/** @param {readonly string[]|null} a @param {readonly string[]|null} b */
function isSameList(a, b) {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((name, i) => name === b[i]));
}
