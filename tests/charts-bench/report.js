/** Figures as Markdown, each beside its target. */

/** @import {Figures, Frames} from './trace.js' */
/** @import {BenchCase} from './cases.js' */

/**
 * @typedef {{of: BenchCase, figures: Record<string, Figures>, frames: Frames, fps: number, processor: number}} UpdateResult
 *   figures by what the pointer does; processor: ms of it in 100 ms, all threads and processes of the browser
 */

/** Of issue 4, p50 in ms. @type {Record<string, Record<number, number>>} */
const UPDATE_TARGETS = { lines: { 15: 2.5, 150: 7, 1500: 35 }, auto: { 15: 2.5, 150: 7, 1500: 8, 15_000: 8 } };
/** What uPlot took on the machine that the targets were written on: on another one shares of it say more than milliseconds. @type {Record<number, number>} */
const UPLOT_MS = { 15: 3.5, 150: 13.6, 1500: 91, 15_000: 1_801 };
const FPS_TARGET = 60;
/** A frame in a minute may be lost to somebody else. */
const FPS_TOLERANCE = 0.98;
/** @type {Record<string, string>} */
const WAYS = { moves: 'moves', rests: 'rests on the chart, its tooltip shown', away: 'is away' };
const HOVER = 'Hover, ms of the task in which the pointer moved (its handlers, frame, style and layout), p50 / p99:';
/** Fewer updates have no 99th percentile worth the name. */
const P99_MIN = 50;

/** @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

/** @param {number} value @param {number} target */
export function verdict(value, target) {
  return `${figure(value)} (≤ ${target}: ${value <= target ? 'ok' : 'missed'})`;
}

/** @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|---|${'--:|'.repeat(head.length - 1)}`, ...rows.map(line)].join('\n');
}

/** @param {UpdateResult[]} results */
export function updateTables(results) {
  const counts = [...new Set(results.map(({ of }) => of.series))];
  const titles = [...new Set(results.map(({ of }) => of.title))];
  /** @param {(result: UpdateResult) => string} cell @param {string|null} [how]  the pointer, where it matters */
  const rows = (cell, how = null) => titles.map((title) => [title, ...counts.map((series) => {
    const found = results.find(({ of }) => of.title === title && of.series === series);
    return found && (how === null || found.figures[how]) ? cell(found) : '–';
  })]);
  const head = counts.map((series) => `${series.toLocaleString('en')} series`);
  const ways = [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))];
  return [
    ...ways.flatMap((how) => [
      `Main thread while the pointer ${WAYS[how]}, ms from one update to the next, p50 / p99 (of so many updates):`, '',
      table(['', ...head], rows((result) => updateCell(result, how), how)), '',
      'Of that, time of the processor, p50:', '',
      table(['', ...head], rows((result) => figure(cost(result, how, 'updateCpu')), how)), '',
      ...ratios(results, counts, how),
      ...shares(results, counts, how),
    ]),
    'Whole browser, all threads and processes, ms of processor in 100 ms:', '',
    table(['', ...head], rows(({ processor }) => figure(processor))), '',
    `Animation frames a second (target ${FPS_TARGET}); frames presented / dropped a second:`, '',
    table(['', ...head], rows(fpsCell)),
    ...(ways.includes('moves') ? ['', HOVER, '', table(['', ...head], rows(hoverCell, 'moves'))] : []),
  ].join('\n');
}

/** @param {UpdateResult} result @param {string} how  the pointer @param {'update'|'updateCpu'} [what] */
function cost({ of, figures }, how, what = 'update') {
  // A page that cannot keep up may draw once for many updates: what counts is what one costs on average.
  return figures[how][what][of.few ? 'mean' : 'p50'];
}

/** @param {UpdateResult} result @param {string} how */
function updateCell(result, how) {
  const { of, figures } = result;
  const { p99, count } = figures[how].update;
  const figured = cost(result, how);
  if (of.few) return `${figure(figured)} on average (${count})`;
  const target = UPDATE_TARGETS[of.name]?.[of.series];
  const p50 = target === undefined ? figure(figured) : verdict(figured, target);
  return `${p50} / ${count >= P99_MIN ? figure(p99) : '–'} (${count})`;
}

/** @param {UpdateResult} result */
function fpsCell({ of, frames: { presented, dropped }, fps }) {
  const judged = of.name !== 'auto' ? '' : ` (${fps >= FPS_TARGET * FPS_TOLERANCE ? 'ok' : 'missed'})`;
  return `${fps.toFixed(0)}${judged}; ${presented.toFixed(0)} / ${dropped.toFixed(0)}`;
}

/** @param {UpdateResult} result */
function hoverCell({ of, figures: { moves: { hover } } }) {
  if (hover.count === 0) return '–';
  const p50 = of.name === 'auto' && of.series === 15_000 ? verdict(hover.p50, 8) : figure(hover.p50);
  return `${p50} / ${hover.count >= P99_MIN ? figure(hover.p99) : '–'}`;
}

/** NaN where it was not run. @param {UpdateResult[]} results @param {string|undefined} title @param {number} series @param {string} how */
function costOf(results, title, series, how) {
  const found = results.find(({ of }) => of.title === title && of.series === series);
  return found?.figures[how] ? cost(found, how) : NaN;
}

/**
 * Of what uPlot takes in the same run, beside the targets' share of what it took where they were written.
 * @param {UpdateResult[]} results
 * @param {number[]} counts
 * @param {string} how
 */
function shares(results, counts, how) {
  const titleOf = (/** @type {string} */ name) => results.find(({ of }) => of.name === name)?.of.title;
  const baseOf = (/** @type {number} */ series) => costOf(results, titleOf('uplot'), series, how);
  if (counts.every((series) => Number.isNaN(baseOf(series)))) return [];
  const cell = (/** @type {string} */ name, /** @type {number} */ series) => {
    const share = costOf(results, titleOf(name), series, how) / baseOf(series);
    if (Number.isNaN(share)) return '–';
    const target = UPDATE_TARGETS[name][series];
    if (target === undefined) return share.toPrecision(2);
    const wanted = (target / UPLOT_MS[series]).toPrecision(2);
    return `${share.toPrecision(2)} (≤ ${wanted}: ${Number(share.toPrecision(2)) <= Number(wanted) ? 'ok' : 'missed'})`;
  };
  const rows = Object.keys(UPDATE_TARGETS).flatMap((name) => {
    const title = titleOf(name);
    return title ? [[title, ...counts.map((series) => cell(name, series))]] : [];
  });
  const slower = counts.map((series) => figure(baseOf(series) / UPLOT_MS[series]));
  return [
    'As a share of what uPlot takes in this run, beside the share that the targets are of what it took where they were written:', '',
    table(['', ...counts.map((series) => series.toLocaleString('en'))], [...rows, ['how many times as long uPlot takes here', ...slower]]), '',
  ];
}

/** How many times as long the others take. @param {UpdateResult[]} results @param {number[]} counts @param {string} how */
function ratios(results, counts, how) {
  const others = [...new Set(results.filter(({ of }) => of.library !== 'ours').map(({ of }) => of.title))];
  const ours = [...new Set(results.filter(({ of }) => of.library === 'ours').map(({ of }) => of.title))];
  if (others.length === 0 || ours.length === 0) return [];
  const rows = ours.flatMap((mine) => others.map((other) => (
    [`${other} : ${mine}`, ...counts.map((series) => figure(costOf(results, other, series, how) / costOf(results, mine, series, how)))]
  )));
  return ['How many times as long:', '', table(['', ...counts.map((series) => series.toLocaleString('en'))], rows), ''];
}
