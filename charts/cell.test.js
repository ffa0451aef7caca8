import assert from 'node:assert/strict';
import test from 'node:test';
import { CellQuestion } from './cell.js';
import { projection } from './draw/layout.js';
import { DensityColumn, DensityStore } from './series/density.js';
import { DensityView } from './series/density-view.js';
import { FakeRest } from './testing.js';

const BOX = { left: 0, top: 0, width: 1_000, height: 400 };
/** Ten pixels a column of a second, four pixels a unit. */
const AT = projection(BOX, { from: 1_000_000, to: 1_100_000 }, { min: 0, max: 100 });

function world() {
  const rest = new FakeRest();
  const store = new DensityStore();
  store.replace({ step_ms: 1_000, metrics: [{ name: 'rss', series: 5, columns: [{ slot: 1_050, column: DensityColumn.of([50, 50.2, 51, 20, 80]) }] }] });
  const view = new DensityView(store);
  view.select(['rss'], 1_000, 600_000);
  view.update();
  const question = new CellQuestion(/** @type {any} */ (rest));
  /** @param {number} time @param {number} value */
  const ask = (time, value) => question.ask('c', view, time, AT.py(value), AT);
  return { rest, question, ask };
}

test('who is in a cell is asked with exactly its bounds', async () => {
  const { rest, ask } = world();
  const answer = ask(1_050_400, 50);
  const { what, query } = rest.last;
  assert.deepEqual([what, query.channel, query.of, query.metric, query.k], ['ranking', 'c', 'last', ['rss'], 100]);
  assert.deepEqual([query.from, query.to], [1_050_000, 1_051_000 - 0.001], 'the end of a column belongs to the next');
  assert.ok(query.above <= 50 && query.below > 50 && query.below - query.above < 10, `${query.above} to ${query.below}`);
  await rest.last.answer({ total: 3, series: [{ name: 'a', channel: 'c', metric: 'rss', unit: 'MiB', source: 's', value: 51, last: 51, time: 1 }] });
  const cell = await answer;
  assert.deepEqual([cell?.from, cell?.to, cell?.total, cell?.metrics, cell?.error], [1_050_000, 1_051_000, 3, ['rss'], '']);
  assert.deepEqual(cell?.series, [{ name: 'a', value: 51, unit: 'MiB', source: 's' }]);
});

test('where no value lies nobody is asked', async () => {
  const { rest, ask } = world();
  for (const [time, value] of [[1_050_400, 35], [1_049_900, 50], [1_051_000, 50]]) assert.equal(await ask(time, value), null, `${time} ${value}`);
  assert.equal(rest.asked.length, 0);
});

test('a bridge that cannot say leaves the count and the reason', async () => {
  const { rest, ask } = world();
  const answer = ask(1_050_400, 50);
  await rest.last.fail(new Error('too busy'));
  const cell = await answer;
  assert.deepEqual([cell?.error, cell?.total, cell?.series], ['too busy', 2, []]);
});

test('another click takes the place of the one before', async () => {
  const { rest, ask, question } = world();
  const first = ask(1_050_400, 50);
  const second = ask(1_050_400, 20);
  assert.equal(rest.asked[0].query.signal.aborted, true);
  assert.equal(await first, null);
  question.close();
  assert.equal(await second, null);
});
