/** Text that does not lie: titles of upright axes, names of categories that are too long to stand side by side. */

/** @import {Theme} from '../theme.js' */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{degrees: number, align: CanvasTextAlign, theme: Pick<Theme, 'font'|'text'>}} how  align: which part of it is at the place
 */
export function drawTurned(context, text, x, y, { degrees, align, theme }) {
  context.save();
  context.translate(x, y);
  context.rotate((degrees * Math.PI) / 180);
  context.font = theme.font;
  context.fillStyle = theme.text;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillText(text, 0, 0);
  context.restore();
}
