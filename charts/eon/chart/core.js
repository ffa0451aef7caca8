/**
 * One chart of a page: what it was told, what it knows, what is seen of it. Messages and calls change what it knows; it is
 * drawn at its rate, and only if something changed. What a page may ask of it is in face.js.
 */

import { lookOf } from '../../scene.js';
import { complain } from './complain.js';
import { gradedColour, typeOf, transitionMs } from './config.js';
import { givenSeries } from './given-data.js';
import { unhonoured } from './honoured.js';
import { Ledger } from './ledger.js';
import { EonLegend } from './legend.js';
import { isRecord } from './options.js';
import { patternColour, Picture } from './picture.js';
import { Place, styles } from './place.js';
/** @import {Config} from './config.js' */
/** @import {Range} from './flow.js' */
/** @import {Wish} from './options.js' */

/** Colours are remembered of so many names: one that comes back looks as it did. */
const COLOURS_MAX = 5_000;
const COPY_DEPTH_MAX = 12;

export class Core {
  config;
  ledger;
  place;
  /** @type {string[]} */
  hidden = [];
  /** @type {Set<string>|null} */
  focused = null;
  /** @type {Set<string>} */
  unlisted = new Set();
  zoomable;
  live;
  /** Rises with whatever makes another picture of the same data. */
  structure = 0;
  closed = false;
  #picture;
  #legend;
  #flows;
  #rate;
  /** @type {Map<string, string>} */
  #colours = new Map();
  /** @type {string|null} */
  #over = null;
  #stale = false;
  #styled = false;
  #drawnAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout>|null} */
  #timer = null;
  /** Told once it is drawn. @type {(() => void)[]} */
  #done = [];
  /** For one picture. @type {number|null} */
  #flowMs = null;
  #off = new AbortController();
  #begun = false;
  /** @type {Set<() => void>} */
  #closing = new Set();

  /**
   * @param {unknown} generate  a C3 configuration
   * @param {{wish: Pick<Wish, 'x'|'kind'|'xNames'>, live: boolean, limit?: number, rate?: number, flow?: boolean, flowMs?: number|null}} how
   */
  constructor(generate, { wish, live, limit, rate = 0, flow = false, flowMs = null }) {
    this.config = /** @type {Config} */ (isRecord(generate) ? copyOf(generate) : {});
    const { data = {}, axis = {}, zoom = {}, legend = {} } = this.config;
    for (const path of unhonoured(this.config)) complain(`${path} is not honoured`);
    this.live = live;
    this.zoomable = zoom.enabled === true;
    this.#rate = rate;
    this.#flows = flow ? { ms: flowMs } : null;
    this.ledger = new Ledger(wish, {
      ...(limit === undefined ? {} : { limit }), format: typeof data.xFormat === 'string' ? data.xFormat : null, local: data.xLocaltime !== false, categories: axis.x?.categories,
    });
    this.ledger.load(givenSeries(data));
    this.hidden = data.hide === true ? this.ledger.table.names : listOf(data.hide);
    this.unlisted = new Set(legend.hide === true ? this.ledger.table.names : listOf(legend.hide));
    this.place = new Place(this.config.bindto);
    this.#picture = new Picture(this.place.plot, { onZoom: () => {}, onClick: (at) => this.#click(at) });
    this.#legend = new EonLegend(this.place.legend, { onClick: (id) => this.#clicked(id), onOver: (id) => this.#pointed(id) });
    const { signal } = this.#off;
    document.addEventListener('visibilitychange', () => this.#arrange(), { signal });
    document.addEventListener('DOMContentLoaded', () => this.#arrange(), { signal });
    window.addEventListener('load', () => this.#arrange(), { signal });
    window.addEventListener('resize', () => {
      this.place.measure();
      this.place.fit(this.config);
    }, { signal });
    void styles().then(() => {
      this.#styled = true;
      this.#arrange();
    });
    this.changed();
  }

  get names() { return this.ledger.table.names; }
  get chart() { return this.#picture.chart; }
  /** What is in sight; null before the first picture. */
  get range() { return this.#picture.range; }
  get type() { return typeOf(this.config.data?.type, []); }

  /** Something is to be closed with it. @param {() => void} close */
  alsoCloses(close) {
    this.#closing.add(close);
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    for (const close of this.#closing) close();
    this.#closing.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#off.abort();
    this.#picture.close();
    this.#legend.show([]);
    this.place.close();
    this.ledger.table.clear();
    this.#done = [];
  }

  // === when it is drawn ===

  /** Messages came: with the next tick. */
  came() {
    this.#stale = true;
    this.#arrange();
  }

  /**
   * The page changed something: soon.
   * @param {{structure?: boolean, done?: unknown, flowMs?: number|null}} [what]  structure: more than data; flowMs: how long this one takes
   */
  changed({ structure = false, done, flowMs = null } = {}) {
    if (this.closed) return;
    if (structure) this.structure += 1;
    if (typeof done === 'function') this.#done.push(/** @type {() => void} */ (done));
    if (flowMs !== null) this.#flowMs = flowMs;
    this.#stale = true;
    this.#drawnAt = -Infinity;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#arrange();
  }

  /** Whatever waits, now. */
  flush() {
    this.#stale = true;
    this.#draw();
  }

  /** A hidden page draws nothing; it knows no less. */
  #arrange() {
    if (this.closed || !this.#stale || !this.#styled || this.#timer !== null || document.visibilityState !== 'visible') return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (document.visibilityState === 'visible') this.#draw();
    }, Math.max(0, this.#drawnAt + this.#rate - performance.now()));
  }

  #draw() {
    if (this.closed || !this.#styled || !this.#stale || !this.place.attach()) return;
    this.#stale = false;
    this.#drawnAt = performance.now();
    const first = !this.#begun;
    this.#begun = true;
    this.place.fit(this.config);
    // First, since it forgets what has no place in the legend any more.
    const snapshot = this.ledger.snapshot();
    this.#showLegend();
    const done = this.#done.splice(0);
    const asked = this.#flowMs;
    this.#flowMs = null;
    const flowMs = asked ?? (this.#flows && !first ? this.#flows.ms ?? transitionMs(this.config) : null);
    this.#picture.show({
      snapshot, config: this.config, structure: this.structure, live: this.live, zoomable: this.zoomable, hidden: this.hidden,
      focused: this.focused ?? (this.#over === null ? null : new Set([this.#over])), colourOf: (id) => this.colourOf(id), flowMs,
    }, () => done.forEach((each) => this.call(each)));
    if (first) this.call(this.config.oninit);
    this.call(this.config.onrendered);
  }

  /** @param {unknown} callback  of the page */
  call(callback, /** @type {unknown[]} */ ...all) {
    if (typeof callback !== 'function') return;
    try {
      callback(...all);
    } catch (error) {
      complain(`a callback of the page fails: ${error instanceof Error ? error.message : error}`, 'error', 'callback');
    }
  }

  // === how it looks ===

  /** A name keeps its colour, whoever comes and goes. @param {string} id */
  colourOf(id) {
    const { colors = {} } = this.config.data ?? {};
    const given = lookOf(colors, id);
    if (typeof given === 'string') return given;
    const graded = this.type === 'gauge' ? gradedColour(this.config, this.ledger.table.get(id)?.v.at(-1) ?? NaN) : null;
    if (graded !== null) return graded;
    let colour = this.#colours.get(id);
    if (colour === undefined) {
      if (this.#colours.size >= COLOURS_MAX) this.#colours.clear();
      this.#colours.set(id, colour = patternColour(this.config, this.#colours.size));
    }
    return colour;
  }

  #showLegend() {
    const { legend = {}, data = {} } = this.config;
    this.place.legend.hidden = legend.show === false;
    const wanted = legend.show === false ? [] : this.names.filter((id) => !this.unlisted.has(id));
    this.#legend.show(wanted.map((id) => ({
      id, name: String(lookOf(data.names ?? {}, id) ?? id), colour: this.colourOf(id), hidden: this.hidden.includes(id), faded: this.focused !== null && !this.focused.has(id),
    })));
  }

  /** @param {string} id */
  #clicked(id) {
    const { onclick } = this.config.legend?.item ?? {};
    if (typeof onclick === 'function') return this.call(onclick, id);
    this.hidden = this.hidden.includes(id) ? this.hidden.filter((one) => one !== id) : [...this.hidden, id];
    this.changed();
  }

  /** @param {string|null} id  in the legend */
  #pointed(id) {
    this.#over = id !== null && !this.hidden.includes(id) ? id : null;
    this.changed();
  }

  /** Says what is there, as if somebody pointed at it. @param {number|null} x  null: at nothing */
  point(x) {
    const { range } = this;
    const host = this.place.plot;
    if (x === null || !range || !(x >= range.from && x <= range.to)) return void host.dispatchEvent(new PointerEvent('pointerleave'));
    // The title below the plot is as wide as it is, even where it is empty.
    const plot = host.querySelector('.eontide-x-title')?.getBoundingClientRect();
    const { top, height } = host.getBoundingClientRect();
    if (plot) host.dispatchEvent(new PointerEvent('pointermove', { clientX: plot.left + (plot.width * (x - range.from)) / (range.to - range.from), clientY: top + height / 2 }));
  }

  /** @param {Range|null} range */
  zoom(range) {
    this.#picture.zoom(range);
  }

  /** The point nearest to where it was clicked. @param {{x: number, value: number, name: string|null}} at  name: by the axis of each series */
  #click({ x, value, name }) {
    const { onclick } = this.config.data ?? {};
    if (typeof onclick !== 'function') return;
    const { kind, series } = this.ledger.snapshot();
    const all = series.filter(({ id }) => !this.hidden.includes(id)).flatMap(({ id, x: places, v }) => places.map((place, index) => ({ id, name: id, x: place, value: v[index], index })));
    const near = all.filter((one) => one.value !== null).sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x) || Number(b.id === name) - Number(a.id === name) || Math.abs(Number(a.value) - value) - Math.abs(Number(b.value) - value))[0];
    if (near) this.call(onclick, { ...near, x: kind === 'time' ? new Date(near.x) : near.x }, this.place.element);
  }
}

/** @param {unknown} value @returns {string[]} */
export const listOf = (value) => (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []);

/** What a page hands over stays the page's. @param {unknown} value @param {number} [depth] @returns {unknown} */
export function copyOf(value, depth = 0) {
  if (depth > COPY_DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((one) => copyOf(one, depth + 1));
  const plain = isRecord(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return plain ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyOf(one, depth + 1)])) : value;
}
