//# allFunctionsCalledOnLoad
/** Grid, ticks and labels. What moves with time (vertical lines and their labels) is drawn into the strip, the rest beside it. */

import { needed } from '../scale/kit.js';
import { tickSample, timeTicks } from '../scale/time.js';
/** @import {XTick} from '../x-axis.js' */
/** @import {Format} from '../scale/format.js' */
/** @import {TimeTick, TimeZone} from '../scale/time.js' */
/** @import {Projection} from './layout.js' */
/** @import {Theme} from '../theme.js' */

const LABEL_PX = 88;
/** About how wide a letter of a label is. */
const LETTER_PX = 6.5;
/** A label reaches no further than this to either side of its tick. */
export const LABEL_REACH_PX = 60;
const DAY_ROW_PX = 7;
/** Between labels of x that stand side by side. */
const LABEL_AIR_PX = 6;

/** @typedef {{value: number, label: string}} ValueTick */

/** @typedef {(x: number) => number} Place  the device pixel of a time, of which the first is where the canvas begins */

/**
 * A line of one CSS pixel on whole device pixels. On CSS pixels it would lie elsewhere each time the canvas begins elsewhere.
 * It is filled rather than stroked: a stroke of a thousand pixels is a little fainter here and there.
 * @param {number} first  device pixel
 * @param {number} ratio  device pixels per CSS pixel
 * @returns {{thick: number, begin: number, middle: number, width: number}} in device pixels; in CSS pixels
 */
export function ruleOf(first, ratio) {
  const thick = Math.max(1, Math.round(ratio));
  return { thick, begin: first / ratio, middle: (first + thick / 2) / ratio, width: thick / ratio };
}

/** About how many ticks of time are wanted. @param {number} length  of the axis, px */
export const timesWanted = (length) => Math.max(2, Math.floor(length / LABEL_PX));

/**
 * Ticks for a stretch wider than what is seen, as far apart as in sight.
 * @param {number} from
 * @param {number} to
 * @param {{from: number, to: number}} view  what is in sight
 * @param {number} width  of the plot
 * @param {{zone: TimeZone, format: Format|null, locale: string|null}} how
 */
export function stripTicks(from, to, view, width, { zone, ...how }) {
  const span = view.to - view.from;
  const fits = (/** @type {number} */ count) => {
    const { step, label } = tickSample(span, count, how);
    return (step * width) / span >= label.length * LETTER_PX + LABEL_AIR_PX;
  };
  let inSight = timesWanted(width);
  // Steps are round, so there may be twice as many as asked for; and AM and PM take room. What a page writes itself is not asked about
  // a moment of which it has no data.
  while (typeof how.format !== 'function' && inSight > 2 && !fits(inSight)) inSight -= 1;
  return timeTicks(from, to, (inSight * (to - from)) / span, zone, how);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Projection} at
 * @param {ValueTick[]} ticks
 * @param {Theme} theme
 * @param {{left: number, right: number}} span
 * @param {number} ratio
 */
export function drawValueGrid(context, at, ticks, theme, { left, right }, ratio) {
  for (const { value } of ticks) {
    const { begin, width } = ruleOf(Math.round(at.py(value) * ratio), ratio);
    context.fillStyle = value === 0 ? theme.axis : theme.grid;
    context.fillRect(left, begin, right - left, width);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Projection} at
 * @param {ValueTick[]} ticks
 * @param {Theme} theme
 * @param {{x: number, align: 'left'|'right'}} place
 */
export function drawValueLabels(context, at, ticks, theme, { x, align }) {
  context.font = theme.font;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillStyle = theme.text;
  for (const { value, label } of ticks) context.fillText(label, x, Math.round(at.py(value)) + 0.5);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Projection} at
 * @param {readonly TimeTick[]} ticks
 * @param {Theme} theme
 * @param {number} ratio
 * @param {Place} place
 */
export function drawTimeGrid(context, { box }, ticks, theme, ratio, place) {
  for (const { x, major } of ticks) {
    const { begin, width } = ruleOf(place(x), ratio);
    context.fillStyle = major ? theme.axis : theme.grid;
    context.fillRect(begin, box.top, width, box.height);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Projection} at
 * @param {readonly XTick[]} ticks
 * @param {Theme} theme
 * @param {{left: number, right: number, room?: {left: number, right: number}|null}} span  room: labels that are not whole in it are left out
 * @param {number} ratio
 * @param {Place} place
 */
export function drawTimeLabels(context, { box }, ticks, theme, { left, right, room = null }, ratio, place) {
  const bottom = box.top + box.height;
  context.font = theme.font;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const foot = ruleOf(Math.round(bottom * ratio), ratio);
  context.fillStyle = theme.axis;
  context.fillRect(left, foot.begin, right - left, foot.width);
  for (const { x } of ticks) {
    const { begin, width } = ruleOf(place(x), ratio);
    context.fillRect(begin, bottom, width, 4);
  }
  context.fillStyle = theme.text;
  let taken = room?.left ?? 0;
  for (const { x, label, turned = 0 } of ticks) {
    const { middle } = ruleOf(place(x), ratio);
    if (turned !== 0) {
      needed('drawTurned')(context, label, middle, bottom + DAY_ROW_PX, { degrees: turned, align: 'right', theme });
      continue;
    }
    if (room) {
      const half = context.measureText(label).width / 2;
      if (middle - half < taken || middle + half > room.right) continue;
      taken = middle + half + LABEL_AIR_PX;
    }
    context.fillText(label, middle, bottom + DAY_ROW_PX);
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
export function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
