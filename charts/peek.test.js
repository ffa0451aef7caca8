import assert from 'node:assert/strict';
import test from 'node:test';
import { LiveModel } from './model.js';
import { Peek } from './peek.js';
import { block, FakeRest } from './testing.js';

const T = 1_763_683_200_000;

/** At so many ms. @param {number} at */
const range = (at) => ({ from: T, to: T + 300_000, at });

function world() {
  const rest = new FakeRest();
  const model = new LiveModel(300_000);
  return { rest, model, peek: new Peek(/** @type {any} */ (rest), model) };
}

test('rows in sight are asked for once in five seconds, however often the widgets ask', async () => {
  const { rest, peek } = world();
  for (let at = 0; at < 5_000; at += 250) peek.ask('c', ['a', 'b'], range(at));
  assert.equal(rest.asked.length, 1);
  const { channel, series, from, to, width } = rest.last.query;
  assert.deepEqual([channel, series, from, to, width], ['c', ['a', 'b'], T, T + 300_000, 60]);
  await rest.last.answer({ blocks: [block([T, T + 1_000], { a: [1, 2] })] });
  assert.deepEqual([peek.recent('a')?.lastValue, peek.recent('b')], [2, null]);
  peek.ask('c', ['a', 'b'], range(5_000));
  assert.equal(rest.asked.length, 2);
});

test('two widgets with rows of their own do not take turns', () => {
  const { rest, peek } = world();
  for (let at = 0; at < 5_000; at += 250) {
    peek.ask('c', ['a', 'b'], range(at));
    peek.ask('c', ['b', 'x'], range(at));
  }
  assert.deepEqual(rest.asked.map(({ query }) => query.series), [['a', 'b'], ['x']]);
});

test('what is scrolled into sight is asked for alone', () => {
  const { rest, peek } = world();
  peek.ask('c', ['a', 'b'], range(0));
  peek.ask('c', ['b', 'c'], range(1_000));
  assert.deepEqual(rest.last.query.series, ['c']);
  peek.ask('c', [], range(2_000));
  assert.equal(rest.asked.length, 2);
});

test('a question is no longer than an address may be', () => {
  const { rest, peek } = world();
  const names = Array.from({ length: 500 }, (_, i) => `n${i}`);
  for (let at = 0; at < 2_500; at += 500) peek.ask('c', names, range(at));
  assert.deepEqual(rest.asked.map(({ query }) => query.series.length), [120, 120, 120, 120, 20]);
});

test('only so many series are kept, those asked for last', async () => {
  const { rest, peek } = world();
  for (let i = 0; i < 5; i++) {
    const names = Array.from({ length: 100 }, (_, k) => `n${i * 100 + k}`);
    peek.ask('c', names, range(i * 1_000));
    await rest.last.answer({ blocks: [block([T], Object.fromEntries(names.map((name) => [name, [i]])))] });
  }
  assert.equal(peek.recent('n99'), null);
  assert.deepEqual([peek.recent('n100')?.lastValue, peek.recent('n499')?.lastValue], [1, 4]);
});

test('a bridge that does not answer leaves what was there', async () => {
  const { rest, peek } = world();
  peek.ask('c', ['a'], range(0));
  await rest.last.answer({ blocks: [block([T], { a: [1] })] });
  peek.ask('c', ['a'], range(5_000));
  await rest.last.fail();
  assert.equal(peek.recent('a')?.lastValue, 1);
  peek.ask('c', ['a'], range(10_000));
  assert.equal(rest.asked.length, 3);
});

test('an order is the bridge’s, asked again every five seconds, and the names in it are known from then on', async () => {
  const { model, rest, peek } = world();
  assert.equal(peek.order('c', 'max', range(0), null), null);
  const { what, query } = rest.last;
  assert.deepEqual([what, query.of, query.metric, query.k], ['ranking', 'max', null, 20_000]);
  await rest.last.answer({ total: 2, series: [{ name: 'z' }, { name: 'a' }] });
  const names = peek.order('c', 'max', range(1_000), null);
  assert.deepEqual(names, ['z', 'a']);
  assert.deepEqual([...model.facts(true).keys()], ['a', 'z']);
  assert.equal(peek.order('c', 'max', range(5_001), null), names, 'the one before until the answer is here');
  assert.equal(rest.asked.length, 2);
  await rest.last.fail();
  assert.equal(peek.order('c', 'max', range(6_000), null), names);
});

test('orders by several figures stand side by side', async () => {
  const { rest, peek } = world();
  for (let at = 0; at < 5_000; at += 250) {
    peek.order('c', 'max', range(at), null);
    peek.order('c', 'last', range(at), ['rss']);
  }
  assert.equal(rest.asked.length, 2);
  await rest.asked[1].answer({ total: 1, series: [{ name: 'b' }] });
  await rest.asked[0].answer({ total: 1, series: [{ name: 'a' }] });
  assert.deepEqual([peek.order('c', 'max', range(5_000), null), peek.order('c', 'last', range(5_000), ['rss'])], [['a'], ['b']]);
});

test('of another channel nothing of the old one answers', async () => {
  const { rest, peek } = world();
  peek.ask('c', ['a'], range(0));
  peek.order('c', 'max', range(0), null);
  const [points, order] = rest.asked;
  peek.clear();
  assert.deepEqual([points, order].map(({ query }) => query.signal.aborted), [true, true]);
  await points.answer({ blocks: [block([T], { a: [1] })] });
  await order.answer({ total: 1, series: [{ name: 'a' }] });
  assert.deepEqual([peek.recent('a'), peek.order('d', 'max', range(10), null)], [null, null]);
  peek.ask('d', ['a'], range(500));
  assert.equal(rest.last.query.channel, 'd');
});
