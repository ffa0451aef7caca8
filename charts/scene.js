//# allFunctionsCalledOnLoad
/** From what is known and chosen to what is drawn: which lines, in which colours, on which axis. Pure but for its caches. */

import { Palette, styleOfColumn } from './draw/palette.js';
import { PLAIN } from './scale/units.js';
import { LINE_COLOURS } from './theme.js';
/** @import {LiveModel} from './model.js' */
/** @import {Curve, Line} from './draw/lines.js' */
/** @import {Style} from './draw/palette.js' */
/** @import {Shape} from './draw/content.js' */
/** @import {Notation} from './notation.js' */
/** @import {Unit} from './scale/units.js' */
/** @import {SeriesFacts} from './series/catalogue.js' */
/** @import {SeriesStore} from './series/store.js' */
/** @import {Theme} from './theme.js' */

/**
 * @typedef {'line'|'spline'|'step'|'area'|'area-spline'|'area-step'|'scatter'|'bar'|'donut'|'pie'|'gauge'|'density'} ShapeName
 *
 * @typedef {object} Looks  how series look, where it is said
 * @property {ShapeName} type
 * @property {Readonly<Record<string, ShapeName>>} types  by series
 * @property {Readonly<Record<string, 'y'|'y2'>>} axes
 * @property {Readonly<Record<string, string>>} colours
 * @property {Readonly<Record<string, string>>} names
 * @property {readonly (readonly string[])[]} groups  stacked together
 * @property {boolean} [dashed]  false: colours alone tell series apart
 * @property {(value: number, name: string) => string} [labels]  what is written at each point
 * @property {readonly Shape[]} [shapes]  of the page's own
 *
 * @typedef {object} Chosen
 * @property {(fact: SeriesFacts) => boolean} isShown
 * @property {(name: string) => boolean} hasEnded
 */

/** How one series looks; undefined: as the others. Names are anybody's: `constructor` is one. @template T @param {Record<string, T>} looks @param {string} name @returns {T|undefined} */
export const lookOf = (looks, name) => (Object.hasOwn(looks, name) ? looks[name] : undefined);

/** @param {ShapeName} type @returns {{curve: Curve, area: boolean, scatter: boolean, bar: boolean}} */
export function strokeOf(type) {
  return {
    curve: type.endsWith('spline') ? 'spline' : type.endsWith('step') ? 'step' : 'line', area: type.startsWith('area'), scatter: type === 'scatter', bar: type === 'bar',
  };
}

export class SceneLines {
  palette = new Palette(LINE_COLOURS);
  /** @type {Line[]} in the order of the legend */
  lines = [];
  /** Rises when another set of lines, or another look of one, is drawn. */
  generation = 0;
  /** Of all lines on the first axis; plain where they differ. @type {Unit} */
  unit = PLAIN;
  /** @type {Unit} */
  unit2 = PLAIN;
  #model;
  #looks;
  #notation;
  /** Of lines and their look; built again only where one of these changes. */
  #key = '';

  /** @param {LiveModel} model @param {Looks} looks @param {Notation} notation */
  constructor(model, looks, notation) {
    this.#notation = notation;
    this.#model = model;
    this.#looks = looks;
  }

  /** @param {SeriesFacts} fact @returns {Style} */
  styleOf({ entity, metric, name }) {
    const place = this.#model.catalogue.places?.get(name);
    return place === undefined ? this.palette.styleOf(entity, metric) : styleOfColumn(place, LINE_COLOURS);
  }

  /**
   * @param {SeriesStore} store  whose points are shown: the live ones, or those of a range in the past
   * @param {Chosen} chosen
   * @param {Theme} theme
   * @param {string} key  of what is chosen and of the looks
   * @param {boolean} look  at who has ended too: not for every frame
   * @returns {boolean} is it another picture?
   */
  update(store, chosen, theme, key, look) {
    const { facts, generation } = this.#model.catalogueOf(this.#wantsAll);
    const wanted = `${key} ${generation} ${store.generation}`;
    const before = this.lines;
    const rebuilt = wanted !== this.#key;
    if (rebuilt) {
      this.#key = wanted;
      this.#rebuild(store, chosen, theme, facts);
      this.lines.forEach((line, i) => takeOver(line, before[i]));
    }
    // More may be known of a source without a line that looks otherwise.
    const others = rebuilt && (this.lines.length !== before.length || !this.lines.every((line, i) => looksAs(line, before[i])));
    const changed = ((look || rebuilt) && this.#refresh(store, chosen.hasEnded)) || others;
    if (changed) this.generation += 1;
    return changed;
  }

  /** In a density view the catalogue holds series of which no point is here. */
  #wantsAll = false;
  /** @param {boolean} all */
  listAll(all) {
    this.#wantsAll = all;
  }

  /** @param {SeriesStore} store @param {Chosen} chosen @param {Theme} theme @param {Map<string, SeriesFacts>} facts */
  #rebuild(store, { isShown }, theme, facts) {
    /** @type {{y: string|null|undefined, y2: string|null|undefined}} */
    const units = { y: undefined, y2: undefined };
    this.lines = [];
    const axisOf = (/** @type {string} */ name) => lookOf(this.#looks.axes, name) ?? 'y';
    // What stands on each other has one axis, whoever is shown, in whatever order.
    const groups = new Map(this.#looks.groups.flatMap((names, group) => {
      const axis = names.every((name) => axisOf(name) === 'y2') ? 'y2' : 'y';
      return names.map((name, place) => /** @type {const} */ ([name, { group, place, axis }]));
    }));
    for (const fact of facts.values()) {
      const { name } = fact;
      const series = store.get(name);
      if (!series) continue;
      // Slots are given to hidden series too: colours must not depend on what is selected.
      const style = this.styleOf(fact);
      if (!isShown(fact)) continue;
      const axis = groups.get(name)?.axis ?? axisOf(name);
      units[axis] = units[axis] === undefined || units[axis] === fact.unit ? fact.unit : null;
      this.lines.push({
        name, ring: series.ring, colour: lookOf(this.#looks.colours, name) ?? theme.lines[style.colour], dash: this.#looks.dashed === false ? 0 : style.dash, labels: this.#looks.labels, axis,
        gaps: { gapMs: NaN, breaks: [] }, ended: false, unit: this.#notation.unit(fact.unit, axis), ...strokeOf(lookOf(this.#looks.types, name) ?? this.#looks.type),
        cadenceMs: series.cadence, flows: this.#model.catalogue.places === null, ...groups.get(name),
      });
    }
    this.unit = this.#notation.unit(units.y, 'y');
    this.unit2 = this.#notation.unit(units.y2, 'y2');
  }

  /** What changes of a line while it stays the same line. @param {SeriesStore} store @param {(name: string) => boolean} hasEnded */
  #refresh(store, hasEnded) {
    const live = store === this.#model.store;
    let changed = false;
    for (const line of this.lines) {
      const series = store.get(line.name);
      if (!series) continue;
      const gapMs = this.#model.gapMs(series);
      const ended = live && hasEnded(line.name);
      const breaks = this.#model.sources.breaksOf(line.name);
      if (gapMs === line.gaps.gapMs && ended === line.ended && breaks.length === line.gaps.breaks.length) continue;
      line.gaps = { gapMs, breaks };
      line.ended = ended;
      changed = true;
    }
    return changed;
  }
}

/** What is found out of a line later goes on with it. @param {Line} line @param {Line|undefined} before */
function takeOver(line, before) {
  if (before?.ring !== line.ring) return;
  line.gaps = before.gaps;
  line.ended = before.ended;
}

/** @param {Line} line @param {Line} before */
function looksAs(line, before) {
  const keys = /** @type {(keyof Line)[]} */ (Object.keys(line));
  return keys.every((key) => key === 'cadenceMs' || line[key] === before[key]);
}
