import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBinary } from '../../charts/live/decode.js';
import { bucketOf } from '../../charts/series/density.js';
import { Columns, densityFrame, linesFrame } from './frames.js';
import { ranking } from './ranking.js';
import { World } from './world.js';
/** @import {DensityFrame, SnapshotFrame, UpdateFrame} from '../../charts/types.js' */

const NOW = 1_795_273_405_250;
const world = new World({ channel: 'c', series: 7, points: 20, stepMs: 100, now: NOW });
world.step(1_795_273_405_300);
const head = { world, sub: 3, now: NOW + 60 };
const all = [...world.series.keys()];

/** @template T @param {Buffer} bytes @returns {T} */
function decoded(bytes) {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return /** @type {any} */ (decodeBinary(copy));
}

/** @param {number} index */
const history = (index) => Array.from({ length: 20 }, (_, i) => world.row(world.first + i)[index]);

test('a snapshot has the window, one block a source', () => {
  const frame = /** @type {SnapshotFrame} */ (decoded(linesFrame(head, all, { snapshot: true, sources: true })));
  assert.deepEqual([frame.type, frame.sub, frame.now, frame.window_ms], ['snapshot', 3, NOW + 60, 2_000]);
  assert.deepEqual(frame.blocks.map(({ columns }) => columns.length), [3, 3, 1]);
  assert.deepEqual(frame.blocks[2].columns[0].name, 'rss-worker-2');
  assert.deepEqual([...frame.blocks[2].columns[0].v], history(6));
  assert.deepEqual([frame.blocks[0].x[0], frame.blocks[0].x[19]], [1_795_273_403_400, 1_795_273_405_300]);
  const sources = frame.sources.map(({ id, series }) => [id, series.length]);
  assert.deepEqual(sources, [['worker-0', 3], ['worker-1', 3], ['worker-2', 1]]);
});

test('an update has the newest step of what was chosen, and counts messages', () => {
  const frame = /** @type {UpdateFrame} */ (decoded(linesFrame(head, [1, 4], { snapshot: false, sources: false })));
  assert.deepEqual([frame.type, frame.messages], ['update', 3]);
  assert.deepEqual(frame.blocks.map(({ x, columns }) => [...x, columns[0].name, ...columns[0].v]), [
    [1_795_273_405_300, 'heap-worker-0', history(1)[19]], [1_795_273_405_300, 'heap-worker-1', history(4)[19]],
  ]);
});

test('merged columns count every value of their metric', () => {
  const columns = new Columns(world);
  const frame = /** @type {DensityFrame} */ (decoded(densityFrame(head, columns, true)));
  assert.deepEqual([frame.type, frame.snapshot, frame.step_ms, frame.sources], ['density', true, 100, { up: 3, down: 0 }]);
  const metrics = frame.metrics.map(({ name, series, columns: held }) => [name, series, held.length]);
  assert.deepEqual(metrics, [['rss', 3, 20], ['heap', 2, 20], ['external', 2, 20]]);
  const { slot, column } = frame.metrics[0].columns[19];
  const values = [0, 3, 6].map((index) => history(index)[19]);
  assert.equal(slot, 17_952_734_053);
  const sum = values.reduce((a, b) => a + b);
  assert.deepEqual([column.min, column.max, column.sum, column.count], [Math.min(...values), Math.max(...values), sum, 3]);
  assert.deepEqual([...column.buckets].map(Number), [...new Set(values.map(bucketOf))].sort((a, b) => a - b));
  const update = /** @type {DensityFrame} */ (decoded(densityFrame(head, columns, false)));
  const newest = update.metrics.map(({ series, columns: held }) => [series, held.length, held[0].slot]);
  assert.deepEqual(newest, Array(3).fill([0, 1, slot]));
});

test('series are ranked by a figure, within bounds', () => {
  const ask = (/** @type {string} */ query) => ranking(world, new URLSearchParams(query));
  const peaks = all.map((index) => Math.max(...history(index)));
  const [top] = ask('of=max&k=2').series;
  assert.equal(top.value, Math.max(...peaks));
  const totals = ['of=max&k=2', 'metric=rss', 'series=rss-*,heap-worker-0'].map((query) => ask(query).total);
  assert.deepEqual([ask('of=max&k=2').series.length, ...totals], [2, 7, 3, 4]);
  const low = Math.min(...all.map((index) => history(index)[19]));
  const within = ask(`of=last&order=asc&from=${NOW + 50}&above=${low}&below=${low + 1e-9}`);
  assert.deepEqual(within.series.map(({ value }) => value), [low]);
  assert.deepEqual(ask('from=99999999999999').total, 0);
});
