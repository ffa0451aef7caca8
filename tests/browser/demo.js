/** What a bridge played by hand says: some processes with three series each, a minute of history. */

export const METRICS = ['rss', 'heap-total', 'heap'];
export const CHANNEL = 'process-memory-demo';
const DAY_MS = 86_400_000;

/** @param {number} i @param {object} [more] @param {number} [now] ms */
export function source(i, more = {}, now = Date.now()) {
  const id = `process-memory-${i}`;
  return {
    id, epoch: now - 600_000, channel: CHANNEL, state: 'up', since: now - 600_000, last_seen: now, reason: null, host: `host-${i % 7}`,
    pid: 100 + i, program: null, version: null, interval_ms: 1000, lives: 1, lost: 0, dropped: 0, labels: {},
    series: METRICS.map((metric) => ({ name: `${metric}-${id}`, unit: 'MiB', metric })), ...more,
  };
}

/** The same at each call: a wave of its own for each process and metric. @param {number} i @param {number} k @param {number} ms */
export function valueOf(i, k, ms) {
  return 40 + 12 * ((i * 7) % 11) - 14 * k + 6 * Math.sin((ms % DAY_MS) / (9_000 + 1_300 * (i % 13)) + i) + 2 * Math.sin(ms / 3_100 + 5 * i + k);
}

/** @param {number} i @param {number[]} x */
export function block(i, x) {
  const columns = METRICS.map((metric, k) => [`${metric}-process-memory-${i}`, ...x.map((ms) => Math.round(100 * valueOf(i, k, ms)) / 100)]);
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
