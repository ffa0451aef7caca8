/** A series as a small line without axes: its shape and where it stands in its own range; pure. */

/** @import {Points} from './chart-face.js' */

export const SPARK_WIDTH = 72;
export const SPARK_HEIGHT = 18;
/** Half a stroke, so that the line's extremes are not cut. */
const EDGE = 1;

/**
 * When the picture could look different: a line a few minutes long moves by a pixel every few seconds, not every tick.
 * @param {Points} points
 */
export function sparkKey({ x, length }) {
  if (length === 0) return '';
  const from = x[0];
  const pixelMs = Math.max(1, (x[length - 1] - from) / SPARK_WIDTH);
  return `${Math.round(from / pixelMs)} ${Math.round(x[length - 1] / pixelMs)} ${Math.round(pixelMs)}`;
}

/**
 * The `d` of a path: of each column of a pixel its lowest and its highest value; NaN lifts the pen.
 * @param {Points} points
 */
export function sparkPath({ x, v, length }) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < length; i += 1) {
    if (v[i] < low) low = v[i];
    if (v[i] > high) high = v[i];
  }
  if (low > high) return '';
  const span = x[length - 1] - x[0];
  const px = (/** @type {number} */ i) => (span > 0 ? Math.round(((x[i] - x[0]) / span) * SPARK_WIDTH) : SPARK_WIDTH);
  const room = SPARK_HEIGHT - 2 * EDGE;
  const py = (/** @type {number} */ value) => (
    high > low ? EDGE + room * (1 - (value - low) / (high - low)) : SPARK_HEIGHT / 2
  ).toFixed(1);
  let path = '';
  let pen = 'M';
  for (let i = 0; i < length;) {
    if (Number.isNaN(v[i])) {
      pen = 'M';
      i += 1;
      continue;
    }
    const column = px(i);
    let [least, most, first, end] = [i, i, i, i + 1];
    for (; end < length && px(end) === column && !Number.isNaN(v[end]); end += 1) {
      if (v[end] < v[least]) least = end;
      if (v[end] > v[most]) most = end;
    }
    // In the order of time, or a peak would seem to come before the fall to it.
    for (const at of new Set([first, ...(least < most ? [least, most] : [most, least]), end - 1])) {
      path += `${pen}${column} ${py(v[at])}`;
      pen = 'L';
    }
    // A lone point is seen only as a stroke of some length.
    if (end === length || Number.isNaN(v[end])) path += 'h.01';
    i = end;
  }
  return path;
}
