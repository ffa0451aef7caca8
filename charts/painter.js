/** When a picture is drawn and of what: joins model, selection, view and scales to a scene, and hands it to the plot. */

import { DensityShape } from './draw/density.js';
import { DASHED_MAX } from './draw/lines.js';
import { Plot } from './draw/plot.js';
import { parseUnit, PLAIN } from './scale/units.js';
import { yAxis } from './scale/y-axis.js';
import { SceneLines } from './scene.js';
import { tableOf } from './table.js';
import { DensityView } from './series/density-view.js';
import { readTheme } from './theme.js';
/** @import {Line} from './draw/lines.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {Scene, ValueAxis} from './draw/content.js' */
/** @import {LiveModel} from './model.js' */
/** @import {Chosen, Looks} from './scene.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {GapBand} from './series/gaps.js' */
/** @import {DensityStore} from './series/density.js' */
/** @import {SeriesStore} from './series/store.js' */
/** @import {Shown} from './past.js' */

/** A line that scrolls smoothly at 30 pictures a second looks no smoother at 60. */
const FRAME_MS = 1000 / 30;
/** While data comes at least so often, the picture moves along with it: a frame between costs as much as one with data. */
const RIDE_MS = 130;
const TICK_PX = 84;
/** Exact extremes are looked up so often; in between the axis only ever grows. */
const EXTENT_MS = 500;
const STATE_MS = 250;
const QUANTILE_NAMES = ['p5', 'median', 'p95'];

/**
 * @typedef {object} Situation  what a picture is made of besides the model
 * @property {number} now  the bridge's time for the right edge
 * @property {Chosen} chosen
 * @property {string} key  of what is chosen
 * @property {GapBand|null} away  the stretch in which the bridge could not be heard
 * @property {readonly Mark[]} marks
 * @property {SeriesStore} store  whose lines are shown
 * @property {Shown['others']} others  laid over it
 * @property {{store: DensityStore, metrics: string[], intervalMs: number, unit: string|null}|null} density  where merged columns are shown
 */

export class Painter {
  palette;
  zone = /** @type {TimeZone} */ ('local');
  drawn = 0;
  skipped = 0;
  /** How long the last picture took. */
  drawMs = 0;
  /** Age of the newest point when it was first on the screen. */
  latencyMs = NaN;
  points = false;
  grid = { x: true, y: true };
  #host;
  #model;
  #view;
  #scene;
  #theme;
  #dirty = true;
  #version = -1;
  #drawnAt = -Infinity;
  #changedAt = -Infinity;
  /** Mean distance of the last changes. */
  #changeMs = Infinity;
  #checkedAt = -Infinity;
  #extent = { low: NaN, high: NaN, at: -Infinity };
  /** @type {ValueAxis|null} */
  #axis = null;
  #axisKey = '';
  /** Rises with whatever changes the whole picture. */
  #generation = 0;
  #bandsKey = '';
  #densityShape = new DensityShape();
  /** @type {DensityView|null} */
  #densityView = null;
  /** @type {DensityStore|null} */
  #densityStore = null;
  #newestSeen = NaN;

  /**
   * @param {Element} host
   * @param {LiveModel} model
   * @param {TimeView} view
   * @param {Looks} looks
   */
  constructor(host, model, view, looks) {
    this.#host = host;
    this.#model = model;
    this.#view = view;
    this.plot = new Plot(host);
    this.#scene = new SceneLines(model, looks);
    this.palette = this.#scene.palette;
    this.#theme = readTheme(host);
  }

  /** @returns {Line[]} of the last picture, in the order of the legend */
  get lines() { return this.#scene.lines; }
  get densityView() { return this.#densityView; }
  densityUnit = PLAIN;
  /** @param {import('./series/catalogue.js').SeriesFacts} fact */
  styleOf(fact) { return this.#scene.styleOf(fact); }
  get theme() { return this.#theme; }

  close() {
    this.plot.close();
  }

  /** The next frame draws, whatever moved. @param {{theme?: boolean, axis?: boolean}} [what] */
  invalidate({ theme = false, axis = false } = {}) {
    this.#dirty = true;
    this.#generation += 1;
    if (theme) this.#theme = readTheme(this.#host);
    if (axis) {
      this.#axis = null;
      this.#extent.at = -Infinity;
    }
  }

  /** How long the picture may stay as it is, if no data comes. @param {number} frameAt @param {number} now */
  rest(frameAt, now) {
    const pace = this.#changeMs < RIDE_MS && frameAt - this.#changedAt < RIDE_MS ? RIDE_MS : FRAME_MS;
    return Math.max(this.#view.nextMove(now), pace - (frameAt - this.#drawnAt));
  }

  /**
   * @param {number} frameAt  monotonic
   * @param {Situation} situation
   * @returns {boolean} was there anything to draw?
   */
  step(frameAt, situation) {
    const { plot } = this;
    if (plot.width === 0) return false;
    const moved = this.#view.move(situation.now, plot.columns);
    const changed = this.#dirty || this.#version !== this.#model.version || this.#model.dirtyFrom < Infinity
      || this.#densityChanged(situation) || frameAt - this.#checkedAt > STATE_MS;
    if (!moved && !changed) {
      this.skipped += 1;
      return false;
    }
    const began = performance.now();
    this.#pace(frameAt);
    const drawn = this.#draw(frameAt, situation);
    if (!drawn && !moved) {
      this.skipped += 1;
      return false;
    }
    this.#drawnAt = frameAt;
    this.drawMs = performance.now() - began;
    this.drawn += 1;
    return true;
  }

  /** @param {Situation} situation */
  #densityChanged({ density }) {
    return (density?.store ?? null) !== this.#densityStore || (density !== null && density.store.dirtyFrom < Infinity);
  }

  /** @param {number} frameAt */
  #pace(frameAt) {
    if (!(this.#model.dirtyFrom < Infinity) && !(this.#densityStore && this.#densityStore.dirtyFrom < Infinity)) return;
    this.#changeMs = Math.min(1_000, (this.#changeMs === Infinity ? 1_000 : this.#changeMs) * 0.8 + (frameAt - this.#changedAt) * 0.2);
    this.#changedAt = frameAt;
  }

  /** @param {number} frameAt @param {Situation} situation */
  #draw(frameAt, situation) {
    const { store, chosen, key, away } = situation;
    const model = this.#model;
    const look = this.#dirty || frameAt - this.#checkedAt > STATE_MS;
    if (look) this.#checkedAt = frameAt;
    if (this.#version !== model.version) this.#generation += 1;
    this.#version = model.version;
    this.#dirty = false;
    this.#scene.listAll(situation.density !== null);
    if (this.#scene.update(store, chosen, this.#theme, `${key} ${this.#generation}`, look)) this.#generation += 1;
    const changes = model.takeChanges();
    const densityFrom = this.#updateDensity(situation);
    this.#updateOthers(situation);
    this.#noteLatency(situation.now);
    this.#updateAxis(frameAt, changes, situation);
    const bands = away ? [...model.gaps.list, away] : model.gaps.list;
    const { from, to, columnMs } = this.#view;
    const bandsKey = `${bands.map((band) => `${band.from} ${away === band ? Math.ceil(band.to / columnMs) : band.to}`)} ${situation.marks.length}`;
    if (bandsKey !== this.#bandsKey) {
      this.#bandsKey = bandsKey;
      this.#generation += 1;
    }
    /** @type {Scene} */
    const scene = {
      lines: this.#allLines(), axis: /** @type {ValueAxis} */ (this.#axis), axis2: null, view: { from, to, columnMs }, bands,
      marks: situation.marks, shapes: situation.density ? [this.#densityShape] : [], zone: this.zone, theme: this.#theme,
      points: this.points, grid: this.grid, ticksOf: null, x: null,
    };
    return this.plot.draw(scene, {
      key: `${this.#generation} ${this.#scene.generation} ${columnMs} ${this.zone} ${this.#axis?.min} ${this.#axis?.max}`,
      dirtyFrom: Math.min(changes.from, densityFrom), scrolls: situation.density !== null || scene.lines.length > DASHED_MAX,
      ahead: !this.#view.paused || this.#view.mode === 'replay',
    });
  }

  /** Lines of the series, those that sum up what is not drawn line by line, and those of an earlier range below them. */
  #allLines() {
    const { lines } = this.#scene;
    return this.#summary.length + this.#others.length > 0 ? [...this.#others, ...this.#summary, ...lines] : lines;
  }

  /** @type {Line[]} */
  #others = [];
  #othersKey = '';

  /** @param {Situation} situation */
  #updateOthers({ others, key }) {
    const wanted = others ? `${key} ${this.#scene.generation} ${others.density?.max.length}` : '';
    if (wanted === this.#othersKey) return;
    this.#othersKey = wanted;
    this.#generation += 1;
    if (!others) return void (this.#others = []);
    const { store, density, offset } = others;
    const faint = { dash: 0, ended: false, shiftMs: offset, alpha: 0.38, other: true };
    this.#others = density
      ? density.quantiles.map((ring, i) => ({
        ...faint, name: `${QUANTILE_NAMES[i]} before`, ring, gaps: { gapMs: Math.max(3 * density.widthMs, 2_500), breaks: [] }, colour: this.#theme.hatch, unit: this.densityUnit, width: 1,
      }))
      : this.#scene.lines.flatMap((line) => {
        const series = store.get(line.name);
        return series ? [{ ...line, ...faint, ring: series.ring, gaps: { gapMs: this.#model.gapMs(series), breaks: [] } }] : [];
      });
  }

  /** @type {Line[]} */
  #summary = [];

  /** @param {Situation} situation @returns {number} from when on merged columns changed */
  #updateDensity({ density, now }) {
    if (!density) {
      if (this.#densityStore) this.#generation += 1;
      this.#densityStore = this.#densityView = null;
      this.#summary = [];
      return Infinity;
    }
    if (density.store !== this.#densityStore || !this.#densityView) {
      this.#densityStore = density.store;
      this.#densityView = new DensityView(density.store);
      this.#generation += 1;
    }
    const view = this.#densityView;
    this.#densityShape.useTheme(this.#theme);
    this.#densityShape.columns = view;
    const selected = view.select(density.metrics, density.intervalMs, this.#view.spanMs);
    const from = view.update();
    if (selected || from === -Infinity || this.#summary.length === 0 || this.#summaryTheme !== this.#theme) {
      this.#generation += 1;
      this.#summarise(view, density.unit);
    }
    if (this.#view.mode === 'live') view.trim(now - 1.3 * this.#view.spanMs);
    return from;
  }

  /** @type {unknown} */
  #summaryTheme = null;

  /** @param {DensityView} view @param {string|null} unitName */
  #summarise(view, unitName) {
    this.#summaryTheme = this.#theme;
    const unit = this.densityUnit = parseUnit(unitName);
    const gaps = { gapMs: Math.max(3 * view.widthMs, 2_500), breaks: [] };
    this.#summary = view.quantiles.map((ring, i) => ({
      name: QUANTILE_NAMES[i], ring, gaps, colour: this.#theme.ink, dash: 0, ended: false, unit, width: i === 1 ? 2 : 1, alpha: i === 1 ? 0.9 : 0.55, summary: true,
    }));
  }

  /** What is drawn line by line, one row a point in time: for a file. */
  table() {
    return tableOf(this.lines, this.#view.from, this.#view.to);
  }

  /** @param {number} now */
  #noteLatency(now) {
    const { newestX } = this.#model;
    if (newestX === this.#newestSeen || Number.isNaN(newestX)) return;
    this.#newestSeen = newestX;
    this.latencyMs = Math.max(0, now - newestX);
  }

  /** @param {number} frameAt @param {{from: number, low: number, high: number}} changes @param {Situation} situation */
  #updateAxis(frameAt, { low, high }, { density }) {
    const extent = this.#extent;
    const unitName = density ? density.unit ?? '' : this.#scene.unit.suffix + this.#scene.unit.factor;
    const unit = density ? parseUnit(density.unit) : this.#scene.unit;
    const outside = low < extent.low || high > extent.high || Number.isNaN(extent.low);
    if (frameAt - extent.at > EXTENT_MS || (outside && !density) || !this.#axis) {
      extent.at = frameAt;
      this.#measure(density !== null);
    }
    const count = Math.max(2, Math.floor(this.plot.height / TICK_PX));
    const key = `${unitName} ${count}`;
    if (key !== this.#axisKey) this.#axis = null;
    this.#axisKey = key;
    this.#axis = yAxis(extent.low, extent.high, unit, count, this.#axis);
  }

  /** Smallest and largest value in sight. @param {boolean} density */
  #measure(density) {
    const { from, to } = this.#view;
    let low = Infinity;
    let high = -Infinity;
    const take = (/** @type {import('./series/ring.js').Ring} */ ring, shiftMs = 0) => {
      const [least, most] = ring.extent(ring.lowerBound(from - shiftMs), ring.upperBound(to - shiftMs));
      if (least < low) low = least;
      if (most > high) high = most;
    };
    for (const { ring } of this.#scene.lines) take(ring);
    for (const { ring, shiftMs = 0 } of this.#others) take(ring, shiftMs);
    if (density && this.#densityView) {
      take(this.#densityView.min);
      take(this.#densityView.max);
    }
    this.#extent.low = low > high ? NaN : low;
    this.#extent.high = low > high ? NaN : high;
  }
}
