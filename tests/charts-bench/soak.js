/**
 * `make soak-charts`: nats-server, bridge, 200 publishing processes and the page in a browser for ten minutes. The first
 * half shows what the page shows by itself, the second every line. Every half minute: is the connection live, is the
 * console clean, is the heap flat, does the chart hold exactly what the bridge has, is it on time? Exit code 1 where not.
 *
 *     node soak.js [MINUTES] [PROCESSES]
 */

import { chromium } from 'playwright-core';
import { ARGS, CHROMIUM } from '../browser/harness.js';
import { difference } from '../browser/points.js';
import { until } from '../browser/real.js';
import { Viewer } from '../browser/viewer.js';
import { figure, table } from './report.js';
import { BUILD, Stack } from './stack.js';
/** @import {CDPSession} from 'playwright-core' */
/** @import {Points, Series} from '../browser/points.js' */

const CHECK_MS = 30_000;
const WINDOW_MS = 120_000;
/** Against the first check with a full window; and what a small heap may grow by in any case. */
const FLAT_RATIO = 1.1;
const FLAT_MB = 1;
const LATENCY_MAX_MS = 1_000;
/** The chart is this far behind the bridge at most, a publishing interval included. */
const BEHIND_MAX_MS = 3_000;
const SERIES_A_PROCESS = 3;

const [minutes, processes] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 200)];
async function soak() {
  const stack = await Stack.start('--count', String(processes));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  try {
    const series = processes * SERIES_A_PROCESS;
    await until(`${series} series`, async () => (await stack.ask('series')).series.length === series);
    const viewer = await Viewer.open(browser, `${stack.origin}/?window=${WINDOW_MS / 60_000}m`);
    await viewer.connection('live');
    const cdp = await viewer.page.context().newCDPSession(viewer.page);
    const checks = await watch(new Watch(stack, viewer, cdp));
    console.log(`${processes} processes, ${series} series, ${BUILD} build, Chromium ${browser.version()}\n`);
    console.log(table(HEAD, checks.map(rowOf)));
    const faults = checks.flatMap(({ faults: some }) => some);
    console.log(faults.length === 0 ? '\nall well' : `\n${faults.join('\n')}`);
    return faults.length === 0;
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** @param {Watch} watched */
async function watch(watched) {
  const began = performance.now();
  const end = minutes * 60_000;
  /** @type {Check[]} */
  const checks = [];
  for (let at = CHECK_MS; at <= end; at += CHECK_MS) {
    await new Promise((resolve) => setTimeout(resolve, began + at - performance.now()));
    const check = await watched.check(at);
    checks.push(check);
    console.error(`${at / 1000} s: ${figure(check.heap)} MB, ${check.points} points, ${check.faults.join('; ') || 'well'}`);
    if (at < end / 2 && at + CHECK_MS >= end / 2) await watched.everyLine();
  }
  return checks;
}

/**
 * @typedef {object} Check
 * @property {number} at  ms since the beginning
 * @property {string} mode
 * @property {number} series
 * @property {number} heap  MB, objects and buffers
 * @property {number} points  compared
 * @property {number} latency  ms
 * @property {number} messages  a second
 * @property {string} badge
 * @property {string[]} faults
 */
const HEAD = [
  's', 'shown', 'series', 'heap, MB', 'points held, all as the bridge has them', 'publish to pixel, ms', 'messages/s', 'badge',
  'faults',
];

/** @param {Check} check */
function rowOf({ at, mode, series, heap, points, latency, messages, badge, faults }) {
  return [at / 1000, mode, series, figure(heap), points, figure(latency), figure(messages), badge, faults.length].map(String);
}

class Watch {
  #stack;
  #viewer;
  #cdp;
  /** The heap of the first check with a full window, of each detail. @type {Map<string, number>} */
  #full = new Map();
  /** When the detail in sight was chosen. */
  #since = 0;
  #complained = 0;

  /** @param {Stack} stack @param {Viewer} viewer @param {CDPSession} cdp */
  constructor(stack, viewer, cdp) {
    this.#stack = stack;
    this.#viewer = viewer;
    this.#cdp = cdp;
  }

  /** The second half. */
  async everyLine() {
    await this.#viewer.page.evaluate("window.eontide.chart.setDetail('lines')");
    await until('every line is there', async () => {
      const { mode, series } = await this.#viewer.state();
      return (mode === 'lines' && series === processes * SERIES_A_PROCESS) || `${mode}, ${series} series`;
    });
    // The bridge gives the whole window at once: there is nothing to fill.
    this.#since = -WINDOW_MS;
  }

  /** @param {number} at @returns {Promise<Check>} */
  async check(at) {
    const [state, stats] = [await this.#viewer.state(), await this.#viewer.stats()];
    const held = await this.#compare();
    const heap = await this.#heap();
    const latency = stats.latencyMs ?? NaN;
    const badge = (await this.#viewer.texts('[data-testid="badge"]')).join(' ');
    const complaints = this.#viewer.complaints.slice(this.#complained);
    this.#complained += complaints.length;
    const faults = [
      ...complaints, ...held.faults, ...this.#flat(state.mode, heap, at),
      ...(state.connection === 'live' ? [] : [`the connection is ${state.connection}: ${state.reason}`]),
      ...(state.series === processes * SERIES_A_PROCESS ? [] : [`${state.series} series`]),
      ...(latency > 0 && latency < LATENCY_MAX_MS ? [] : [`${latency} ms from publish to pixel`]),
      ...(/\d/.test(badge) ? [] : [`the badge says ${JSON.stringify(badge)}`]),
      ...(stats.decodeErrors === 0 ? [] : [`${stats.decodeErrors} frames could not be read`]),
    ].map((fault) => `${at / 1000} s: ${fault}`);
    const { mode, series } = state;
    return { at, mode, series, heap, points: held.points, latency, messages: stats.messagesPerSecond, badge, faults };
  }

  /** Held points against the bridge's answer for the same series and time. */
  async #compare() {
    /** @type {[any, Series[]]} */
    const [{ from, mode }, held] = await this.#viewer.page.evaluate(
      '[window.eontide.chart.state(), window.eontide.chart.data()]',
    );
    const names = mode === 'density' ? `&series=${encodeURIComponent(held.map(({ name }) => name).join())}` : '';
    const { blocks } = await this.#stack.ask(`query?from=${Math.floor(from)}${names}`);
    const published = pointsOf(blocks);
    const last = Math.max(...[...published.values()].map(({ x }) => x.at(-1) ?? 0));
    const behind = last - Math.max(...held.map(({ x }) => x.at(-1) ?? 0));
    for (const { name, x } of held) cut(published.get(name), x.at(-1) ?? 0);
    const points = held.reduce((sum, { x }) => sum + x.filter((time) => time >= from).length, 0);
    const different = difference(published, held, from);
    const faults = [
      ...(different === null ? [] : [different]), ...(points > 0 ? [] : ['no points']),
      ...(behind <= BEHIND_MAX_MS ? [] : [`${behind} ms behind`]),
    ];
    return { points, faults };
  }

  /** MB after collection, with the buffers of arrays. */
  async #heap() {
    for (let i = 0; i < 3; i++) await this.#cdp.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await this.#cdp.send('Runtime.getHeapUsage');
    return (usedSize + backingStorageSize) / 1e6;
  }

  /** @param {string} mode @param {number} heap @param {number} at */
  #flat(mode, heap, at) {
    if (at - this.#since <= WINDOW_MS) return [];
    const full = this.#full.get(mode) ?? heap;
    this.#full.set(mode, full);
    return heap <= full * FLAT_RATIO + FLAT_MB ? [] : [`the heap grew from ${figure(full)} to ${figure(heap)} MB`];
  }
}

/** @param {{columns: [string, ...(number|null)[]][]}[]} blocks  of an answer in JSON @returns {Map<string, Points>} */
function pointsOf(blocks) {
  /** @type {Map<string, Points>} */
  const points = new Map();
  for (const { columns } of blocks) {
    const times = columns.find(([name]) => name === 'x')?.slice(1).map(Number) ?? [];
    for (const [name, ...values] of columns) {
      if (name !== 'x') points.set(name, { x: [...times], v: values.map((value) => value ?? NaN) });
    }
  }
  return points;
}

/** What came after the page was asked is not its fault. @param {Points|undefined} points @param {number} last */
function cut(points, last) {
  if (!points) return;
  const end = points.x.findIndex((time) => time > last);
  if (end < 0) return;
  points.x.length = end;
  points.v.length = end;
}

process.exitCode = (await soak()) ? 0 : 1;
