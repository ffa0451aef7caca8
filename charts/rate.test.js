import assert from 'node:assert/strict';
import test from 'node:test';
import { Rate } from './rate.js';

test('a rate is taken over a second and more', () => {
  const rate = new Rate();
  rate.measure(1_000, 50, 900);
  assert.deepEqual([rate.messagesPerSecond, rate.pointsPerSecond], [0, 0], 'of the first look nothing is known');
  rate.measure(1_500, 5, 1_000);
  assert.equal(rate.messagesPerSecond, 0, 'half a second is too short');
  rate.measure(2_000, 7, 1_100);
  assert.deepEqual([rate.messagesPerSecond, rate.pointsPerSecond], [12, 200]);
  rate.measure(4_000, 4, 1_100);
  assert.deepEqual([rate.messagesPerSecond, rate.pointsPerSecond], [2, 0]);
});

test('points that are counted anew are no negative rate', () => {
  const rate = new Rate();
  rate.measure(0, 0, 500);
  rate.measure(1_000, 0, 10);
  assert.equal(rate.pointsPerSecond, 0);
});
