/** Hatched stretches where the bridge has no data, and the limit of what is known while it cannot be reached. */

import { line, ruleOf } from './axes.js';
/** @import {Place} from './axes.js' */
/** @import {GapBand} from '../series/gaps.js' */
/** @import {Projection} from './layout.js' */
/** @import {Theme} from '../theme.js' */

const HATCH_PX = 8;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly GapBand[]} bands
 * @param {Projection} projection
 * @param {{from: number, to: number}} stretch  what is drawn of time
 * @param {Theme} theme
 * @param {number} ratio
 * @param {Place} place
 */
export function drawBands(context, bands, { box, px }, { from, to }, theme, ratio, place) {
  for (const band of bands) {
    const left = px(band.from);
    const right = px(band.to);
    // What lies between two pixels is drawn on one of them.
    if (right < px(from) - 1 || left > px(to) + 1) continue;
    context.strokeStyle = theme.hatch;
    context.lineWidth = 1;
    if (right - left < 3) {
      context.setLineDash([3, 3]);
      const { middle } = ruleOf(place(band.from), ratio);
      line(context, middle, box.top, middle, box.top + box.height);
      context.setLineDash([]);
    } else {
      hatch(context, left, box.top, right - left, box.height);
      label(context, band.message || band.reason, left, right, box.top, theme);
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} left @param {number} top @param {number} width @param {number} height */
function hatch(context, left, top, width, height) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.beginPath();
  // From its own edge on: the pattern must not depend on where the canvas begins.
  for (let x = left - Math.ceil(height / HATCH_PX) * HATCH_PX; x < left + width; x += HATCH_PX) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} left
 * @param {number} right
 * @param {number} top
 * @param {Theme} theme
 */
function label(context, text, left, right, top, theme) {
  context.font = theme.font;
  if (context.measureText(text).width > right - left - 12) return;
  context.fillStyle = theme.text;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText(text, (left + right) / 2, top + 6);
}
