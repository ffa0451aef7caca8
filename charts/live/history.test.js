import assert from 'node:assert/strict';
import test from 'node:test';
import { DensityColumn } from '../series/density.js';
import { block } from '../testing.js';
import { DEBOUNCE_MS, History, PATIENCE_MS } from './history.js';
import { RestError } from './rest.js';
/** @import {Want} from './history.js' */

const T = 1_763_683_200_000;
const MIN = 60_000;
/** Half an hour back, five minutes long, one column a second. @type {Want} */
const VIEW = { from: T - 30 * MIN, to: T - 25 * MIN, width: 300, mode: 'lines', series: null, metrics: null, now: T };

/** A history, its bridge and its clock. */
function world() {
  /** @type {{what: string, options: any, answer: (value: any) => Promise<void>, fail: (error: Error) => Promise<void>}[]} */
  const asked = [];
  /** @type {Map<number, {at: number, run: () => void}>} */
  const timers = new Map();
  let now = 0;
  let timer = 0;
  let changes = 0;
  const ask = (/** @type {string} */ what) => (/** @type {any} */ options) => new Promise((resolve, reject) => {
    // The answer is taken in a microtask; whoever gives it waits for that.
    const settled = async () => { for (let i = 0; i < 8; i++) await null; };
    options.signal.addEventListener('abort', () => reject(options.signal.reason));
    asked.push({
      what, options, answer: async (value) => { resolve(value); await settled(); }, fail: async (error) => { reject(error); await settled(); },
    });
  });
  const history = new History({ query: ask('query'), density: ask('density') }, 'c', {
    onChange: () => { changes += 1; },
    environment: {
      after: (run, ms) => {
        timers.set(++timer, { at: now + ms, run });
        return timer;
      },
      cancel: (id) => timers.delete(id), now: () => now, random: () => 0.5,
    },
  });
  return {
    history, asked, timers,
    get changes() { return changes; },
    get last() { return asked[asked.length - 1]; },
    pass(/** @type {number} */ ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = until;
    },
  };
}

const POINTS = { blocks: [block([T - 28 * MIN, T - 27 * MIN], { a: [1, 2] })] };

async function loaded() {
  const it = world();
  it.history.want(VIEW);
  it.pass(DEBOUNCE_MS);
  await it.last.answer(POINTS);
  return it;
}

test('a view is fetched with a span on either side, in columns of its own', async () => {
  const it = world();
  it.history.want(VIEW);
  assert.deepEqual([it.asked.length, it.history.busy], [0, true]);
  it.pass(DEBOUNCE_MS);
  assert.equal(it.asked.length, 1);
  const { what, options } = it.last;
  assert.deepEqual([what, options.channel, options.series], ['query', 'c', null]);
  assert.deepEqual([options.from, options.to, options.width], [T - 35 * MIN, T - 20 * MIN, 900]);
  assert.equal(it.history.covers(VIEW.from, VIEW.to, 1_000), false);
  await it.last.answer(POINTS);
  assert.deepEqual([it.history.busy, it.history.covers(VIEW.from, VIEW.to, 1_000), it.changes], [false, true, 1]);
  assert.deepEqual(it.history.store.names(), ['a']);
  assert.deepEqual([it.history.held?.from, it.history.held?.to], [T - 35 * MIN, T - 20 * MIN]);
});

test('the same view again, and panning within what is held, ask for nothing', async () => {
  const it = await loaded();
  for (let i = 0; i < 100; i++) it.history.want({ ...VIEW, now: T + i * 16 });
  for (let by = 0; by <= 3.7 * MIN; by += 1_000) it.history.want({ ...VIEW, from: VIEW.from - by, to: VIEW.to - by });
  assert.deepEqual([it.asked.length, it.timers.size], [1, 0]);
});

test('near the end of what is held the next is fetched, the old stays until it is there', async () => {
  const it = await loaded();
  const { store } = it.history;
  const near = { ...VIEW, from: VIEW.from - 4 * MIN, to: VIEW.to - 4 * MIN };
  it.history.want(near);
  it.pass(DEBOUNCE_MS);
  assert.equal(it.asked.length, 2);
  assert.deepEqual([it.history.store === store, it.history.covers(near.from, near.to, 1_000)], [true, true]);
  await it.last.answer({ blocks: [block([T - 33 * MIN], { b: [1] })] });
  assert.deepEqual([it.history.store === store, it.history.store.names()], [false, ['b']]);
});

test('a view that still changes waits for its last change, but not for ever', () => {
  const it = world();
  for (let ms = 0; ms < PATIENCE_MS; ms += 20) {
    it.history.want({ ...VIEW, from: VIEW.from - ms });
    assert.equal(it.asked.length, 0, `after ${ms} ms`);
    it.pass(20);
  }
  assert.equal(it.asked.length, 1);
});

test('zooming in asks for finer columns, a little is not worth it; zooming out for coarser ones', async () => {
  const it = await loaded();
  const zoomed = (/** @type {number} */ factor) => {
    const span = (VIEW.to - VIEW.from) * factor;
    return { ...VIEW, from: VIEW.to - span };
  };
  it.history.want(zoomed(0.7));
  it.pass(1_000);
  assert.equal(it.asked.length, 1);
  it.history.want(zoomed(0.5));
  it.pass(1_000);
  assert.equal(it.asked.length, 2);
  assert.equal(it.history.covers(VIEW.to - 60_000, VIEW.to, 500), false, 'what is held is too coarse');
  assert.ok(Math.abs((it.last.options.to - it.last.options.from) / it.last.options.width - 500) < 1);
  await it.last.answer(POINTS);
  it.history.want(zoomed(20));
  it.pass(1_000);
  assert.equal(it.asked.length, 3);
});

test('an answer that nobody wants any more is called off', async () => {
  const it = world();
  it.history.want(VIEW);
  it.pass(DEBOUNCE_MS);
  const [first] = it.asked;
  it.history.want({ ...VIEW, from: VIEW.from - 60 * MIN, to: VIEW.to - 60 * MIN });
  assert.equal(first.options.signal.aborted, false, 'until the next is asked for');
  it.pass(DEBOUNCE_MS);
  assert.equal(first.options.signal.aborted, true);
  await first.answer(POINTS);
  assert.equal(it.history.store.size, 0);
  await it.last.answer(POINTS);
  assert.deepEqual([it.history.store.size, it.history.error], [1, '']);
});

test('back at what is held, what is on its way is called off', async () => {
  const it = await loaded();
  it.history.want({ ...VIEW, from: VIEW.from - 60 * MIN, to: VIEW.to - 60 * MIN });
  it.pass(DEBOUNCE_MS);
  it.history.want(VIEW);
  assert.deepEqual([it.last.options.signal.aborted, it.history.busy], [true, false]);
});

test('what is on its way and serves the view is waited for', () => {
  const it = world();
  it.history.want(VIEW);
  it.pass(DEBOUNCE_MS);
  for (let i = 1; i < 50; i++) {
    it.history.want({ ...VIEW, from: VIEW.from - i * 1_000, to: VIEW.to - i * 1_000 });
    it.pass(50);
  }
  assert.equal(it.asked.length, 1);
});

test('density comes with the lines beside it, both at once', async () => {
  const it = world();
  it.history.want({ ...VIEW, mode: 'density', series: ['a'], metrics: ['rss'] });
  it.pass(DEBOUNCE_MS);
  assert.deepEqual(it.asked.map(({ what, options }) => [what, options.series ?? options.metric]), [['query', ['a']], ['density', ['rss']]]);
  await it.asked[0].answer(POINTS);
  assert.equal(it.history.store.size, 0, 'one without the other would be another picture');
  await it.asked[1].answer({ step_ms: 1_000, metrics: [{ name: 'rss', series: 1, columns: [{ slot: 5, column: DensityColumn.of([1]) }] }] });
  assert.deepEqual([it.history.store.size, it.history.density.size, it.changes], [1, 1, 1]);
  it.history.want({ ...VIEW, mode: 'density', series: null, metrics: null });
  it.pass(DEBOUNCE_MS);
  assert.deepEqual(it.asked.slice(2).map(({ what }) => what), ['density']);
});

test('another selection is fetched; what is held of the old one covers nothing', async () => {
  const it = await loaded();
  it.history.want({ ...VIEW, series: ['a'] });
  assert.equal(it.history.covers(VIEW.from, VIEW.to, 1_000), false);
  it.pass(DEBOUNCE_MS);
  assert.deepEqual([it.asked.length, it.last.options.series], [2, ['a']]);
  await it.last.answer(POINTS);
  it.history.want({ ...VIEW, series: ['a'] });
  assert.deepEqual([it.timers.size, it.history.covers(VIEW.from, VIEW.to, 1_000)], [0, true]);
});

test('nothing is asked of the time after now, and what came since only now and then', async () => {
  const it = world();
  const edge = { ...VIEW, from: T - 5 * MIN, to: T };
  it.history.want(edge);
  it.pass(DEBOUNCE_MS);
  assert.equal(it.last.options.to, T);
  await it.last.answer(POINTS);
  for (let s = 0; s <= 70; s++) it.history.want({ ...edge, now: T + s * 1_000 });
  assert.equal(it.timers.size, 0, 'held at the edge it stays as it is');
  it.history.want({ ...edge, now: T + 80_000 });
  it.pass(DEBOUNCE_MS);
  assert.equal(it.last.options.to, T + 80_000);
  await it.last.answer(POINTS);
  const beyond = { ...VIEW, from: T - 4 * MIN, to: T + 5 * MIN };
  for (let s = 80; s <= 85; s++) it.history.want({ ...beyond, now: T + s * 1_000, width: 540 });
  assert.equal(it.timers.size, 0);
  it.history.want({ ...beyond, now: T + 86_000, width: 540 });
  assert.equal(it.timers.size, 1);
});

test('a bridge that is away is tried again, later and later; the old stays and the reason is said', async () => {
  const it = await loaded();
  const next = { ...VIEW, from: VIEW.from - 60 * MIN, to: VIEW.to - 60 * MIN };
  it.history.want(next);
  it.pass(DEBOUNCE_MS);
  await it.last.fail(new RestError('the bridge cannot be reached', 0, 'unreachable'));
  assert.deepEqual([it.history.error, it.history.store.size, it.changes], ['the bridge cannot be reached', 1, 2]);
  for (let i = 0; i < 20; i++) it.history.want({ ...next, from: next.from - i, to: next.to - i });
  it.pass(374);
  assert.equal(it.asked.length, 2);
  it.pass(1);
  assert.equal(it.asked.length, 3);
  await it.last.fail(new RestError('the bridge cannot be reached', 0, 'unreachable'));
  it.pass(750);
  assert.equal(it.asked.length, 4);
  await it.last.answer(POINTS);
  assert.deepEqual([it.history.error, it.history.busy, it.timers.size], ['', false, 0]);
});

test('what the bridge refuses is not asked for again until the view is another', async () => {
  const it = world();
  it.history.want(VIEW);
  it.pass(DEBOUNCE_MS);
  await it.last.fail(new RestError('ask for less', 413, 'too_large'));
  for (let i = 0; i < 20; i++) it.history.want({ ...VIEW, from: VIEW.from - i, to: VIEW.to - i });
  it.pass(60_000);
  assert.deepEqual([it.asked.length, it.history.error], [1, 'ask for less']);
  it.history.want({ ...VIEW, from: VIEW.to - MIN });
  it.pass(DEBOUNCE_MS);
  assert.equal(it.asked.length, 2);
});

test('closed or cleared it calls off, forgets, and says nothing any more', async () => {
  for (const end of /** @type {const} */ (['close', 'clear'])) {
    const it = await loaded();
    it.history.want({ ...VIEW, series: ['a'] });
    it.pass(DEBOUNCE_MS);
    it.history[end]();
    assert.deepEqual([it.last.options.signal.aborted, it.timers.size, it.history.store.size, it.history.held], [true, 0, 0, null]);
    await it.last.answer(POINTS);
    assert.deepEqual([it.changes, it.history.store.size], [1, 0]);
  }
  const it = await loaded();
  it.history.reset('other');
  it.history.want(VIEW);
  it.pass(DEBOUNCE_MS);
  assert.equal(it.last.options.channel, 'other');
});
