import assert from 'node:assert/strict';
import test from 'node:test';
import { source } from '../testing.js';
import { columnsOf, describeSource, stateText } from './source-row.js';
import { matcher } from './source-index.js';
import { seriesByMetric } from './source-table.js';

test('columns: three metrics at most, and losses only where there are any', () => {
  for (const [metrics, lossy, wanted] of /** @type {[string[], boolean, string][]} */ ([
    [[], false, 'source state since recent host pid lives'],
    [['rss', 'heap', 'cpu', 'fds'], true, 'source state since recent value:rss value:heap value:cpu host pid lives lost'],
  ])) assert.equal(columnsOf(metrics, lossy).map(({ id }) => id).join(' '), wanted);
});

test('the state says why', () => {
  assert.equal(stateText(source('a')), 'up');
  assert.equal(stateText(source('a', { state: 'down' })), 'down');
  assert.equal(stateText(source('a', { state: 'down', reason: 'bye: killed by signal 9' })), 'down · killed by signal 9');
  assert.equal(stateText(source('a', { reason: 'restarted' })), 'up');
  assert.equal(stateText(source('a', { state: 'down', cause: 'noconnection' })), 'down · noconnection');
  assert.equal(stateText(source('a', { state: 'stale' })), 'stale');
  assert.equal(stateText(source('a', { state: 'crash_looping', cause: 'exit', reason: 'bye: code 1' })), 'crash-looping · code 1');
  assert.equal(stateText(source('a', { state: 'crash_looping' })), 'crash-looping');
  assert.equal(stateText({ ...source('web-7', { state: 'down', cause: 'nodedown' }), line: { count: 1_000 } }), `${(1_000).toLocaleString()} down · nodedown`);
});

test('what there is no column for is said where the pointer rests', () => {
  assert.equal(describeSource(source('a')), 'a');
  assert.equal(describeSource(source('a', {
    program: 'spawn', version: '1.2', interval_ms: 1500, dropped: 12_000, labels: { zone: 'eu' },
  })), 'a · spawn · 1.2 · every 1,500 ms · dropped 12,000 · zone=eu');
});

test('a search finds every word somewhere', () => {
  const all = [
    source('api-0', { host: 'web-1', labels: { zone: 'eu' } }),
    source('api-1', { host: 'web-2', state: 'down', reason: 'bye: killed' }),
    source('job-1', { program: 'Cleaner' }),
  ];
  for (const [text, wanted] of [
    ['', 'api-0 api-1 job-1'], ['api', 'api-0 api-1'], ['WEB-2', 'api-1'], ['down', 'api-1'], ['1 clean', 'job-1'],
    ['eu api', 'api-0'], ['killed', 'api-1'], ['nothing', ''], ['host:web-*', 'api-0 api-1'], ['label.zone:eu', 'api-0'],
    ['api -down', 'api-0'], ['source:job-1', 'job-1'],
  ]) {
    assert.equal(all.filter(matcher(text)).map(({ id }) => id).join(' '), wanted, text);
  }
});

test('a source’s series by metric: as it says, or as their names say', () => {
  const info = (/** @type {string} */ name, /** @type {string|null} */ metric = null) => ({ name, unit: null, metric });
  const found = seriesByMetric(source('p-1', { series: [info('anything', 'rss'), info('heap-p-1'), info('odd')] }));
  assert.deepEqual([...found], [['rss', 'anything'], ['heap', 'heap-p-1'], ['odd', 'odd']]);
});
