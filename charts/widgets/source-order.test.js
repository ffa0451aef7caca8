import assert from 'node:assert/strict';
import test from 'node:test';
import { source } from '../testing.js';
import { DOWN_FIRST, orderByNames, orderSources, sortedNext } from './source-order.js';
/** @import {SourceSort} from './source-order.js' */

const SOURCES = [
  source('a', { state: 'up', since: 50, host: 'h-10', pid: 3, lives: 1, lost: 0 }),
  source('b', { state: 'down', since: 10, host: 'h-9', pid: null, lives: 4, lost: 7 }),
  source('c', { state: 'up', since: 20, host: null, pid: 1, lives: 1, lost: 0 }),
  source('d', { state: 'down', since: 90, host: 'h-9', pid: 2, lives: 2, lost: 7 }),
];

/** @param {string} column @param {boolean} [descending] */
const order = (column, descending = false) => orderSources(SOURCES, { column, descending }).map(({ id }) => id).join('');

test('each column, both ways; equals stay in the order of their names', () => {
  assert.equal(orderSources(SOURCES, DOWN_FIRST).map(({ id }) => id).join(''), 'dbac', 'who went down last stands first');
  for (const [column, ascending, descending] of [
    ['source', 'abcd', 'dcba'], ['state', 'dbac', 'acdb'], ['since', 'dacb', 'bcad'], ['host', 'bdac', 'cabd'],
    ['pid', 'cdab', 'badc'], ['lives', 'acdb', 'bdac'], ['lost', 'acbd', 'bdac'],
  ]) {
    assert.equal(order(column), ascending, column);
    assert.equal(order(column, true), descending, `${column}, descending`);
  }
  assert.equal(SOURCES.map(({ id }) => id).join(''), 'abcd', 'what was handed in stays as it was');
});

test('a value’s order is that of the series; who has none comes last', () => {
  const owners = new Map([['rss-c', 'c'], ['rss-a', 'a'], ['rss-gone', 'x']]);
  const ordered = orderByNames(SOURCES, ['rss-c', 'rss-gone', 'other', 'rss-a', 'rss-c'], (name) => owners.get(name));
  assert.equal(ordered.map(({ id }) => id).join(''), 'cabd');
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

test('twenty thousand sources are ordered in the time of a frame or two', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => source(`s-${i}`, { host: `h-${i % 700}`, pid: (i * 7919) % 20_011 }));
  for (const column of ['state', 'host', 'pid']) {
    const began = performance.now();
    assert.equal(orderSources(many, { column, descending: true }).length, 20_000);
    const ms = performance.now() - began;
    assert.ok(ms < 200, `${column}: ${ms} ms`);
  }
});
