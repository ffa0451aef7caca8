import assert from 'node:assert/strict';
import test from 'node:test';
import { DensityColumn, DensityStore } from '../series/density.js';
import { DensityView } from '../series/density-view.js';
import { projection } from './layout.js';
import { columnAt } from './pick.js';

const BOX = { left: 0, top: 14, width: 1_000, height: 400 };
/** Ten pixels a column of a second, four a unit. */
const AT = projection(BOX, { from: 0, to: 100_000 }, { min: 0, max: 100 });

/** What lies at a value of a column. @param {number[]} values @param {number} value */
function cellOf(values, value) {
  const store = new DensityStore();
  store.replace({ step_ms: 1_000, metrics: [{ name: 'rss', series: 5, columns: [{ slot: 50, column: DensityColumn.of(values) }] }] });
  const view = new DensityView(store);
  view.select(['rss'], 1_000, 600_000);
  view.update();
  return columnAt(view, 50_400, AT.py(value), AT);
}

test('a cell is as narrow as the values in it', () => {
  const cell = cellOf([50, 50.2, 51, 20, 80], 50);
  assert.deepEqual([cell?.count, cell?.shown], [2, { count: 2, total: 5, low: 0.2, high: 0.6 }]);
  const highest = cellOf([50, 80], 80);
  assert.ok(highest && highest.most === 80 && highest.least < 80 && highest.high > 80, JSON.stringify(highest));
});

// Above all values the range began with the place of the pointer and ended with the largest value: "464 MiB – 370 MiB".
test('a range never stands upside down, wherever the pointer is', () => {
  for (const values of [[50], [20, 80], [-30, -20], [0]]) {
    for (let value = -20; value <= 120; value += 0.37) {
      const cell = cellOf(values, value);
      assert.ok(cell && cell.least <= cell.most, `${value} of ${values}: ${cell?.least} to ${cell?.most}`);
      assert.ok(cell.least >= cell.low && cell.most <= cell.high, `${value}: of the cell itself`);
    }
  }
});
