/** What one client is subscribed to, over a wire played by hand. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Subscriptions } from './subscriptions.js';
/** @import {Position} from '../../types.js' */

const settled = () => new Promise((resolve) => setImmediate(resolve));

function world() {
  /** Of each pattern what it was watched since, and where it is. @type {Map<string, {since: Position|null, position: Position|null}>} */
  const watched = new Map();
  /** @type {any} */
  const group = { listener: null, open: 0 };
  /** @type {any[]} */
  const told = [];
  const transport = /** @type {any} */ ({
    origin: 'http://bridge', heard: () => {}, explain: () => {},
    placeAfter: async () => ({ epoch: 1, offset: 3 }),
    groups: {
      watch: (/** @type {string} */ _key, /** @type {string} */ _name, /** @type {any} */ listener) => {
        group.listener = listener;
        group.open += 1;
        return () => { group.open -= 1; };
      },
    },
    wire: {
      time: 0, again: () => told.push(['again']),
      watch: (/** @type {string} */ pattern, /** @type {any} */ _, /** @type {any} */ { since }) => {
        if (watched.size >= 4) return null;
        const one = { since, position: since };
        watched.set(pattern, one);
        return { close: () => watched.get(pattern) === one && watched.delete(pattern), get position() { return one.position; } };
      },
    },
  });
  const subscriptions = new Subscriptions(transport, 'demo', {
    message: ({ message }, { channel, subscription }) => told.push([message, channel, subscription]),
    connected: ({ channels, groups }) => told.push(['connected', ...channels, ...groups]),
    failed: ({ channels, groups }, _, kind) => told.push(['failed', ...channels, ...groups, kind]),
    gap: () => {}, presence: () => {}, present: () => {}, down: () => {}, up: () => {},
  });
  /** The bridge says that it is there. @param {string[]} patterns */
  const connect = (...patterns) => patterns.forEach((pattern) => {
    const one = watched.get(pattern);
    if (one) one.position ??= { epoch: 1, offset: 10 };
    subscriptions.member.connected(pattern, { epoch: 1, offset: 10 });
  });
  /** A message, brought by each subscription of the bridge that it fits. @param {string} channel @param {string[]} patterns */
  const publish = (channel, ...patterns) => patterns.forEach((pattern) => subscriptions.member.message(pattern, { offset: 1, time: 1, timetoken: '1', channel, message: channel }));
  return { subscriptions, watched, group, told, connect, publish };
}

test('each message comes once: by its channel, a wildcard, a group; what is below a channel is not in it', () => {
  const it = world();
  it.subscriptions.subscribe({ channels: ['a', 'deep.*', 'deep.x'], groups: ['team'] });
  it.group.listener.channels(['a', 'room: 1', 'g-pnpres']);
  assert.deepEqual([...it.watched.keys()], ['a', 'deep.*', 'deep.x', 'room-_3A-_201']);
  it.publish('a', 'a');
  it.publish('a.below', 'a');
  it.publish('deep.x', 'deep.*', 'deep.x');
  it.publish('deep.y', 'deep.*');
  it.publish('room-_3A-_201', 'room-_3A-_201');
  it.publish('room-_3A-_201.below', 'room-_3A-_201');
  assert.deepEqual(it.told, [['a', 'a', null], ['deep.x', 'deep.x', null], ['deep.y', 'deep.y', 'deep.*'], ['room-_3A-_201', 'room: 1', 'team']]);
});

test('connected is told once all that one call asked for is there, groups and their channels too', async () => {
  const it = world();
  it.subscriptions.subscribe({ channels: ['a'], groups: ['team'] });
  it.connect('a');
  await settled();
  assert.deepEqual(it.told, []);
  it.group.listener.channels(['b']);
  assert.deepEqual(it.told, []);
  it.connect('b');
  assert.deepEqual(it.told, [['connected', 'a', 'team']]);
  it.subscriptions.subscribe({ channels: ['a'] });
  await settled();
  assert.deepEqual(it.told[1], ['connected', 'a'], 'again, as PubNub does');
});

test('a channel too many fails alone', async () => {
  const it = world();
  it.subscriptions.subscribe({ channels: ['a', 'b', 'c', 'd', 'e'] });
  it.connect('a', 'b', 'c', 'd');
  assert.deepEqual(it.told, [['failed', 'e', 'too_many_subscriptions'], ['connected', 'a', 'b', 'c', 'd']]);
  assert.deepEqual(it.subscriptions.channels, ['a', 'b', 'c', 'd']);
});

test('a pause keeps each place; unsubscribing from all closes all', () => {
  const it = world();
  it.subscriptions.subscribe({ channels: ['a'], groups: ['team'] });
  it.group.listener.channels(['b']);
  it.connect('a');
  it.subscriptions.pause();
  assert.equal(it.watched.size, 0);
  it.subscriptions.resume();
  assert.deepEqual([it.watched.get('a')?.since, it.watched.get('b')?.since], [{ epoch: 1, offset: 10 }, null]);
  it.subscriptions.unsubscribeAll();
  assert.deepEqual([it.watched.size, it.group.open, it.subscriptions.channels, it.subscriptions.groups], [0, 0, [], []]);
});

test('with a time token it begins behind that moment', async () => {
  const it = world();
  it.subscriptions.subscribe({ channels: ['a'], timetoken: '17636832001234566' });
  assert.equal(it.watched.size, 0);
  await settled();
  assert.deepEqual(it.watched.get('a')?.since, { epoch: 1, offset: 3 });
  assert.throws(() => it.subscriptions.subscribe({ channels: ['b'], timetoken: 'soon' }), /no time token/);
  assert.deepEqual(it.subscriptions.channels, ['a'], 'nothing is half done');
});
