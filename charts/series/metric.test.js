import assert from 'node:assert/strict';
import test from 'node:test';
import { commonWords, metricsByPrefix, withoutSource } from './metric.js';

test('the metric is the name without the source', () => {
  for (const [name, source, metric] of /** @type {[string, string, string|null][]} */ ([
    ['rss-process-memory-0', 'process-memory-0', 'rss'],
    ['heap-total-process-memory-0', 'process-memory-0', 'heap-total'],
    ['process-memory-0.rss', 'process-memory-0', 'rss'],
    ['a-a', 'a', 'a'],
    ['rss', 'process-memory-0', null],
    ['process-memory-0', 'process-memory-0', null],
    ['rss', '', null],
  ])) assert.equal(withoutSource(name, source), metric, name);
});

test('without a source it is the longest beginning in whole words shared with another', () => {
  const names = ['queue-depth-a', 'queue-depth-b', 'queue-age-a', 'cpu', 'disk.read', 'disk.write', 'temperature'];
  assert.deepEqual(Object.fromEntries(metricsByPrefix(names)), {
    'queue-depth-a': 'queue-depth', 'queue-depth-b': 'queue-depth', 'queue-age-a': 'queue', cpu: 'cpu',
    'disk.read': 'disk', 'disk.write': 'disk', temperature: 'temperature',
  });
});

test('words are shared whole', () => {
  for (const [a, b, words] of [
    ['abc-1', 'abd-1', ''], ['rss-1', 'rss-12', 'rss'], ['rss', 'rss-1', 'rss'], ['a--b', 'a--c', 'a'], ['', 'x', ''], ['same', 'same', 'same'],
  ]) assert.equal(commonWords(a, b), words, `${a} ${b}`);
});
