import assert from 'node:assert/strict';
import test from 'node:test';
import { Play } from './play.js';

test('it plays from the first point to the last, and once more', () => {
  const play = new Play(1_000, 11_000, 5_000);
  play.start(play.span);
  assert.deepEqual([play.at, play.window, play.share], [1_000, 2_000, 0]);
  assert.deepEqual(play.view, { from: -1_000, to: 1_000 });
  assert.equal(play.advance(1), true);
  assert.deepEqual([play.at, play.share], [6_000, 0.5]);
  assert.equal(play.advance(5), false);
  assert.deepEqual([play.at, play.playing], [11_000, false]);
  play.start(play.span);
  assert.equal(play.at, 1_000);
});

test('what was looked at closely is how much it shows, and where it was is where it goes on', () => {
  const play = new Play(0, 100, 1);
  play.seek(0.4);
  play.start(10);
  assert.deepEqual(play.view, { from: 30, to: 40 });
  play.stop();
  play.start(10);
  assert.equal(play.at, 40);
});

test('places beyond the ends are the ends, and one point is no division by zero', () => {
  const play = new Play(5, 5, 1);
  for (const [share, at] of [[-1, 5], [2, 6], [0.5, 5.5]]) {
    play.seek(share);
    assert.equal(play.at, at);
  }
});
