/** Figures as Markdown, each beside its target. */

/** @import {Figures, Frames} from './trace.js' */
/** @import {BenchCase} from './cases.js' */

/**
 * @typedef {{of: BenchCase, figures: Figures, frames: Frames, fps: number, processor: number}} UpdateResult  processor: ms of it
 *   in 100 ms, all threads and processes of the browser
 */

/** Of issue 4, p50 in ms. @type {Record<string, Record<number, number>>} */
const UPDATE_TARGETS = { lines: { 15: 2.5, 150: 7, 1500: 35 }, auto: { 15: 2.5, 150: 7, 1500: 8, 15_000: 8 } };
const FPS_TARGET = 60;
/** A frame in a minute may be lost to somebody else. */
const FPS_TOLERANCE = 0.98;
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
  return [`| ${head.join(' | ')} |`, `|---|${'--:|'.repeat(head.length - 1)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

/** @param {UpdateResult[]} results */
export function updateTables(results) {
  const counts = [...new Set(results.map(({ of }) => of.series))];
  const titles = [...new Set(results.map(({ of }) => of.title))];
  /** @param {(result: UpdateResult) => string} cell */
  const rows = (cell) => titles.map((title) => [title, ...counts.map((series) => {
    const found = results.find(({ of }) => of.title === title && of.series === series);
    return found ? cell(found) : '–';
  })]);
  const head = counts.map((series) => `${series.toLocaleString('en')} series`);
  return [
    'Main thread, ms from one update to the next, p50 / p99 (of so many updates):', '',
    table(['', ...head], rows(updateCell)), '',
    'Processor, ms: main thread from one update to the next, p50; whole browser, all threads and processes, in 100 ms:', '',
    table(['', ...head], rows(({ of, figures, processor }) => `${figure(figures.updateCpu[of.few ? 'mean' : 'p50'])}; ${figure(processor)}`)), '',
    ...ratios(results, counts),
    `Animation frames a second (target ${FPS_TARGET}); frames presented / dropped a second:`, '',
    table(['', ...head], rows(fpsCell)), '',
    'Hover, ms of the task in which the pointer moved (its handlers, frame, style and layout), p50 / p99:', '',
    table(['', ...head], rows(hoverCell)),
  ].join('\n');
}

/** @param {UpdateResult} result */
function updateCell({ of, figures: { update } }) {
  // A page that cannot keep up may draw once for many updates: what counts is what one costs on average.
  if (of.few) return `${figure(update.mean)} on average (${update.count})`;
  const target = UPDATE_TARGETS[of.name]?.[of.series];
  const p99 = update.count >= P99_MIN ? figure(update.p99) : '–';
  return `${target === undefined ? figure(update.p50) : verdict(update.p50, target)} / ${p99} (${update.count})`;
}

/** @param {UpdateResult} result */
function fpsCell({ of, frames: { presented, dropped }, fps }) {
  const judged = of.name !== 'auto' ? '' : ` (${fps >= FPS_TARGET * FPS_TOLERANCE ? 'ok' : 'missed'})`;
  return `${fps.toFixed(0)}${judged}; ${presented.toFixed(0)} / ${dropped.toFixed(0)}`;
}

/** @param {UpdateResult} result */
function hoverCell({ of, figures: { hover } }) {
  if (hover.count === 0) return '–';
  const p50 = of.name === 'auto' && of.series === 15_000 ? verdict(hover.p50, 8) : figure(hover.p50);
  return `${p50} / ${hover.count >= P99_MIN ? figure(hover.p99) : '–'}`;
}

/** How many times as long the others take. @param {UpdateResult[]} results @param {number[]} counts */
function ratios(results, counts) {
  const others = [...new Set(results.filter(({ of }) => of.library !== 'ours').map(({ of }) => of.title))];
  const ours = [...new Set(results.filter(({ of }) => of.library === 'ours').map(({ of }) => of.title))];
  if (others.length === 0 || ours.length === 0) return [];
  /** @param {string} title @param {number} series */
  const cost = (title, series) => {
    const found = results.find(({ of }) => of.title === title && of.series === series);
    return found ? found.figures.update[found.of.few ? 'mean' : 'p50'] : NaN;
  };
  const rows = ours.flatMap((mine) => others.map((other) => (
    [`${other} : ${mine}`, ...counts.map((series) => figure(cost(other, series) / cost(mine, series)))]
  )));
  return ['How many times as long:', '', table(['', ...counts.map((series) => series.toLocaleString('en'))], rows), ''];
}
