//# allFunctionsCalledOnLoad
/** When a picture is drawn and of what: joins model, selection, view and scales to a scene, and hands it to the plot. */

import { DASHED_MAX, needsShapes } from './draw/lines.js';
import { Plot } from './draw/plot.js';
import { Later } from './later.js';
import { Notation } from './notation.js';
import { kit, needed } from './scale/kit.js';
import { PLAIN } from './scale/units.js';
import { SceneLines } from './scene.js';
import { readTheme } from './theme.js';
import { ValueAxes } from './value-axes.js';
/** @import {Line, shapes} from './draw/lines.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {Scene} from './draw/content.js' */
/** @import {Stacks} from './draw/stacks.js' */
/** @import {Sheets} from './sheets.js' */
/** @import {Given} from './given.js' */
/** @import {LiveModel} from './model.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {Shown} from './past.js' */
/** @import {Summary} from './summary.js' */
/** @import {Chosen, Looks} from './scene.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {GapBand} from './series/gaps.js' */
/** @import {DensityStore} from './series/density.js' */
/** @import {SeriesStore} from './series/store.js' */

/** A line that scrolls smoothly at 30 pictures a second looks no smoother at 60. */
const FRAME_MS = 1000 / 30;
/** While data comes at least so often, the picture moves along with it: a frame between costs as much as one with data. */
export const RIDE_MS = 130;
const STATE_MS = 250;
/** @type {Pick<Summary, 'lines'|'others'|'rings'|'shapes'>} */
const NO_SUMMARY = { lines: [], others: [], rings: [], shapes: [] };
/** Charts without axes. */
const ROUND = new Set(['pie', 'donut', 'gauge']);

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
  zone;
  drawn = 0;
  skipped = 0;
  /** How long the last picture took. */
  drawMs = 0;
  /** Age of the newest point when it was first on the screen. */
  latencyMs = NaN;
  /** @type {Given|null} */
  given = null;
  /** Where merged columns or an earlier range are shown. @type {Summary|null} */
  summary = null;
  #host;
  #options;
  #model;
  #view;
  #scene;
  #axes;
  #theme;
  #dirty = true;
  #version = -1;
  #drawnAt = -Infinity;
  #changedAt = -Infinity;
  /** Mean distance of the last changes. */
  #changeMs = Infinity;
  #checkedAt = -Infinity;
  /** Rises with whatever changes the whole picture. */
  #generation = 0;
  #bandsKey = '';
  #newestSeen = NaN;
  /** As they were drawn. @type {readonly Mark[]|null} */
  #marks = null;
  /** Bars and stacks. @type {Later<Stacks>} */
  #stacks;
  /** Splines, areas and points. @type {Later<typeof shapes>} */
  #shapes;
  /** What is drawn in place of the plot. @type {Later<Sheets>} */
  #sheets;
  #looks;

  /**
   * @param {HTMLElement} host
   * @param {LiveModel} model
   * @param {TimeView} view
   * @param {Looks} looks
   * @param {ChartOptions} options
   * @param {() => void} onLoad  something that was missing is here: draw again
   * @param {(name: string) => string} labelOf
   * @param {(message: string) => void} onError  it cannot be loaded
   */
  constructor(host, model, view, looks, options, onLoad, labelOf, onError) {
    this.#looks = looks;
    this.#host = host;
    this.#options = options;
    this.#model = model;
    this.#view = view;
    this.#stacks = new Later(async () => new (await import('./draw/stacks.js')).Stacks(), onLoad, onError);
    this.#shapes = new Later(async () => (await import('./draw/shapes.js')).shapes, onLoad, onError);
    this.#sheets = new Later(async () => {
      const [{ Sheets }] = await Promise.all([import('./sheets.js'), import('./widgets/late-style.js')]);
      return new Sheets(host, { options, notation: this.notation, labelOf });
    }, onLoad, onError);
    this.zone = options.timeZone ?? 'local';
    this.plot = new Plot(host);
    const { x, y, y2 } = options.axis ?? {};
    this.plot.titles = { x: x?.label ?? '', y: y?.label ?? '', y2: y2?.label ?? '' };
    this.notation = new (kit.Notation ?? Notation)(options, this);
    this.#scene = new SceneLines(model, looks, this.notation);
    this.#axes = new ValueAxes({ y, y2 }, options.locale ?? null);
    this.#theme = readTheme(host);
  }

  /** @returns {Line[]} of the last picture, in the order of the legend */
  get lines() { return this.#scene.lines; }
  get densityView() { return this.summary?.view ?? null; }
  get densityUnit() { return this.summary?.unit ?? PLAIN; }
  get theme() { return this.#theme; }
  /** @param {import('./series/catalogue.js').SeriesFacts} fact */
  styleOf(fact) { return this.#scene.styleOf(fact); }

  close() {
    this.#sheets.part?.putAway();
    this.plot.close();
  }

  /** The next frame draws, whatever moved. @param {{theme?: boolean, axis?: boolean}} [what] */
  invalidate({ theme = false, axis = false } = {}) {
    this.#dirty = true;
    this.#generation += 1;
    if (theme) this.#theme = readTheme(this.#host);
    if (axis) this.#axes.reset();
  }

  /** How long the picture may stay as it is, if no data comes. @param {number} frameAt @param {number} now */
  rest(frameAt, now) {
    if (this.given) return Infinity;
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
    const news = this.#model.dirtyFrom < Infinity || this.summary?.hasNews(situation.density?.store ?? null) === true;
    if (news) this.#pace(frameAt);
    const changed = news || this.#dirty || this.#version !== this.#model.version || frameAt - this.#checkedAt > STATE_MS;
    if (!moved && !changed) {
      this.skipped += 1;
      return false;
    }
    const began = performance.now();
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

  /**
   * What is drawn line by line, one row a point in time: for a file.
   * @returns {{columns: string[], rows: Iterable<number[]>, place: ((x: number) => string)|null, range: {from: number, to: number}}}
   */
  table() {
    const { from, to } = this.#view;
    const table = { ...needed('tableOf')(this.lines, from, to), place: null, range: { from, to } };
    return this.given ? { ...table, ...this.given.table(this.notation) } : table;
  }

  /** @param {number} frameAt */
  #pace(frameAt) {
    this.#changeMs = Math.min(1_000, (this.#changeMs === Infinity ? 1_000 : this.#changeMs) * 0.8 + (frameAt - this.#changedAt) * 0.2);
    this.#changedAt = frameAt;
  }

  /** @param {number} frameAt @param {Situation} situation */
  #draw(frameAt, situation) {
    const model = this.#model;
    const look = this.#dirty || frameAt - this.#checkedAt > STATE_MS;
    if (look) this.#checkedAt = frameAt;
    if (this.#version !== model.version) this.#generation += 1;
    this.#version = model.version;
    this.#dirty = false;
    this.#scene.listAll(situation.density !== null && !this.given);
    this.#scene.update(situation.store, situation.chosen, this.#theme, `${situation.key} ${this.#generation}`, look);
    const changes = model.takeChanges();
    if (situation.marks !== this.#marks) this.#generation += 1;
    this.#marks = situation.marks;
    const kind = this.sheetKind;
    if (kind) return this.#drawSheet(kind);
    this.#sheets.part?.putAway();
    const { summary } = this;
    const summaryFrom = summary?.update(situation, this.#view, this.#theme, this.#scene) ?? Infinity;
    this.#noteLatency(situation.now);
    const stacked = this.#stack();
    const scene = this.#sceneOf(frameAt, situation, changes, stacked);
    return this.plot.draw(scene, {
      key: [this.#generation, this.#scene.generation, summary?.generation, this.#axes.generation, scene.view.columnMs, this.zone,
        stacked ? `${scene.view.to} ${this.#changedAt}` : ''].join(' '),
      dirtyFrom: Math.min(changes.from, summaryFrom), dirtyTo: Math.max(changes.to, summary && summaryFrom < Infinity ? summary.dirtyTo : -Infinity),
      ahead: !this.#view.paused || this.#view.mode === 'replay',
    });
  }

  /**
   * @param {number} frameAt
   * @param {Situation} situation
   * @param {{low: number, high: number}} news
   * @param {Stacks|null} stacked
   * @returns {Scene}
   */
  #sceneOf(frameAt, situation, news, stacked) {
    const { from, to } = this.#view;
    const { axis: { x: xOptions = {} } = {}, grid, points = false, locale = null } = this.#options;
    // Until what draws it is here a line is not drawn as another one.
    const known = (!points && !this.lines.some(needsShapes)) || this.#shapes.want() !== null;
    const strokes = stacked || !known ? this.lines.filter((line) => isStroke(line) && (known || !needsShapes(line))) : this.lines;
    const { lines: summed, others, rings, shapes } = this.summary ?? NO_SUMMARY;
    const lines = summed.length > 0 ? [...summed, ...strokes] : strokes;
    const { axis, axis2 } = this.#axes.update(frameAt, {
      lines: others.length > 0 ? [...strokes, ...others] : strokes, rings, stacked, from, to,
      heightPx: this.plot.height, unit: situation.density ? this.densityUnit : this.#scene.unit, unit2: this.#scene.unit2, news,
    });
    const x = this.given?.xAxis(xOptions, { locale, measure: this.plot.measure }) ?? null;
    const fits = { theme: this.#theme, foot: x ? x.foot(this.plot.box.width, this.#view) : null };
    if (this.plot.fit(axis, axis2, fits)) this.#view.move(situation.now, this.plot.columns);
    const view = { from: this.#view.from, to: this.#view.to, columnMs: this.#view.columnMs };
    // A few lines that stand still are drawn whole, so that what is said below them is whole, too.
    const flows = !stacked && !this.given && (this.#view.mode !== 'held' || situation.density !== null || lines.length > DASHED_MAX);
    return {
      lines, axis, axis2, view, bands: this.#bands(situation.away), marks: situation.marks,
      shapes: [...this.#looks.shapes ?? [], ...shapes, ...(stacked ? [stacked] : [])], zone: this.zone, theme: this.#theme, points, grid: { x: true, y: true, ...grid },
      solid: situation.density !== null, flows, still: this.given !== null || (this.#view.mode === 'held' && !flows), locale, dates: this.given?.inSight ?? view,
      ticksOf: x?.ticks ?? null, x: this.given?.sharesOf(view) ?? null, timeFormat: xOptions.format ?? null,
    };
  }

  /** @param {GapBand|null} away */
  #bands(away) {
    const { list } = this.#model.gaps;
    const { columnMs } = this.#view;
    const bands = away ? [...list, away] : list;
    const key = bands.map((band) => `${band.from} ${band === away ? Math.ceil(band.to / columnMs) : band.to}`).join();
    if (key !== this.#bandsKey) {
      this.#bandsKey = key;
      this.plot.forget();
    }
    return bands;
  }

  /** Bars and stacks of what is in sight; null where there are none. */
  #stack() {
    const members = this.lines.filter((line) => !isStroke(line));
    if (members.length === 0) return null;
    const stacks = this.#stacks.want();
    if (!stacks) return null;
    const { from, to } = this.#view;
    stacks.update(members, { from, to, pxPerMs: this.plot.box.width / (to - from), time: !this.given, ratio: this.#options.bar?.ratio });
    return stacks;
  }

  /** Which picture stands in place of the plot; null: none. @returns {'round'|'lying'|null} */
  get sheetKind() {
    if (ROUND.has(this.#looks.type)) return 'round';
    return this.#options.axis?.rotated && this.#looks.type === 'bar' ? 'lying' : null;
  }

  /** The present picture, for any canvas-like context. */
  picture() {
    const { width, height } = this.plot;
    const shown = this.#sheets.part?.sheet ?? this.plot;
    return { width, height, draw: (/** @type {CanvasRenderingContext2D} */ context) => shown.drawOn(context) };
  }

  /** @param {'round'|'lying'} kind */
  #drawSheet(kind) {
    const { width, height, ratio } = this.plot;
    const { from, to } = this.#view;
    return this.#sheets.want()?.draw(kind, this.lines, {
      type: this.#looks.type, theme: this.#theme, width, height, ratio, given: this.given, view: { from, to }, version: this.given ? this.#generation : 0,
    }) ?? false;
  }

  /** @param {number} now */
  #noteLatency(now) {
    const { newestX } = this.#model;
    if (newestX === this.#newestSeen || Number.isNaN(newestX)) return;
    this.#newestSeen = newestX;
    this.latencyMs = Math.max(0, now - newestX);
  }
}

/** @param {Line} line */
const isStroke = ({ bar, group }) => !bar && group === undefined;
