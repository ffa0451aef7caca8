import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Alerts } from './alerts.js';
/** @import {Alert} from '../types.js' */

/** @param {Partial<Alert>} said @returns {Alert} */
const alert = (said) => ({ rule: 'memory', state: 'firing', at: 1, channel: null, id: null, text: '', ...said });

test('an alert fires until the same is resolved', () => {
  const alerts = new Alerts();
  const firing = () => alerts.firing.map(({ rule, id }) => `${rule} ${id}`);
  alerts.add([alert({ id: 'a' }), alert({ id: 'b' }), alert({ rule: 'cpu' })]);
  assert.deepEqual(firing(), ['memory a', 'memory b', 'cpu null']);
  alerts.add([alert({ id: 'a', state: 'resolved', at: 2 }), alert({ rule: 'cpu', state: 'resolved', at: 2, channel: 'c' })]);
  assert.deepEqual(firing(), ['memory b', 'cpu null']);
  alerts.add([alert({ id: 'a', at: 3 })]);
  assert.deepEqual(firing(), ['memory a', 'memory b', 'cpu null']);
});

test('what was heard already is no other list; the newest thousand are kept', () => {
  const alerts = new Alerts();
  alerts.add([alert({}), alert({ at: 2 })]);
  const { list } = alerts;
  alerts.add([alert({ at: 2 }), alert({})]);
  assert.equal(alerts.list, list);
  alerts.add(Array.from({ length: 1_000 }, (_, n) => alert({ at: 10 + n })));
  assert.deepEqual([alerts.list.length, alerts.list[0].at, alerts.list[999].at], [1_000, 10, 1_009]);
  alerts.clear();
  assert.deepEqual([alerts.list, alerts.firing], [[], []]);
});
