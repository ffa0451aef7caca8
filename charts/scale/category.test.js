import assert from 'node:assert/strict';
import test from 'node:test';
import { categoryAxis } from './category.js';

const NAMES = ['api-0', 'api-1', 'worker-0', 'worker-1'];
const wide = (/** @type {string} */ text) => text.length * 8;

test('names that fit stand upright, else they turn, else every n-th stands', () => {
  for (const [count, width, turned, every] of /** @type {[number, number, number, number][]} */ ([
    [4, 600, 0, 1], [4, 200, -45, 1], [40, 680, -90, 1], [40, 320, -90, 2], [400, 320, -90, 20],
  ])) {
    const names = Array.from({ length: count }, (_, i) => `name-${i}`);
    const axis = categoryAxis(names, width, wide);
    assert.deepEqual([axis.turned, axis.every], [turned, every], `${count} on ${width}`);
    assert.equal(axis.ticks.length, Math.ceil(count / every));
    assert.ok(axis.heightPx >= 16);
  }
});

test('a category reaches from half before to half behind its index', () => {
  const axis = categoryAxis(NAMES, 400);
  assert.deepEqual([axis.min, axis.max, axis.bandPx], [-0.5, 3.5, 100]);
  assert.deepEqual(NAMES.map((_, i) => axis.scale(i)), [0.125, 0.375, 0.625, 0.875]);
  assert.deepEqual([0, 0.24, 0.26, 0.99, 1, -3].map(axis.invert), [0, 0, 1, 3, 3, 0]);
});

test('a long name keeps its beginning and its end', () => {
  const [{ label, full }] = categoryAxis(['rss-of-the-very-important-process-17'], 100, wide).ticks;
  assert.match(label, /^rss-o.*…-?.*17$/);
  assert.ok(wide(label) <= 120);
  assert.equal(full, 'rss-of-the-very-important-process-17');
});

test('no names: an axis without ticks', () => {
  const axis = categoryAxis([], 400);
  assert.deepEqual([axis.ticks, axis.min, axis.max], [[], -0.5, 0.5]);
});
