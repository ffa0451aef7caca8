/** Pie and donut. Angles run clockwise from the top. */

import arc from '../vendor/d3-shape/arc.js';
import pie from '../vendor/d3-shape/pie.js';
/** @import {Theme} from '../theme.js' */

/**
 * @typedef {{name: string, value: number, colour: string}} Part
 * @typedef {Part & {share: number, startAngle: number, endAngle: number, padAngle: number}} Slice  share of the whole, 0 to 1
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 *
 * @typedef {object} PieLook
 * @property {number} [inner]  radius of the hole as a share of the whole; 0: a pie
 * @property {Pick<Theme, 'background'|'text'|'font'>} theme
 * @property {((slice: Slice) => string)|null} [labels]  absent: percent; null: none
 * @property {((slice: Slice) => string)|null} [names]  beside the slices, where there is room
 * @property {string} [title]  in the hole; lines end with \n
 * @property {string|null} [highlight]  name of the slice that stands out
 */

export const DONUT_INNER = 0.6;
/** Air around, for the slice that stands out. */
const MARGIN_PX = 8;
const OUT_PX = 6;
/** From a slice to its name. */
const NAME_GAP_PX = 4;
/** A smaller slice has no room for its label. */
const LABEL_SHARE = 0.05;
const LINE_PX = 15;

/**
 * @param {readonly Part[]} parts  what is not above zero has no slice
 * @param {{padAngle?: number, startAngle?: number}} [how]  radians
 * @returns {Slice[]}  in the given order
 */
export function slices(parts, { padAngle = 0, startAngle = 0 } = {}) {
  const shown = parts.filter(({ value }) => value > 0 && Number.isFinite(value));
  const sum = shown.reduce((total, { value }) => total + value, 0);
  const layout = /** @type {ReturnType<typeof pie<Part>>} */ (pie()).value(({ value }) => value).sortValues(null)
    .startAngle(startAngle).endAngle(startAngle + 2 * Math.PI)
    // A pad around the only slice would be a cut in a full circle.
    .padAngle(shown.length > 1 ? padAngle : 0);
  return layout(shown).map(({ data, startAngle: from, endAngle, padAngle: pad }) => (
    { ...data, share: data.value / sum, startAngle: from, endAngle, padAngle: pad }
  ));
}

/** Where in its box the pie lies. @param {Box} box @param {number} inner */
function circle({ left, top, width, height }, inner) {
  const radius = Math.max(0, Math.min(width, height) / 2 - MARGIN_PX);
  return { x: left + width / 2, y: top + height / 2, radius, hole: radius * inner };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Slice[]} parts
 * @param {Box} box
 * @param {PieLook} look
 */
export function drawPie(context, parts, box, { inner = 0, theme, labels = percent, names = null, title = '', highlight = null }) {
  const { x, y, radius, hole } = circle(box, inner);
  if (radius === 0) return;
  const shape = arc().innerRadius(hole).outerRadius(radius).context(context);
  const wider = arc().innerRadius(hole).outerRadius(radius + OUT_PX).context(context);
  context.save();
  context.translate(x, y);
  for (const slice of parts) {
    context.fillStyle = slice.colour;
    context.beginPath();
    (slice.name === highlight ? wider : shape)(slice);
    context.fill();
  }
  context.font = theme.font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  // Line colours are chosen to stand out from the background; so the background stands out from them.
  context.fillStyle = theme.background;
  for (const slice of parts) {
    if (labels === null || slice.share < LABEL_SHARE) continue;
    const [atX, atY] = shape.centroid(slice);
    context.fillText(labels(slice), atX, atY);
  }
  context.fillStyle = theme.text;
  if (names) drawNames(context, parts, { radius: radius + OUT_PX, room: box.width / 2 }, names);
  context.textAlign = 'center';
  const lines = title === '' ? [] : title.split('\n');
  lines.forEach((line, i) => context.fillText(line, 0, (i - (lines.length - 1) / 2) * LINE_PX));
  context.restore();
}

/**
 * Beside its slice each name that fits there, away from those before it; the others are in the legend.
 * @param {CanvasRenderingContext2D} context  its origin in the middle
 * @param {readonly Slice[]} parts
 * @param {{radius: number, room: number}} size  room: from the middle to either side
 * @param {(slice: Slice) => string} names
 */
function drawNames(context, parts, { radius, room }, names) {
  /** @type {{right: boolean, y: number}[]} */
  const taken = [];
  for (const slice of [...parts].sort((a, b) => b.share - a.share)) {
    const middle = (slice.startAngle + slice.endAngle) / 2;
    const [x, y] = [Math.sin(middle) * (radius + NAME_GAP_PX), -Math.cos(middle) * (radius + NAME_GAP_PX)];
    const right = x >= 0;
    const name = slice.share < LABEL_SHARE ? `${names(slice)} ${percent(slice)}` : names(slice);
    if (Math.abs(x) + context.measureText(name).width > room || taken.some((one) => one.right === right && Math.abs(one.y - y) < LINE_PX)) continue;
    taken.push({ right, y });
    context.textAlign = right ? 'left' : 'right';
    context.fillText(name, x, y);
  }
}

/** @param {Slice} slice */
function percent({ share }) {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}\u202f%`;
}

/**
 * The slice under the pointer.
 * @param {readonly Slice[]} parts
 * @param {Box} box
 * @param {number} inner
 * @param {number} px
 * @param {number} py
 * @returns {Slice|null}
 */
export function sliceAt(parts, box, inner, px, py) {
  const { x, y, radius, hole } = circle(box, inner);
  const distance = Math.hypot(px - x, py - y);
  if (distance > radius || distance < hole || parts.length === 0) return null;
  // From the first slice on, whatever angle that begins at.
  const { startAngle } = parts[0];
  const turn = 2 * Math.PI;
  const angle = startAngle + ((((Math.atan2(px - x, y - py) - startAngle) % turn) + turn) % turn);
  return parts.find((slice) => angle >= slice.startAngle && angle < slice.endAngle) ?? null;
}
