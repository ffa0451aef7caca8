import assert from 'node:assert/strict';
import test from 'node:test';
import { updateTables } from './report.js';
/** @import {UpdateResult} from './report.js' */

/** @param {string} name @param {number} series @param {number} p50 @param {Partial<UpdateResult['of']>} [more] @returns {UpdateResult} */
function result(name, series, p50, more = {}) {
  const spread = { p50, p99: p50 * 2, mean: p50, count: 200 };
  return {
    of: { name, library: name === 'uplot' ? 'uplot' : 'ours', variant: name, title: name, series, few: false, ...more },
    figures: { rests: { update: spread, updateCpu: spread, hover: spread } }, frames: { presented: 20, dropped: 0 }, fps: 60, processor: 20,
  };
}

/** The row of a table, after some words. @param {string} text @param {string} after @param {string} title */
function row(text, after, title) {
  const lines = text.slice(text.indexOf(after)).split('\n');
  return lines.find((line) => line.startsWith(`| ${title} |`))?.split('|').slice(2, -1).map((cell) => cell.trim());
}

test('a machine twice as slow is judged by its shares of what uPlot takes', () => {
  const text = updateTables([
    result('uplot', 15, 7), result('lines', 15, 4.9), result('auto', 15, 5.2),
    result('uplot', 15_000, 3_602), result('lines', 15_000, 72), result('auto', 15_000, 16),
  ]);
  assert.deepEqual(row(text, 'ms from one update', 'lines'), ['4.9 (≤ 2.5: missed) / 9.8 (200)', '72.0 / 144 (200)']);
  assert.deepEqual(row(text, 'As a share', 'lines'), ['0.70 (≤ 0.71: ok)', '0.020']);
  assert.deepEqual(row(text, 'As a share', 'auto'), ['0.74 (≤ 0.71: missed)', '0.0044 (≤ 0.0044: ok)']);
  assert.deepEqual(row(text, 'As a share', 'how many times as long uPlot takes here'), ['2.0', '2.0']);
});

test('without uPlot beside it there are no shares, and none where it was not run', () => {
  assert.doesNotMatch(updateTables([result('lines', 15, 4.9)]), /share/);
  const text = updateTables([result('uplot', 15, 7), result('lines', 15, 4.9), result('lines', 150, 8)]);
  assert.deepEqual(row(text, 'As a share', 'lines'), ['0.70 (≤ 0.71: ok)', '–']);
});
