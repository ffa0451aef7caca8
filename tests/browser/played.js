/** What a bridge played by hand says to each kind of subscription: one frame with points, in the form that it has there. */

import { DensityColumn } from '../../charts/series/density.js';

const STEP_MS = 1_000;

/**
 * @param {any} subscribe
 * @param {any} frame  with lines and sources, as if all were wanted
 * @param {boolean} first  of this subscription
 * @returns {object|null} null: it does not concern it
 */
export function frameFor(subscribe, frame, first) {
  const kind = kindOf(subscribe);
  const { blocks, sources, ...head } = frame;
  const carries = frame.type === 'snapshot' || frame.type === 'update';
  // An error that ends one of several subscriptions would be said several times.
  if (frame.type === 'error' && !first && kind !== 'lines') return null;
  if (kind === 'density') return frame.type === 'presence' ? null : carries ? { ...head, ...densityOf(frame) } : frame;
  if (kind === 'presence') return frame.type === 'update' ? null : carries ? { ...head, blocks: [], sources } : frame;
  if (kind === 'detail') return frame.type === 'presence' ? null : carries ? { ...head, blocks: only(blocks, subscribe.series), sources: [] } : frame;
  return frame;
}

/** @param {any} subscribe @returns {'density'|'presence'|'detail'|'lines'} */
export function kindOf({ view, series, sources }) {
  if (view === 'density') return 'density';
  if (sources === false) return 'detail';
  return series?.[0] === '!' ? 'presence' : 'lines';
}

/** @param {any[]} blocks @param {string[]} names */
function only(blocks, names) {
  return blocks.map(({ columns }) => ({ columns: columns.filter((/** @type {any[]} */ [name]) => name === 'x' || names.includes(name)) }));
}

/** @param {any[]} sources @returns {Map<string, {metric: string, unit: string|null, source: string}>} */
export function infoOf(sources) {
  return new Map(sources.flatMap(({ id, series }) => series.map((/** @type {any} */ { name, metric, unit }) => [name, { metric, unit, source: id }])));
}

/** What of a series is known on this stage: by the sources of the snapshot. @type {Map<string, {metric: string}>} */
const seen = new Map();

/** Merged columns of a frame's blocks, as the bridge writes them. @param {any} frame */
function densityOf({ type, blocks, sources = [] }) {
  for (const [name, info] of infoOf(sources)) seen.set(name, info);
  /** @type {Map<string, {names: Set<string>, values: Map<number, number[]>}>} */
  const metrics = new Map();
  for (const { columns } of blocks) {
    const x = columns.at(-1).slice(1);
    for (const [name, ...v] of columns.slice(0, -1)) {
      const key = seen.get(name)?.metric ?? name;
      const metric = metrics.get(key) ?? { names: new Set(), values: new Map() };
      metrics.set(key, metric);
      metric.names.add(name);
      x.forEach((/** @type {number} */ time, /** @type {number} */ i) => {
        const slot = Math.floor(time / STEP_MS);
        if (typeof v[i] === 'number') metric.values.set(slot, [...metric.values.get(slot) ?? [], v[i]]);
      });
    }
  }
  const list = [...metrics].map(([metric, { names, values }]) => ({
    metric, series: type === 'snapshot' ? names.size : 0,
    columns: [...values].sort(([a], [b]) => a - b).map(([slot, all]) => columnJson(slot * STEP_MS, all)),
  }));
  const up = sources.filter((/** @type {any} */ { state }) => state === 'up').length;
  return { view: 'density', step_ms: STEP_MS, metrics: list, ...(type === 'snapshot' ? { sources: { up, down: sources.length - up } } : {}) };
}

/** @param {number} begin @param {number[]} values */
function columnJson(begin, values) {
  const { min, max, sum, count, buckets, counts } = DensityColumn.of(values);
  return { t: begin, count, min, max, sum, buckets: [...buckets].flatMap((bucket, i) => [bucket, counts[i]]) };
}
