import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alerts } from './alerts.js';
/** @import {Alert} from '../types.js' */

/** @param {number} offset @param {Partial<Alert>} [said] @returns {Alert} */
const alert = (offset, said) => ({ offset, rule: 'memory', state: 'firing', at: 1, channel: null, id: null, text: '', before: false, ...said });
/** @param {Alerts} alerts @param {Alert[]} said @param {boolean} [snapshot] */
const hear = (alerts, said, snapshot = false) => {
  alerts.add({ type: 'alert', sub: 1, now: 1, snapshot, alerts: said });
  return alerts.news.map(({ offset }) => offset);
};

test('an alert fires until the same is resolved', () => {
  const alerts = new Alerts();
  const firing = () => alerts.firing.map(({ rule, id }) => `${rule} ${id}`);
  hear(alerts, [alert(1, { id: 'a' }), alert(2, { id: 'b' }), alert(3, { rule: 'cpu' })]);
  assert.deepEqual(firing(), ['memory a', 'memory b', 'cpu null']);
  hear(alerts, [alert(4, { id: 'a', state: 'resolved' }), alert(5, { rule: 'cpu', state: 'resolved', channel: 'c' })]);
  assert.deepEqual(firing(), ['memory b', 'cpu null']);
  // Since the same time as before: another message.
  hear(alerts, [alert(6, { id: 'a' })]);
  assert.deepEqual(firing(), ['memory a', 'memory b', 'cpu null']);
});

test('what was heard already is no news and no other list', () => {
  const alerts = new Alerts();
  assert.deepEqual(hear(alerts, [alert(1), alert(2)]), [1, 2]);
  const { list } = alerts;
  assert.deepEqual(hear(alerts, [alert(2)]), []);
  assert.equal(alerts.list, list);
  alerts.clear();
  assert.deepEqual([alerts.list, alerts.firing], [[], []]);
  assert.deepEqual(hear(alerts, [alert(3)], true), [3], 'a chart begins with those of before');
  assert.equal(alerts.list[0].before, true);
  alerts.clear();
  assert.deepEqual(hear(alerts, [alert(2)], true), [], 'of all channels: heard of on the one before');
  assert.equal(alerts.list[0], list[1]);
});

test('a snapshot is what is so, in the order of the bridge; what came meanwhile is news', () => {
  const alerts = new Alerts();
  hear(alerts, [alert(10), alert(12, { state: 'resolved' }), alert(13, { rule: 'gone' })]);
  // A bridge that begins to read later knows a repetition as the first.
  assert.deepEqual(hear(alerts, [alert(11), alert(12, { state: 'resolved' }), alert(14, { rule: 'cpu' })], true), [11, 14]);
  assert.deepEqual(alerts.list.map(({ offset, before }) => [offset, before]), [[11, false], [12, false], [14, false]]);
  assert.deepEqual(alerts.firing.map(({ rule }) => rule), ['cpu']);
  assert.deepEqual(hear(alerts, [], true), []);
  assert.deepEqual([alerts.list, alerts.firing], [[], []]);
});

test('the newest two thousand are kept', () => {
  const alerts = new Alerts();
  for (let from = 0; from < 9_000; from += 900) hear(alerts, Array.from({ length: 900 }, (_, n) => alert(from + n)));
  assert.deepEqual([alerts.list.length, alerts.list[0].offset, alerts.list[1_999].offset], [2_000, 7_000, 8_999]);
});
