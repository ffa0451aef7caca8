import assert from 'node:assert/strict';
import test from 'node:test';
import { DEBOUNCE_MS } from './live/history.js';
import { LiveModel } from './model.js';
import { Past } from './past.js';
import { TimeView } from './scale/time-view.js';
import { DensityColumn } from './series/density.js';
import { block, FakeRest, FakeTime, snapshot, update } from './testing.js';
/** @import {Content} from './past.js' */

const T = 1_763_683_200_000;
const MIN = 60_000;
const COLUMNS = 300;
/** @type {Content} */
const LINES = { mode: 'lines', names: null, metrics: null };
/** @type {Content} */
const DENSITY = { mode: 'density', names: [], metrics: null };

/** Five minutes live, a point a second, drawn at T. */
function world() {
  const rest = new FakeRest();
  const time = new FakeTime();
  const model = new LiveModel(5 * MIN);
  let changes = 0;
  const past = new Past(/** @type {any} */ (rest), 'c', /** @type {any} */ (time.environment), () => { changes += 1; });
  const x = Array.from({ length: 300 }, (_, i) => T - 5 * MIN + (i + 1) * 1_000);
  model.apply(snapshot(T, [block(x, { a: x.map((_, i) => i) })]), 0, { width: COLUMNS });
  const view = new TimeView(5 * MIN);
  view.move(T, COLUMNS);
  /** @param {Content} [content] */
  const show = (content = LINES) => {
    view.move(model.clock.last, COLUMNS);
    return past.show(view, model, COLUMNS, content);
  };
  /** Lets the clock and the data go on. @param {number} to ms after T */
  const flow = (to) => model.apply(update(T + to, [block([T + to], { a: [7] })]), to, { width: COLUMNS, keepFrom: view.paused ? view.from : Infinity });
  return { rest, time, model, past, view, show, flow, get changes() { return changes; } };
}

/** @param {number} slot @param {number[]} values */
const density = (slot, values) => ({ step_ms: 1_000, metrics: [{ name: 'rss', series: 1, columns: [{ slot, column: DensityColumn.of(values) }, { slot: slot + 1, column: DensityColumn.of([1]) }] }] });

test('live, and paused with all points still here, nothing is asked for', () => {
  const it = world();
  assert.equal(it.show().store, it.model.store);
  it.view.pause();
  for (let at = 1_000; at <= 20 * MIN; at += 60_000) {
    it.flow(at);
    assert.equal(it.show().store, it.model.store);
  }
  it.time.pass(1_000);
  assert.deepEqual(it.rest.asked, []);
  assert.equal(it.model.store.get('a')?.ring.firstX, T - 5 * MIN + 1_000, 'the paused view keeps what it shows');
});

test('what lies before is fetched, and shown when it is here; until then what there is', async () => {
  const it = world();
  it.view.pan(-10 * MIN);
  const before = it.show();
  assert.equal(before.store, it.model.store);
  assert.equal(it.past.busy, true);
  it.time.pass(DEBOUNCE_MS);
  const { what, query } = it.rest.last;
  assert.deepEqual([what, query.channel, query.series, query.from, query.to], ['query', 'c', null, T - 20 * MIN, T - 5 * MIN]);
  await it.rest.last.answer({ blocks: [block([T - 12 * MIN], { a: [5] })] });
  const after = it.show();
  assert.equal(after.store.get('a')?.ring.lastValue, 5);
  assert.notEqual(after.key, before.key, 'the picture is another one');
  assert.deepEqual([it.past.busy, it.past.state, it.changes], [false, { busy: false, error: '', empty: false }, 1]);
  it.view.live();
  assert.equal(it.show().store, it.model.store);
});

test('a range without any data says so once it is here, and only of what is in sight', async () => {
  const cases = /** @type {[string, number[], boolean][]} */ ([
    ['nothing at all', [], true], ['beside it', [3_000, 2_000, 1_000, 0, -7 * MIN].map((ms) => T - 16 * MIN - ms), true], ['in it', [T - 12 * MIN], false],
    ['a line goes through', [T - 15 * MIN - 1_000, T - 15 * MIN + 1_000], false],
  ]);
  for (const [where, x, wanted] of cases) {
    const it = world();
    const empty = () => { it.show(); return it.past.state ? it.past.state.empty : null; };
    assert.equal(empty(), null, 'live');
    it.view.hold(T - 15 * MIN, T - 10 * MIN);
    assert.equal(empty(), false, 'nobody knows yet');
    it.time.pass(DEBOUNCE_MS);
    await it.rest.last.answer({ blocks: x.length > 0 ? [block(x, { a: x.map(() => 1) })] : [] });
    assert.equal(empty(), wanted, where);
    it.view.live();
    assert.equal(empty(), null, 'live again');
  }
});

test('so do merged columns', async () => {
  for (const [at, empty] of /** @type {[number, boolean][]} */ ([[T - 12 * MIN, false], [T - 17 * MIN, true]])) {
    const it = world();
    it.view.hold(T - 15 * MIN, T - 10 * MIN);
    it.show(DENSITY);
    it.time.pass(DEBOUNCE_MS);
    for (const { what, answer } of it.rest.asked) await answer(what === 'density' ? density(at / 1_000, [1, 2]) : { blocks: [] });
    it.show(DENSITY);
    assert.equal(it.past.state?.empty, empty, String(at));
  }
});

test('zoomed in closer than what is held, the points between are fetched', () => {
  const it = world();
  it.view.hold(T - 2 * MIN, T - 1 * MIN);
  it.show();
  it.time.pass(DEBOUNCE_MS);
  assert.equal(it.rest.asked.length, 1);
});

test('a bridge that cannot answer is said', async () => {
  const it = world();
  it.view.pan(-10 * MIN);
  it.show();
  it.time.pass(DEBOUNCE_MS);
  await it.rest.last.fail(new Error('no history'));
  assert.deepEqual(it.past.state, { busy: false, error: 'no history', empty: false });
  assert.equal(it.show().store, it.model.store);
});

test('of merged columns the columns are fetched, and the lines beside them by name', async () => {
  const it = world();
  it.view.pan(-10 * MIN);
  it.show({ mode: 'density', names: ['a'], metrics: ['rss'] });
  it.time.pass(DEBOUNCE_MS);
  assert.deepEqual(it.rest.asked.map(({ what, query }) => [what, query.series ?? query.metric]), [['query', ['a']], ['density', ['rss']]]);
  await it.rest.asked[0].answer({ blocks: [] });
  await it.rest.asked[1].answer(density(Math.floor((T - 12 * MIN) / 1_000), [4]));
  assert.deepEqual(it.show({ mode: 'density', names: ['a'], metrics: ['rss'] }).density?.metrics(), ['rss']);
});

test('a range is laid over the one in sight, and follows it', async () => {
  const it = world();
  assert.equal(it.show().others, null);
  it.past.compare(60 * MIN);
  const { others } = it.show();
  assert.deepEqual([others?.offset, others?.density, others?.store.size], [60 * MIN, null, 0]);
  it.time.pass(DEBOUNCE_MS);
  assert.deepEqual([it.rest.last.query.from, it.rest.last.query.to], [T - 70 * MIN, T - 55 * MIN]);
  const { key } = it.show();
  await it.rest.last.answer({ blocks: [block([T - 61 * MIN], { a: [5] })] });
  assert.equal(it.show().others?.store.get('a')?.ring.lastValue, 5);
  assert.notEqual(it.show().key, key);
  it.past.compare(0);
  assert.equal(it.show().others, null);
});

test('merged columns of the other range are those of its last answer', async () => {
  const it = world();
  it.past.compare(60 * MIN);
  const first = it.show(DENSITY);
  assert.equal(first.others?.density?.empty, true);
  it.time.pass(DEBOUNCE_MS);
  const slot = Math.floor((T - 62 * MIN) / 1_000);
  await it.rest.asked[0].answer({ blocks: [] });
  await it.rest.asked[1].answer(density(slot, [4, 6]));
  const { others } = it.show(DENSITY);
  assert.deepEqual([others?.density?.quantiles[2].lastX, others?.density?.max.length], [(slot + 0.5) * 1_000, 2]);
  assert.equal(it.show(DENSITY).others?.density, others?.density, 'the same until another answer');
});

test('another channel: nothing of the old one, and nothing in flight', () => {
  const it = world();
  it.past.compare(60 * MIN);
  it.view.pan(-10 * MIN);
  it.show();
  it.time.pass(DEBOUNCE_MS);
  it.past.reset('d');
  assert.deepEqual(it.rest.asked.map(({ query }) => query.signal.aborted), [true, true]);
  it.show();
  it.time.pass(DEBOUNCE_MS);
  assert.deepEqual(it.rest.asked.slice(2).map(({ query }) => query.channel), ['d', 'd']);
  it.past.close();
  assert.equal(it.time.timers.size, 0);
});
