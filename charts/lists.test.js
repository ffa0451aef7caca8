import assert from 'node:assert/strict';
import test from 'node:test';
import { Lists } from './lists.js';
import { LiveModel } from './model.js';
import { Selection } from './selection.js';
import { figureOf } from './series/figures.js';
import { parseFilter } from './series/filter.js';
import { block, snapshot, source, update } from './testing.js';
/** @import {Sort} from './lists.js' */

const T = 1_763_683_200_000;
const RANGE = { from: T, to: T + 10_000, at: 0 };

/** Three processes with two metrics; heap of b is not here. */
function world() {
  const model = new LiveModel(300_000);
  const sources = ['a', 'b', 'c'].map((id) => source(id, {
    host: `host-${id}`, series: [{ name: `rss-${id}`, unit: 'MiB', metric: 'rss' }, { name: `heap-${id}`, unit: 'MiB', metric: 'heap' }],
  }));
  model.apply(snapshot(T, [block([T, T + 1000, T + 2000], { 'rss-a': [1, 9, 2], 'rss-b': [5, 5, 6], 'rss-c': [8, 7, NaN], 'heap-a': [3, 2, 1], 'heap-c': [NaN, NaN, NaN] })], { sources }), 0);
  const selection = new Selection();
  selection.readFilters(parseFilter);
  const lists = new Lists(model, selection);
  lists.figureOf = figureOf;
  /** @param {Sort} sort @param {Partial<{all: boolean, at: number, ranked: string[]|null, text: string|null, to: number}>} [more] */
  const names = (sort, { all = false, at = 0, ranked = null, text = null, to = RANGE.to } = {}) => lists.names(sort, all, { ...RANGE, to, at }, ranked, text);
  return { model, selection, lists, names };
}

test('by name, by figure; who has no figure comes last', () => {
  const { names } = world();
  /** @type {[Sort, string][]} */
  const cases = [
    ['name', 'rss-a heap-a rss-b rss-c heap-c'],
    ['last', 'rss-c rss-b rss-a heap-a heap-c'],
    ['max', 'rss-a rss-c rss-b heap-a heap-c'],
    ['slope', 'rss-a rss-b heap-a rss-c heap-c'],
  ];
  for (const [sort, wanted] of cases) assert.equal(names(sort).join(' '), wanted, sort);
});

// The names of a snapshot are those before: the order was that of the values that were gone.
test('the same names with other points are ordered anew, at once', () => {
  const { names, model } = world();
  assert.equal(names('last').join(' '), 'rss-c rss-b rss-a heap-a heap-c');
  model.apply(snapshot(T, [block([T], { 'rss-a': [10], 'rss-b': [1], 'rss-c': [8], 'heap-a': [3], 'heap-c': [NaN] })]), 0, { presence: false });
  assert.equal(names('last').join(' '), 'rss-a rss-c heap-a rss-b heap-c');
});

test('figures are those of the range', () => {
  const { names } = world();
  assert.equal(names('max', { to: T + 500 }).join(' '), 'rss-c rss-b heap-a rss-a heap-c');
});

test('all that are known, in the bridge’s order where it has one', () => {
  const { names } = world();
  assert.equal(names('name', { all: true }).join(' '), 'rss-a heap-a rss-b heap-b rss-c heap-c');
  const ranked = ['heap-b', 'gone', 'rss-b', 'rss-a'];
  assert.equal(names('max', { all: true, ranked }).join(' '), 'heap-b rss-b rss-a heap-a rss-c heap-c');
});

test('metric and filter of the reader decide what is listed; isolated ones do not', () => {
  const { names, selection } = world();
  selection.select({ type: 'isolate', name: 'rss-a' });
  assert.equal(names('name').length, 5);
  selection.selectMetric({ type: 'isolate', name: 'heap' });
  assert.equal(names('name').join(' '), 'heap-a heap-c');
  selection.setFilter('host:host-c');
  assert.equal(names('name').join(' '), 'heap-c');
});

test('a widget with a filter of its own sees all metrics, even where the reader wrote the same', () => {
  const { names, selection } = world();
  selection.selectMetric({ type: 'isolate', name: 'heap' });
  assert.equal(names('name', { text: 'metric:rss' }).join(' '), 'rss-a rss-b rss-c');
  selection.setFilter('metric:rss');
  assert.equal(names('name', { text: 'metric:rss' }).join(' '), 'rss-a rss-b rss-c');
  assert.equal(names('name', { text: '' }).length, 5);
});

test('the same list until something changes, for both that ask', () => {
  const { model, names, selection } = world();
  for (const text of [null, 'rss']) {
    for (const sort of /** @type {Sort[]} */ (['name', 'max'])) {
      const first = names(sort, { text });
      assert.equal(names(sort, { text, at: 1_999 }), first, `${text} ${sort}`);
    }
  }
  const [own, shared] = [names('name', { text: 'rss' }), names('name')];
  assert.equal(names('name', { text: 'rss' }), own);
  assert.equal(names('name'), shared);
  assert.equal(names('name', { text: 'rss', at: 60_000 }), own, 'names do not get older');
  selection.pin(['rss-a']);
  assert.notEqual(names('name'), shared);
  model.apply(update(T + 3_000, [block([T + 3_000], { 'rss-d': [1] })]), 0);
  assert.notEqual(names('name', { text: 'rss' }), own);
});

test('an order by figures is looked at again every two seconds, not more often', () => {
  const { model, names } = world();
  const first = names('last');
  model.apply(update(T + 3_000, [block([T + 3_000], { 'rss-a': [99] })]), 0);
  assert.equal(names('last', { at: 1_900 }), first);
  assert.equal(names('last', { at: 2_100 })[0], 'rss-a');
});

test('metrics in the order of their first series, with their number', () => {
  const { lists, selection } = world();
  selection.selectMetric({ type: 'toggle', name: 'heap' });
  assert.deepEqual(lists.metrics(false), [{ name: 'rss', count: 3, visible: true }, { name: 'heap', count: 2, visible: false }]);
  assert.deepEqual(lists.metrics(true).map(({ count }) => count), [3, 3]);
});

test('a row says what is known of its series', () => {
  const { lists, model, selection } = world();
  selection.pin(['rss-a']);
  selection.select({ type: 'toggle', name: 'rss-a' });
  const fact = /** @type {any} */ (model.facts().get('rss-a'));
  const status = { state: /** @type {const} */ ('up'), since: null, text: '' };
  const write = (/** @type {number} */ value) => `<${value}>`;
  const row = lists.row(fact, { status, label: 'A', style: { colour: 1, dash: 0 }, colour: null, drawn: true, ring: model.store.get('rss-a')?.ring ?? null, write });
  assert.deepEqual([row.name, row.metric, row.host, row.label, row.last, row.value, row.visible, row.pinned], ['rss-a', 'rss', 'host-a', 'A', 2, '<2>', false, true]);
  const unknown = lists.row(fact, { status, label: 'A', style: { colour: 1, dash: 0 }, colour: null, drawn: false, ring: null, write });
  assert.deepEqual([unknown.last, unknown.value], [NaN, '<NaN>']);
});
