import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alerts } from './alerts.js';
/** @import {AlertSaid} from '../types.js' */

/** Said in the second of its number. @param {number} offset @param {Partial<AlertSaid>} [said] @returns {AlertSaid} */
const alert = (offset, said) => ({ offset, said: offset * 1_000, rule: 'memory', state: 'firing', at: 1, channel: null, id: null, text: '', ...said });
/** @param {Alerts} alerts @param {AlertSaid[]} said @param {boolean} [snapshot] @param {number} [now] */
const hear = (alerts, said, snapshot = false, now = 0) => {
  alerts.add({ type: 'alert', sub: 1, now, snapshot, alerts: said });
  return alerts.news.map(({ offset }) => offset);
};
/** @param {Alerts} alerts */
const firing = (alerts) => alerts.firing.map(({ rule, id }) => `${rule} ${id}`);
/** @param {Alerts} alerts */
const listed = (alerts) => alerts.list.map(({ offset }) => offset);

test('an alert fires until the same is resolved', () => {
  const alerts = new Alerts();
  hear(alerts, [alert(1, { id: 'a' }), alert(2, { id: 'b' }), alert(3, { rule: 'cpu' })]);
  assert.deepEqual(firing(alerts), ['memory a', 'memory b', 'cpu null']);
  hear(alerts, [alert(4, { id: 'a', state: 'resolved' }), alert(5, { rule: 'cpu', state: 'resolved', channel: 'c' })]);
  assert.deepEqual(firing(alerts), ['memory b', 'cpu null']);
  // Since the same time as before: another message.
  hear(alerts, [alert(6, { id: 'a' })]);
  assert.deepEqual(firing(alerts), ['memory a', 'memory b', 'cpu null']);
});

test('what was heard already is no news and no other list', () => {
  const alerts = new Alerts();
  assert.deepEqual(hear(alerts, [alert(1), alert(2)]), [1, 2]);
  const { list } = alerts;
  assert.deepEqual(hear(alerts, [alert(2)]), []);
  assert.equal(alerts.list, list);
  alerts.clear();
  assert.deepEqual([alerts.list, alerts.firing], [[], []]);
  assert.deepEqual(hear(alerts, [alert(2)], true), [], 'of all channels: heard of on the one before');
  assert.equal(alerts.list[0], list[1]);
});

test('of before is what was said before the first frame, whatever frame brings it', () => {
  const alerts = new Alerts();
  // A bridge that has just been started has not read them yet.
  assert.deepEqual(hear(alerts, [], true, 10_000), []);
  hear(alerts, [alert(5), alert(12)], false, 20_000);
  // A page that was asleep.
  hear(alerts, [alert(5), alert(12), alert(15, { state: 'resolved' })], true, 60_000);
  assert.deepEqual(alerts.list.map(({ offset, before }) => [offset, before]), [[5, true], [12, false], [15, false]]);
});

test('a snapshot is what is so; what comes once more behind it changes nothing', () => {
  const alerts = new Alerts();
  hear(alerts, [alert(10), alert(12, { state: 'resolved' }), alert(13, { rule: 'gone' })]);
  // A bridge that begins to read later knows a repetition as the first.
  const now = [alert(11), alert(12, { state: 'resolved' }), alert(14, { rule: 'cpu' })];
  assert.deepEqual(hear(alerts, now, true), [11, 14]);
  assert.deepEqual([listed(alerts), firing(alerts)], [[11, 12, 14], ['cpu null']]);
  // Too old for the snapshot, and not known: how it is now stays.
  hear(alerts, [alert(9, { text: 'first' }), alert(12, { state: 'resolved' })]);
  assert.deepEqual([listed(alerts), firing(alerts)], [[9, 11, 12, 14], ['cpu null']]);
  // Read by the bridge only after it had said that there is nothing.
  assert.deepEqual(hear(alerts, [], true), []);
  assert.deepEqual([alerts.list, alerts.firing], [[], []]);
  assert.deepEqual(hear(alerts, now), []);
  assert.deepEqual([listed(alerts), firing(alerts)], [[11, 12, 14], ['cpu null']]);
});

test('one that flaps hides none that fires; the newest two thousand are kept', () => {
  const alerts = new Alerts();
  hear(alerts, [alert(1, { rule: 'disk' })]);
  for (let from = 10; from < 9_010; from += 900) {
    hear(alerts, Array.from({ length: 900 }, (_, n) => alert(from + n, { state: n % 2 === 0 ? 'firing' : 'resolved' })));
  }
  assert.deepEqual([alerts.list.length, alerts.list[0].offset, alerts.list[1_999].offset], [2_000, 7_010, 9_009]);
  assert.deepEqual(firing(alerts), ['disk null']);
  assert.deepEqual(hear(alerts, [alert(1, { rule: 'disk' })], true), [], 'still heard of');
});

test('an alert is told with all that it says', () => {
  const alerts = new Alerts();
  hear(alerts, [alert(1), alert(2, { text: 'too much' }), alert(3, { text: 'too much', id: 'web-1' }), alert(4, { state: 'resolved', id: 'web-1' })]);
  assert.deepEqual(alerts.list.map(({ label }) => label), ['memory', 'memory: too much', 'memory: too much (web-1)', 'memory (web-1) is over']);
});
