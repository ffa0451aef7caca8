/** `make bench-charts`: what our chart costs, beside uPlot and C3 in the same run. README.md says how it measures. */

import { Bench } from './browser.js';
import { casesAt, casesOf, C3_LIMIT } from './cases.js';
import { HELP, readOptions } from './options.js';
import { navigation, weight } from './page-cost.js';
import { profile } from './profile.js';
import { figure, table, updateTables, verdict } from './report.js';
import { memorySoak } from './memory-soak.js';
/** @import {BenchCase} from './cases.js' */
/** @import {Options} from './options.js' */
/** @import {UpdateResult} from './report.js' */

const UPDATE_MS = 100;
const WARM_UP_MS = 2_000;
const FPS_MS = 2_000;
/** For what takes seconds an update. */
const FEW_MS = 30_000;
const FIRST_SERIES = 250;
const FIRST_RUNS = 5;
const HEAP_SERIES = 15_000;
const TARGETS = { first: 60, heap: 10, weight: 100, navigation: 500 };

const options = readOptions(process.argv.slice(2));
if (options.help) console.log(HELP);
else await run(options);

/** @param {Options} wanted */
async function run(wanted) {
  const bench = await Bench.start();
  try {
    if (wanted.soak) return void console.log(await memorySoak(bench, wanted));
    if (wanted.profile) return await profiles(bench, wanted);
    const parts = [];
    if (wanted.parts.includes('updates')) parts.push(await updates(bench, wanted));
    const single = [
      ...(wanted.parts.includes('first') ? await firstDraws(bench, wanted) : []),
      ...(wanted.parts.includes('heap') ? await heaps(bench, wanted) : []),
      ...(wanted.parts.includes('page') ? await page() : []),
    ];
    if (single.length > 0) parts.push(table(['', 'measured'], single));
    console.log(`Chromium ${bench.version}, software rendering.\n\n${parts.join('\n\n')}`);
  } finally {
    await bench.close();
  }
}

/** @param {Bench} bench @param {Options} wanted */
async function updates(bench, wanted) {
  /** @type {UpdateResult[]} */
  const results = [];
  for (const of of casesOf(wanted.names, wanted.series)) {
    const result = await update(bench, of, wanted);
    if (result) results.push(result);
  }
  if (wanted.json) console.log(JSON.stringify(results));
  return `${updateTables(results)}${wanted.names.includes('c3') ? `\n\n${C3_LIMIT}` : ''}`;
}

/** @param {Bench} bench @param {BenchCase} of @param {Options} wanted @returns {Promise<UpdateResult|null>} */
async function update(bench, of, wanted) {
  const opened = await bench.open(of);
  try {
    await opened.wander(WARM_UP_MS);
    const fps = await opened.fps(FPS_MS);
    const frames = await opened.frames(FPS_MS);
    const processor = await opened.processor(FPS_MS) * UPDATE_MS;
    /** @type {UpdateResult['figures']} */
    const figures = {};
    for (const how of of.few ? wanted.pointer.slice(0, 1) : wanted.pointer) {
      opened.pointer = how;
      figures[how] = await opened.trace(of.few ? FEW_MS : (wanted.updates + 1) * UPDATE_MS);
      const { update: { p50, p99, mean, count }, hover } = figures[how];
      const cost = of.few ? `${figure(mean)} ms on average` : `${figure(p50)} / ${figure(p99)} ms`;
      const rest = `of ${count} updates, ${fps.toFixed(0)} fps, hover ${figure(hover.p50)} ms`;
      console.error(`${of.series} ${of.title}, pointer ${how}: ${cost} ${rest}`);
      if (how !== 'away' && (await opened.tooltip()) === '') console.error('  no tooltip: its cost is not in it');
    }
    for (const complaint of opened.complaints.slice(0, 3)) console.error(`  ${complaint}`);
    return { of, figures, frames, fps, processor };
  } catch (error) {
    console.error(`${of.series} ${of.title}: ${error instanceof Error ? error.message : error}`);
    return null;
  } finally {
    await opened.close();
  }
}

/** 150,000 points. @param {Bench} bench @param {Options} wanted */
async function firstDraws(bench, wanted) {
  const rows = [];
  for (const of of casesAt(wanted.names, FIRST_SERIES, ['plain', 'lines'])) {
    const runs = [];
    for (let i = 0; i < (of.library === 'c3' ? 1 : FIRST_RUNS); i++) {
      const opened = await bench.open(of);
      runs.push(await opened.firstDraw());
      await opened.close();
    }
    const median = runs.sort((a, b) => a - b)[Math.floor(runs.length / 2)];
    const cell = of.library === 'ours' ? verdict(median, TARGETS.first) : figure(median);
    rows.push([`first draw of 150,000 points, ms from snapshot to picture, ${of.title}`, cell]);
  }
  return rows;
}

/** @param {Bench} bench @param {Options} wanted */
async function heaps(bench, wanted) {
  const rows = [];
  for (const of of casesAt(wanted.names.filter((name) => name !== 'c3'), HEAP_SERIES, ['plain', 'lines', 'auto'])) {
    const opened = await bench.open(of);
    await opened.wander(WARM_UP_MS);
    const { objects, buffers } = await opened.heap();
    await opened.close();
    const [own, arrays] = [objects / 1e6, buffers / 1e6];
    const sum = of.name === 'auto' ? verdict(own + arrays, TARGETS.heap) : figure(own + arrays);
    const what = `heap at 15,000 series, MB after collection: objects + buffers of arrays, ${of.title}`;
    rows.push([what, `${figure(own)} + ${figure(arrays)} = ${sum}`]);
  }
  return rows;
}

async function page() {
  const { loaded, all, files } = await weight();
  const { median, runs, build } = await navigation();
  return [
    [`page weight, kB gzipped: what the page loads (${files} files)`, verdict(loaded / 1000, TARGETS.weight)],
    ['all it can ever load', verdict(all / 1000, TARGETS.weight)],
    [`navigation to first drawn history, ms, real bridge (${build}), median of ${runs}`, verdict(median, TARGETS.navigation)],
  ];
}

/** @param {Bench} bench @param {Options} wanted */
async function profiles(bench, wanted) {
  for (const of of casesOf(wanted.names, wanted.series)) {
    const opened = await bench.open(of);
    [opened.pointer] = wanted.pointer;
    await opened.wander(WARM_UP_MS);
    console.log(`\n${of.title}, ${of.series} series\n\n${await profile(opened, wanted.updates * UPDATE_MS)}`);
    await opened.close();
  }
}
