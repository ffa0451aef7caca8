import assert from 'node:assert/strict';
import test from 'node:test';
import { LiveModel } from './model.js';
import { DensityColumn, DensityStore } from './series/density.js';
import { block, gap, snapshot, source, update } from './testing.js';
/** @import {DensityFrame} from './types.js' */

const T = 1_763_683_200_000;

/** @param {LiveModel} model @param {string} name */
const held = (model, name) => {
  const ring = model.store.get(name)?.ring;
  return ring ? [...ring.x.subarray(ring.start, ring.end)].map((x, i) => [x - T, ring.v[ring.start + i]]) : null;
};

test('a snapshot replaces, updates add, a late point falls into place', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T - 1], { old: [1] })]), 0);
  model.apply(snapshot(T, [block([T, T + 1000], { a: [1, 2] })]), 0);
  assert.equal(held(model, 'old'), null);
  model.apply(update(T + 2000, [block([T + 2000], { a: [4] }), block([T + 1500], { a: [3] })]), 2000);
  assert.deepEqual(held(model, 'a'), [[0, 1], [1000, 2], [1500, 3], [2000, 4]]);
});

test('a resumed snapshot appends: nothing is lost and nothing comes twice', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T], { a: [1] })], { sources: [source('s')] }), 0);
  model.apply(snapshot(T + 9000, [block([T + 1000], { a: [2] })], { resumed: true, sources: [source('t')] }), 9000);
  assert.deepEqual(held(model, 'a'), [[0, 1], [1000, 2]]);
  assert.deepEqual(model.sources.list().map(({ id }) => id), ['s', 't']);
});

test('presence of a source that changed leaves the others', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [], { sources: [source('s'), source('t')] }), 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('t', { state: 'down' })] }, 0);
  assert.deepEqual(model.sources.list().map(({ id, state }) => [id, state]), [['s', 'up'], ['t', 'down']]);
});

test('what has left the window is forgotten, but not under a paused view', () => {
  const model = new LiveModel(10_000);
  model.apply(snapshot(T, [block([T], { a: [1] })]), 0);
  model.apply(update(T + 60_000, [block([T + 60_000], { b: [1] })]), 0, { keepFrom: T - 10_000 });
  assert.deepEqual(model.store.names(), ['a', 'b']);
  model.apply(update(T + 61_000, [block([T + 61_000], { b: [1] })]), 0);
  assert.deepEqual(model.store.names(), ['b']);
});

/** @param {import('./series/catalogue.js').SeriesFacts} facts */
const told = ({ name, metric, entity, unit, host, labels }) => ({ name, metric, entity, unit, host, labels });

test('metric, unit and colour group come from the source, else from the name', () => {
  const model = new LiveModel(300_000);
  const web = source('web-1', { host: 'h1', labels: { zone: 'eu' }, series: [{ name: 'rss-web-1', unit: 'MiB', metric: null }, { name: 'q-web-1', unit: null, metric: 'queue' }] });
  model.apply(snapshot(T, [block([T], { 'q-web-1': [1], 'rss-web-1': [1], 'load-a': [1], 'load-b': [1] })], { sources: [web] }), 0);
  assert.deepEqual([...model.facts().values()].map(told), [
    { name: 'load-a', metric: 'load', entity: 'load-a', unit: null, host: '', labels: {} },
    { name: 'load-b', metric: 'load', entity: 'load-b', unit: null, host: '', labels: {} },
    { name: 'rss-web-1', metric: 'rss', entity: 'web-1', unit: 'MiB', host: 'h1', labels: { zone: 'eu' } },
    { name: 'q-web-1', metric: 'queue', entity: 'web-1', unit: null, host: 'h1', labels: { zone: 'eu' } },
  ]);
});

test('facts follow when one name goes as another comes', () => {
  const model = new LiveModel(1_000);
  model.apply(snapshot(T, [block([T], { a: [1] })]), 0);
  assert.deepEqual([...model.facts().keys()], ['a']);
  model.apply(update(T + 60_000, [block([T + 60_000], { b: [1] })]), 0);
  assert.deepEqual([...model.facts().keys()], ['b']);
});

test('a restart is a break in its lines, at the start of the new life', () => {
  const model = new LiveModel(300_000);
  const series = [{ name: 'rss-s', unit: null, metric: null }];
  model.apply(snapshot(T, [], { sources: [source('s', { epoch: T - 90_000, series })] }), 0);
  assert.deepEqual(model.sources.breaksOf('rss-s'), [T - 90_000]);
  const reborn = source('s', { epoch: T + 500, lives: 2, since: T + 700, series });
  model.apply({ type: 'presence', sub: 1, now: T + 900, sources: [reborn] }, 0);
  assert.deepEqual(model.sources.breaksOf('rss-s'), [T - 90_000, T + 500]);
  model.apply({ type: 'presence', sub: 1, now: T + 950, sources: [{ ...reborn, state: 'down', since: T + 940 }] }, 0);
  assert.equal(model.sources.breaksOf('rss-s').length, 2, 'going down is no new life');
});

test('an epoch that is no time breaks the line when the second life is seen', () => {
  const model = new LiveModel(300_000);
  const series = [{ name: 'a', unit: null, metric: null }];
  model.apply(snapshot(T, [], { sources: [source('s', { epoch: 1, since: T - 5, series })] }), 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { epoch: 1, since: T, state: 'down', series })] }, 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { epoch: 2, since: T + 9, lives: 2, series })] }, 0);
  assert.deepEqual(model.sources.breaksOf('a'), [T - 5, T + 9]);
});

test('a name claimed by two sources belongs to the one that is up', () => {
  const model = new LiveModel(300_000);
  const series = [{ name: 'a', unit: null, metric: null }];
  model.apply(snapshot(T, [], { sources: [source('up', { series }), source('old', { state: 'down', series })] }), 0);
  assert.equal(model.sources.ownerOf('a')?.source.id, 'up');
});

test('until the hello of a new life is there, what the life before said holds', () => {
  const model = new LiveModel(300_000);
  const seen = [{ name: 'a', unit: null, metric: null }];
  model.apply(snapshot(T, [block([T], { a: [1] })], { sources: [source('s', { series: [{ name: 'a', unit: 'MiB', metric: 'rss' }] })] }), 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { lives: 2, series: seen })] }, 0);
  assert.deepEqual([...model.facts().values()].map(told), [{ name: 'a', metric: 'rss', entity: 's', unit: 'MiB', host: '', labels: {} }]);
});

test('a gap is a stretch from the last point before to the first after', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T - 5000], { a: [1] })]), 0);
  model.apply(gap('retention'), 0);
  assert.deepEqual(model.gaps.list, []);
  model.apply(snapshot(T + 60_000, [block([T + 40_000, T + 41_000], { a: [1, 2] })]), 0);
  assert.deepEqual(model.gaps.list, [{ from: T - 5000, to: T + 40_000, reason: 'retention', message: 'gap: retention' }]);
});

test('a gap that the snapshot fills is only a mark', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T], { a: [1] })]), 0);
  model.apply(gap('slow_consumer'), 0);
  model.apply(snapshot(T + 9000, [block([T, T + 1000, T + 2000], { a: [1, 2, 3] })]), 0);
  const [band] = model.gaps.list;
  assert.deepEqual([band.from, band.to], [T, T + 1000]);
});

test('a snapshot of a longer window than the bridge remembers does not shorten what is kept', () => {
  const model = new LiveModel(86_400_000);
  model.apply(snapshot(T, [block([T], { a: [1] })], { window_ms: 3_600_000 }), 0, { width: 1000 });
  assert.equal(model.windowMs, 86_400_000);
  assert.equal(model.resolutionMs, 3_600);
});

test('another channel starts from nothing', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T], { a: [1] })], { sources: [source('s')] }), 0);
  model.clear();
  assert.deepEqual([model.store.size, model.sources.size, model.filled, model.facts().size], [0, 0, false, 0]);
});

test('in a density view every series is known by name, points or not', () => {
  const model = new LiveModel(300_000);
  const sources = [9, 10, 2].map((i) => source(`p-${i}`, { series: [{ name: `rss-p-${i}`, unit: 'MiB', metric: 'rss' }] }));
  model.apply(snapshot(T, [], { sources }), 0, { lines: false });
  model.apply(snapshot(T, [block([T], { 'rss-p-10': [1] })]), 0, { presence: false });
  assert.deepEqual([...model.facts().keys()], ['rss-p-10']);
  assert.deepEqual([...model.facts(true).keys()], ['rss-p-2', 'rss-p-9', 'rss-p-10']);
  model.list(['rss-p-2', 'other']);
  assert.deepEqual([...model.facts(true).keys()], ['other', 'rss-p-2', 'rss-p-9', 'rss-p-10']);
  assert.equal(model.sources.size, 3, 'a frame without sources takes none away');
});

// With fifteen thousand known it took 17 ms each time the highest fifteen were others.
test('which of the series known are held is no news to the list of all; a stranger among them is', () => {
  const model = new LiveModel(300_000);
  const series = ['rss-p', 'heap-p'].map((name) => ({ name, unit: null, metric: null }));
  model.apply(snapshot(T, [], { sources: [source('p', { series })] }), 0, { lines: false });
  model.list(['listed']);
  /** @param {string[]} names */
  const hold = (...names) => {
    model.apply(snapshot(T, [block([T], Object.fromEntries(names.map((name) => [name, [1]])))]), 0, { presence: false });
    return model.facts(true);
  };
  const known = hold('rss-p');
  assert.equal(hold('heap-p', 'listed'), known);
  assert.deepEqual([...model.facts().keys()].sort(), ['heap-p', 'listed'], 'without the others: what is held');
  assert.deepEqual([...hold('heap-p', 'stray').keys()].sort(), ['heap-p', 'listed', 'rss-p', 'stray']);
  assert.deepEqual([...hold('heap-p').keys()].sort(), ['heap-p', 'listed', 'rss-p'], 'and gone again');
});

// A few lines by name among fifteen thousand: the picture asks for those held, the legend for all, by turns.
test('facts of what is held and of all are kept apart, each with a generation of its own', () => {
  const model = new LiveModel(300_000);
  model.list(['listed']);
  model.apply(snapshot(T, [block([T], { a: [1] })]), 0);
  const both = () => [false, true].map((all) => ({ facts: model.facts(all), generation: model.catalogueOf(all).generation }));
  const kept = both();
  for (let turn = 0; turn < 2; turn++) both().forEach(({ facts, generation }, i) => assert.deepEqual([facts === kept[i].facts, generation], [true, kept[i].generation]));
  assert.notEqual(kept[0].generation, kept[1].generation);
  model.store.remove('a');
  model.apply(update(T, [block([T], { 'a,b': [1] })]), 0);
  const one = [...model.facts().keys()];
  model.store.remove('a,b');
  model.apply(update(T, [block([T], { a: [1], b: [1] })]), 0);
  assert.deepEqual([one, [...model.facts().keys()]], [['a,b'], ['a', 'b']], 'a name with a comma is not two');
});

test('what changed begins two points before the first new one, and takes late ones in', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [block([T - 3000, T - 2000, T - 1000], { a: [1, 2, 3], b: [1, 2, 3] })]), 0);
  assert.deepEqual(model.takeChanges().from, Infinity, 'a snapshot is another picture altogether');
  model.apply(update(T, [block([T], { a: [7] })]), 0);
  assert.deepEqual(model.takeChanges(), { from: T - 2000, to: T, low: 7, high: 7 });
  assert.deepEqual(model.takeChanges(), { from: Infinity, to: -Infinity, low: Infinity, high: -Infinity });
  model.apply(update(T, [block([T - 1500, T], { b: [NaN, 4] })]), 0);
  assert.deepEqual(model.takeChanges(), { from: T - 3000, to: T, low: 4, high: 4 });
});

test('what happened to sources is remembered, each once', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [], { sources: [source('s', { epoch: 1, since: T - 9 })] }), 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { epoch: 1, state: 'down', since: T, reason: 'bye: killed' })] }, 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { epoch: 1, state: 'down', since: T, reason: 'bye: killed' })] }, 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { epoch: 2, since: T + 5, lives: 2 })] }, 0);
  assert.deepEqual(model.sources.events, [
    { at: T - 9, kind: 'start', id: 's', reason: '' }, { at: T, kind: 'down', id: 's', reason: 'killed' }, { at: T + 5, kind: 'restart', id: 's', reason: '' },
  ]);
  assert.deepEqual(model.sources.counts(), { up: 1, down: 0 });
});

/** Merged columns of one metric, a value in each. @param {number} now @param {number[]} times @param {boolean} whole @returns {DensityFrame} */
function density(now, times, whole = true) {
  return {
    type: 'density', sub: 1, position: { epoch: 1, offset: 1 }, now, snapshot: whole, window_ms: 300_000, sources: null, messages: 1, step_ms: 1_000,
    metrics: [{ name: 'rss', series: 3, columns: times.map((time) => ({ slot: Math.floor(time / 1_000), column: DensityColumn.of([time % 7]) })) }],
  };
}

test('in a density view a gap reaches from column to column, although no line is here', () => {
  const model = new LiveModel(300_000);
  model.density = new DensityStore();
  model.apply(density(T, [T - 60_000, T - 50_000]), 0);
  model.apply(gap('retention'), 0);
  model.apply(density(T + 1_000, [T - 60_000, T - 50_000, T - 20_000, T]), 0);
  assert.deepEqual(model.gaps.list.map(({ from, to }) => [from - T, to - T]), [[-50_000, -20_000]]);
  model.apply(density(T + 600_000, [T + 600_000], false), 0);
  assert.deepEqual(model.gaps.list, [], 'and leaves with its columns');
});

test('it knows since when it holds all that came', () => {
  const model = new LiveModel(300_000);
  assert.equal(model.heldFrom, NaN);
  model.apply(snapshot(T, [block([T], { a: [1] })]), 0);
  assert.equal(model.heldFrom, T - 300_000);
  model.apply(update(T + 200_000, [block([T + 200_000], { a: [1] })]), 0);
  assert.equal(model.heldFrom, T - 145_000, 'less what was forgotten');
  model.apply(update(T + 900_000, [block([T + 900_000], { a: [1] })]), 0, { keepFrom: T - 100_000 });
  assert.equal(model.heldFrom, T - 145_000, 'under a paused view nothing is');
  model.apply(snapshot(T + 900_500, [], { resumed: true }), 0, { keepFrom: T - 100_000 });
  assert.equal(model.heldFrom, T - 145_000);
  model.apply(density(T + 901_000, [T]), 0, { keepFrom: T - 100_000 });
  assert.equal(model.heldFrom, T + 601_000, 'columns come whole');
  model.clear();
  assert.equal(model.heldFrom, NaN);
});

test('after a gap or a lost connection it still knows what happened to those that are there', () => {
  const model = new LiveModel(300_000);
  model.apply(snapshot(T, [], { sources: [source('s', { epoch: 1, since: T - 9 }), source('gone', { epoch: 1, since: T - 8 })] }), 0);
  model.apply({ type: 'presence', sub: 1, now: T, sources: [source('s', { epoch: 1, state: 'down', since: T, reason: 'bye: killed' })] }, 0);
  model.apply(snapshot(T + 9, [], { sources: [source('s', { epoch: 2, since: T + 5, lives: 2 })] }), 0);
  model.apply(snapshot(T + 10, [], { sources: [source('s', { epoch: 2, since: T + 5, lives: 2 })] }), 0);
  assert.deepEqual(model.sources.events.map(({ at, kind, id }) => [at - T, kind, id]), [[-9, 'start', 's'], [0, 'down', 's'], [5, 'restart', 's']]);
  model.clear();
  assert.deepEqual(model.sources.events, []);
});
