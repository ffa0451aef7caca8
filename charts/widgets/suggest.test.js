import assert from 'node:assert/strict';
import test from 'node:test';
import { quoted } from '../series/filter.js';
import { source } from '../testing.js';
import { suggestions, vocabulary } from './suggest.js';

const SOURCES = [
  source('api-0', { host: 'web-1', labels: { zone: 'eu', tier: 'front end' } }),
  source('api-1', { host: 'web-1', labels: { zone: 'us' } }),
  source('api-2'),
];

test('what one can filter by: metrics, hosts, labels, sources, each once', () => {
  assert.deepEqual(vocabulary([{ name: 'rss' }, { name: 'heap' }], SOURCES), [
    'metric:rss', 'metric:heap', 'host:web-1', 'label.zone:eu', 'label.zone:us', 'label.tier:"front end"',
    'source:api-0', 'source:api-1', 'source:api-2',
  ]);
  assert.deepEqual(vocabulary([], []), []);
});

test('of twenty thousand hosts only as many as are any help', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => source(`s-${i}`, { host: `h-${i}`, labels: { [`l-${i}`]: 'x' } }));
  const words = vocabulary([], many);
  assert.ok(words.length <= 800, `${words.length}`);
  assert.ok(words.includes('host:h-0') && words.includes('source:s-0'));
});

test('the last word is completed, the words before it stay', () => {
  const words = vocabulary([{ name: 'rss' }], SOURCES);
  for (const [text, first, why] of [
    ['', 'metric:rss', 'everything at first'],
    ['met', 'metric:rss', 'a field'],
    ['web', 'host:web-1', 'a value, where it is the only word'],
    ['rss ho', 'rss host:web-1', 'a second word'],
    ['rss -ho', 'rss -host:web-1', 'excluding'],
    ['rss label.zone:u', 'rss label.zone:us', 'a value of a field'],
    ['HOST:W', 'host:web-1', 'large letters'],
  ]) assert.equal(suggestions(text, words)[0], first, why);
  assert.deepEqual(suggestions('rss web', words), [], 'a browser would not offer what does not begin so');
  assert.deepEqual(suggestions('host:web-1', words), [], 'nothing to add');
  assert.equal(suggestions('', Array.from({ length: 99 }, (_, i) => `host:${i}`)).length, 24);
});

test('values with spaces are quoted, quotes are not', () => {
  assert.deepEqual(['a', 'a b', 'a"b'].map(quoted), ['a', '"a b"', '"ab"']);
});
