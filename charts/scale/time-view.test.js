import assert from 'node:assert/strict';
import test from 'node:test';
import { SPAN_MAX_MS, SPAN_MIN_MS, SPEED_MAX, TimeView } from './time-view.js';

const T = 1_763_683_200_000;
/** One column a tenth of a second. */
const COLUMNS = 600;
const WINDOW = 60_000;

/** A live view that has been drawn at T. */
function drawn() {
  const view = new TimeView(WINDOW);
  view.move(T, COLUMNS);
  return view;
}

/** @param {TimeView} view @returns {[string, number, number]} */
const shown = ({ mode, from, to }) => [mode, from - T, to - T];

test('live, it follows the clock in whole pixels and says when the next one is due', () => {
  const view = drawn();
  assert.deepEqual(shown(view), ['live', -WINDOW, 0]);
  assert.equal(view.columnMs, 100);
  assert.equal(view.move(T, COLUMNS), false);
  assert.equal(view.move(T + 1, COLUMNS), true);
  assert.deepEqual(shown(view), ['live', 100 - WINDOW, 100]);
  assert.equal(view.move(T + 99, COLUMNS), false);
  assert.equal(view.nextMove(T + 40), 60);
  assert.equal(view.nextMove(T + 150), 0);
  assert.equal(view.behind(T + 99), 0);
});

test('noise of the clock moves nothing back, a clock that was set does', () => {
  const view = drawn();
  assert.equal(view.move(T - 900, COLUMNS), false);
  assert.equal(view.to, T);
  assert.equal(view.move(T - 5_000, COLUMNS), true);
  assert.equal(view.to, T - 5_000);
});

test('another width is another picture', () => {
  const view = drawn();
  assert.equal(view.move(T, 300), true);
  assert.equal(view.columnMs, 200);
});

test('paused it stands, falls behind, and is at once back where time is', () => {
  const view = drawn();
  view.pause();
  assert.equal(view.move(T + 5_000, COLUMNS), false);
  assert.deepEqual(shown(view), ['held', -WINDOW, 0]);
  assert.deepEqual([view.paused, view.nextMove(T + 5_000), view.behind(T + 5_000)], [true, Infinity, 5_000]);
  view.live();
  assert.equal(view.move(T + 5_000, COLUMNS), true);
  assert.deepEqual(shown(view), ['live', 5_000 - WINDOW, 5_000]);
});

test('back to the present is a picture even where no pixel moved', () => {
  const view = drawn();
  view.pause();
  view.live();
  assert.equal(view.move(T, COLUMNS), true);
});

test('a range stands where it is, one that reaches the present follows it', () => {
  /** @type {[number, number, boolean, string, number, number][]} */
  const cases = [
    [-40_000, -10_000, false, 'held', -40_000, -10_000],
    [-30_000, 0, false, 'live', -30_000, 0],
    [-30_000, -200, false, 'live', -30_000 + 200, 0],
    [-30_000, -400, false, 'held', -30_000, -400],
    [-30_000, 9_000, false, 'live', -39_000, 0],
    [-30_000, 9_000, true, 'held', -30_000, 9_000],
    [-10_020, -10_000, false, 'held', -10_010 - SPAN_MIN_MS / 2, -10_010 + SPAN_MIN_MS / 2],
    [-2 * SPAN_MAX_MS, 0, true, 'held', -1.5 * SPAN_MAX_MS, -0.5 * SPAN_MAX_MS],
  ];
  for (const [from, to, fixed, ...wanted] of cases) {
    const view = drawn();
    view.hold(T + from, T + to, fixed);
    assert.deepEqual(shown(view), wanted, `${from} ${to}, at once`);
    view.move(T, COLUMNS);
    const [mode, first, last] = shown(view);
    assert.equal(mode, wanted[0]);
    assert.ok(Math.abs(first - wanted[1]) <= view.columnMs && Math.abs(last - wanted[2]) <= view.columnMs, `${from} ${to}: ${first} ${last}`);
  }
});

test('no number, no range', () => {
  const view = drawn();
  view.hold(NaN, T);
  assert.deepEqual(shown(view), ['live', -WINDOW, 0]);
  const fresh = new TimeView(WINDOW);
  fresh.pan(-1_000);
  fresh.zoom(0.5, NaN);
  fresh.pause();
  fresh.move(T, COLUMNS);
  assert.deepEqual(shown(fresh), ['live', -WINDOW, 0]);
});

test('it pans from where it is, also before the next picture', () => {
  const view = drawn();
  view.pan(-WINDOW);
  view.pan(-WINDOW);
  assert.deepEqual(shown(view), ['held', -3 * WINDOW, -2 * WINDOW]);
  view.live();
  view.pan(-WINDOW);
  assert.deepEqual(shown(view), ['held', -2 * WINDOW, -WINDOW]);
  view.pan(5 * WINDOW);
  assert.equal(view.mode, 'live', 'there is nothing beyond the present');
});

test('a zoom leaves the time under the pointer where it is', () => {
  for (const factor of [0.1, 0.5, 0.9, 2, 7]) {
    const view = drawn();
    view.hold(T - 100_000, T - 40_000);
    const at = T - 85_000;
    const share = (at - view.from) / view.spanMs;
    view.zoom(factor, at);
    assert.ok(Math.abs((at - view.from) / view.spanMs - share) < 1e-9 || view.mode === 'live', String(factor));
    assert.equal(view.spanMs, WINDOW * factor);
  }
});

test('at the edge that follows time, a zoom is a shorter or longer present', () => {
  for (const [share, mode] of /** @type {[number, string][]} */ ([[1, 'live'], [0.92, 'live'], [0.5, 'held']])) {
    const view = drawn();
    view.zoom(0.5, T - (1 - share) * WINDOW);
    assert.equal(view.mode, mode, String(share));
    assert.equal(view.spanMs, WINDOW / 2);
  }
  const wider = drawn();
  wider.zoom(3, T - WINDOW / 2);
  assert.deepEqual([wider.mode, wider.spanMs], ['live', 3 * WINDOW]);
  wider.live();
  assert.equal(wider.spanMs, WINDOW, 'the way back is the window that was asked for');
});

test('the span stays within bounds, however often it is zoomed', () => {
  const view = drawn();
  for (let i = 0; i < 60; i++) view.zoom(0.5, view.from);
  assert.equal(view.spanMs, SPAN_MIN_MS);
  for (let i = 0; i < 60; i++) view.zoom(2, view.from);
  assert.equal(view.spanMs, SPAN_MAX_MS);
  const numbers = new TimeView(WINDOW, { still: true });
  numbers.hold(0, 1e-6, true);
  assert.equal(numbers.spanMs, 1e-6, 'of an x axis that is no time');
});

test('another window is live or stays held', () => {
  const view = drawn();
  view.windowMs = 2 * WINDOW;
  view.move(T, COLUMNS);
  assert.deepEqual(shown(view), ['live', -2 * WINDOW, 0]);
});

test('a replay begins with its first picture and runs at its speed', () => {
  const view = drawn();
  const from = T - 60 * WINDOW;
  view.replay(from, 10);
  assert.deepEqual([view.mode, view.speed, view.paused], ['replay', 10, true]);
  assert.deepEqual([view.from, view.to], [from, from + WINDOW]);
  // The picture before may be a second old.
  view.move(T + 900, COLUMNS);
  assert.equal(view.from, from);
  view.move(T + 1_900, COLUMNS);
  assert.equal(view.from, from + 10_000);
  assert.equal(view.nextMove(T + 1_900), 0);
  assert.equal(view.behind(T + 1_900), T + 1_900 - view.to);
});

test('its speed is within bounds and changes where it is', () => {
  const view = drawn();
  const from = T - 60 * WINDOW;
  view.setSpeed(5);
  assert.equal(view.speed, 0, 'nothing is played');
  view.replay(from, 1_000);
  assert.equal(view.speed, SPEED_MAX);
  view.setSpeed(0);
  assert.equal(view.speed, 0.1);
  view.setSpeed(4);
  view.move(T, COLUMNS);
  view.move(T + 1_000, COLUMNS);
  assert.equal(view.from, from + 4_000);
  view.setSpeed(1);
  view.move(T + 2_000, COLUMNS);
  assert.equal(view.from, from + 5_000);
  assert.equal(view.nextMove(T + 2_000), 0);
});

test('a replay that catches up is the present', () => {
  const view = drawn();
  view.replay(T - 3 * WINDOW, 60);
  view.move(T, COLUMNS);
  assert.equal(view.mode, 'replay');
  view.move(T + 3_000, COLUMNS);
  assert.deepEqual(shown(view), ['live', 3_000 - WINDOW, 3_000]);
  view.replay(T, 1);
  view.move(T + 3_000, COLUMNS);
  assert.equal(view.mode, 'live', 'of what is not over yet nothing can be played');
});

test('a replay from the address begins with the first clock', () => {
  const view = new TimeView(WINDOW);
  view.replay(T - 10 * WINDOW, 2);
  view.move(T, COLUMNS);
  view.move(T + 1_000, COLUMNS);
  assert.deepEqual([view.mode, view.from - T], ['replay', 2_000 - 10 * WINDOW]);
});

test('paused, a replay stands where it is', () => {
  const view = drawn();
  view.replay(T - 10 * WINDOW, 2);
  view.move(T, COLUMNS);
  view.move(T + 1_000, COLUMNS);
  view.pause();
  view.move(T + 60_000, COLUMNS);
  assert.deepEqual(shown(view), ['held', 2_000 - 10 * WINDOW, 2_000 - 9 * WINDOW]);
});
