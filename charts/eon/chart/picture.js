/** The picture itself: one chart of the library, fed with what is to be seen, and moved on from one tick to the next. */

import { rgbOf } from '../../draw/colour.js';
import { Chart } from '../../library.js';
import { formatTime } from '../../scale/format.js';
import { lookOf } from '../../scene.js';
import { byPlaces, collapsed, isOneMoment } from './collapse.js';
import { complain } from './complain.js';
import { chartOptions, PATTERN, ROUND, TIME_FORMAT } from './config.js';
import { follows, leaving, rangeAt } from './flow.js';
/** @import {ChartOptions} from '../../options.js' */
/** @import {ShapeName} from '../../scene.js' */
/** @import {Config} from './config.js' */
/** @import {Range} from './flow.js' */
/** @import {Snapshot} from './ledger.js' */

/** No series is called so. */
const X = '\u0000x';
const FADED = 0.3;

/**
 * @typedef {object} Sight  what is to be seen
 * @property {Snapshot} snapshot
 * @property {Config} config
 * @property {number} structure  rises with whatever of the configuration makes another chart
 * @property {boolean} live
 * @property {boolean} zoomable
 * @property {readonly string[]} hidden
 * @property {ReadonlySet<string>|null} focused  null: all alike
 * @property {(id: string) => string} colourOf
 * @property {number|null} flowMs  null: it is there at once
 *
 * @typedef {object} PictureHands
 * @property {(range: Range|null) => void} onZoom  by the reader
 * @property {(at: {x: number, value: number, name: string|null}) => void} onClick
 */

export class Picture {
  /** @type {Chart|null} */
  #chart = null;
  #host;
  #hands;
  #key = '';
  /** @type {Set<string>} */
  #loaded = new Set();
  /** As it is handed over, with what is about to leave. @type {Snapshot['series']} */
  #drawn = [];
  /** @type {string[]} */
  #categories = [];
  /** All there is, where nobody looks closer. @type {Range|null} */
  #whole = null;
  /** Chosen by the reader or the page. @type {Range|null} */
  #zoomed = null;
  /** Do we move it ourselves? */
  #moving = false;
  /** @type {number|null} */
  #frame = null;
  /** @type {(() => void)|null} */
  #arrived = null;
  #stillMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

  /** @param {HTMLElement} host @param {PictureHands} hands */
  constructor(host, hands) {
    this.#host = host;
    this.#hands = hands;
  }

  /** The chart of the library; null before the first picture. */
  get chart() { return this.#chart; }
  /** @returns {Range|null} */
  get range() { return this.#chart && this.#whole ? { from: this.#chart.view.from, to: this.#chart.view.to } : null; }

  /** @param {Sight} sight @param {() => void} [done]  once it stands still */
  show(sight, done) {
    // One that has not arrived goes on from where it is.
    const present = this.#arrived ? this.range : null;
    const drawn = this.#drawn;
    this.#stop();
    const snapshot = this.#snapshotOf(sight);
    const chart = this.#chartFor(sight, snapshot);
    const series = visible(snapshot, sight);
    chart.setLooks(looksOf(sight));
    const groups = groupsOf(sight, series);
    if (groups) chart.setGroups(groups);
    const before = this.#whole && !this.#zoomed ? present ?? this.range : null;
    this.#load(chart, series);
    const after = { from: chart.view.from, to: chart.view.to };
    const gone = leaving(drawn, series, before?.from);
    this.#whole = after;
    if (this.#zoomed) return this.#end(this.#zoomed, done);
    const moves = sight.flowMs !== null && sight.flowMs > 0 && snapshot.kind !== 'category' && !this.#stillMotion.matches && document.visibilityState === 'visible';
    if (!moves || !follows(before, after) || (before?.from === after.from && before?.to === after.to)) return this.#end(after, done);
    if (gone.some(({ x }, i) => x.length > series[i].x.length)) this.#load(chart, gone);
    this.#slide(/** @type {Range} */ (before), after, Number(sight.flowMs), series, done);
  }

  /** @param {Range|null} range  null: everything */
  zoom(range) {
    this.#stop();
    this.#zoomed = range;
    if (this.#chart && this.#whole) this.#hold(range ?? this.#whole);
  }

  /** @param {string|null} name */
  highlight(name) {
    this.#chart?.highlight(name);
  }

  close() {
    this.#stop();
    this.#chart?.destroy();
    this.#chart = null;
  }

  /** @param {Sight} sight */
  #snapshotOf({ snapshot, config }) {
    if (!isOneMoment(snapshot, config.data?.type ?? 'line')) return snapshot;
    const { format } = config.axis?.x?.tick ?? {};
    const zone = config.axis?.x?.localtime === false ? 'utc' : 'local';
    return collapsed(snapshot, (ms) => (typeof format === 'function' ? String(format(new Date(ms))) : formatTime(ms, typeof format === 'string' ? format : TIME_FORMAT, zone)));
  }

  /** The chart there is, or another one where it must be another. @param {Sight} sight @param {Snapshot} snapshot */
  #chartFor(sight, snapshot) {
    this.#categories = snapshot.categories ?? [];
    const key = [sight.structure, snapshot.kind, this.#categories.length, sight.zoomable].join();
    if (this.#chart && key === this.#key) return this.#chart;
    this.#chart?.destroy();
    this.#key = key;
    this.#loaded = new Set();
    this.#whole = null;
    this.#drawn = [];
    const one = snapshot.kind !== sight.snapshot.kind;
    const config = one ? withoutTicks(sight.config) : sight.config;
    const { options, complaints } = chartOptions(config, { kind: snapshot.kind, live: sight.live, zoomable: sight.zoomable, categories: snapshot.categories });
    complaints.forEach((text) => complain(text));
    if (options.axis?.rotated && hasBarsOnSecond(config)) complain('generate.data.axes: lying bars stand on the first axis');
    if (snapshot.kind === 'category') this.#nameCategories(options);
    const chart = new Chart(this.#host, {
      ...options, types: typesOf(config), data: { x: X, columns: [], ...(snapshot.kind === 'category' ? { categories: [...this.#categories] } : {}) },
    });
    this.#chart = chart;
    this.#host.parentElement?.parentElement?.classList.toggle('eontide-eon-dated', isDated(options));
    chart.on('view', ({ from, to }) => {
      if (this.#moving) return;
      this.#zoomed = this.#whole && (from > this.#whole.from || to < this.#whole.to) ? { from, to } : null;
      this.#hands.onZoom(this.#zoomed);
    });
    chart.on('click', (at) => this.#hands.onClick(at));
    chart.on('error', (message) => complain(message, 'error'));
    return chart.open();
  }

  /** Names may change while their number stays. @param {ChartOptions} options */
  #nameCategories(options) {
    const { x = {} } = options.axis ?? {};
    const written = x.format;
    x.format = (i) => (typeof written === 'function' ? written(i) : this.#categories[i] ?? '');
    if (options.tooltip === false) return;
    const tooltip = typeof options.tooltip === 'object' ? options.tooltip : {};
    options.tooltip = { title: (i) => this.#categories[Math.round(i)] ?? '', ...tooltip };
  }

  /** @param {Chart} chart @param {Snapshot['series']} series */
  #load(chart, series) {
    this.#moving = true;
    const names = new Set(series.map(({ id }) => id));
    const gone = [...this.#loaded].filter((id) => !names.has(id));
    if (gone.length > 0) chart.unload(gone);
    for (const group of byPlaces(series)) chart.load({ x: X, columns: [[X, ...group[0].x], ...group.map(({ id, v }) => /** @type {[string, ...(number|null)[]]} */ ([id, ...v]))] });
    if (series.length === 0 && gone.length === 0) chart.live();
    this.#loaded = names;
    this.#drawn = series;
    this.#moving = false;
  }

  /** @param {Range} range */
  #hold({ from, to }) {
    this.#moving = true;
    this.#chart?.hold(from, to);
    this.#moving = false;
  }

  /** @param {Range} range @param {(() => void)|undefined} done */
  #end(range, done) {
    this.#hold(range);
    done?.();
  }

  /** @param {Range} before @param {Range} after @param {number} ms @param {Snapshot['series']} series @param {(() => void)|undefined} done */
  #slide(before, after, ms, series, done) {
    const began = performance.now();
    this.#arrived = () => {
      if (this.#chart) this.#load(this.#chart, series);
      this.#end(after, done);
    };
    this.#hold(before);
    const step = (/** @type {number} */ now) => {
      const share = (now - began) / ms;
      if (share >= 1) return this.#stop();
      this.#hold(rangeAt(before, after, share));
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  /** What was under way is where it was to be. */
  #stop() {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    const arrived = this.#arrived;
    this.#arrived = null;
    arrived?.();
  }
}

/** @param {Snapshot} snapshot @param {Sight} sight @returns {Snapshot['series']} */
function visible({ series }, { hidden, config }) {
  const shown = series.filter(({ id }) => !hidden.includes(id));
  if (config.line?.connectNull !== true) return shown;
  return shown.map(({ id, x, v }) => ({ id, x: x.filter((_, i) => v[i] !== null), v: v.filter((value) => value !== null) }));
}

/** @param {Sight} sight */
function looksOf({ snapshot, config: { data = {} }, focused, colourOf }) {
  const ids = snapshot.series.map(({ id }) => id);
  const of = (/** @type {(id: string) => string} */ each) => Object.fromEntries(ids.map((id) => [id, each(id)]));
  return {
    colours: of((id) => (focused && !focused.has(id) ? faded(colourOf(id)) : colourOf(id))), names: of((id) => String(lookOf(data.names ?? {}, id) ?? id)),
    axes: /** @type {Record<string, 'y'|'y2'>} */ (of((id) => (lookOf(data.axes ?? {}, id) === 'y2' ? 'y2' : 'y'))),
  };
}

/** Which stand on each other, the largest lowest as C3 has it. @param {Sight} sight @param {Snapshot['series']} series @returns {string[][]|null} */
function groupsOf({ config: { data = {} } }, series) {
  const { groups, order } = data;
  if (!Array.isArray(groups)) return null;
  const sums = new Map(series.map(({ id, v }) => [id, v.reduce((sum, value) => (sum ?? 0) + (value ?? 0), 0) ?? 0]));
  const rank = (/** @type {string} */ id) => sums.get(id) ?? 0;
  return groups.filter(Array.isArray).map((group) => {
    const ids = group.map(String);
    if (typeof order === 'function') return ids.sort((a, b) => order({ id: a, values: [{ value: rank(a) }] }, { id: b, values: [{ value: rank(b) }] }));
    if (order === null) return ids;
    return ids.sort((a, b) => (order === 'asc' ? rank(a) - rank(b) : rank(b) - rank(a)));
  });
}

/** @param {Config} config @returns {Record<string, ShapeName>} */
function typesOf({ data = {} }) {
  const known = ['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter', 'bar'];
  if (ROUND.includes(data.type)) return {};
  return Object.fromEntries(Object.entries(data.types ?? {}).filter(([, type]) => known.includes(/** @type {string} */ (type)))) ;
}

/** @param {Config} config */
function hasBarsOnSecond({ data: { type = 'line', types = {}, axes = {} } = {} }) {
  return Object.entries(axes).some(([id, axis]) => axis === 'y2' && (lookOf(types, id) ?? type) === 'bar');
}

/** The names are the ticks. @param {Config} config @returns {Config} */
function withoutTicks(config) {
  const { tick: _, ...x } = config.axis?.x ?? {};
  return { ...config, axis: { ...config.axis, x: { ...x, type: 'category' } } };
}

/** Do the labels of x say which day it is, or nothing at all? @param {ChartOptions} options */
function isDated({ axis: { x: { format } = {} } = {} }) {
  return typeof format === 'function' || (typeof format === 'string' && /%[-_0]?[dejxcsQ]/.test(format));
}

/** @param {string} colour */
function faded(colour) {
  const [red, green, blue] = rgbOf(colour).map((part) => Math.round(part * FADED + 255 * (1 - FADED)).toString(16).padStart(2, '0'));
  return `#${red}${green}${blue}`;
}

/** @param {Config} config @param {number} i  of its series */
export function patternColour({ color = {} }, i) {
  const pattern = Array.isArray(color.pattern) && color.pattern.length > 0 ? color.pattern : PATTERN;
  return String(pattern[i % pattern.length]);
}
