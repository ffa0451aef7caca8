import assert from 'node:assert/strict';
import { test } from 'node:test';
import { source } from '../../testing.js';
import { Presence } from './presence.js';

const T = 1_763_683_200_000;

test('who joins, leaves or falls silent is told with how many are there', () => {
  const presence = new Presence();
  presence.begin('c', [source('before', { since: T }), source('gone', { state: 'down', since: T })]);
  const told = (/** @type {string} */ id, more = {}) => {
    const event = presence.event('c', source(id, { since: T, ...more }));
    return event && [event.action, event.uuid, event.occupancy];
  };
  assert.deepEqual([told('before'), told('a'), told('a')], [null, ['join', 'a', 2], null]);
  assert.deepEqual([told('a', { state: 'down', reason: 'bye: done' }), told('before', { state: 'down', reason: 'silent' })], [['leave', 'a', 1], ['timeout', 'before', 0]]);
});

// Each channel that ever was left an entry, in a page that watches a wildcard for days.
test('a channel without anybody is forgotten, and beyond 20,000 all are', () => {
  const presence = new Presence();
  for (let i = 0; i < 100; i++) for (const state of /** @type {const} */ (['up', 'down'])) presence.event(`c${i}`, source('a', { state, since: T }));
  assert.equal(presence.channels, 0);
  for (let i = 0; i < 20_000; i++) presence.event('c', source(`a${i}`, { since: T }));
  assert.equal(presence.event('c', source('one more', { since: T }))?.occupancy, 1);
  assert.equal(presence.event('c', source('one more', { since: T })), null);
});
