import assert from 'node:assert/strict';
import test from 'node:test';
import { Recorder, square, traceOf } from '../testing.js';
import { traceArea } from './area.js';
import { traceCurve } from './curve.js';
import { knowSplines } from './spline.js';
import { drawPoints } from './scatter.js';
/** @import {CurveName} from './trace.js' */

knowSplines();

/** @param {[number, number][]} points @param {CurveName} curve @param {boolean} [isLinear] */
function path(points, curve, isLinear) {
  const context = new Recorder();
  traceCurve(context, traceOf(points), square({ isLinear }), curve);
  // A run of one begins like any other: that its dot begins elsewhere leaves a move to nowhere.
  return context.text.replace(/move [^,]+, (?=move)/g, '');
}
/** @param {[number, number][]} points @param {CurveName} curve @param {number|[number, number][]} base */
function area(points, curve, base) {
  const context = new Recorder();
  traceArea(context, traceOf(points), square(), curve, typeof base === 'number' ? base : traceOf(base));
  return context.text;
}
const NOTHING = /** @type {[number, number]} */ ([NaN, NaN]);

test('lines go from point to point, steps hold a value until the next', () => {
  assert.equal(path([[0, 0], [5, 5], [10, 2]], 'line'), 'move 0 100, line 50 50, line 100 80');
  assert.equal(path([[0, 0], [5, 5], [10, 2]], 'step'), 'move 0 100, line 50 100, line 50 50, line 100 50, line 100 80');
});

test('the pen is lifted at a gap, and a point alone is a dot', () => {
  const points = /** @type {[number, number][]} */ ([NOTHING, [0, 0], [1, 1], NOTHING, NOTHING, [5, 5], NOTHING, [8, 8], [9, 9], NOTHING]);
  const dot = 'move 51.25 50, arc 50 50 1.25 0 6.283';
  assert.equal(path(points, 'line'), `move 0 100, line 10 90, ${dot}, move 80 20, line 90 10`);
  assert.equal(path(points, 'step'), `move 0 100, line 10 100, line 10 90, ${dot}, move 80 20, line 90 20, line 90 10`);
  assert.equal(path(points, 'spline'), `move 0 100, line 10 90, ${dot}, move 80 20, line 90 10`);
});

test('a dot at the end is drawn, too; nothing draws nothing', () => {
  assert.equal(path([NOTHING, [5, 5]], 'line'), 'move 51.25 50, arc 50 50 1.25 0 6.283');
  for (const curve of /** @type {CurveName[]} */ (['line', 'spline', 'step'])) {
    assert.equal(path([], curve), '');
    assert.equal(path([NOTHING], curve), '');
  }
});

test('an axis that is not linear is asked for every point', () => {
  const points = /** @type {[number, number][]} */ ([[0, 0], [5, 5], NOTHING, [10, 2]]);
  for (const curve of /** @type {CurveName[]} */ (['line', 'spline', 'step'])) assert.equal(path(points, curve, false), path(points, curve, true));
});

test('a spline goes through every point and never beyond its neighbours', () => {
  for (let run = 0; run < 200; run++) {
    const points = Array.from({ length: 20 }, (_, i) => /** @type {[number, number]} */ ([
      i / 2 + ((run * 7 + i) % 3) / 10, 5 + 5 * Math.sin(i * (run + 1)) * Number((run + i) % 4 > 0),
    ]));
    const context = new Recorder();
    traceCurve(context, traceOf(points), square(), 'spline');
    const [, ...curves] = /** @type {[string, number, number, number, number, number, number][]} */ (context.calls);
    assert.equal(curves.length, points.length - 1);
    curves.forEach(([, , y1, , y2, x, y], i) => {
      const [low, high] = [100 - points[i][1] * 10, 100 - points[i + 1][1] * 10].sort((a, b) => a - b);
      // A Bézier curve stays within its four points: if the handles do not overshoot, it does not.
      for (const handle of [y1, y2]) assert.ok(handle >= low - 2e-3 && handle <= high + 2e-3, `${run} ${i}: ${handle} not in ${low}…${high}`);
      assert.ok(Math.abs(x - points[i + 1][0] * 10) < 2e-3 && Math.abs(y - 100 + points[i + 1][1] * 10) < 2e-3);
    });
  }
});

test('an area stands on a value', () => {
  assert.equal(area([[0, 2], [5, 5]], 'line', 0), 'move 0 80, line 50 50, line 50 100, line 0 100, close');
  assert.equal(area([[0, 2], [5, 5]], 'step', 1), 'move 0 80, line 50 80, line 50 50, line 50 90, line 0 90, close');
  assert.equal(area([[0, 2], NOTHING, [5, 5], [6, 5]], 'line', 0), 'move 50 50, line 60 50, line 60 100, line 50 100, close', 'a point has no area');
  assert.match(area([[0, 2], [5, 5], [8, 1]], 'spline', 0), /^move 0 80, curve [-0-9. ]+50 50, curve [-0-9. ]+80 90, line 80 100, line 0 100, close$/);
});

test('an area on another one comes back along it', () => {
  assert.equal(area([[0, 4], [5, 6], [10, 5]], 'line', [[0, 1], [5, 2], [10, 3]]),
    'move 0 60, line 50 40, line 100 50, line 100 70, line 50 80, line 0 90, close');
  assert.equal(area([[0, 4], [5, 6]], 'step', [[0, 1], [5, 2]]), 'move 0 60, line 50 60, line 50 40, line 50 80, line 50 90, line 0 90, close');
  assert.match(area([[0, 4], [5, 6], [8, 5]], 'spline', [[0, 1], [5, 2], [8, 3]]),
    /^move 0 60, curve [-0-9. ]+50 40, curve [-0-9. ]+80 50, line 80 70, curve [-0-9. ]+50 80, curve [-0-9. ]+0 90, close$/);
});

test('a layer’s way back is the edge of the layer below, point for point', () => {
  const below = /** @type {[number, number][]} */ ([[0, 1], [2, 3], [5, 2], [10, 4]]);
  for (const curve of /** @type {CurveName[]} */ (['line', 'step'])) {
    const edge = path(below, curve).split(', ').map((call) => call.replace(/^\w+ /, ''));
    const around = area(below.map(([x, v]) => [x, v + 2]), curve, below).split(', ').map((call) => call.replace(/^\w+ ?/, '')).filter(Boolean);
    assert.deepEqual(around.slice(around.length / 2).reverse(), edge);
  }
});

test('points are dots, small ones squares; gaps are not drawn', () => {
  const context = new Recorder();
  context.fillStyle = 'red';
  drawPoints(context, traceOf([[0, 0], NOTHING, [5, 5]]), square(), 2);
  assert.equal(context.text, 'begin, move 2 100, arc 0 100 2 0 6.283, move 52 50, arc 50 50 2 0 6.283, fill red');
  const small = new Recorder();
  drawPoints(small, traceOf([[0, 0], NOTHING, [5, 5]]), square(), 1);
  assert.equal(small.text, 'fillRect -1 99 2 2, fillRect 49 49 2 2');
  const many = new Recorder();
  drawPoints(many, traceOf(Array.from({ length: 200 }, (_, i) => [i / 20, 1])), square(), 2);
  assert.equal(many.calls.filter(([name]) => name === 'arc').length, 200);
  const none = new Recorder();
  drawPoints(none, traceOf([NOTHING]), square(), 2);
  assert.equal(none.text, '');
});
