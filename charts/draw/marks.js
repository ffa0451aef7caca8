/** What happened, at the foot of the plot: a process began, went down, came back; an alert, begun or over. Shape and colour say which. */

import { ruleOf } from './axes.js';
/** @import {Place} from './axes.js' */
/** @import {Projection} from './layout.js' */
/** @import {Theme} from '../theme.js' */

/** @typedef {{x: number, kind: 'start'|'down'|'restart'|'alert'|'resolved', name: string, text: string}} Mark  x in ms; text for people */

export const MARK_PX = 5;
/** With its stroke. */
const REACH_PX = MARK_PX + 2;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Mark[]} marks
 * @param {Projection} at
 * @param {{from: number, to: number}} stretch
 * @param {Theme} theme
 * @param {number} ratio
 * @param {Place} place
 */
export function drawMarks(context, marks, { box, px }, { from, to }, theme, ratio, place) {
  const foot = box.top + box.height;
  const [left, right] = [px(from) - REACH_PX, px(to) + REACH_PX];
  for (const { x, kind } of marks) {
    const { middle: at } = ruleOf(place(x), ratio);
    // Of one beside the stretch a part lies in it.
    if (!(at >= left && at <= right)) continue;
    context.fillStyle = context.strokeStyle = colourOf(kind, theme);
    context.lineWidth = 1.5;
    context.beginPath();
    outline(context, kind, at, foot);
    if (kind === 'down' || kind === 'resolved') context.stroke();
    else context.fill();
  }
}

/** @param {Mark['kind']} kind @param {Theme} theme */
const colourOf = (kind, theme) => (kind === 'start' || kind === 'resolved' ? theme.good : kind === 'restart' ? theme.warn : theme.bad);

/** @param {CanvasRenderingContext2D} context @param {Mark['kind']} kind @param {number} x @param {number} foot */
function outline(context, kind, x, foot) {
  const size = MARK_PX;
  if (kind === 'down') {
    context.moveTo(x - size / 2 - 1, foot - size - 2);
    context.lineTo(x + size / 2 + 1, foot - 1);
    context.moveTo(x + size / 2 + 1, foot - size - 2);
    context.lineTo(x - size / 2 - 1, foot - 1);
  } else if (kind === 'alert' || kind === 'resolved') {
    context.rect(x - 1.5, foot - size * 2 - 4, 3, size + 3);
    context.rect(x - 1.5, foot - 4, 3, 3);
  } else {
    context.moveTo(x - size, foot);
    context.lineTo(x + size, foot);
    context.lineTo(x, foot - size - 2);
    context.closePath();
  }
}

/**
 * The marks within reach of the pointer, newest first.
 * @param {readonly Mark[]} marks
 * @param {number} px
 * @param {Projection} at
 */
export function marksAt(marks, px, at) {
  return marks.filter(({ x }) => Math.abs(at.px(x) - px) <= MARK_PX).reverse();
}
