/**
 * What stands for many series in a picture: merged columns with their quantiles as lines, and the lines of an earlier range
 * laid over the one in sight.
 */

import { DensityShape } from './draw/density.js';
import { parseUnit, PLAIN } from './scale/units.js';
import { DensityView } from './series/density-view.js';
/** @import {Line} from './draw/lines.js' */
/** @import {LiveModel} from './model.js' */
/** @import {Situation} from './painter.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {SceneLines} from './scene.js' */
/** @import {DensityStore} from './series/density.js' */
/** @import {Ring} from './series/ring.js' */
/** @import {Theme} from './theme.js' */

const NAMES = ['p5', 'median', 'p95'];
const MEDIAN = 1;
/** Kept beyond the left edge, as a share of the window. */
const MARGIN = 0.3;
const GAP_MIN_MS = 2_500;
const GAP_COLUMNS = 3;

export class Summary {
  /** @type {DensityView|null} */
  view = null;
  unit = PLAIN;
  /** Of an earlier range, and of merged columns. @type {Line[]} */
  lines = [];
  /** @type {Line[]} */
  others = [];
  /** @type {readonly DensityShape[]} */
  shapes = [];
  /** Extremes of the columns. @type {readonly Ring[]} */
  rings = [];
  /** Rises when something else than time and data changes. */
  generation = 0;
  #model;
  #shape = new DensityShape();
  /** @type {DensityStore|null} */
  #store = null;
  /** @type {Theme|null} */
  #theme = null;
  #othersKey = '';
  /** As the sources say it. @type {string|null} */
  #unitName = null;
  /** @type {Line[]} */
  #quantiles = [];

  /** @param {LiveModel} model */
  constructor(model) {
    this.#model = model;
  }

  /** Until when merged columns changed in the last update. */
  get dirtyTo() { return this.view?.dirtyTo ?? Infinity; }

  /** @param {DensityStore|null} store  that is to be shown */
  hasNews(store) {
    return store !== this.#store || (store !== null && store.dirtyFrom < Infinity);
  }

  /**
   * @param {Situation} situation
   * @param {TimeView} view
   * @param {Theme} theme
   * @param {SceneLines} scene
   * @returns {number} from when on merged columns changed; Infinity: they did not
   */
  update(situation, view, theme, scene) {
    const from = this.#updateDensity(situation, view, theme);
    this.#updateOthers(situation, theme, scene);
    this.#theme = theme;
    this.lines = this.others.length + this.#quantiles.length > 0 ? [...this.others, ...this.#quantiles] : this.#quantiles;
    return from;
  }

  /** @param {Situation} situation @param {TimeView} view @param {Theme} theme */
  #updateDensity({ density, now }, { mode, spanMs }, theme) {
    if (!density) {
      if (this.#store) this.generation += 1;
      this.#store = this.view = null;
      this.#quantiles = [];
      this.shapes = this.rings = [];
      return Infinity;
    }
    const another = density.store !== this.#store || !this.view;
    if (another) {
      this.#store = density.store;
      this.view = new DensityView(density.store);
    }
    const columns = /** @type {DensityView} */ (this.view);
    this.#shape.useTheme(theme);
    this.#shape.columns = columns;
    this.shapes = [this.#shape];
    const selected = columns.select(density.metrics, density.intervalMs, spanMs);
    const from = columns.update();
    if (another || selected || from === -Infinity || theme !== this.#theme || density.unit !== this.#unitName) {
      this.generation += 1;
      this.#unitName = density.unit;
      this.unit = parseUnit(density.unit);
      this.rings = [columns.min, columns.max];
      this.#quantiles = this.#linesOf(columns, theme.ink, { alpha: 0.55 });
      const [{ ring: low, gaps: { gapMs } }, , { ring: high }] = this.#quantiles;
      this.#shape.band = { low, high, gapMs, colour: theme.ink };
    }
    if (mode === 'live') columns.trim(now - (1 + MARGIN) * spanMs);
    return from;
  }

  /** @param {DensityView} columns @param {string} colour @param {Partial<Line>} more @returns {Line[]} */
  #linesOf(columns, colour, more) {
    const gaps = { gapMs: Math.max(GAP_COLUMNS * columns.widthMs, GAP_MIN_MS), breaks: [] };
    return columns.quantiles.map((ring, i) => ({
      name: NAMES[i], ring, gaps, colour, dash: 0, ended: false, unit: this.unit, width: i === MEDIAN ? 2 : 1, summary: true, ...more,
      ...(i === MEDIAN && more.shiftMs === undefined ? { alpha: 0.9 } : {}),
    }));
  }

  /** @param {Situation} situation @param {Theme} theme @param {SceneLines} scene */
  #updateOthers({ others, key }, theme, scene) {
    const wanted = others ? `${key} ${scene.generation} ${others.density?.max.length} ${others.density?.widthMs}` : '';
    if (wanted === this.#othersKey && theme === this.#theme) return;
    this.#othersKey = wanted;
    this.generation += 1;
    if (!others) return void (this.others = []);
    const { store, density, offset: shiftMs } = others;
    const faint = { dash: 0, ended: false, shiftMs, alpha: 0.4, other: true };
    this.others = density ? this.#linesOf(density, theme.hatch, { ...faint, width: 1 }) : scene.lines.flatMap((line) => {
      const series = store.get(line.name);
      return series ? [{ ...line, ...faint, ring: series.ring, gaps: { gapMs: this.#model.gapMs(series), breaks: [] } }] : [];
    });
  }
}
