import assert from 'node:assert/strict';
import test from 'node:test';
import { LiveModel } from './model.js';
import { SceneLines, strokeOf } from './scene.js';
import { SeriesStore } from './series/store.js';
import { block, notation, snapshot, source, update } from './testing.js';
/** @import {Chosen, Looks} from './scene.js' */

const T = 1_763_683_200_000;
/** @type {any} */
const THEME = { lines: Array.from({ length: 8 }, (_, i) => `colour-${i}`) };
/** @type {Looks} */
const LOOKS = { type: 'line', types: {}, axes: {}, colours: {}, names: {}, groups: [] };
const ALL = { isShown: () => true, hasEnded: () => false };

/** Two processes; rss in MiB, load without a unit. @param {Partial<Looks>} [looks] */
function world(looks = {}) {
  const model = new LiveModel(300_000);
  const sources = ['a', 'b'].map((id) => source(id, { epoch: T - 60_000, series: [{ name: `rss-${id}`, unit: 'MiB', metric: 'rss' }, { name: `load-${id}`, unit: null, metric: 'load' }] }));
  model.apply(snapshot(T, [block([T, T + 1_000], { 'rss-a': [1, 2], 'load-a': [1, 2], 'rss-b': [1, 2], 'load-b': [1, 2] })], { sources }), 0);
  const scene = new SceneLines(model, { ...LOOKS, ...looks }, notation());
  /** @param {{key?: string, chosen?: Chosen, store?: SeriesStore, look?: boolean}} [more] */
  const draw = ({ key = '', chosen = ALL, store = model.store, look = true } = {}) => scene.update(store, chosen, THEME, key, look);
  return { model, scene, draw, line: (/** @type {string} */ name) => scene.lines.find((line) => line.name === name) };
}

test('what each shape is to a line', () => {
  const plain = { curve: 'line', area: false, scatter: false, bar: false };
  /** @type {[import('./scene.js').ShapeName, object][]} */
  const cases = [
    ['line', {}], ['spline', { curve: 'spline' }], ['step', { curve: 'step' }], ['area', { area: true }], ['area-spline', { area: true, curve: 'spline' }],
    ['area-step', { area: true, curve: 'step' }], ['scatter', { scatter: true }], ['bar', { bar: true }],
  ];
  for (const [type, more] of cases) assert.deepEqual(strokeOf(type), { ...plain, ...more }, type);
});

test('lines are drawn in the order of the legend, as they look', () => {
  const { scene, draw, line } = world({ type: 'step', types: { 'rss-b': 'area' }, axes: { 'load-a': 'y2' }, colours: { 'load-b': 'red' }, groups: [['rss-a'], ['rss-b', 'load-b']] });
  assert.equal(draw(), true);
  assert.deepEqual(scene.lines.map(({ name }) => name), ['rss-a', 'load-a', 'rss-b', 'load-b']);
  assert.deepEqual([line('rss-a')?.curve, line('rss-b')?.area, line('rss-b')?.curve], ['step', true, 'line']);
  assert.deepEqual(scene.lines.map(({ axis }) => axis), ['y', 'y2', 'y', 'y']);
  assert.deepEqual(scene.lines.map(({ group }) => group), [0, undefined, 1, 1]);
  assert.equal(line('load-b')?.colour, 'red');
  assert.equal(line('rss-a')?.cadenceMs, 1_000);
});

// A line called `constructor` took the function of that name for its colour and shape, and nothing was drawn any more.
test('a name that every object has is a name like others', () => {
  const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T, T + 1_000], Object.fromEntries(names.map((name) => [name, [1, 2]])))]), 0);
  const lines = new SceneLines(model, { ...LOOKS, types: { other: 'bar' } }, notation());
  lines.update(model.store, ALL, THEME, '', true);
  assert.deepEqual(lines.lines.map(({ name, axis, bar }) => [name, axis, bar]).sort(), names.sort().map((name) => [name, 'y', false]));
  assert.ok(lines.lines.every(({ colour }) => THEME.lines.includes(colour)));
});

test('an axis has a unit where all its lines have the same', () => {
  /** @type {[Partial<Looks>, (name: string) => boolean, string, string][]} */
  const cases = [
    [{}, () => true, 'plain', 'plain'], [{}, (name) => name.startsWith('rss'), 'binary', 'plain'], [{}, (name) => name.startsWith('load'), 'plain', 'plain'],
    [{ axes: { 'rss-a': 'y2', 'rss-b': 'y2' } }, () => true, 'plain', 'binary'], [{ axes: { 'rss-a': 'y2' } }, () => true, 'plain', 'binary'],
  ];
  for (const [looks, isShown, unit, unit2] of cases) {
    const { scene, draw } = world(looks);
    draw({ chosen: { ...ALL, isShown: ({ name }) => isShown(name) } });
    assert.deepEqual([scene.unit.kind, scene.unit2.kind], [unit, unit2], JSON.stringify(looks));
  }
});

test('a colour is its process’, whatever is selected and whoever comes', () => {
  const { model, scene, draw } = world();
  draw();
  const colours = new Map(scene.lines.map(({ name, colour, dash }) => [name, `${colour} ${dash}`]));
  assert.equal(colours.get('rss-a')?.split(' ')[0], colours.get('load-a')?.split(' ')[0]);
  draw({ key: 'other', chosen: { ...ALL, isShown: ({ name }) => name.endsWith('b') } });
  for (const { name, colour, dash } of scene.lines) assert.equal(`${colour} ${dash}`, colours.get(name), name);
  // Another page, on which only one of them is shown.
  const fresh = new SceneLines(model, LOOKS, notation());
  fresh.update(model.store, { ...ALL, isShown: ({ name }) => name === 'rss-b' }, THEME, '', true);
  assert.equal(fresh.lines[0].colour, colours.get('rss-b')?.split(' ')[0]);
  // One that comes first in the legend.
  model.apply(update(T + 2_000, [block([T + 2_000], { 'aaa-rss': [1] })]), 0);
  draw();
  assert.deepEqual(scene.lines.map(({ name }) => name)[2], 'aaa-rss');
  for (const [name, look] of colours) {
    const line = scene.lines.find((one) => one.name === name);
    assert.equal(`${line?.colour} ${line?.dash}`, look, name);
  }
});

test('built again only where something else is drawn', () => {
  const { model, scene, draw } = world();
  draw();
  const { lines, generation } = scene;
  assert.equal(draw(), false);
  model.apply(update(T + 2_000, [block([T + 2_000], { 'rss-a': [3] })]), 0);
  assert.equal(draw(), false, 'points are no other lines');
  assert.deepEqual([scene.lines === lines, scene.generation], [true, generation]);
  assert.equal(draw({ key: 'chosen' }), false, 'chosen otherwise, and all the same');
  assert.equal(scene.generation, generation);
  assert.equal(draw({ key: 'one', chosen: { ...ALL, isShown: ({ name }) => name === 'rss-a' } }), true);
  assert.equal(scene.generation, generation + 1);
  assert.equal(draw({ key: 'other', chosen: { ...ALL, isShown: ({ name }) => name === 'rss-b' } }), true, 'as many, but others');
});

test('who ended, and where lives began, is looked at when it is time', () => {
  const { model, scene, draw, line } = world();
  draw();
  const { generation } = scene;
  assert.deepEqual(line('rss-a')?.gaps.breaks, [T - 60_000]);
  const ended = { ...ALL, hasEnded: (/** @type {string} */ name) => name === 'rss-b' };
  assert.equal(draw({ chosen: ended, look: false }), false);
  assert.equal(draw({ chosen: ended }), true);
  assert.deepEqual([line('rss-a')?.ended, line('rss-b')?.ended, scene.generation], [false, true, generation + 1]);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('a', { epoch: T + 500, lives: 2, series: [{ name: 'rss-a', unit: 'MiB', metric: 'rss' }] })] }, 0);
  draw();
  assert.deepEqual(line('rss-a')?.gaps.breaks, [T - 60_000, T + 500]);
});

test('of the past, lines are drawn from what was fetched, and nobody ends there', () => {
  const { draw, scene, line } = world();
  const store = new SeriesStore();
  store.append([block([T - 900_000], { 'rss-a': [9], gone: [1] })]);
  draw({ store, chosen: { ...ALL, hasEnded: () => true } });
  assert.deepEqual(scene.lines.map(({ name, ended }) => [name, ended]), [['rss-a', false]]);
  assert.equal(line('rss-a')?.ring.lastValue, 9);
});

test('of very many only those are lines whose points are here', () => {
  const { model, scene, draw } = world();
  scene.listAll(true);
  model.list(['rss-z']);
  draw();
  assert.deepEqual(scene.lines.map(({ name }) => name), ['rss-a', 'load-a', 'rss-b', 'load-b']);
});

// Its axis was that of its first one in sight: it jumped when that was hidden, or when another one became the largest.
test('a group has one axis, whoever of it is shown', () => {
  const axes = /** @type {const} */ ({ 'rss-b': 'y2', 'load-b': 'y2', 'load-a': 'y2' });
  const { scene, draw } = world({ axes, groups: [['rss-b', 'rss-a'], ['load-a', 'load-b']] });
  draw();
  const axisOf = () => Object.fromEntries(scene.lines.map(({ name, axis }) => [name, axis]));
  assert.deepEqual(axisOf(), { 'rss-a': 'y', 'rss-b': 'y', 'load-a': 'y2', 'load-b': 'y2' }, 'the second one only where all are on it');
  draw({ key: 'hidden', chosen: { ...ALL, isShown: ({ name }) => name !== 'rss-a' } });
  assert.equal(axisOf()['rss-b'], 'y');
});
