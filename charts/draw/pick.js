/** What lies under the pointer: of each visible line its point nearest in time, nearest line first. */

/** @import {Line} from './lines.js' */
/** @import {Projection} from './layout.js' */

/** @typedef {{line: Line, x: number, v: number, distance: number}} Hit  distance in pixels, up or down */

/**
 * @param {Line[]} lines
 * @param {number} time
 * @param {number} py  of the pointer
 * @param {Projection} projection
 * @returns {Hit[]}
 */
export function pick(lines, time, py, projection) {
  /** @type {Hit[]} */
  const hits = [];
  for (const line of lines) {
    const at = line.ring.nearest(time);
    if (at < 0) continue;
    const x = line.ring.x[at];
    const v = line.ring.v[at];
    // In a hole there is no value: naming that of its edge would be the flat line in words.
    if (Number.isNaN(v) || Math.abs(x - time) > line.gaps.gapMs / 2) continue;
    hits.push({ line, x, v, distance: Math.abs(projection.py(v) - py) });
  }
  return hits.sort((a, b) => a.distance - b.distance);
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
