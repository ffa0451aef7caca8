/** Bars that lie down: places of x from top to bottom on the left, values along the foot. For data of the page's own. */

import { line as rule, timesWanted } from './draw/axes.js';
import { FOOT_PX, LABEL_GAP_PX, MARGIN } from './draw/layout.js';
import { Stacks } from './draw/stacks.js';
import { drawTurned } from './draw/turned.js';
import { timeTicks } from './scale/time.js';
import { valueAxis } from './scale/value-axis.js';
import { Sheet } from './sheet.js';
import { axisWish } from './value-axes.js';
import { xAxisOf } from './x-axis.js';
/** @import {Box} from './draw/layout.js' */
/** @import {Line} from './draw/lines.js' */
/** @import {ValueAxis} from './scale/value-axis.js' */
/** @import {SheetView} from './sheet.js' */
/** @import {XTick} from './x-axis.js' */

const TICK_PX = 84;
const LINE_PX = 16;
const TITLE_PX = 16;
const EDGE_PX = 6;
/** Of the width, for what stands on the left. */
const LABELS_SHARE = 0.4;

export class Lying extends Sheet {
  #stacks = new Stacks();
  /** Of the last picture, to be read with the pointer. @type {{box: Box, x: (py: number) => number}|null} */
  #place = null;

  /** @override @param {readonly Line[]} lines */
  keyOf(lines) {
    return lines.map(({ name, colour }) => `${name} ${colour}`).join();
  }

  /** @override @param {CanvasRenderingContext2D} context @param {readonly Line[]} lines @param {SheetView} view */
  paint(context, lines, view) {
    const { options, notation } = this.face;
    const { theme, view: { from, to } } = view;
    const { x: titleX = '', y: titleY = '' } = { x: options.axis?.x?.label, y: options.axis?.y?.label };
    this.#stacks.update(lines, { from, to, pxPerMs: 1, time: false, ratio: options.bar?.ratio, rotated: true });
    const { low, high } = this.#stacks.y ?? { low: NaN, high: NaN };
    const foot = FOOT_PX + (titleY ? TITLE_PX : 0);
    const height = Math.max(1, view.height - MARGIN.top - foot);
    context.font = theme.font;
    const ticks = this.#ticks(view, height, (text) => context.measureText(text).width);
    const widest = ticks.reduce((most, { label }) => Math.max(most, context.measureText(label).width), 0);
    const left = Math.ceil(Math.min(view.width * LABELS_SHARE, widest + LABEL_GAP_PX + EDGE_PX) + (titleX ? TITLE_PX : 0));
    const box = { left, top: MARGIN.top, width: Math.max(1, view.width - left - MARGIN.right), height };
    const unit = lines.every((line) => line.unit === lines[0].unit) ? lines[0]?.unit : notation.unit(null);
    const axis = valueAxis({
      ...axisWish(options.axis?.y ?? {}, unit, notation.locale), low: low > high ? NaN : low, high: low > high ? NaN : high, zero: true,
      count: Math.max(2, Math.floor(box.width / TICK_PX)),
    });
    this.#place = { box, x: (py) => from + ((py - box.top) / box.height) * (to - from) };
    const along = (/** @type {number} */ x) => box.top + ((x - from) / (to - from)) * box.height;
    const across = (/** @type {number} */ value) => box.left + axis.scale(value) * box.width;
    this.#drawValues(context, box, axis, across, view);
    this.#drawPlaces(context, box, ticks, along, view);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    this.#stacks.draw(context, { box, px: across, py: along, x: this.#place.x, value: axis.invert, linear: null });
    context.restore();
    context.fillStyle = theme.text;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    if (titleY) context.fillText(titleY, box.left + box.width / 2, box.top + box.height + FOOT_PX);
    if (titleX) drawTurned(context, titleX, 9, box.top + box.height / 2, { degrees: -90, align: 'center', theme });
  }

  /** @param {SheetView} view @param {number} height @param {(text: string) => number} measure @returns {XTick[]} */
  #ticks({ given, view }, height, measure) {
    const { options, notation } = this.face;
    const { x = {} } = options.axis ?? {};
    if (given?.kind === 'category') {
      const every = Math.ceil(LINE_PX / (height / Math.max(1, view.to - view.from)));
      return given.categories.map((_, i) => ({ x: i, label: typeof x.format === 'function' ? x.format(i) : notation.place(i), major: false }))
        .filter((tick, i) => i % every === 0 && tick.x >= view.from && tick.x <= view.to);
    }
    const ticks = xAxisOf(given, x, { locale: notation.locale, measure })?.ticks(view.from, view.to, height, view)
      ?? timeTicks(view.from, view.to, timesWanted(height), notation.zone, { format: x.format ?? null, locale: notation.locale });
    return ticks.filter((tick) => tick.x >= view.from && tick.x <= view.to);
  }

  /** @param {CanvasRenderingContext2D} context @param {Box} box @param {ValueAxis} axis @param {(value: number) => number} across @param {SheetView} view */
  #drawValues(context, { left, top, height }, axis, across, { theme, width }) {
    const { x: gridX = true } = this.face.options.grid ?? {};
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineWidth = 1;
    for (const { value, label } of axis.ticks) {
      const at = Math.round(across(value)) + 0.5;
      context.strokeStyle = value === 0 ? theme.axis : theme.grid;
      if (gridX || value === 0) rule(context, at, top, at, top + height);
      const half = context.measureText(label).width / 2;
      context.fillStyle = theme.text;
      context.fillText(label, Math.max(half, Math.min(width - half - 1, at)), top + height + LABEL_GAP_PX - 1);
    }
    context.strokeStyle = theme.axis;
    rule(context, left + 0.5, top, left + 0.5, top + height);
  }

  /** @param {CanvasRenderingContext2D} context @param {Box} box @param {XTick[]} ticks @param {(x: number) => number} along @param {SheetView} view */
  #drawPlaces(context, { left }, ticks, along, { theme }) {
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillStyle = theme.text;
    for (const { x, label } of ticks) context.fillText(label, left - LABEL_GAP_PX, Math.round(along(x)) + 0.5);
  }

  /** @override @param {number} px @param {number} py @param {readonly Line[]} lines @param {SheetView} view */
  at(px, py, lines, { given }) {
    const { written } = this;
    const { notation, labelOf } = this.face;
    if (!this.#place || !given) return null;
    const { box, x } = this.#place;
    if (px < box.left || px > box.left + box.width || py < box.top || py > box.top + box.height) return null;
    const wanted = x(py);
    const places = lines.flatMap(({ ring }) => (ring.length > 0 ? [ring.x[ring.nearest(wanted)]] : []));
    const place = places.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best), Infinity);
    const under = this.#stacks.at(px, py);
    const rows = lines.flatMap(({ name, ring, unit, axis, colour }) => {
      const index = ring.nearest(place);
      const value = index >= 0 && ring.x[index] === place ? ring.v[index] : NaN;
      return Number.isNaN(value) ? [] : [{ name: written.name?.(name) ?? labelOf(name), value: written.value?.(value, name, NaN) ?? notation.value(value, unit, axis), colour, nearest: name === under?.name }];
    });
    return rows.length > 0 ? { highlight: null, title: written.title?.(place) ?? notation.place(place), rows } : null;
  }
}
