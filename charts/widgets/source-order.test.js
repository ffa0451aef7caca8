import assert from 'node:assert/strict';
import test from 'node:test';
import { source } from '../testing.js';
import { SourceIndex } from './source-index.js';
import { illFirst, sortedNext } from './source-table.js';
/** @import {SourceSort} from './source-order.js' */

const SOURCES = [
  source('a', { state: 'up', since: 50, host: 'h-10', pid: 3, lives: 1, lost: 0 }),
  source('b', { state: 'down', since: 10, host: 'h-9', pid: null, lives: 4, lost: 7 }),
  source('c', { state: 'up', since: 20, host: null, pid: 1, lives: 1, lost: 0 }),
  source('d', { state: 'down', since: 90, host: 'h-9', pid: 2, lives: 2, lost: 7 }),
];
const DOWN_FIRST = { column: 'state', descending: false };

/** @param {readonly import('../types.js').Source[]} sources @param {SourceSort} sort @param {readonly string[]|null} [ranking] */
function ordered(sources, sort, ranking = null) {
  const index = new SourceIndex(() => {}, (run) => run());
  index.show(sources, { sort, text: '', ranking });
  assert.equal(index.busy, false);
  return index.keys.join('');
}

test('each column, both ways; equals stay in the order of their names', () => {
  assert.equal(ordered(SOURCES, DOWN_FIRST), 'dbac', 'who went down last stands first');
  for (const [column, ascending, descending] of [
    ['source', 'abcd', 'dcba'], ['state', 'dbac', 'acdb'], ['since', 'dacb', 'bcad'], ['host', 'bdac', 'cabd'],
    ['pid', 'cdab', 'badc'], ['lives', 'acdb', 'bdac'], ['lost', 'acbd', 'bdac'],
  ]) {
    assert.equal(ordered(SOURCES, { column, descending: false }), ascending, column);
    assert.equal(ordered(SOURCES, { column, descending: true }), descending, `${column}, descending`);
  }
});

test('those that are not well stand first, each state by itself; a few the table puts so alone', () => {
  const states = /** @type {const} */ (['up', 'restarted', 'unknown', 'stale', 'crash_looping', 'down']);
  const many = states.map((state, i) => source(String(i), { state, since: i, cause: state === 'down' ? 'exit' : null }));
  assert.equal(ordered(many, DOWN_FIRST), '543210');
  assert.equal(ordered(many, { ...DOWN_FIRST, descending: true }), '012345');
  assert.equal(illFirst(many).map(({ id }) => id).join(''), '543201', 'well is well');
  assert.equal(illFirst(SOURCES).map(({ id }) => id).join(''), ordered(SOURCES, DOWN_FIRST));
});

test('a value’s order is that of the series; who has none comes last', () => {
  const named = SOURCES.map((one) => ({ ...one, series: [{ name: `rss-${one.id}`, unit: null, metric: null }] }));
  const ranking = ['rss-c', 'rss-gone', 'other', 'rss-a', 'rss-c'];
  assert.equal(ordered(named, { column: 'value:rss', descending: true }, ranking), 'cabd');
  assert.equal(ordered(named, { column: 'value:rss', descending: false }, ranking), 'acbd');
});

test('a header’s first click begins where one looks first, the next turns it', () => {
  for (const [from, column, wanted] of /** @type {[SourceSort, string, SourceSort][]} */ ([
    [DOWN_FIRST, 'source', { column: 'source', descending: false }],
    [DOWN_FIRST, 'state', { column: 'state', descending: true }],
    [DOWN_FIRST, 'lost', { column: 'lost', descending: true }],
    [DOWN_FIRST, 'value:rss', { column: 'value:rss', descending: true }],
    [{ column: 'lost', descending: true }, 'lost', { column: 'lost', descending: false }],
  ])) assert.deepEqual(sortedNext(from, column), wanted);
});
