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
export function sparkKey({ x, start, end }) {
  if (start === end) return '';
  const pixelMs = Math.max(1, (x[end - 1] - x[start]) / SPARK_WIDTH);
  return `${Math.round(x[start] / pixelMs)} ${Math.round(x[end - 1] / pixelMs)} ${Math.round(Math.log2(pixelMs) * 9)}`;
}

/**
 * The `d` of a path: of each column of a pixel its lowest and its highest value; NaN lifts the pen.
 * @param {Points} points
 */
export function sparkPath({ x, v, start, end }) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = start; i < end; i += 1) {
    if (v[i] < low) low = v[i];
    if (v[i] > high) high = v[i];
  }
  if (low > high) return '';
  const span = x[end - 1] - x[start];
  const px = (/** @type {number} */ i) => (span > 0 ? Math.round(((x[i] - x[start]) / span) * SPARK_WIDTH) : SPARK_WIDTH);
  const room = SPARK_HEIGHT - 2 * EDGE;
  const py = (/** @type {number} */ value) => (
    high > low ? EDGE + room * (1 - (value - low) / (high - low)) : SPARK_HEIGHT / 2
  ).toFixed(1);
  let path = '';
  let pen = 'M';
  for (let i = start; i < end;) {
    if (Number.isNaN(v[i])) {
      pen = 'M';
      i += 1;
      continue;
    }
    const column = px(i);
    const first = i;
    let [least, most] = [i, i];
    for (i += 1; i < end && px(i) === column && !Number.isNaN(v[i]); i += 1) {
      if (v[i] < v[least]) least = i;
      if (v[i] > v[most]) most = i;
    }
    // In the order of time, or a peak would seem to come before the fall to it.
    for (const at of new Set([first, Math.min(least, most), Math.max(least, most), i - 1])) {
      path += `${pen}${column} ${py(v[at])}`;
      pen = 'L';
    }
    // A lone point is seen only as a stroke of some length.
    if (i === end || Number.isNaN(v[i])) path += 'h.01';
  }
  return path;
}
