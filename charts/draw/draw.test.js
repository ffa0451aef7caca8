import assert from 'node:assert/strict';
import test from 'node:test';
import { parseUnit } from '../scale/units.js';
import { Ring } from '../series/ring.js';
import { plotBox, projection } from './layout.js';
import { endsOf } from './lines.js';
import { DASHES, Palette } from './palette.js';
import { frozenOrder, pick } from './pick.js';

test('a process has one colour, a metric one pattern', () => {
  const palette = new Palette(8);
  const rss0 = palette.styleOf('p0', 'rss');
  const heap0 = palette.styleOf('p0', 'heap');
  const rss1 = palette.styleOf('p1', 'rss');
  assert.equal(rss0.colour, heap0.colour);
  assert.equal(rss0.dash, rss1.dash);
  assert.notEqual(rss0.colour, rss1.colour);
  assert.notEqual(rss0.dash, heap0.dash);
  assert.deepEqual(palette.styleOf('p0', 'rss'), rss0, 'and keeps it');
});

test('where colours run out the pattern moves on', () => {
  const palette = new Palette(8);
  const styles = Array.from({ length: 8 * DASHES.length }, (_, i) => palette.styleOf(`p${i}`, 'rss'));
  assert.equal(new Set(styles.map(({ colour, dash }) => `${colour} ${dash}`)).size, styles.length);
});

test('a name has its colour by itself, whatever else is there and in whatever order', () => {
  const names = Array.from({ length: 30 }, (_, i) => `web-${i}`);
  const colours = (/** @type {string[]} */ order) => {
    const palette = new Palette(8);
    return new Map(order.map((name) => [name, palette.styleOf(name, 'rss').colour]));
  };
  const forward = colours(names);
  const backward = colours([...names].reverse());
  for (const name of names) assert.equal(backward.get(name), forward.get(name), name);
});

test('of few processes no two share a colour', () => {
  for (const names of [['api', 'db', 'cache', 'queue', 'mail', 'cron', 'auth', 'log'], ['a1', 'b1', 'c1', 'd1']]) {
    const palette = new Palette(8);
    assert.equal(new Set(names.map((name) => palette.styleOf(name, 'rss').colour)).size, names.length, names.join());
  }
});

test('pixels and values are each other’s inverse', () => {
  const at = projection(plotBox(1000, 500), { from: 1_000, to: 61_000 }, { min: -10, max: 30 });
  assert.equal(at.px(1_000), at.box.left);
  assert.equal(at.py(30), at.box.top);
  for (const time of [1_000, 12_345, 61_000]) assert.ok(Math.abs(at.x(at.px(time)) - time) < 1e-6);
  for (const value of [-10, 0, 17.5]) assert.ok(Math.abs(at.value(at.py(value)) - value) < 1e-9);
});

test('each life has its end, the last one only when it is over', () => {
  const ring = new Ring();
  for (const x of [10, 20, 30, 40]) ring.push(x, x, 100);
  const ends = (/** @type {number[]} */ breaks, ended = false) => endsOf({ ring, gaps: { gapMs: 99, breaks }, ended }).map((at) => ring.x[at]);
  assert.deepEqual(ends([]), []);
  assert.deepEqual(ends([], true), [40]);
  assert.deepEqual(ends([5, 25]), [20], 'the start of the first life ends nothing');
  assert.deepEqual(ends([25, 35], true), [20, 30, 40]);
  assert.deepEqual(ends([45]), [], 'a new life without a point yet: still the end of nothing');
});

/** @param {import('./layout.js').Projection} at */
const plotOf = (at) => ({ projectionOf: () => at });

/** @param {string} name @param {[number, number][]} points */
function line(name, points) {
  const ring = new Ring();
  for (const [x, v] of points) ring.push(x, v, 100);
  return { name, ring, gaps: { gapMs: 3_000, breaks: [] }, colour: '', dash: 0, ended: false, unit: parseUnit(null) };
}

test('the nearest line comes first; one with a hole there is not named', () => {
  const at = projection(plotBox(1000, 500), { from: 0, to: 60_000 }, { min: 0, max: 100 });
  const lines = [line('low', [[30_000, 10]]), line('high', [[30_000, 90]]), line('gone', [[5_000, 50]]), line('gap', [[30_000, NaN]]), line('none', [])];
  assert.deepEqual(pick(lines, 30_400, at.py(80), plotOf(at)).map((hit) => hit.line.name), ['high', 'low']);
});

test('rows keep their order under a resting pointer, newcomers come last', () => {
  const at = projection(plotBox(1000, 500), { from: 0, to: 60_000 }, { min: 0, max: 100 });
  const lines = ['a', 'b', 'c', 'd'].map((name, i) => line(name, [[30_000, i * 20]]));
  const hits = pick(lines, 30_000, at.py(60), plotOf(at));
  assert.deepEqual(hits.map((hit) => hit.line.name), ['d', 'c', 'b', 'a']);
  const names = (/** @type {string[]} */ order, max = 10) => frozenOrder(hits, order, max).map((hit) => hit.line.name);
  assert.deepEqual(names([]), ['d', 'c', 'b', 'a']);
  assert.deepEqual(names(['b', 'gone', 'd']), ['b', 'd', 'c', 'a']);
  assert.deepEqual(names(['b', 'gone', 'd'], 2), ['b', 'd']);
});

test('of thousands the few nearest are kept, in order', () => {
  const at = projection(plotBox(1000, 500), { from: 0, to: 60_000 }, { min: 0, max: 100 });
  const lines = Array.from({ length: 1_000 }, (_, i) => line(`l${i}`, [[30_000, ((i * 7919) % 1_000) / 10]]));
  const all = pick(lines, 30_000, at.py(50), plotOf(at)).slice(0, 10);
  const few = pick(lines, 30_000, at.py(50), plotOf(at), 10);
  assert.deepEqual(few.map(({ distance }) => distance), all.map(({ distance }) => distance));
});

test('an inverted axis has its smallest value on top', () => {
  const at = projection(plotBox(1000, 500), { from: 0, to: 1 }, { min: 0, max: 100, inverted: true });
  assert.equal(at.py(0), at.box.top);
  assert.ok(Math.abs(at.value(at.py(30)) - 30) < 1e-9);
});
