import assert from 'node:assert/strict';
import test from 'node:test';
import { LiveModel } from './model.js';
import { TimeView } from './scale/time-view.js';
import { SceneLines } from './scene.js';
import { DensityColumn, DensityStore } from './series/density.js';
import { DensityView } from './series/density-view.js';
import { SeriesStore } from './series/store.js';
import { Summary } from './summary.js';
import { block, notation, snapshot } from './testing.js';

const T = 1_763_683_200_000;
const SLOT = T / 1_000;
/** @type {any} */
const THEME = { ink: '#111111', hatch: '#999999', density: ['#ffffff', '#000000'], lines: ['#ff0000'] };

/** @param {Record<number, number[]>} slots  values by seconds after T */
const frame = (slots, step = 1_000) => ({
  step_ms: step, metrics: [{ name: 'rss', series: 9, columns: Object.entries(slots).map(([slot, values]) => ({ slot: SLOT + Number(slot), column: DensityColumn.of(values) })) }],
});

function world() {
  const model = new LiveModel(60_000);
  model.apply(snapshot(T, [block([T - 1_000, T], { a: [1, 2] })]), 0);
  const store = new DensityStore();
  store.replace(frame({ [-50]: [1, 2, 3], 0: [4, 5, 6], 1: [1] }));
  const view = new TimeView(60_000);
  view.move(T, 600);
  const summary = new Summary(model);
  const scene = new SceneLines(model, { type: 'line', types: {}, axes: {}, colours: {}, names: {}, groups: [] }, notation());
  scene.update(model.store, { isShown: () => true, hasEnded: () => false }, THEME, '', true);
  /** @type {any} */
  const density = { store, metrics: ['rss'], intervalMs: 1_000, unit: 'MiB' };
  /** @param {any} [more] */
  const update = (more = {}) => summary.update({ now: T, density, others: null, key: '', ...more }, view, THEME, scene);
  return { model, store, view, summary, scene, density, update };
}

test('merged columns are a picture of their own with three lines on it', () => {
  const { summary, update } = world();
  assert.equal(update(), -Infinity);
  assert.deepEqual(summary.lines.map(({ name, width, summary: own }) => [name, width, own]), [['p5', 1, true], ['median', 2, true], ['p95', 1, true]]);
  assert.deepEqual([summary.unit.kind, summary.shapes.length, summary.rings.map(({ lastValue }) => lastValue)], ['binary', 1, [1, 1]]);
  assert.equal(summary.lines[1].gaps.gapMs, 3_000, 'a line breaks where three columns are missing');
  const [low, , high] = summary.lines;
  assert.deepEqual(summary.shapes[0].band, { low: low.ring, high: high.ring, gapMs: 3_000, colour: THEME.ink }, 'filled between the outer two');
});

test('an update says from when on it changed, and is no other picture', () => {
  const { store, summary, update, density } = world();
  update();
  const { generation, lines } = summary;
  assert.equal(summary.hasNews(store), false);
  assert.equal(update(), Infinity);
  store.add(frame({ 1: [7], 2: [1] }));
  assert.equal(summary.hasNews(store), true);
  assert.ok(update() <= T + 1_000);
  assert.deepEqual([summary.generation, summary.lines[1] === lines[1]], [generation, true]);
  assert.deepEqual([summary.rings[1].lastValue, summary.lines[2].ring.lastX], [1, T + 1_500]);
  update({ density: { ...density, metrics: [] } });
  assert.ok(summary.generation > generation, 'another metric is');
});

test('back to lines nothing of it is left', () => {
  const { summary, store, update } = world();
  update();
  const { generation } = summary;
  assert.equal(summary.hasNews(null), true);
  assert.equal(update({ density: null }), Infinity);
  assert.deepEqual([summary.lines, summary.shapes, summary.rings, summary.view], [[], [], [], null]);
  assert.ok(summary.generation > generation);
  assert.equal(summary.hasNews(null), false);
  assert.equal(summary.hasNews(store), true);
});

test('while it follows time it forgets what has left, held it does not', () => {
  for (const [mode, first] of /** @type {[string, number][]} */ ([['live', 0.5], ['held', -49.5]])) {
    const { summary, store, view, update } = world();
    update();
    if (mode === 'held') view.pause();
    store.add(frame({ 60: [9], 61: [9] }));
    update({ now: T + 60_000 });
    assert.equal(summary.rings[0].firstX, T + first * 1_000, mode);
  }
});

test('lines of another range are laid over, fainter and moved', () => {
  const { summary, update } = world();
  const store = new SeriesStore();
  store.append([block([T - 3_600_000], { a: [7], gone: [1] })]);
  update({ density: null, others: { store, density: null, offset: 3_600_000 }, key: 'past 1' });
  assert.deepEqual(summary.lines.map(({ name, shiftMs, other, ring }) => [name, shiftMs, other, ring.lastValue]), [['a', 3_600_000, true, 7]]);
  assert.ok((summary.lines[0].alpha ?? 1) < 0.5);
  const { generation } = summary;
  update({ density: null, others: { store, density: null, offset: 3_600_000 }, key: 'past 1' });
  assert.equal(summary.generation, generation);
  update({ density: null });
  assert.deepEqual([summary.lines, summary.generation], [[], generation + 1]);
});

test('merged columns of another range are laid over as their lines', () => {
  const { summary, update } = world();
  const store = new DensityStore();
  store.replace(frame({ [-30]: [8], [-29]: [8] }));
  const view = new DensityView(store);
  view.select(['rss'], 1_000, 60_000);
  view.update();
  update({ others: { store: new SeriesStore(), density: view, offset: 5_000 } });
  assert.deepEqual(summary.lines.map(({ shiftMs = 0 }) => shiftMs), [5_000, 5_000, 5_000, 0, 0, 0]);
  assert.deepEqual(summary.others.map(({ colour }) => colour), Array(3).fill(THEME.hatch));
});
