import assert from 'node:assert/strict';
import test from 'node:test';
import { Selection } from './selection.js';
import { parseFilter } from './series/filter.js';
import { SeriesFacts } from './series/sources.js';
import { source } from './testing.js';

/** @param {string} name @param {string} [metric] @param {string} [host] */
const fact = (name, metric = 'rss', host = '') => new SeriesFacts(name, metric, null, { source: source(name, { host }), heard: null });

const A = fact('rss-a');
const B = fact('rss-b', 'rss', 'web-1');
const HEAP = fact('heap-a', 'heap');

/** @param {Selection} selection */
const shown = (selection) => [A, B, HEAP].filter((one) => selection.isShown(one)).map(({ name }) => name).join(' ');
/** @param {Selection} selection */
const listed = (selection) => [A, B, HEAP].filter((one) => selection.isListed(one)).map(({ name }) => name).join(' ');

test('what each choice shows, and what it lists', () => {
  /** @type {[string, (selection: Selection) => void, string, string][]} */
  const cases = [
    ['nothing chosen', () => {}, 'rss-a rss-b heap-a', 'rss-a rss-b heap-a'],
    ['a series isolated', (it) => it.select({ type: 'isolate', name: 'rss-b' }), 'rss-b', 'rss-a rss-b heap-a'],
    ['a series hidden', (it) => it.select({ type: 'toggle', name: 'rss-b' }), 'rss-a heap-a', 'rss-a rss-b heap-a'],
    ['a metric isolated', (it) => it.selectMetric({ type: 'isolate', name: 'heap' }), 'heap-a', 'heap-a'],
    ['a metric and a series', (it) => {
      it.selectMetric({ type: 'isolate', name: 'rss' });
      it.select({ type: 'isolate', name: 'heap-a' });
    }, '', 'rss-a rss-b'],
    ['a filter lists', (it) => it.setFilter('host:web-*'), 'rss-a rss-b heap-a', 'rss-b'],
    ['a filter that is shown', (it) => {
      it.setFilter('host:web-*');
      it.showFiltered(true);
    }, 'rss-b', 'rss-b'],
  ];
  for (const [name, choose, wantedShown, wantedListed] of cases) {
    const selection = new Selection();
    selection.readFilters(parseFilter);
    choose(selection);
    assert.deepEqual([shown(selection), listed(selection)], [wantedShown, wantedListed], name);
  }
});

test('each change is told by its generation; the same filter again is none', () => {
  const selection = new Selection();
  selection.readFilters(parseFilter);
  /** @type {((it: Selection) => void)[]} */
  const changes = [
    (it) => it.select({ type: 'isolate', name: 'a' }), (it) => it.selectMetric({ type: 'toggle', name: 'm' }), (it) => it.setFilter('x'),
    (it) => it.showFiltered(true), (it) => it.pin(['a']), (it) => it.unpin(['a']), (it) => it.clear(),
  ];
  const begun = selection.generation;
  changes.forEach((change, i) => {
    change(selection);
    assert.equal(selection.generation, begun + i + 1);
  });
  selection.setFilter('x');
  assert.equal(selection.generation, begun + changes.length);
});

test('pins come and go one by one; who holds the set of before keeps it', () => {
  const selection = new Selection();
  selection.readFilters(parseFilter);
  selection.pin(['a', 'b']);
  const before = selection.pinned;
  selection.pin(['c', 'a']);
  selection.unpin(['b', 'nobody']);
  assert.deepEqual([[...before], [...selection.pinned]], [['a', 'b'], ['a', 'c']]);
});

test('on another channel other series are chosen; metrics and filter stay', () => {
  const selection = new Selection();
  selection.readFilters(parseFilter);
  selection.select({ type: 'only', names: ['rss-a', 'rss-b'] });
  assert.deepEqual(selection.only, ['rss-a', 'rss-b']);
  selection.pin(['rss-a']);
  selection.selectMetric({ type: 'isolate', name: 'rss' });
  selection.setFilter('a');
  selection.clear();
  assert.deepEqual([selection.only, selection.pinned.size, selection.filter, shown(selection)], [null, 0, 'a', 'rss-a rss-b']);
});

// Chosen metrics of which another channel has none left its chart empty.
test('metrics chosen on another channel stay where this one has any of them', () => {
  /** @type {[string[], string[], string][]} */
  const cases = [
    [['rss', 'heap'], ['rss', 'cpu'], 'rss'], [['rss'], ['cpu', 'heap'], ''], [['rss'], [], 'rss'], [[], ['cpu'], ''],
  ];
  for (const [chosen, there, wanted] of cases) {
    const selection = new Selection();
    selection.readFilters(parseFilter);
    selection.selectMetric({ type: 'only', names: chosen });
    const metrics = () => there.map((name) => ({ name, visible: selection.showsMetric(name) }));
    assert.equal(selection.settle(metrics()), false, 'on its own channel a choice is a choice');
    selection.clear();
    const { generation } = selection;
    assert.equal(selection.settle([]), false, 'nobody knows yet');
    const restored = selection.settle(metrics());
    assert.deepEqual([restored, selection.generation > generation], Array(2).fill(chosen.length > 0 && there.length > 0 && !there.includes(chosen[0])), there.join());
    assert.equal([...selection.metrics.only ?? []].filter((name) => wanted.split(' ').includes(name)).join(' '), wanted);
    if (there.length === 0) continue;
    selection.selectMetric({ type: 'only', names: ['gone'] });
    assert.equal(selection.settle(metrics()), false, 'only once');
  }
});

test('hidden metrics that are all there are here are shown as well', () => {
  const selection = new Selection();
  selection.readFilters(parseFilter);
  selection.selectMetric({ type: 'toggle', name: 'heap' });
  selection.clear();
  assert.equal(selection.settle([{ visible: selection.showsMetric('heap') }]), true);
  assert.equal(selection.showsMetric('heap'), true);
});
