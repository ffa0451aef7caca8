/** A gauge: half a ring that is filled up to the value, in the colour of the threshold it has passed. */

import arc from '../vendor/d3-shape/arc.js';
/** @import {Theme} from '../theme.js' */

/**
 * @typedef {{value: number, colour: string}} Threshold  from this value on
 *
 * @typedef {object} GaugeReading
 * @property {number} value  NaN: none
 * @property {number} min
 * @property {number} max
 * @property {readonly Threshold[]} [thresholds]  in any order
 * @property {string} colour  below the first threshold
 * @property {string} text  the value as it is read, with its unit
 * @property {string} [label]  what it is the value of
 * @property {[string, string]|null} [ends]  min and max as they are read
 */

/** Half a turn, a little more on either side: the text stands in the opening. */
const REACH = Math.PI * 0.6;
const RING_SHARE = 0.24;
const GAP_PX = 4;
const LINE_PX = 16;

/** How much of the ring is filled. @param {Pick<GaugeReading, 'value'|'min'|'max'>} reading */
export function filled({ value, min, max }) {
  if (Number.isNaN(value) || !(max > min)) return 0;
  return Math.min(1, Math.max(0, (value - min) / (max - min)));
}

/** @param {Pick<GaugeReading, 'value'|'thresholds'|'colour'>} reading */
export function colourOf({ value, thresholds = [], colour }) {
  const passed = [...thresholds].sort((a, b) => a.value - b.value).filter((threshold) => value >= threshold.value);
  return passed.at(-1)?.colour ?? colour;
}

/**
 * Middle and radii of the ring in a box.
 * @param {{left: number, top: number, width: number, height: number}} box
 */
export function ring({ left, top, width, height }) {
  // Below the middle the ends of the ring and one line of text need room.
  const below = -Math.cos(REACH);
  const outer = Math.max(0, Math.min(width / 2 - GAP_PX, (height - LINE_PX - 2 * GAP_PX) / (1 + below)));
  const free = height - LINE_PX - outer * (1 + below);
  return { x: left + width / 2, y: top + free / 2 + outer, outer, inner: outer * (1 - RING_SHARE) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {GaugeReading} reading
 * @param {{left: number, top: number, width: number, height: number}} box
 * @param {Pick<Theme, 'grid'|'text'|'font'> & {ink?: string}} theme
 */
export function drawGauge(context, reading, box, theme) {
  const { x, y, outer, inner } = ring(box);
  if (outer === 0) return;
  const shape = arc().innerRadius(inner).outerRadius(outer).cornerRadius(2).context(context);
  const end = -REACH + 2 * REACH * filled(reading);
  context.save();
  context.translate(x, y);
  context.fillStyle = theme.grid;
  context.beginPath();
  shape({ startAngle: -REACH, endAngle: REACH });
  context.fill();
  if (end > -REACH) {
    context.fillStyle = colourOf(reading);
    context.beginPath();
    shape({ startAngle: -REACH, endAngle: end });
    context.fill();
  }
  write(context, reading, { outer, inner }, theme);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {GaugeReading} reading
 * @param {{outer: number, inner: number}} radii
 * @param {Pick<Theme, 'text'|'font'> & {ink?: string}} theme
 */
function write(context, { text, label = '', ends = null }, { outer, inner }, theme) {
  const size = Math.max(12, Math.round(inner * 0.34));
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = theme.ink ?? theme.text;
  // The theme's font with another size: what stands before `px` is its number.
  context.font = theme.font.replace(/^[\d.]+px/, `${size}px`);
  context.fillText(text, 0, label === '' ? 0 : -LINE_PX / 2);
  context.font = theme.font;
  context.fillStyle = theme.text;
  if (label !== '') context.fillText(label, 0, size / 2 + LINE_PX / 2);
  if (!ends) return;
  const middle = (inner + outer) / 2;
  const below = -outer * Math.cos(REACH) + GAP_PX + LINE_PX / 2;
  ends.forEach((end, i) => context.fillText(end, (i === 0 ? -1 : 1) * middle * Math.sin(REACH), below));
}
