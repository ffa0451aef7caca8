import assert from 'node:assert/strict';
import test from 'node:test';
import { source } from '../testing.js';
import { sortKey, SourceTable } from './sources.js';
/** @import {Source} from '../types.js' */

const T = 1_700_000_000_000;
const YEAR = 366 * 86_400_000;
const SERIES = [{ name: 'rss-s', unit: null, metric: null }];

/** @param {Partial<Source>} more */
const life = (more) => source('s', { series: SERIES, ...more });

/** What is heard of one source, one after the other, and where its lines then break. @type {[string, Partial<Source>[], number[]][]} */
const LIVES = [
  ['one life', [{ epoch: T }], [T]],
  ['said twice', [{ epoch: T }, { epoch: T }], [T]],
  ['down and up again is the same life', [{ epoch: T }, { epoch: T, state: 'down', since: T + 5 }, { epoch: T, since: T + 9 }], [T]],
  ['two lives', [{ epoch: T }, { epoch: T + 9, lives: 2 }], [T, T + 9]],
  ['the later is heard of first', [{ epoch: T + 9, lives: 2 }, { epoch: T }], [T, T + 9]],
  ['three, and the first again', [{ epoch: T }, { epoch: T + 9, lives: 2 }, { epoch: T + 12, lives: 3 }, { epoch: T }], [T, T + 9, T + 12]],
  ['no time', [{ epoch: 1, since: T }], [T]],
  ['no time, down and up', [{ epoch: 1, since: T }, { epoch: 1, since: T + 5, state: 'down' }, { epoch: 1, since: T + 9 }], [T]],
  ['no time, two lives', [{ epoch: 1, since: T }, { epoch: 2, since: T + 9, lives: 2 }], [T, T + 9]],
  ['no time, but another', [{ epoch: 1, since: T }, { epoch: 2, since: T + 9 }], [T]],
  ['a time, then none', [{ epoch: T }, { epoch: 1, since: T + 9, lives: 2 }], [T, T + 9]],
  ['a time, then none of the same life', [{ epoch: T }, { epoch: 1, since: T + 9 }, { epoch: 1, since: T + 12 }], [T]],
  ['too far off to be one', [{ epoch: T + 2 * YEAR, since: T }], [T]],
];

for (const [name, heard, breaks] of LIVES) {
  test(`where lines break: ${name}`, () => {
    const table = new SourceTable();
    for (const more of heard) table.merge([life(more)], T);
    assert.deepEqual(table.breaksOf('rss-s'), breaks);
    const again = new SourceTable();
    for (const more of heard) again.replace([life(more)], T);
    assert.deepEqual(again.breaksOf('rss-s'), breaks, 'by snapshots');
  });
}

test('where lines break is asked meanwhile, and does not change by it', () => {
  for (const [name, heard, breaks] of LIVES) {
    const table = new SourceTable();
    for (const more of heard) {
      table.merge([life(more)], T);
      table.breaksOf('rss-s');
    }
    assert.deepEqual(table.breaksOf('rss-s'), breaks, name);
  }
});

test('a source that a snapshot does not know has no lives any more; so has a series of nobody', () => {
  const table = new SourceTable();
  table.replace([life({ epoch: T }), life({ epoch: T + 9, lives: 2 })], T);
  assert.deepEqual([table.breaksOf('rss-s'), table.breaksOf('other')], [[T, T + 9], []]);
  table.replace([], T);
  table.replace([life({ epoch: T + 9, lives: 2 })], T);
  assert.deepEqual(table.breaksOf('rss-s'), [T + 9]);
});

test('what is known of a series is what its source says now', () => {
  const table = new SourceTable();
  const series = [{ name: 'rss-s', unit: 'MiB', metric: null }, { name: 'q', unit: null, metric: 'queue' }, { name: 's', unit: null, metric: null }];
  table.merge([source('s', { series, labels: { zone: 'eu' } })], T);
  const told = (/** @type {string} */ name) => {
    const { metric, entity, unit, host, labels, place } = table.factsOf(name, 'other');
    return [metric, entity, unit, host, labels, place];
  };
  assert.deepEqual(told('rss-s'), ['rss', 's', 'MiB', '', { zone: 'eu' }, 0]);
  assert.deepEqual(told('q'), ['queue', 's', null, '', { zone: 'eu' }, 1]);
  assert.deepEqual(told('s'), ['other', 's', null, '', { zone: 'eu' }, 2], 'its name is no metric');
  assert.deepEqual(told('x'), ['other', 'x', null, '', {}, 0], 'of nobody');
  table.merge([source('s', { series: [{ name: 'rss-s', unit: null, metric: 'memory' }], host: 'h' })], T);
  assert.deepEqual(told('rss-s'), ['memory', 's', 'MiB', 'h', {}, 0]);
  assert.equal(table.unitOf('memory'), 'MiB');
});

test('what a source says is not held twice', () => {
  const table = new SourceTable();
  table.merge([source('s', { series: SERIES })], T);
  const fact = table.ownerOf('rss-s');
  assert.equal(table.factsOf('rss-s', 'other'), fact);
  assert.equal(fact?.source, table.list()[0]);
});

test('sources are listed by name however many come at once', () => {
  let seed = 7;
  const random = (/** @type {number} */ below) => (seed = (seed * 1_664_525 + 1_013_904_223) >>> 0) % below;
  const table = new SourceTable();
  const known = new Set();
  for (const count of [1, 300, 2, 1, 40, 1, 900, 3]) {
    const sources = Array.from({ length: count }, () => source(`${['web', 'DB', 'a'][random(3)]}-${random(5_000)}`, {}));
    for (const { id } of sources) known.add(id);
    table.merge(sources, T);
    const wanted = [...known].map(sortKey).sort();
    assert.deepEqual(table.list().map(({ id }) => sortKey(id)), wanted, `${count} more`);
  }
});

test('what is said of a series is held once, and can be written out', () => {
  const table = new SourceTable();
  const mine = source('s', { series: [{ name: 'rss-s', unit: 'MiB', metric: null }, { name: 'shared', unit: null, metric: 'all' }] });
  const other = source('t', { series: [{ name: 'shared', unit: null, metric: 'all' }] });
  table.merge([mine, other], T);
  assert.equal(table.list()[0].series[0], table.ownerOf('rss-s'));
  const owner = table.ownerOf('shared');
  assert.deepEqual([mine, other].map(({ series }) => series.at(-1) === owner), [owner?.source === mine, owner?.source === other], 'by who has it');
  const written = JSON.parse(JSON.stringify(table.list()));
  assert.deepEqual(written[0].series[0], { name: 'rss-s', metric: 'rss', unit: 'MiB', place: 0 });
  table.merge([source('s', { series: [{ name: 'rss-s', unit: 'MiB', metric: 'rss' }], state: 'down' })], T);
  assert.equal(table.list()[0].series[0], table.ownerOf('rss-s'), 'said again');
});
