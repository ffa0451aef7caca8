import assert from 'node:assert/strict';
import test from 'node:test';
import { Announcer } from './announcer.js';

/** @param {string} id @param {string} state @param {string|null} [reason] */
const at = (id, state, reason = null) => ({ id, state, reason });
/** @param {number} n @param {string} state */
const many = (n, state) => Array.from({ length: n }, (_, i) => at(`p-${i}`, state));

/** Changes are told a moment after they are seen. @param {Announcer} announcer @param {number} now */
function gathered(announcer, now) {
  assert.equal(announcer.take(now - 600), null);
  return announcer.take(now);
}

test('who is there when the page opens is no news; who dies then is', () => {
  const announcer = new Announcer('en');
  announcer.presence([at('a', 'up'), at('b', 'down', 'silent')]);
  assert.equal(announcer.take(0), null);
  announcer.presence([at('a', 'down', 'bye: killed by signal 9'), at('b', 'up'), at('c', 'up')]);
  assert.equal(gathered(announcer, 700), 'a is down: killed by signal 9. b is up again.');
  assert.equal(announcer.take(10_000), null, 'said once');
});

test('at most one announcement in five seconds, with all that came meanwhile', () => {
  const announcer = new Announcer('en');
  announcer.presence(many(4, 'up'));
  announcer.presence([at('p-0', 'down')]);
  assert.equal(gathered(announcer, 700), 'p-0 is down.');
  announcer.presence([at('p-1', 'down', 'silent')]);
  assert.equal(announcer.take(5_000), null);
  assert.equal(announcer.take(5_699), null);
  announcer.presence([at('p-2', 'down')]);
  assert.equal(announcer.take(5_700), 'p-1 is down: silent. p-2 is down.');
});

test('many deaths are a number', () => {
  const announcer = new Announcer('de-DE');
  announcer.presence(many(5_000, 'up'));
  announcer.presence(many(800, 'down'));
  assert.equal(gathered(announcer, 600), '800 processes are down, p-0 and p-1 among them.');
  announcer.presence(many(5_000, 'down'));
  assert.equal(gathered(announcer, 5_600), '1.000 processes are down, p-800 and p-801 among them. 3.200 further changes.');
  announcer.presence(many(4, 'up'));
  assert.equal(gathered(announcer, 10_600), '4 processes are up again.');
});

test('who died and came back between two announcements is said as it is now', () => {
  const announcer = new Announcer('en');
  announcer.presence([at('a', 'up')]);
  announcer.presence([at('a', 'down')]);
  announcer.presence([at('a', 'up')]);
  assert.equal(gathered(announcer, 600), 'a is up again.');
});

test('alerts come first; another channel begins in silence', () => {
  const announcer = new Announcer('en');
  announcer.presence([at('a', 'up')]);
  announcer.presence([at('a', 'down')]);
  announcer.alert('rss above 2 GiB on web-1.');
  assert.equal(announcer.take(0), 'rss above 2 GiB on web-1. a is down.');
  for (let i = 0; i < 9; i++) announcer.alert(`alert ${i}`);
  announcer.presence([at('a', 'up')]);
  assert.equal(announcer.take(5_000), '9 alerts, the last one: alert 8. a is up again.');
  announcer.alert('cpu is over', true);
  announcer.alert('disk');
  assert.equal(announcer.take(10_000), 'disk. cpu is over.');
  announcer.alert('cpu is over', true, 'cpu');
  announcer.alert('cpu: hot', false, 'cpu');
  assert.equal(announcer.take(15_000), 'cpu: hot.', 'as it is now');
  announcer.presence([at('a', 'down')]);
  announcer.forget();
  announcer.presence([at('z', 'down')]);
  assert.equal(announcer.take(20_000), null);
});

test('many of one machine that went for one cause are a line; stale, restarted and unknown are no news', () => {
  const announcer = new Announcer('en');
  const ids = Array.from({ length: 1_000 }, (_, i) => `p-${i}`);
  const all = (/** @type {string} */ state, /** @type {string|null} */ cause = null) => ids.map((id) => ({ id, state, cause, reason: cause, host: 'web-7' }));
  announcer.presence(all('up'));
  for (const state of ['stale', 'restarted', 'unknown', 'up']) announcer.presence(all(state));
  assert.equal(announcer.take(10_000), null);
  announcer.presence([...all('down', 'nodedown'), { id: 'other', state: 'down', cause: 'exit', reason: 'bye: done', host: 'web-7' }]);
  assert.equal(gathered(announcer, 20_000), 'web-7: 1,000 down, nodedown. 1 further changes.');
});

// Two of twelve were announced, and the other ten five seconds later: those that were only counted are asked for.
test('what belongs together and comes within a moment is told together, and alerts at once', () => {
  const announcer = new Announcer('en');
  const host = (/** @type {number} */ n) => many(n, 'down').map((one) => ({ ...one, cause: 'nodedown', host: 'web-7' }));
  announcer.presence(many(12, 'up'));
  announcer.presence(host(2));
  assert.equal(announcer.take(100), null);
  announcer.presence(host(12));
  assert.equal(announcer.take(699), null);
  announcer.alert('rss above 2 GiB.');
  assert.equal(announcer.take(699), 'rss above 2 GiB. web-7: 12 down, nodedown.');
});
