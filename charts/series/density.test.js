import assert from 'node:assert/strict';
import test from 'node:test';
import {
  BUCKET_MAX, boundsOf, bucketOf, DensityColumn, DensityStore, edgesOf, highOf, lowOf, quantile, quantiles,
} from './density.js';

const TINY = 2 ** -1074;

/** The same numbers on every run. @param {number} seed */
function random(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** What a histogram of these values must be, made the slow way. @param {number[]} values */
function naive(values) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const value of values) counts.set(bucketOf(value), (counts.get(bucketOf(value)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

/** @param {DensityColumn} column */
const pairs = ({ buckets, counts }) => [...buckets].map((bucket, i) => [bucket, counts[i]]);

test('a bucket is a 32nd of an octave, as the bridge counts', () => {
  for (const [value, bucket] of [
    [0, 0], [1, 1023 * 32], [1.03, 1023 * 32], [1.032, 1023 * 32 + 1], [2, 1024 * 32], [TINY, 0], [2 ** -1028, 0],
    [2 ** -1027, 1], [2 ** -1023, 16], [2 ** -1022, 32], [Number.MAX_VALUE, BUCKET_MAX],
  ]) {
    assert.equal(bucketOf(value), bucket, String(value));
    assert.ok(Object.is(bucketOf(-value), bucket === 0 ? 0 : -bucket), String(-value));
  }
  assert.deepEqual(edgesOf(1023 * 32), [1, 1.03125]);
  assert.deepEqual(edgesOf(-1023 * 32), [-1.03125, -1]);
  assert.deepEqual(edgesOf(0), [0, 2 ** -1027]);
  assert.equal(highOf(BUCKET_MAX), Infinity);
});

test('bounds hold exactly what the bucket holds', () => {
  const next = random(5);
  const values = [0, -0, 1, -1, 1.03125, -1.03125, TINY, -TINY, 2 ** -1027, -(2 ** -1027), 1e300, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE];
  for (let i = 0; i < 500; i++) values.push((next() - 0.5) * 10 ** Math.floor(next() * 20 - 10));
  for (const value of values) {
    const bucket = bucketOf(value);
    const [down, up] = [Math.max(bucket - 1, -BUCKET_MAX), Math.min(bucket + 1, BUCKET_MAX)];
    for (const [low, high] of [[bucket, bucket], [down, bucket], [bucket, up]]) {
      const [above, below] = boundsOf(low, high);
      assert.ok(above <= value && value < below, `${value} in ${above} to ${below}`);
    }
    const [above, below] = boundsOf(bucket);
    if (bucket > -BUCKET_MAX) assert.ok(!(bucketOf(above) < bucket), `${above} is of a lower bucket than ${value}`);
    if (bucket < BUCKET_MAX) assert.ok(bucketOf(below) > bucket, `${below} is not of a higher bucket than ${value}`);
    assert.ok(lowOf(bucket) <= value || bucket === 0);
  }
});

test('quantiles are within a 32nd, and those of the bridge', () => {
  const column = DensityColumn.of(Array.from({ length: 10_000 }, (_, i) => i + 1));
  for (const q of [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]) {
    const exact = 1 + q * 9_999;
    assert.ok(Math.abs(quantile(column, q) / exact - 1) <= 1 / 32, `p${q}`);
  }
  assert.deepEqual([column.count, column.min, column.max, column.sum], [10_000, 1, 10_000, 50_005_000]);
  // The bridge's own test of a frame says these.
  const two = DensityColumn.of([1, 2]);
  assert.deepEqual([0.05, 0.25, 0.5, 0.75, 0.95].map((q) => quantile(two, q)), [1.015625, 1.015625, 2, 2, 2]);
  assert.deepEqual([...quantiles(two, [0.05, 0.5, 0.95], new Float64Array(3))], [1.015625, 2, 2]);
  assert.ok(Number.isNaN(quantile(new DensityColumn(), 0.5)));
  assert.equal(quantile(DensityColumn.of([7]), 0.3), 7);
  assert.equal(quantile(DensityColumn.of([-3, -2, -1]), 0), -3);
  assert.equal(quantile(DensityColumn.of([Number.MAX_VALUE]), 0.5), Number.MAX_VALUE);
});

test('several quantiles at once are the same as one by one', () => {
  const next = random(11);
  const qs = [0, 0.05, 0.5, 0.95, 1];
  for (let run = 0; run < 50; run++) {
    const column = DensityColumn.of(Array.from({ length: Math.floor(next() * 60) }, () => (next() - 0.4) * 1e6));
    assert.deepEqual([...quantiles(column, qs, new Float64Array(5))], qs.map((q) => quantile(column, q)));
  }
});

test('columns add in any order', () => {
  const next = random(3);
  for (let run = 0; run < 100; run++) {
    const values = () => Array.from({ length: Math.floor(next() * 40) }, () => (next() < 0.2 ? Math.floor(next() * 20) - 10 : (next() - 0.5) * 1e9));
    const [a, b] = [values(), values()];
    const one = DensityColumn.of(a);
    const other = DensityColumn.of(b);
    one.add(DensityColumn.of(b));
    other.add(DensityColumn.of(a));
    assert.deepEqual(pairs(one), naive([...a, ...b]));
    assert.deepEqual(pairs(other), pairs(one));
    assert.equal(one.count, a.length + b.length);
    assert.deepEqual([one.min, one.max], one.count === 0 ? [0, 0] : [Math.min(...a, ...b), Math.max(...a, ...b)]);
  }
});

test('what has all buckets already grows without a new array; a count too large for its place stays at the largest', () => {
  const column = DensityColumn.of([1, 2, 3]);
  const { buckets, counts } = column;
  column.add(DensityColumn.of([3, 1]));
  assert.equal(column.buckets, buckets);
  assert.equal(column.counts, counts);
  assert.deepEqual([...counts], [2, 1, 2]);
  const full = new DensityColumn(1);
  full.set(0, 5, 2 ** 40);
  full.count = 2 ** 40;
  const twice = DensityColumn.merge([full, full]);
  assert.deepEqual([...twice?.counts ?? [], twice?.count], [2 ** 32 - 1, 2 ** 41]);
  full.add(/** @type {DensityColumn} */ (DensityColumn.merge([full])));
  assert.deepEqual([...full.counts, full.count], [2 ** 32 - 1, 2 ** 41]);
});

test('counts beyond a byte and beyond two, and buckets below 0, get the room they need', () => {
  const next = random(23);
  for (const most of [200, 300, 70_000, 2 ** 33]) {
    const whole = new DensityColumn();
    /** @type {Map<number, number>} */
    const expected = new Map();
    for (let run = 0; run < 12; run++) {
      const part = new DensityColumn(3);
      const first = Math.floor(next() * 40) + (run < 6 ? 0 : -20);
      for (let i = 0; i < 3; i++) {
        const count = 1 + Math.floor(next() * most);
        part.set(i, first + i, count);
        part.count += count;
        expected.set(first + i, Math.min(2 ** 32 - 1, (expected.get(first + i) ?? 0) + Math.min(2 ** 32 - 1, count)));
      }
      const merged = DensityColumn.merge([whole, part]);
      whole.add(part);
      const inOrder = [...expected].sort(([a], [b]) => a - b);
      assert.deepEqual(pairs(whole), inOrder, `added, counts up to ${most}`);
      assert.deepEqual(merged && pairs(merged), inOrder, `merged, counts up to ${most}`);
    }
  }
});

test('what is held of a column is no wider than its numbers', () => {
  const few = DensityColumn.of([1, 2, 3, 3]);
  assert.deepEqual([few.buckets.BYTES_PER_ELEMENT, few.counts.BYTES_PER_ELEMENT], [2, 1]);
  assert.deepEqual(DensityColumn.merge([few, few])?.buckets.buffer.byteLength, few.buckets.buffer.byteLength);
  assert.equal(DensityColumn.of(Array(256).fill(1)).counts.BYTES_PER_ELEMENT, 2);
  assert.equal(DensityColumn.of([-1, 1]).buckets.BYTES_PER_ELEMENT, 4);
});

/** @param {number} step_ms @param {Record<string, [number, number[]][]>} metrics  slot and values */
const data = (step_ms, metrics) => ({
  step_ms,
  metrics: Object.entries(metrics).map(([name, columns]) => ({
    name, series: columns.length, columns: columns.map(([slot, values]) => ({ slot, column: DensityColumn.of(values) })),
  })),
});

test('a snapshot replaces, an update adds, and what changed is known', () => {
  const store = new DensityStore();
  store.replace(data(1000, { rss: [[5, [1]], [6, [2]]], heap: [[6, [3]]] }));
  assert.deepEqual(store.metrics(), ['rss', 'heap']);
  assert.equal(store.seriesOf('rss'), 2);
  assert.equal(store.takeDirty(), -Infinity);
  assert.equal(store.takeDirty(), Infinity);
  const before = store.generation;
  store.add({ step_ms: 1000, metrics: [{ name: 'rss', series: 0, columns: [{ slot: 6, column: DensityColumn.of([7]) }, { slot: 7, column: DensityColumn.of([8]) }] }] });
  assert.ok(store.generation > before);
  assert.equal(store.takeDirty(), 6_000);
  assert.deepEqual(pairs(/** @type {DensityColumn} */ (store.get('rss', 6))), naive([2, 7]));
  assert.equal(store.seriesOf('rss'), 2, 'an update does not say how many series there are');
  assert.deepEqual(store.slots(['rss']), [5, 7]);
  assert.deepEqual(store.slots(['none']), [Infinity, -Infinity]);
  store.replace(data(1000, { cpu: [[9, [1]]] }));
  assert.deepEqual([store.metrics(), store.size], [['cpu'], 1]);
});

test('another step is another store: steps do not add', () => {
  const store = new DensityStore();
  store.add(data(1000, { rss: [[5, [1]]] }));
  store.add(data(100, { rss: [[50, [2]]] }));
  assert.deepEqual([store.stepMs, store.size, store.get('rss', 50)?.count], [100, 1, 1]);
});

test('columns that ended are forgotten, and metrics with them', () => {
  const store = new DensityStore();
  store.add(data(1000, { rss: [[5, [1]], [6, [2]]], heap: [[5, [3]]] }));
  store.takeDirty();
  const { generation } = store;
  store.trim(5_999);
  assert.deepEqual([store.size, store.generation], [3, generation]);
  store.trim(6_000);
  assert.deepEqual([store.metrics(), store.size, store.takeDirty()], [['rss'], 1, Infinity]);
  assert.notEqual(store.generation, generation);
});

test('several metrics merge into one column, which stays right as they grow, go and are chosen anew', () => {
  const next = random(17);
  const store = new DensityStore();
  /** @type {Map<string, number[]>} */
  const all = new Map();
  const names = ['a', 'b', 'c'];
  for (let round = 0; round < 400; round++) {
    const name = names[Math.floor(next() * 3)];
    const slot = Math.floor(round / 10) + Math.floor(next() * 3);
    const values = Array.from({ length: 1 + Math.floor(next() * 5) }, () => Math.floor(next() * 1000) - 300);
    store.add(data(1000, { [name]: [[slot, values]] }));
    all.set(`${name} ${slot}`, [...(all.get(`${name} ${slot}`) ?? []), ...values]);
    const selection = [['a', 'b', 'c'], ['a', 'c'], ['b']][Math.floor(round / 25) % 3];
    const first = Math.floor(round / 10) - 8;
    store.trim(first * 1000);
    for (let at = first - 1; at < first + 12; at++) {
      const expected = at < first ? [] : selection.flatMap((metric) => all.get(`${metric} ${at}`) ?? []);
      const merged = store.merged(selection, at);
      assert.deepEqual(merged ? pairs(merged) : [], naive(expected), `round ${round}, slot ${at}`);
      assert.equal(store.merged(selection, at), merged, 'the second time costs nothing');
    }
  }
  // Merging must not have changed what it merged.
  for (const [key, values] of all) {
    const [name, slot] = key.split(' ');
    const column = store.get(name, Number(slot));
    if (column) assert.deepEqual(pairs(column), naive(values), key);
  }
});

test('it is bounded: the oldest columns go first, metrics beyond the limit are refused, both are counted', () => {
  const store = new DensityStore();
  store.add(data(1000, { rss: Array.from({ length: 65_536 }, (_, slot) => [slot, [1]]) }));
  assert.deepEqual([store.size, store.refused], [65_536, 0]);
  store.add(data(1000, { rss: [[70_000, [1]]] }));
  assert.ok(store.size < 65_536 && store.get('rss', 70_000) && !store.get('rss', 0));
  assert.equal(store.size + store.refused, 65_537);
  const many = new DensityStore();
  many.add(data(1000, Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`m${i}`, [[1, [1]]]]))));
  assert.deepEqual([many.metrics().length, many.refused], [1_000, 1]);
});
