/** The past, as a bridge played by hand has it: the processes of demo.js since ever, over its HTTP API. */

import { densityBytes, Writer, written } from '../../charts/testing.js';
import { METRICS, valueOf } from './demo.js';
/** @import {Stage} from './harness.js' */

const STEP_MS = 1_000;
/** A bridge answers with about as many points as there are pixels. */
const POINTS_MAX = 600;

/**
 * Answers what the page asks for ranges of the past, and notes it.
 * @param {Stage} stage
 * @param {number} n  processes
 * @returns {URL[]} asked so far
 */
export function answerHistory(stage, n) {
  /** @type {URL[]} */
  const asked = [];
  const take = (/** @type {URL} */ url) => {
    asked.push(url);
    const text = (/** @type {string} */ name) => url.searchParams.get(name);
    return {
      from: Number(text('from')), to: Number(text('to')), names: text('series')?.split(',') ?? null,
      metrics: text('metric')?.split(',') ?? METRICS,
    };
  };
  stage.serves(/^\/api\/v1\/channels\/[^/]+\/query$/, (url) => {
    const { from, to, names, metrics } = take(url);
    const wanted = (/** @type {string} */ name, /** @type {string} */ metric) => (
      metrics.includes(metric) && (names?.includes(name) ?? true)
    );
    return Buffer.from(snapshotBytes(n, timesOf(from, to), wanted));
  });
  stage.serves(/^\/api\/v1\/channels\/[^/]+\/density$/, (url) => {
    const { from, to, metrics } = take(url);
    const times = timesOf(from, to);
    const column = (/** @type {number} */ k, /** @type {number} */ ms) => (
      written(ms / STEP_MS, Array.from({ length: n }, (_, i) => valueOf(i, k, ms)))
    );
    const columns = METRICS.flatMap((metric, k) => (metrics.includes(metric)
      ? [/** @type {Parameters<typeof densityBytes>[4][number]} */ ([metric, n, times.map((ms) => column(k, ms))])] : []));
    return Buffer.from(densityBytes(4, 0, JSON.stringify({ up: n, down: 0 }), STEP_MS, columns));
  });
  return asked;
}

/** @param {number} from @param {number} to */
function timesOf(from, to) {
  const step = STEP_MS * Math.max(1, Math.ceil((to - from) / STEP_MS / POINTS_MAX));
  const times = [];
  for (let ms = Math.ceil(from / step) * step; ms <= Math.min(to, Date.now()); ms += step) times.push(ms);
  return times;
}

/** @param {number} n @param {number[]} times @param {(name: string, metric: string) => boolean} wanted */
function snapshotBytes(n, times, wanted) {
  const out = new Writer();
  out.raw(0xe0, 1);
  out.whole(0, 2);
  out.whole(0, 4);
  out.whole(1, 8);
  out.whole(300, 8);
  out.f64(Date.now());
  out.whole(0, 8);
  out.text('', 4);
  out.whole(n, 4);
  for (let i = 0; i < n; i++) {
    const all = METRICS.map((metric, k) => ({ name: `${metric}-process-memory-${i}`, metric, k }));
    const columns = all.filter(({ name, metric }) => wanted(name, metric));
    out.whole(columns.length, 4);
    out.whole(times.length, 4);
    for (const ms of times) out.f64(ms);
    for (const { name, k } of columns) {
      out.text(name, 2);
      for (const ms of times) out.f64(Math.round(100 * valueOf(i, k, ms)) / 100);
    }
  }
  return out.buffer();
}
