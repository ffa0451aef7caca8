/** What lies under the pointer: the lines nearest to it at that time, nearest first; the cell of a merged column. */

import { bucketOf, boundsOf, edgesOf } from '../series/density.js';
/** @import {BarsOf, Scene} from './content.js' */
/** @import {Line} from './lines.js' */
/** @import {Projection} from './layout.js' */
/** @import {DensityView} from '../series/density-view.js' */

/** @typedef {{line: Line, x: number, v: number, distance: number}} Hit  distance in pixels, up or down */

/** A cell of fewer pixels is not hit with a pointer: its neighbours belong to it. */
const CELL_PX = 6;

/**
 * @param {Line[]} lines
 * @param {number} time
 * @param {number} py  of the pointer
 * @param {{projectionOf: (line: Line) => Projection|null}} plot
 * @param {number} [most]
 * @param {BarsOf|null} [bars]  of that time: a bar says one value for all of its stretch
 * @returns {Hit[]}
 */
export function pick(lines, time, py, plot, most = Infinity, bars = null) {
  /** @type {Hit[]} */
  const hits = [];
  for (const line of lines) {
    const [x, v] = line.bar && bars ? [(bars.from + bars.to) / 2, bars.values.get(line.name) ?? NaN] : pointOf(line, time);
    if (Number.isNaN(v)) continue;
    const projection = plot.projectionOf(line);
    const distance = projection ? Math.abs(projection.py(v) - py) : NaN;
    // Of thousands only a few are named: the rest need not be kept, let alone sorted.
    if (hits.length >= most && distance >= hits[hits.length - 1].distance) continue;
    hits.push({ line, x, v, distance });
    if (most === Infinity) continue;
    for (let i = hits.length - 1; i > 0 && hits[i - 1].distance > distance; i--) [hits[i - 1], hits[i]] = [hits[i], hits[i - 1]];
    if (hits.length > most) hits.pop();
  }
  return most === Infinity ? hits.sort((a, b) => a.distance - b.distance) : hits;
}

/** What the bars say of a time; null where there are none that stand for stretches of it. @param {Scene|null} scene @param {number} time @returns {BarsOf|null} */
export const barsAt = (scene, time) => scene?.shapes.find((shape) => shape.barsAt)?.barsAt?.(time) ?? null;

/** The point nearest in time. @param {Line} line @param {number} time @returns {[number, number]} */
function pointOf({ ring, gaps }, time) {
  const at = ring.nearest(time);
  // In a hole there is no value: naming that of its edge would be the flat line in words.
  return at < 0 || Math.abs(ring.x[at] - time) > gaps.gapMs / 2 ? [time, NaN] : [ring.x[at], ring.v[at]];
}

/** Of hits at several places those at the nearest one: what stands together in one row of a table. @param {Hit[]} hits @param {number} x */
export function atOnePlace(hits, x) {
  const nearest = hits.reduce((best, hit) => (Math.abs(hit.x - x) < Math.abs(best - x) ? hit.x : best), Infinity);
  return hits.filter((hit) => hit.x === nearest);
}

/**
 * The same hits in a former order: rows must not swap under a resting pointer while the values go on.
 * @param {Hit[]} hits
 * @param {readonly string[]} order  names; empty: as they are
 * @param {number} rowsMax
 */
export function frozenOrder(hits, order, rowsMax) {
  if (order.length === 0) return hits.slice(0, rowsMax);
  const byName = new Map(hits.map((hit) => [hit.line.name, hit]));
  const kept = order.flatMap((name) => byName.get(name) ?? []);
  const others = hits.filter((hit) => !order.includes(hit.line.name));
  return [...kept, ...others].slice(0, rowsMax);
}

/**
 * The cell of merged columns under the pointer: its values, time and value bounds, for people and for the bridge's ranking.
 * @param {DensityView} view
 * @param {number} time
 * @param {number} py
 * @param {Projection} at
 */
export function columnAt(view, time, py, at) {
  const column = view.columnAt(time);
  if (!column || column.count === 0) return null;
  const [lowValue, highValue] = [at.value(py + CELL_PX / 2), at.value(py - CELL_PX / 2)].sort((a, b) => a - b);
  const [first, last] = [bucketOf(lowValue), bucketOf(highValue)];
  let count = 0;
  let before = 0;
  for (let i = 0; i < column.buckets.length; i++) {
    if (column.buckets[i] < first) before += column.counts[i];
    else if (column.buckets[i] <= last) count += column.counts[i];
  }
  const from = Math.floor(time / view.widthMs) * view.widthMs;
  const [low] = edgesOf(first);
  const [, high] = edgesOf(last);
  const [above, under] = boundsOf(first, last);
  const { count: total } = column;
  // Above and below all values there is none that could narrow the cell.
  const [least, most] = count > 0 ? [Math.max(low, column.min), Math.min(high, column.max)] : [low, high];
  return {
    from, to: from + view.widthMs, low, high, above, below: under, count, least, most,
    shown: { count, total, low: before / total, high: (before + count) / total },
    frame: { left: at.px(from), right: at.px(from + view.widthMs), top: Math.min(at.py(high), at.py(low)), bottom: Math.max(at.py(high), at.py(low)) },
  };
}
