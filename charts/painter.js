/** From model and selection to picture: which lines, which axis, and whether anything has to be drawn at all. */

import { extent } from './decimate/columns.js';
import { Palette } from './draw/palette.js';
import { Plot } from './draw/plot.js';
import { parseUnit, PLAIN } from './scale/units.js';
import { yAxis } from './scale/y-axis.js';
import { LINE_COLOURS, readTheme } from './theme.js';
/** @import {LiveModel, SeriesFacts} from './model.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {YAxis} from './scale/y-axis.js' */
/** @import {Line} from './draw/lines.js' */
/** @import {Unit} from './scale/units.js' */
/** @import {GapBand} from './series/gaps.js' */

/** A line that scrolls smoothly at 30 pictures a second looks no smoother at 60. */
const FRAME_MS = 1000 / 30;
const TICK_PX = 84;

export class Painter {
  /** @type {Line[]} of the last picture, in the order of the legend */
  lines = [];
  palette = new Palette(LINE_COLOURS);
  zone = /** @type {TimeZone} */ ('local');
  drawn = 0;
  skipped = 0;
  /** How long the last picture took. */
  drawMs = 0;
  #host;
  #model;
  #view;
  #theme;
  #dirty = true;
  #version = -1;
  #drawnAt = -Infinity;
  /** @type {YAxis|null} */
  #axis = null;
  /** What the axis was made for: another unit or selection starts afresh. */
  #axisKey = '';

  /**
   * @param {Element} host
   * @param {LiveModel} model
   * @param {TimeView} view
   */
  constructor(host, model, view) {
    this.#host = host;
    this.#model = model;
    this.#view = view;
    this.plot = new Plot(host);
    this.#theme = readTheme(host);
  }

  close() {
    this.plot.close();
  }

  /** The next frame draws, whatever moved. @param {{theme?: boolean, axis?: boolean}} [what] */
  invalidate({ theme = false, axis = false } = {}) {
    this.#dirty = true;
    if (theme) this.#theme = readTheme(this.#host);
    if (axis) this.#axis = null;
  }

  /**
   * @param {number} frameAt  monotonic
   * @param {number} now  the bridge's time for the right edge
   * @param {(fact: SeriesFacts) => boolean} isShown
   * @param {(name: string) => boolean} hasEnded
   * @param {GapBand|null} away  the stretch in which the bridge could not be heard
   * @returns {boolean} was there anything to draw?
   */
  step(frameAt, now, isShown, hasEnded, away) {
    const { plot } = this;
    if (plot.width === 0 || frameAt - this.#drawnAt < FRAME_MS - 2) return false;
    const moved = this.#view.move(now, plot.columns);
    if (!moved && !this.#dirty && this.#version === this.#model.version) {
      this.skipped += 1;
      return false;
    }
    this.#dirty = false;
    this.#version = this.#model.version;
    this.#drawnAt = frameAt;
    const began = performance.now();
    this.#draw(isShown, hasEnded, away);
    this.drawMs = performance.now() - began;
    this.drawn += 1;
    return true;
  }

  /** @param {(fact: SeriesFacts) => boolean} isShown @param {(name: string) => boolean} hasEnded @param {GapBand|null} away */
  #draw(isShown, hasEnded, away) {
    /** @type {string|null|undefined} */
    let unit;
    this.lines = [];
    for (const fact of this.#model.facts().values()) {
      // Slots are given to hidden series too: colours must not depend on what is selected.
      const style = this.palette.styleOf(fact.entity, fact.metric);
      if (!isShown(fact)) continue;
      const series = this.#model.store.get(fact.name);
      if (!series) continue;
      unit = unit === undefined || unit === fact.unit ? fact.unit : null;
      this.lines.push({
        name: fact.name, ring: series.ring, colour: this.#theme.lines[style.colour], dash: style.dash,
        gaps: { gapMs: this.#model.gapMs(series), breaks: this.#model.sources.breaksOf(fact.name) },
        ended: hasEnded(fact.name), unit: parseUnit(fact.unit),
      });
    }
    const { from, to, columnMs } = this.#view;
    this.plot.draw({
      lines: this.lines, axis: this.#scaleY(unit ? parseUnit(unit) : PLAIN, unit ?? ''), view: { from, to, columnMs },
      bands: away ? [...this.#model.gaps.list, away] : this.#model.gaps.list, zone: this.zone, theme: this.#theme,
    });
  }

  /** @param {Unit} unit @param {string} unitName */
  #scaleY(unit, unitName) {
    let low = NaN;
    let high = NaN;
    for (const { ring } of this.lines) {
      const [least, most] = extent(ring, ring.lowerBound(this.#view.from), ring.upperBound(this.#view.to));
      if (!(low <= least)) low = Number.isNaN(least) ? low : least;
      if (!(high >= most)) high = Number.isNaN(most) ? high : most;
    }
    const count = Math.max(2, Math.floor(this.plot.height / TICK_PX));
    const key = `${unitName} ${count}`;
    if (key !== this.#axisKey) this.#axis = null;
    this.#axisKey = key;
    this.#axis = yAxis(low, high, unit, count, this.#axis);
    return this.#axis;
  }
}
