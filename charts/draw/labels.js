/** Values written at their points and bars, as many as find room. */

/** @import {Trace} from '../decimate/columns.js' */
/** @import {Bar} from '../shape/bar.js' */
/** @import {Projection} from './layout.js' */
/** @import {Line} from './lines.js' */

const FONT = '10px sans-serif';
/** From a point to its label. */
const AWAY_PX = 5;
/** Of a series with more points nobody reads the labels. */
const LABELS_MAX = 500;
const LINE_PX = 10;

/**
 * Above each point of a line, in its colour; one that would lie on the one before is left out.
 * @param {CanvasRenderingContext2D} context
 * @param {Pick<Line, 'name'|'colour'|'labels'>} line
 * @param {Pick<Trace, 'x'|'v'|'length'>} trace
 * @param {Pick<Projection, 'px'|'py'|'box'>} at
 */
export function labelPoints(context, { name, colour, labels }, { x, v, length }, { px, py, box }) {
  if (!labels || length > LABELS_MAX) return;
  begin(context);
  context.fillStyle = colour;
  let taken = -Infinity;
  for (let i = 0; i < length; i++) {
    if (Number.isNaN(v[i])) continue;
    const text = labels(v[i], name);
    const middle = px(x[i]);
    const half = context.measureText(text).width / 2;
    if (middle - half < taken) continue;
    taken = middle + half;
    // Below the point, where above it there is no room.
    const above = py(v[i]) - AWAY_PX;
    context.fillText(text, middle, above - LINE_PX < box.top ? py(v[i]) + AWAY_PX + LINE_PX : above);
  }
}

/**
 * At the end of each bar.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Bar[]} bars
 * @param {(name: string, index: number) => {labels: NonNullable<Line['labels']>, value: number}|null} of  a bar; null: it has none
 * @param {boolean} lying
 */
export function labelBars(context, bars, of, lying) {
  if (bars.length > LABELS_MAX) return;
  begin(context);
  if (lying) {
    context.textAlign = 'left';
    context.textBaseline = 'middle';
  }
  for (const { name, colour, index, left, top, width, height } of bars) {
    const found = of(name, index);
    if (!found || Number.isNaN(found.value)) continue;
    const text = found.labels(found.value, name);
    context.fillStyle = colour;
    if (lying) context.fillText(text, left + width + AWAY_PX, top + height / 2);
    else context.fillText(text, left + width / 2, found.value < 0 ? top + height + LINE_PX + 1 : top - 2);
  }
}

/** @param {CanvasRenderingContext2D} context */
function begin(context) {
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
}
