import assert from 'node:assert/strict';
import test from 'node:test';
import { fillKit } from './full.js';
import { clockTime, fullTime, timeTicks, zoneLabel } from './time.js';
import { TimeView } from './time-view.js';
import { formatValue, parseUnit } from './units.js';
import { airy, valueAxis } from './value-axis.js';

fillKit();

test('values are written in the unit they are read in', () => {
  for (const [value, unit, text] of /** @type {[number, string|null, string][]} */ ([
    [12, 'MiB', '12 MiB'], [1536, 'MiB', '1.5 GiB'], [0, 'MiB', '0 B'], [0.5, 'MiB', '512 KiB'], [1234567, 'bytes', '1.177 MiB'], [-3, 'KiB', '−3 KiB'],
    [1500, 'MB', '1.5 GB'], [12.5, '%', '12.5\u202f%'], [250, 'ms', '250 ms'],
    [12, null, '12'], [1234.5, null, '1,234.5'], [12_345_678, null, '12.35M'], [0.0001, null, '100µ'], [0, null, '0'], [NaN, 'MiB', '–'],
  ])) assert.equal(formatValue(value, parseUnit(unit)), text, `${value} ${unit}`);
});

/**
 * @param {number} low
 * @param {number} high
 * @param {import('./units.js').Unit} unit
 * @param {number} count
 * @param {import('./value-axis.js').ValueAxis|null} [previous]
 */
const yAxis = (low, high, unit, count, previous = null) => valueAxis({ low, high, unit, count, previous });
/** @param {number} low @param {number} high @param {string|null} unit */
const labels = (low, high, unit) => yAxis(low, high, parseUnit(unit), 5).ticks.map(({ label }) => label);

test('ticks are round in the unit that is read', () => {
  assert.deepEqual(labels(0, 95, 'MiB'), ['0', '20 MiB', '40 MiB', '60 MiB', '80 MiB', '100 MiB']);
  assert.deepEqual(labels(0, 1900, 'MiB'), ['0', '0.5 GiB', '1.0 GiB', '1.5 GiB', '2.0 GiB']);
  assert.deepEqual(labels(41, 59, '%'), ['40\u202f%', '45\u202f%', '50\u202f%', '55\u202f%', '60\u202f%']);
  assert.deepEqual(labels(0, 9e5, null), ['0', '0.2M', '0.4M', '0.6M', '0.8M', '1M']);
});

test('the axis holds every value, zero where it is near', () => {
  for (const [low, high] of [[12, 97], [0, 0], [5, 5], [-3, -3], [-20, 40], [1000, 1010], [-100, -1], [1e-9, 2e-9], [1e15, 2e15]]) {
    const axis = yAxis(low, high, parseUnit(null), 6);
    assert.ok(axis.min <= low && axis.max >= high && axis.min < axis.max, `${low} ${high}: ${axis.min} ${axis.max}`);
    assert.ok(axis.ticks.length >= 2, `${low} ${high}`);
  }
  assert.equal(airy(12, 97)[0], 0);
  assert.ok(airy(1000, 1010)[0] > 900, 'a zero far away would press the line flat');
  assert.equal(airy(-100, -1)[1], 0);
});

test('the axis does not breathe: it grows at once and shrinks only when half empty', () => {
  const unit = parseUnit(null);
  const first = yAxis(0, 100, unit, 5);
  const same = yAxis(0, 60, unit, 5, first);
  assert.deepEqual([same.min, same.max], [first.min, first.max]);
  assert.ok(yAxis(0, 30, unit, 5, first).max < first.max);
  assert.ok(yAxis(0, 300, unit, 5, first).max >= 300);
});

test('nothing visible: an axis without numbers', () => {
  assert.deepEqual(yAxis(NaN, NaN, parseUnit(null), 5).ticks, []);
});

const NOON = Date.UTC(2025, 10, 21, 12);

test('time ticks are written as fine as they stand apart', () => {
  for (const [span, first] of /** @type {[number, string][]} */ ([
    [8_000, '12:00:00'], [60_000, '12:00:00'], [900_000, '12:00'], [86_400_000 * 2, '12:00'], [86_400_000 * 12, '22 Nov'],
  ])) assert.equal(timeTicks(NOON, NOON + span, 6, 'utc')[0].label, first, String(span));
  assert.match(timeTicks(NOON, NOON + 1_000, 6, 'utc')[0].label, /^12:00:00\.000$/);
});

test('midnight names the new day', () => {
  const ticks = timeTicks(NOON, NOON + 86_400_000, 8, 'utc');
  assert.deepEqual(ticks.filter(({ major }) => major).map(({ label }) => label), ['22 Nov']);
});

test('times of day and zones', () => {
  assert.equal(clockTime(NOON + 61_000, 'utc'), '12:01:01');
  assert.equal(fullTime(NOON + 5, 'utc'), '2025-11-21 12:00:00.005');
  assert.equal(zoneLabel(NOON, 'utc'), 'UTC');
  assert.match(zoneLabel(NOON, 'local'), /^UTC([+−]\d\d:\d\d)?$/);
});

test('following moves in whole pixels, and not at all within one', () => {
  const view = new TimeView(100_000);
  assert.equal(view.move(1_000_050, 1_000), true);
  assert.equal(view.to, 1_000_100);
  assert.equal(view.from, 900_100);
  assert.equal(view.move(1_000_099, 1_000), false);
  assert.equal(view.move(1_000_101, 1_000), true);
  assert.equal(view.to, 1_000_200);
});

test('a clock that wavers does not move the picture back, one that was set does', () => {
  const view = new TimeView(100_000);
  view.move(1_000_000, 1_000);
  assert.equal(view.move(999_500, 1_000), false);
  assert.equal(view.to, 1_000_000);
  assert.equal(view.move(900_000, 1_000), true);
});

test('paused it stays and says how far behind it is', () => {
  const view = new TimeView(100_000);
  view.pause();
  assert.equal(view.paused, false, 'nothing shown yet, nothing to hold');
  view.move(1_000_000, 1_000);
  view.pause();
  assert.equal(view.move(1_012_000, 1_000), false);
  assert.equal(view.behind(1_012_000), 12_000);
  view.live();
  assert.equal(view.move(1_012_000, 1_000), true);
  assert.equal(view.behind(1_012_000), 0);
});
