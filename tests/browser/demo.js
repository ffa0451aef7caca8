/** What a bridge played by hand says: some processes with three series each, a minute of history. */

export const METRICS = ['rss', 'heap-total', 'heap'];
export const CHANNEL = 'process-memory-demo';
const DAY_MS = 86_400_000;

/** @param {number} i @param {object} [more] @param {number} [now] ms */
export function source(i, more = {}, now = Date.now()) {
  const id = `process-memory-${i}`;
  return {
    id, epoch: now - 600_000, channel: CHANNEL, state: 'up', since: now - 600_000, last_seen: now, reason: null,
    host: `host-${i % 7}`, pid: 100 + i, program: null, version: null, interval_ms: 1000, lives: 1, lost: 0, dropped: 0, labels: {},
    series: METRICS.map((metric) => ({ name: `${metric}-${id}`, unit: 'MiB', metric })), ...more,
  };
}

/** The same at each call: each process and metric has its own wave. @param {number} i @param {number} k @param {number} ms */
export function valueOf(i, k, ms) {
  const swell = 6 * Math.sin((ms % DAY_MS) / (9_000 + 1_300 * (i % 13)) + i);
  return 40 + 12 * ((i * 7) % 11) - 14 * k + swell + 2 * Math.sin(ms / 3_100 + 5 * i + k);
}

/** @param {number} i @param {number[]} x */
export function block(i, x) {
  const rounded = (/** @type {number} */ value) => Math.round(100 * value) / 100;
  const columns = METRICS.map((metric, k) => [
    `${metric}-process-memory-${i}`, ...x.map((ms) => rounded(valueOf(i, k, ms))),
  ]);
  return { columns: [...columns, ['x', ...x]] };
}

/**
 * n processes with a minute of history.
 * @param {number} n
 * @param {object} [more]  in the snapshot
 * @param {{now?: () => number, points?: number, everyMs?: number}} [times]
 */
export function demo(n, more = {}, { now: clock = Date.now, points = 60, everyMs = 1_000 } = {}) {
  return () => {
    const now = clock();
    // At whole steps, as in history.js: what is held and what is asked for again are the same points.
    const last = Math.floor(now / everyMs) * everyMs;
    const x = Array.from({ length: points }, (_, i) => last - (points - 1 - i) * everyMs);
    const all = Array.from({ length: n }, (_, i) => i);
    return [{
      type: 'snapshot', position: { epoch: 1, offset: 300 }, now, window_ms: 300_000, blocks: all.map((i) => block(i, x)),
      sources: all.map((i) => source(i, {}, now)), ...more,
    }];
  };
}

/** An update of one or several processes. @param {number} offset @param {object[]} blocks @param {object} [more] */
export const update = (offset, blocks, more = {}) => ({ type: 'update', position: { epoch: 1, offset }, now: Date.now(), blocks, ...more });

/** What a bridge says of processes that changed. @param {object[]} sources @param {number} [now] ms */
export const presence = (sources, now = Date.now()) => ({ type: 'presence', now, sources });

/** A channel with these columns and no source. @param {any[][]} columns @param {object} [more] */
export const bare = (columns, more = {}) => ({
  type: 'snapshot', position: { epoch: 1, offset: 1 }, now: Date.now(), window_ms: 300_000, sources: [], blocks: [{ columns }], ...more,
});
