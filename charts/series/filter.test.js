import assert from 'node:assert/strict';
import test from 'node:test';
import { nameMatches, parseFilter } from './filter.js';

/** @type {import('./filter.js').Filterable[]} */
const ROWS = [
  { name: 'rss-api-1', metric: 'rss', entity: 'api-1', host: 'web-1', labels: { zone: 'eu', Tier: 'Front End' } },
  { name: 'heap-api-1', metric: 'heap', entity: 'api-1', host: 'web-1', labels: { zone: 'eu' } },
  { name: 'rss-api-10', metric: 'rss', entity: 'api-10', host: 'web-2', labels: { zone: 'us' } },
  { name: 'RSS total', metric: 'RSS total', entity: 'RSS total', host: null },
  { name: 'odd:one-a*b', metric: 'odd', entity: 'x' },
];

test('words must all fit', () => {
  for (const [text, expected] of /** @type {[string, number[]][]} */ ([
    ['', [0, 1, 2, 3, 4]],
    ['   ', [0, 1, 2, 3, 4]],
    ['rss', [0, 2, 3]],
    ['RSS', [0, 2, 3]],
    ['rss api', [0, 2]],
    ['api-1', [0, 1, 2]],
    ['source:api-1', [0, 1]],
    ['source:api-*', [0, 1, 2]],
    ['Source:API-10', [2]],
    ['metric:heap', [1]],
    ['metric:he', []],
    ['name:rss-*', [0, 2]],
    ['rss-*', [0, 2]],
    ['*-1', [0, 1]],
    ['web-2', [2]],
    ['host:web-*', [0, 1, 2]],
    ['host:*', [0, 1, 2]],
    ['-host:*', [3, 4]],
    ['label.zone:eu', [0, 1]],
    ['label.zone:*', [0, 1, 2]],
    ['-label.zone:eu', [2, 3, 4]],
    ['label.tier:"front end"', [0]],
    ['label.none:x', []],
    ['rss -api', [3]],
    ['-rss -heap', [4]],
    ['"rss total"', [3]],
    ['-"rss total" rss', [0, 2]],
    ['"rss total', [3]],
    ['host:', [0, 1, 2, 3, 4]],
    ['host:""', [0, 1, 2, 3, 4]],
    ['odd:one', [4]],
    ['"a*b"', [4]],
    ['"host:web-1"', []],
    ['-', [0, 1, 2, 3, 4]],
  ])) {
    const fits = parseFilter(text);
    assert.deepEqual(ROWS.flatMap((row, i) => (fits(row) ? [i] : [])), expected, text);
  }
});

test('a star stands for any text, as the bridge says', () => {
  for (const [pattern, name, expected] of /** @type {[string, string, boolean][]} */ ([
    ['rss-*', 'rss-a', true], ['rss-*', 'heap-a', false], ['*-a', 'rss-a', true], ['r*s-*', 'rss-a', true], ['*', '', true],
    ['a', 'a', true], ['a', 'ab', false], ['a*a', 'a', false], ['*b*', 'abc', true], ['a**c', 'abc', true], ['********', 'abc', true],
    ['a*b*b', 'ab', false], ['a*b*b', 'abb', true], ['', '', true], ['', 'a', false],
  ])) assert.equal(nameMatches(pattern, name), expected, `${pattern} ${name}`);
});
