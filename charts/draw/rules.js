/** Lines and bands that a page lays across the plot: a limit, an hour of work. Below what is measured. */

import { drawTurned } from './turned.js';
/** @import {Rule} from '../options.js' */
/** @import {Shape} from './content.js' */
/** @import {Projection} from './layout.js' */

const LINE = '#aaaaaa';
const BAND = '#4682b4';
const BAND_ALPHA = 0.1;
const DASH = [3, 3];
const TEXT_PX = 4;
const FONT = '10px sans-serif';

/** @param {readonly Rule[]} rules @returns {Shape|null} null: none */
export function rulesShape(rules) {
  if (rules.length === 0) return null;
  return {
    draw: (context, at, _, at2) => {
      context.save();
      for (const rule of rules) {
        const of = rule.axis === 'y2' ? at2 : at;
        if (!of) continue;
        if ('at' in rule) drawLine(context, rule, of);
        else drawBand(context, rule, of);
      }
      context.restore();
    },
  };
}

/** @param {CanvasRenderingContext2D} context @param {Extract<Rule, {at: number}>} rule @param {Projection} at */
function drawLine(context, { axis, at: value, text = '', colour = LINE }, { box, px, py }) {
  const place = Math.round(axis === 'x' ? px(value) : py(value)) + 0.5;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(DASH);
  context.beginPath();
  context.moveTo(axis === 'x' ? place : box.left, axis === 'x' ? box.top : place);
  context.lineTo(axis === 'x' ? place : box.left + box.width, axis === 'x' ? box.top + box.height : place);
  context.stroke();
  context.setLineDash([]);
  if (text === '') return;
  if (axis === 'x') {
    return drawTurned(context, text, place - TEXT_PX - 2, box.top + TEXT_PX, { degrees: -90, align: 'right', theme: { text: colour, font: FONT } });
  }
  context.font = FONT;
  context.fillStyle = colour;
  context.textAlign = 'right';
  context.textBaseline = 'alphabetic';
  context.fillText(text, box.left + box.width - TEXT_PX, place - TEXT_PX);
}

/** @param {CanvasRenderingContext2D} context @param {Exclude<Rule, {at: number}>} rule @param {Projection} at */
function drawBand(context, { axis, from, to, colour = BAND }, { box, px, py }) {
  const [first, last] = axis === 'x' ? [box.left, box.left + box.width] : [box.top + box.height, box.top];
  const of = axis === 'x' ? px : py;
  const [a, b] = [from === undefined ? first : of(from), to === undefined ? last : of(to)];
  context.globalAlpha = BAND_ALPHA;
  context.fillStyle = colour;
  if (axis === 'x') context.fillRect(Math.min(a, b), box.top, Math.abs(b - a), box.height);
  else context.fillRect(box.left, Math.min(a, b), box.width, Math.abs(b - a));
  context.globalAlpha = 1;
}
