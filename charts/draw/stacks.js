/** Bars, and series that stand on each other: brought onto common buckets, worked out once for what is in sight. */

import { barAt, bars, drawBars } from '../shape/bar.js';
import { stackColumns } from '../shape/stack.js';
import { traceArea } from '../shape/area.js';
import { traceCurve } from '../shape/curve.js';
import { knowSplines } from '../shape/spline.js';
import { projectionOf } from './content.js';
import { labelBars } from './labels.js';
/** @import {Bar, BarGroup} from '../shape/bar.js' */
/** @import {Stack} from '../shape/stack.js' */
/** @import {BarsOf} from './content.js' */
/** @import {Projection} from './layout.js' */
/** @import {Line} from './lines.js' */
/** @import {Ends} from '../value-axes.js' */

knowSplines();

/** Buckets of time are of these lengths, so that they stay where they are while the picture flows. */
const STEPS_MS = [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 6048e5];
const BAR_PX = 10;
const BAR_RATIO = 0.6;
const AREA_PX = 3;
const LAYER_ALPHA = 0.75;
/** A slower source stands for its last value this many buckets long. */
const HOLD = 3;

/**
 * @typedef {{from: number, to: number, pxPerMs: number, time: boolean, ratio?: number, rotated?: boolean}} Sight  ratio: of the room that bars take;
 *   rotated: they lie */

export class Stacks {
  /** Between what the values on each axis lie; null: none is on it. @type {Ends|null} */
  y = null;
  /** @type {Ends|null} */
  y2 = null;
  /** @type {{stack: Stack, lines: Line[]}[]} */
  #areas = [];
  /** @type {BarGroup[]} */
  #bars = [];
  /** What bars are made of: a bucket is its own stretch of time, from its begin on. @type {{stack: Stack, lines: Line[]}[]} */
  #buckets = [];
  #step = 0;
  #ratio = BAR_RATIO;
  #rotated = false;
  /** As they were drawn last: what is hit is what is seen. @type {Bar[]} */
  drawn = [];

  /** @param {readonly Line[]} lines  bars and members of groups @param {Sight} sight */
  update(lines, sight) {
    this.#ratio = sight.ratio ?? BAR_RATIO;
    this.#rotated = sight.rotated ?? false;
    this.y = this.y2 = null;
    this.#areas = [];
    this.#bars = [];
    this.#buckets = [];
    const groups = groupsOf(lines);
    const isBars = lines.some(({ bar }) => bar);
    this.#step = sight.time ? stepFor(Math.max(cadenceOf(lines), (isBars ? BAR_PX : AREA_PX) / sight.pxPerMs)) : 0;
    for (const members of groups) {
      const stack = this.#stack(members, sight);
      // What stands on each other has one axis; what lies has but one.
      const axis = this.#rotated ? 'y' : members[0].axis ?? 'y';
      const { low, high } = this[axis] ?? stack;
      this[axis] = { low: Math.min(low, stack.low), high: Math.max(high, stack.high) };
      if (!members[0].bar) this.#areas.push({ stack, lines: members });
      else {
        this.#buckets.push({ stack, lines: members });
        // In the middle of its stretch, from one step to the next.
        const x = this.#step > 0 ? stack.x.map((begin) => begin + this.#step / 2) : stack.x;
        this.#bars.push(members.map(({ name, colour }, i) => ({
          name, colour, x, upper: stack.layers[i].upper, lower: members.length > 1 ? stack.layers[i].lower : null,
        })));
      }
    }
  }

  /** @param {Line[]} lines @param {Sight} sight */
  #stack(lines, { from, to }) {
    const step = this.#step;
    const traces = lines.map(({ ring }) => {
      // Points as they are: an area goes on to the next one outside.
      const outside = step > 0 ? 0 : 1;
      const first = Math.max(ring.start, ring.lowerBound(from - 2 * step) - outside);
      const end = Math.min(ring.end, ring.upperBound(to + 2 * step) + outside);
      return { x: ring.x.subarray(first, end), v: ring.v.subarray(first, end), length: end - first };
    });
    return step > 0 ? stackColumns(traces, { bucketMs: step, holdMs: lines.length > 1 ? HOLD * step : 0 }) : stackColumns(traces);
  }

  /** @param {CanvasRenderingContext2D} context @param {Projection} at @param {unknown} [_stretch] @param {Projection|null} [at2]  of the second axis */
  draw(context, at, _stretch, at2 = null) {
    const of = (/** @type {Line[]} */ [first]) => projectionOf(first, { at, at2 });
    context.save();
    for (const { stack, lines } of this.#areas) this.#drawLayers(context, of(lines), stack, lines);
    context.globalAlpha = LAYER_ALPHA;
    this.drawn = bars(this.#bars, at, {
      ratio: this.#ratio, rotated: this.#rotated, ...(this.#step > 0 ? { step: this.#step } : {}),
      ...(at2 ? { acrossOf: (place) => of(this.#buckets[place].lines).py } : {}),
    });
    drawBars(context, this.drawn);
    context.globalAlpha = 1;
    if (this.#buckets.some(({ lines }) => lines[0].labels)) this.#label(context);
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context */
  #label(context) {
    const of = new Map(this.#buckets.flatMap(({ stack, lines }) => lines.map((line, i) => /** @type {const} */ ([line.name, { line, values: stack.layers[i].value }]))));
    labelBars(context, this.drawn, (name, index) => {
      const found = of.get(name);
      return found?.line.labels ? { labels: found.line.labels, value: found.values[index] } : null;
    }, this.#rotated);
  }

  /** What the bars of a moment say, by name; null where they stand at points, not for stretches of time. @param {number} time @returns {BarsOf|null} */
  barsAt(time) {
    const step = this.#step;
    if (step === 0 || this.#buckets.length === 0) return null;
    const from = Math.floor(time / step) * step;
    /** @type {Map<string, number>} */
    const values = new Map();
    for (const { stack: { x, layers }, lines } of this.#buckets) {
      const at = x.indexOf(from);
      if (at >= 0) lines.forEach(({ name }, i) => values.set(name, layers[i].value[at]));
    }
    return { from, to: from + step, values };
  }

  /** The bar under the pointer. @param {number} px @param {number} py */
  at(px, py) {
    return barAt(this.drawn, px, py);
  }

  /** @param {CanvasRenderingContext2D} context @param {Projection} at @param {Stack} stack @param {Line[]} lines */
  #drawLayers(context, at, { x, layers, order }, lines) {
    const length = x.length;
    for (const index of order) {
      const { upper, lower } = layers[index];
      const { colour, curve = 'line' } = lines[index];
      const trace = { x, v: upper, length };
      context.fillStyle = context.strokeStyle = colour;
      context.globalAlpha = LAYER_ALPHA;
      context.beginPath();
      traceArea(context, trace, at, curve, { x, v: lower, length });
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = 1;
      context.beginPath();
      traceCurve(context, trace, at, curve);
      context.stroke();
    }
  }
}

/** Members of one group together, bars that stand alone each for itself. @param {readonly Line[]} lines */
function groupsOf(lines) {
  /** @type {Map<string, Line[]>} */
  const groups = new Map();
  for (const line of lines) {
    const key = line.group === undefined ? ` ${line.name}` : String(line.group);
    groups.set(key, [...groups.get(key) ?? [], line]);
  }
  return [...groups.values()].map((members) => members.sort((a, b) => (a.place ?? 0) - (b.place ?? 0)));
}

/** How far apart points of most of them lie, ms; 0: unknown. @param {readonly Line[]} lines */
function cadenceOf(lines) {
  const cadences = lines.map(({ cadenceMs = NaN }) => cadenceMs).filter((ms) => ms > 0).sort((a, b) => a - b);
  return cadences[cadences.length >> 1] ?? 0;
}

/** @param {number} ms */
export function stepFor(ms) {
  return STEPS_MS.find((step) => step >= ms * 0.999) ?? STEPS_MS[STEPS_MS.length - 1];
}
