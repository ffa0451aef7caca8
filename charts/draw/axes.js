/** Grid, ticks and labels. */

import { calendarDate, timeTicks, zoneLabel } from '../scale/time.js';
import { MARGIN } from './layout.js';
/** @import {TimeZone} from '../scale/time.js' */
/** @import {YAxis} from '../scale/y-axis.js' */
/** @import {Projection} from './layout.js' */
/** @import {Theme} from '../theme.js' */

const LABEL_PX = 88;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Projection} projection
 * @param {YAxis} axis
 * @param {Theme} theme
 */
export function drawYAxis(context, { box, py }, axis, theme) {
  context.font = theme.font;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  for (const { value, label } of axis.ticks) {
    const y = Math.round(py(value)) + 0.5;
    context.strokeStyle = value === 0 ? theme.axis : theme.grid;
    line(context, box.left, y, box.left + box.width, y);
    context.fillStyle = theme.text;
    context.fillText(label, box.left - 8, y);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Projection} projection
 * @param {{from: number, to: number}} view
 * @param {TimeZone} zone
 * @param {Theme} theme
 */
export function drawTimeAxis(context, { box, px }, { from, to }, zone, theme) {
  const bottom = box.top + box.height;
  const right = box.left + box.width;
  context.font = theme.font;
  context.textBaseline = 'top';
  context.lineWidth = 1;
  context.strokeStyle = theme.axis;
  line(context, box.left, bottom + 0.5, right, bottom + 0.5);
  const ticks = timeTicks(from, to, Math.max(2, Math.floor(box.width / LABEL_PX)), zone);
  for (const { x, label, major } of ticks) {
    const at = Math.round(px(x)) + 0.5;
    context.strokeStyle = major ? theme.axis : theme.grid;
    line(context, at, box.top, at, bottom);
    context.strokeStyle = theme.axis;
    line(context, at, bottom, at, bottom + 4);
    context.fillStyle = theme.text;
    // One that does not fit comes once there is room: a label that leaned inwards would run into its neighbour.
    const half = context.measureText(label).width / 2;
    context.textAlign = 'center';
    if (at - half > 0 && at + half <= right + MARGIN.right) context.fillText(label, at, bottom + 7);
  }
  // The date and the zone always stand there: a time of day alone cannot be told from a wrong clock.
  context.fillStyle = theme.text;
  context.textAlign = 'left';
  context.fillText(dateRange(from, to, zone), box.left, bottom + 23);
  context.textAlign = 'right';
  context.fillText(zoneLabel(to, zone), right, bottom + 23);
}

/** @param {number} from @param {number} to @param {TimeZone} zone */
function dateRange(from, to, zone) {
  const first = calendarDate(from, zone);
  const last = calendarDate(to, zone);
  return first === last ? first : `${first} – ${last}`;
}

/** @param {CanvasRenderingContext2D} context @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
export function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
