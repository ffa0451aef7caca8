import assert from 'node:assert/strict';
import test from 'node:test';
import { Marks } from './marks.js';

/** @param {number} generation @param {object[]} events */
const sources = (generation, events) => /** @type {any} */ ({ generation, events });
const T = 1_795_280_000_000;

test('what happened and what the page marks, the same list until one of them changes', () => {
  const marks = new Marks();
  const died = { at: T, kind: 'down', id: 'web-1', reason: 'killed' };
  const first = marks.of(sources(1, [died]), 'utc', null);
  assert.deepEqual(first.map(({ x, kind, name }) => [x, kind, name]), [[T, 'down', 'web-1']]);
  assert.match(first[0].text, /web-1 down: killed$/);
  assert.equal(marks.of(sources(1, [died]), 'utc', null), first);
  const own = { x: T + 1, kind: /** @type {const} */ ('alert'), name: 'cpu', text: 'too high' };
  marks.set([own]);
  assert.deepEqual(marks.of(sources(1, [died]), 'utc', null), [first[0], own]);
  assert.deepEqual(marks.of(sources(2, []), 'utc', null), [own], 'forgotten with its channel');
  marks.set([]);
  assert.deepEqual(marks.of(sources(2, []), 'utc', null), []);
});
