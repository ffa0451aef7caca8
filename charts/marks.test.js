import assert from 'node:assert/strict';
import test from 'node:test';
import { Marks } from './marks.js';

/** @param {number} generation @param {object[]} events @param {object[]} alerts */
const happened = (generation, events, alerts = NONE) => /** @type {any} */ ({ sources: { generation, events }, alerts: { list: alerts } });
/** @type {object[]} */
const NONE = [];
const T = 1_795_280_000_000;

test('what happened and what the page marks, the same list until one of them changes', () => {
  const marks = new Marks();
  const died = { at: T, kind: 'down', id: 'web-1', reason: 'killed' };
  const first = marks.of(happened(1, [died]), 'utc', null);
  assert.deepEqual(first.map(({ x, kind, name }) => [x, kind, name]), [[T, 'down', 'web-1']]);
  assert.match(first[0].text, /web-1 down: killed$/);
  assert.equal(marks.of(happened(1, [died]), 'utc', null), first);
  const own = { x: T + 1, kind: /** @type {const} */ ('alert'), name: 'cpu', text: 'too high' };
  marks.set([own]);
  assert.deepEqual(marks.of(happened(1, [died]), 'utc', null), [first[0], own]);
  assert.deepEqual(marks.of(happened(2, []), 'utc', null), [own], 'forgotten with its channel');
  const fired = [{ rule: 'memory', state: 'firing', at: T + 2, channel: null, id: null, text: '', label: 'memory' }];
  const [mark, last] = marks.of(happened(2, [], fired), 'utc', null);
  assert.deepEqual([mark.x, mark.kind, mark.name, last], [T + 2, 'alert', 'memory', own]);
  assert.equal(marks.of(happened(2, [], fired), 'utc', null)[0], mark);
  marks.set([]);
  assert.deepEqual(marks.of(happened(2, []), 'utc', null), []);
});
