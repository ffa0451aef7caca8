import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeRest, settled } from '../testing.js';
import { Feed, TOP } from './feed.js';
/** @import {Wish} from './feed.js' */
/** @import {DensityFrame} from '../types.js' */

/** @type {Wish} */
const WISH = { channel: 'c', window: '5m', width: 800, series: [], detail: 'auto', metrics: null, only: null, pinned: [] };
const RANGE = { from: 1_000, to: 301_000 };

/** What is subscribed, in short words; `=`: the same as before. */
class FakeConnection {
  /** @type {Map<string, any>} */
  subscribed = new Map();
  changes = 0;
  /** @param {string} key @param {any} subscription */
  set(key, subscription) {
    if (JSON.stringify(this.subscribed.get(key) ?? null) !== JSON.stringify(subscription)) this.changes += 1;
    if (subscription) this.subscribed.set(key, subscription);
    else this.subscribed.delete(key);
  }

  /** A word for each subscription, with the names it asks for. */
  get text() {
    return [...this.subscribed].map(([key, { series }]) => (series && key !== 'presence' ? `${key} ${series.join(',')}` : key)).sort().join(' · ');
  }
}

/** @param {Partial<Wish>} [wish] */
function world(wish = {}) {
  const connection = new FakeConnection();
  const rest = new FakeRest();
  let changed = 0;
  let rankings = 0;
  const feed = new Feed(/** @type {any} */ (connection), /** @type {any} */ (rest), { ...WISH, ...wish }, (ranked) => {
    if (ranked) rankings += 1;
    else changed += 1;
  });
  feed.open();
  return { connection, rest, feed, get changed() { return changed; }, get rankings() { return rankings; } };
}

/** @param {Record<string, number>} counts  series by metric @param {boolean} [whole] @returns {DensityFrame} */
function columns(counts, whole = true) {
  return {
    type: 'density', sub: 1, position: { epoch: 1, offset: 1 }, now: 0, snapshot: whole, window_ms: 1, sources: { up: 3, down: 1 }, messages: 2, step_ms: 1000,
    metrics: Object.entries(counts).map(([name, series]) => ({ name, series, columns: [] })),
  };
}

/** @param {string[]} names @param {number} total */
const ranked = (names, total) => ({ total, series: names.map((name) => ({ name })) });

/** A density view of so many series, with its highest. @param {number} series @param {Partial<Wish>} [wish] */
async function dense(series, wish = {}) {
  const it = world(wish);
  it.feed.take('density', columns({ rss: series }));
  it.feed.rank(0, RANGE, true);
  await it.rest.last.answer(ranked(['a', 'b'], series));
  return it;
}

test('what is asked first: merged columns, unless it is clear already', () => {
  /** @type {[Partial<Wish>, string][]} */
  const cases = [
    [{}, 'density · presence'],
    [{ pinned: ['p'] }, 'density · detail p · presence'],
    [{ detail: 'density' }, 'density · presence'],
    [{ detail: 'lines' }, 'lines'],
    [{ detail: 'lines', series: ['rss-*'] }, 'lines rss-*'],
    [{ detail: 'lines', only: ['a'] }, 'lines'],
    // Of one isolated in the address not all fifteen thousand are fetched; the columns say how many there are.
    [{ only: ['a'] }, 'density · lines a'],
    [{ only: Array.from({ length: 300 }, (_, i) => `n${i}`) }, 'density'],
  ];
  for (const [wish, wanted] of cases) {
    const { text } = world(wish).connection;
    assert.ok(wish.only && wish.only.length > 9 ? text.startsWith(wanted) : text === wanted, `${JSON.stringify(wish).slice(0, 80)}: ${text}`);
  }
});

test('a subscription says channel, window and width; presence wants no points', () => {
  const { connection } = world({ pinned: ['p'] });
  assert.deepEqual(Object.fromEntries(connection.subscribed), {
    density: { channel: 'c', window: '5m', width: 800, view: 'density' }, presence: { channel: 'c', window: '1s', series: ['!'] },
    detail: { channel: 'c', window: '5m', width: 800, series: ['p'], sources: false },
  });
});

test('the number of series decides, and what is wished', () => {
  /** @type {[number, Partial<Wish>, string][]} */
  const cases = [
    [0, {}, 'lines'],
    [100, {}, 'density · presence'],
    [79, {}, 'lines'],
    [15_000, {}, 'density · presence'],
    [15_000, { detail: 'density' }, 'density · presence'],
    [5, { detail: 'density' }, 'density · presence'],
    [15_000, { only: ['a', 'b'] }, 'lines a,b'],
    [200, { only: ['a', 'b'] }, 'lines'],
    [15_000, { pinned: ['p', 'q'] }, 'density · detail p,q · presence'],
    [50, { pinned: ['p'] }, 'lines'],
  ];
  for (const [series, wish, wanted] of cases) {
    const it = world(wish);
    it.feed.take('density', columns({ rss: series }));
    assert.equal(it.connection.text, wanted, `${series} ${JSON.stringify(wish)}`);
    assert.equal(it.feed.restricted, wanted === 'lines a,b');
    assert.equal(it.feed.series, series);
    assert.deepEqual(it.feed.sources, { up: 3, down: 1 });
  }
});

test('only series of the metrics shown count', () => {
  const it = world({ metrics: ['rss'] });
  it.feed.take('density', columns({ rss: 60, heap: 60, total: 60 }));
  assert.equal(it.connection.text, 'lines');
  it.feed.change({ metrics: null });
  assert.equal(it.connection.text, 'density · presence');
  assert.equal(it.feed.series, 180);
});

// Of more than a thousand series the picture stayed a density, however few of them were chosen.
test('of very many series the few of a metric are lines, fetched by name', async () => {
  const it = world({ metrics: ['rare'] });
  it.feed.take('density', columns({ rss: 15_000, rare: 3 }));
  assert.equal(it.connection.text, 'density · presence', 'not all of them for the few: their names are not known yet');
  assert.equal(it.feed.series, 3);
  it.feed.rank(0, RANGE, true);
  assert.deepEqual([it.rest.last.query.metric, it.rest.last.query.k], [['rare'], 100]);
  await it.rest.last.answer(ranked(['c', 'a', 'b'], 3));
  assert.deepEqual([it.connection.text, it.feed.restricted, it.feed.series, it.feed.names], ['lines a,b,c', true, 3, ['a', 'b', 'c']]);
  it.feed.rank(4_000, RANGE, true);
  assert.equal(it.rest.asked.length, 1);
  const { changed, connection: { changes } } = it;
  it.feed.rank(5_000, RANGE, true);
  await it.rest.last.answer(ranked(['b', 'c', 'a'], 3));
  assert.deepEqual([it.connection.changes, it.changed], [changes, changed], 'another order is no other question, and no other picture');
  it.feed.rank(10_000, RANGE, true);
  await it.rest.last.answer(ranked(['b', 'c', 'a', 'new'], 4));
  assert.equal(it.changed, changed + 1, 'another name is');
  assert.equal(it.connection.text, 'lines a,b,c,new');
  it.feed.rank(15_000, RANGE, true);
  await it.rest.last.answer(ranked(['a'], 140));
  assert.deepEqual([it.feed.mode, it.feed.names, it.feed.series], ['density', null, 140], 'as they grow they are merged');
});

test('what is few among very many ends with another choice, and nothing is asked for by no name', async () => {
  /** @type {[Partial<Wish>, string][]} */
  const cases = [
    [{ metrics: null }, 'density · detail a · presence'], [{ metrics: ['rss'] }, 'density · detail a · presence'], [{ detail: 'density' }, 'density · detail a · presence'],
    [{ detail: 'lines' }, 'lines a'], [{ only: ['x'] }, 'lines x'], [{ window: '1h' }, 'lines a'], [{ channel: 'd' }, 'density · presence'],
  ];
  for (const [wish, wanted] of cases) {
    const it = world({ metrics: ['rare'] });
    it.feed.take('density', columns({ rss: 15_000, rare: 1 }));
    it.feed.rank(0, RANGE, true);
    await it.rest.last.answer(ranked(['a'], 1));
    it.feed.change(wish);
    assert.equal(it.connection.text, wanted, JSON.stringify(wish));
  }
  const none = world({ metrics: ['rare'] });
  none.feed.take('density', columns({ rss: 15_000, rare: 1 }));
  none.feed.rank(0, RANGE, true);
  await none.rest.last.answer(ranked([], 0));
  assert.equal(none.connection.text, 'density · presence', 'without a name it would be all lines');
});

test('of a few hundred lines all are here: metrics come and go without a question', async () => {
  const it = world({ metrics: ['rare'] });
  it.feed.take('density', columns({ rss: 500, rare: 90 }));
  it.feed.rank(0, RANGE, true);
  await it.rest.last.answer(ranked(['a'], 1));
  assert.deepEqual([it.connection.text, it.feed.restricted], ['lines', false]);
});

test('an update adds to no count, but to the messages', () => {
  const it = world();
  it.feed.take('density', columns({ rss: 500 }));
  it.feed.take('density', columns({ rss: 0 }, false));
  assert.equal(it.feed.series, 500);
  assert.equal(it.feed.takeMessages(), 4);
  assert.equal(it.feed.takeMessages(), 0);
  it.feed.take('detail', { type: 'update', sub: 2, position: { epoch: 1, offset: 1 }, now: 0, messages: 7, blocks: [] });
  assert.equal(it.feed.takeMessages(), 0, 'the same messages, seen twice');
});

test('what of a frame is meant for the model', () => {
  const it = world();
  const frame = columns({ rss: 500 });
  /** @type {[string, boolean, boolean][]} */
  const cases = [['lines', true, true], ['density', false, true], ['presence', false, true], ['detail', true, false]];
  for (const [key, lines, presence] of cases) assert.deepEqual(it.feed.take(key, frame), { lines, presence }, key);
});

test('the highest become lines, with what is pinned; asked again every five seconds', async () => {
  const it = await dense(500, { pinned: ['p'] });
  const { channel, of, from, to, k, metric, series } = it.rest.last.query;
  assert.deepEqual({ channel, of, from, to, k, metric, series }, { channel: 'c', of: 'max', from: '300000ms', to: undefined, k: TOP, metric: null, series: null });
  assert.equal(it.connection.text, 'density · detail a,b,p · presence');
  it.feed.rank(4_999, { from: 6_000, to: 306_000 }, true);
  assert.equal(it.rest.asked.length, 1);
  it.feed.rank(5_000, { from: 6_000, to: 306_000 }, true);
  assert.equal(it.rest.asked.length, 2);
  const { changes } = it.connection;
  await it.rest.last.answer(ranked(['a', 'b'], 500));
  assert.equal(it.connection.changes, changes, 'the same answer is no other subscription');
});

// Every five seconds all of the picture was drawn again, and the lines were asked for anew where two had changed places.
test('who is highest, in which order, is no other picture; it comes with their points', async () => {
  const it = await dense(500);
  const { changed } = it;
  const { changes } = it.connection;
  it.feed.rank(5_000, RANGE, true);
  await it.rest.last.answer(ranked(['b', 'a'], 501));
  assert.deepEqual([it.connection.changes, it.changed, it.rankings], [changes, changed, 2]);
  it.feed.rank(10_000, RANGE, true);
  await it.rest.last.answer(ranked(['c', 'a'], 501));
  assert.deepEqual([it.connection.text, it.changed, it.rankings], ['density · detail a,c · presence', changed, 3]);
  it.feed.rank(15_000, RANGE, true);
  await it.rest.last.answer(ranked(['c', 'a'], 60));
  assert.deepEqual([it.feed.mode, it.changed], ['lines', changed + 1], 'lines instead of columns are');
});

test('nothing is ranked before the number is known, of lines, of what is isolated, or without a range', async () => {
  const fresh = world();
  fresh.feed.rank(0, RANGE, true);
  const few = world();
  few.feed.take('density', columns({ rss: 5 }));
  few.feed.rank(0, RANGE, true);
  const isolated = await dense(500);
  isolated.feed.change({ only: ['a'] });
  isolated.feed.rank(60_000, RANGE, true);
  const unseen = world();
  unseen.feed.take('density', columns({ rss: 500 }));
  unseen.feed.rank(0, { from: NaN, to: NaN }, true);
  assert.deepEqual([fresh, few, isolated, unseen].map(({ rest }) => rest.asked.length), [0, 0, 1, 0]);
});

test('the number that the ranking counts has the last word, with room between lines and columns', async () => {
  const it = await dense(500);
  for (const [total, wanted] of /** @type {[number, string][]} */ ([[120, 'density'], [85, 'density'], [79, 'lines']])) {
    it.feed.rank(total === 120 ? 5_000 : total === 85 ? 10_000 : 15_000, RANGE, true);
    await it.rest.last.answer(ranked(['a'], total));
    assert.equal(it.feed.mode, wanted, String(total));
    assert.equal(it.feed.series, total);
  }
  assert.equal(it.connection.text, 'lines');
});

test('lines that become more than a hundred are merged, and stay so while the new count is on its way', async () => {
  const it = await dense(500);
  it.feed.rank(5_000, RANGE, true);
  await it.rest.last.answer(ranked(['a'], 40));
  assert.equal(it.feed.mode, 'lines');
  it.feed.seen(100);
  assert.equal(it.feed.mode, 'lines');
  it.feed.seen(101);
  assert.deepEqual([it.feed.mode, it.feed.series], ['density', 101]);
  it.feed.change({ pinned: ['p'] });
  assert.equal(it.feed.mode, 'density', 'the count of before, 40, is forgotten');
  it.feed.take('density', columns({ rss: 110 }));
  assert.deepEqual([it.feed.mode, it.feed.series], ['density', 110]);
});

test('growth turns nothing where lines are wished, or some are isolated', () => {
  for (const wish of /** @type {Partial<Wish>[]} */ ([{ detail: 'lines' }, { only: ['a'] }])) {
    const it = world(wish);
    it.feed.seen(5_000);
    assert.equal(it.feed.mode, 'lines');
  }
});

test('switched by hand, there and back', () => {
  const it = world();
  it.feed.take('density', columns({ rss: 500 }));
  for (const [detail, mode] of /** @type {['auto'|'lines'|'density', string][]} */ ([['lines', 'lines'], ['density', 'density'], ['auto', 'density'], ['lines', 'lines'], ['auto', 'density']])) {
    it.feed.change({ detail });
    assert.equal(it.feed.mode, mode, detail);
  }
  const few = world({ detail: 'lines' });
  few.feed.change({ detail: 'auto' });
  assert.equal(few.connection.text, 'lines', 'nothing is known: what comes will tell');
  few.feed.seen(101);
  assert.equal(few.feed.mode, 'density');
});

test('a pin or a selection asks for nothing that is there', async () => {
  const it = await dense(500);
  const { changes } = it.connection;
  it.feed.change({ ...WISH, series: [], pinned: ['p'] });
  assert.equal(it.connection.changes, changes + 1, 'only the detail is another');
  assert.equal(it.connection.text, 'density · detail a,b,p · presence');
  assert.equal(it.feed.series, 500);
});

test('merged columns that are refused: as many lines as there are', () => {
  const it = world();
  assert.equal(it.feed.failed('density', 'no room'), false);
  assert.deepEqual([it.connection.text, it.feed.refused, it.changed], ['lines', 'no room', 1]);
  it.feed.change({ detail: 'density' });
  assert.equal(it.connection.text, 'lines', 'it would be refused again');
  it.feed.change({ channel: 'd' });
  assert.deepEqual([it.connection.text, it.feed.refused], ['density · presence', ''], 'another channel may have them');
});

test('which refusals are for the reader', () => {
  const { feed } = world();
  assert.deepEqual(['lines', 'presence', 'detail'].map((key) => feed.failed(key, 'no')), [true, true, false]);
});

test('another channel or another choice begins afresh, and the old ranking is called off', async () => {
  for (const wish of /** @type {Partial<Wish>[]} */ ([{ channel: 'd' }, { series: ['x-*'] }])) {
    const it = await dense(500);
    it.feed.rank(5_000, RANGE, true);
    const old = it.rest.last;
    it.feed.change(wish);
    assert.equal(old.query.signal.aborted, true);
    await old.answer(ranked(['old'], 3));
    assert.deepEqual([it.feed.top, it.feed.series, it.feed.known, it.connection.text], [[], 0, false, 'density · presence']);
  }
});

test('a new window asks for the same things anew', async () => {
  const it = await dense(500);
  it.feed.change({ window: '15m' });
  assert.deepEqual([...it.connection.subscribed.values()].map(({ window }) => window), ['15m', '1s', '15m']);
  it.feed.rank(100, RANGE, true);
  assert.equal(it.rest.asked.length, 2, 'who is highest in it is another question');
  assert.equal(it.feed.series, 500, 'until the answer is there');
});

test('a held range is ranked once; one that moves, once a second', async () => {
  const it = await dense(500);
  it.feed.rank(100, { from: 0, to: 100 }, false);
  assert.equal(it.rest.asked.length, 2);
  assert.deepEqual([it.rest.last.query.from, it.rest.last.query.to], [0, 100]);
  await it.rest.last.answer(ranked(['h'], 3));
  assert.deepEqual([it.feed.mode, it.feed.top], ['density', ['h']], 'how few there were then changes nothing of what is subscribed');
  for (let at = 200; at < 60_000; at += 100) it.feed.rank(at, { from: 0, to: 100 }, false);
  assert.equal(it.rest.asked.length, 2);
  for (let at = 60_000; at < 63_000; at += 100) it.feed.rank(at, { from: at, to: at + 100 }, false);
  assert.equal(it.rest.asked.length, 5);
});

test('a ranking that fails leaves the lines as they are, and is asked again', async () => {
  const it = await dense(500);
  it.feed.rank(100, { from: 0, to: 100 }, false);
  await it.rest.last.fail();
  await settled();
  assert.deepEqual(it.feed.top, ['a', 'b']);
  it.feed.rank(200, { from: 0, to: 100 }, false);
  assert.equal(it.rest.asked.length, 2);
  it.feed.rank(1_200, { from: 0, to: 100 }, false);
  assert.equal(it.rest.asked.length, 3);
});

test('opened again, a held range is ranked again', async () => {
  const it = await dense(500);
  it.feed.rank(100, { from: 0, to: 100 }, false);
  await it.rest.last.answer(ranked(['h'], 300));
  it.feed.open();
  it.feed.take('density', columns({ rss: 500 }));
  it.feed.rank(200, { from: 0, to: 100 }, false);
  assert.equal(it.rest.asked.length, 3);
});

test('closed, nothing is asked any more', async () => {
  const it = await dense(500);
  it.feed.rank(5_000, RANGE, true);
  it.feed.close();
  assert.equal(it.rest.last.query.signal.aborted, true);
});
