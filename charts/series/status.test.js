import assert from 'node:assert/strict';
import test from 'node:test';
import { source } from '../testing.js';
import { seriesStatus } from './status.js';
import { ALL, isVisible, reduceVisibility } from './visibility.js';
/** @import {Source} from '../types.js' */

const NOW = 1_763_683_200_000;
const clock = (/** @type {number} */ ms) => new Date(ms).toISOString().slice(11, 19);

/** @type {[string, {source?: Source, lastX: number, cadence: number}, string, string][]} */
const CASES = [
  ['fresh', { lastX: NOW - 900, cadence: 1_000 }, 'up', ''],
  ['five seconds are never silence', { lastX: NOW - 5_000, cadence: 100 }, 'up', ''],
  ['more is', { lastX: NOW - 5_001, cadence: 100 }, 'silent', 'silent for 5 s'],
  ['five intervals', { lastX: NOW - 50_000, cadence: 10_000 }, 'up', ''],
  ['more than five intervals', { lastX: NOW - 51_000, cadence: 10_000 }, 'silent', 'silent for 51 s'],
  ['one point, cadence unknown', { lastX: NOW - 12_000, cadence: NaN }, 'silent', 'silent for 12 s'],
  ['a slow source says so', { lastX: NOW - 12_000, cadence: NaN, source: source('a', { interval_ms: 60_000 }) }, 'up', ''],
  ['a source that is up, but not this series', { lastX: NOW - 75_000, cadence: 1_000, source: source('a') }, 'silent', 'silent for 1 min 15 s'],
  ['killed', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'down', since: NOW - 60_000, reason: 'bye: killed' }) }, 'down', 'down since 23:59:00 · killed'],
  ['lost', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'down', since: NOW, reason: 'silent' }) }, 'down', 'down since 00:00:00 · silent'],
  ['by its cause', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'down', cause: 'nodedown', since: NOW }) }, 'down', 'down since 00:00:00 · nodedown'],
  ['stale', { lastX: NOW - 4_000, cadence: 1_000, source: source('a', { state: 'stale', since: NOW - 4_000 }) }, 'stale', 'stale since 23:59:56'],
  ['restarted is up', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'restarted', since: NOW }) }, 'up', ''],
  ['crash-looping and there', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'crash_looping' }) }, 'up', ''],
  ['crash-looping and gone', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'crash_looping', cause: 'exit', since: NOW }) }, 'down', 'crash-looping since 00:00:00 · exit'],
  ['unknown is not silent', { lastX: NOW - 99_000, cadence: 1_000, source: source('a', { state: 'unknown', since: NOW }) }, 'unknown', 'unknown since 00:00:00'],
  ['no reason', { lastX: NOW, cadence: 1_000, source: source('a', { state: 'down', since: NOW }) }, 'down', 'down since 00:00:00'],
];

for (const [name, facts, state, text] of CASES) {
  test(`status: ${name}`, () => {
    const status = seriesStatus({ source: undefined, ...facts }, NOW, clock);
    assert.deepEqual([status.state, status.text], [state, text]);
  });
}

test('a click isolates, a click again restores', () => {
  const isolated = reduceVisibility(ALL, { type: 'isolate', name: 'a' });
  assert.deepEqual(['a', 'b'].map((name) => isVisible(isolated, name)), [true, false]);
  assert.equal(reduceVisibility(isolated, { type: 'isolate', name: 'a' }), ALL);
  const other = reduceVisibility(isolated, { type: 'isolate', name: 'b' });
  assert.deepEqual(['a', 'b'].map((name) => isVisible(other, name)), [false, true]);
});

test('Ctrl hides one of all, and adds one to what is isolated', () => {
  const hidden = reduceVisibility(ALL, { type: 'toggle', name: 'a' });
  assert.deepEqual(['a', 'b', 'later'].map((name) => isVisible(hidden, name)), [false, true, true]);
  assert.equal(isVisible(reduceVisibility(hidden, { type: 'toggle', name: 'a' }), 'a'), true);
  const two = reduceVisibility(reduceVisibility(ALL, { type: 'isolate', name: 'a' }), { type: 'toggle', name: 'b' });
  assert.deepEqual(['a', 'b', 'later'].map((name) => isVisible(two, name)), [true, true, false]);
  const none = ['a', 'b'].reduce((state, name) => reduceVisibility(state, { type: 'toggle', name }), two);
  assert.equal(none, ALL, 'the last one removed restores all');
});

test('a list from the address isolates; an empty one is all', () => {
  assert.equal(reduceVisibility(ALL, { type: 'only', names: [] }), ALL);
  const only = reduceVisibility(ALL, { type: 'only', names: ['rss', 'heap'] });
  assert.deepEqual(['rss', 'heap', 'x'].map((name) => isVisible(only, name)), [true, true, false]);
  assert.equal(reduceVisibility(only, { type: 'restore' }), ALL);
});
