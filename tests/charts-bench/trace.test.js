import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakdown, MARK, reduceFrames, reduceTrace, spread } from './trace.js';
/** @import {TraceEvent} from './trace.js' */

const PAGE = { pid: 1, tid: 1 };

/** @param {string} name @param {number} ms @param {number} [durMs] @param {Partial<TraceEvent>} [more] @returns {TraceEvent} */
function event(name, ms, durMs, more = {}) {
  const duration = durMs === undefined ? {} : { dur: 1000 * durMs, tdur: 500 * durMs };
  return { name, cat: '', ph: durMs === undefined ? 'I' : 'X', ...PAGE, ts: 1000 * ms, ...duration, ...more };
}

/** @param {number} ms @param {number} dur */
const task = (ms, dur) => event('RunTask', ms, dur);
/** @param {number} ms */
const received = (ms) => event('WebSocketReceive', ms);

test('an update has all that runs until the next begins', () => {
  const { update, updateCpu } = reduceTrace([
    task(0, 50), // before the first: nobody's
    task(100, 4), received(101), task(110, 3), task(199, 0.5),
    task(200, 6), received(201), task(250, 2),
    task(300, 1), received(300), task(310, 90), // not whole
  ]);
  assert.deepEqual([update.count, update.p50, update.p99], [2, 7.5, 8]);
  assert.equal(updateCpu.p99, 4);
});

test('frames of one update in several subscriptions begin one', () => {
  const { update } = reduceTrace([
    task(100, 1), received(100), task(102, 1), received(102), task(200, 1), received(200), task(300, 1), received(300),
  ]);
  assert.deepEqual([update.count, update.p99], [2, 2]);
});

test('where a page marks its pictures, those are the updates', () => {
  const { update } = reduceTrace([
    task(0, 1), event(MARK, 0), task(100, 5), received(100), task(200, 5), received(200), task(900, 1), event(MARK, 900),
  ]);
  assert.deepEqual([update.count, update.p50], [1, 11]);
});

test('a task within a task, another thread and another process do not count', () => {
  const { update } = reduceTrace([
    task(0, 10), received(0), task(2, 5), event('RunTask', 3, 70, { tid: 2 }), event('RunTask', 3, 70, { pid: 2 }),
    task(100, 1), received(100),
  ]);
  assert.deepEqual([update.count, update.p50], [1, 10]);
});

test('hover is the task in which the pointer moved', () => {
  const move = { args: { data: { type: 'pointermove' } } };
  const { hover } = reduceTrace([
    task(0, 1), received(0), task(10, 7), event('EventDispatch', 11, 2, move),
    task(30, 9), event('EventDispatch', 31, 2, { args: { data: { type: 'click' } } }),
  ]);
  assert.deepEqual([hover.count, hover.p50], [1, 7]);
});

test('a trace in which nothing arrived says so', () => {
  assert.throws(() => reduceTrace([task(0, 1)]), /no update was begun/);
});

test('frames of the page are counted by what became of them', () => {
  /** @param {string} state @param {number} pid */
  const frame = (state, pid) => event('PipelineReporter', 0, undefined, { ph: 'b', pid, args: { frame_reporter: { state } } });
  const events = [
    event('process_name', 0, undefined, { args: { name: 'Renderer' } }),
    frame('STATE_PRESENTED_ALL', 1), frame('STATE_PRESENTED_PARTIAL', 1), frame('STATE_DROPPED', 1),
    frame('STATE_NO_UPDATE_DESIRED', 1), frame('STATE_PRESENTED_ALL', 2),
  ];
  assert.deepEqual(reduceFrames(events, 2), { presented: 1, dropped: 0.5 });
});

test('time is spent in the innermost event', () => {
  assert.deepEqual(breakdown([task(0, 10), received(0), event('Paint', 1, 6), event('Raster', 2, 5), task(20, 1)]), [
    ['RunTask', 5], ['Raster', 5], ['Paint', 1],
  ]);
});

test('a spread of any length', () => {
  for (const [values, p50, p99, mean] of /** @type {[number[], number, number, number][]} */ ([
    [[], NaN, NaN, NaN], [[3], 3, 3, 3], [[2, 1], 1, 2, 1.5], [Array.from({ length: 200 }, (_, i) => i + 1), 100, 198, 100.5],
  ])) assert.deepEqual(spread(values), { p50, p99, mean, count: values.length });
});
