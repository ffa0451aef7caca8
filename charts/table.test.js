import assert from 'node:assert/strict';
import test from 'node:test';
import { parseUnit } from './scale/units.js';
import { Ring } from './series/ring.js';
import { tableOf } from './table.js';
import { random } from './testing.js';

/** @param {string} name @param {[number, number][]} points */
function line(name, points) {
  const ring = new Ring();
  for (const [x, v] of points) ring.push(x, v, 1_000);
  return { name, ring, gaps: { gapMs: NaN, breaks: [] }, colour: '', dash: 0, ended: false, unit: parseUnit(null) };
}

test('one row a point in time, one column a line; who has none then has NaN', () => {
  const { columns, rows } = tableOf([line('a', [[1, 10], [2, 20], [4, 40]]), line('b', [[2, NaN], [3, 33]]), line('c', [])], 1, 4);
  assert.deepEqual(columns, ['a', 'b', 'c']);
  assert.deepEqual([...rows], [[1, 10, NaN, NaN], [2, 20, NaN, NaN], [3, NaN, 33, NaN], [4, 40, NaN, NaN]]);
});

test('only what is in sight, both ends included; it can be read twice', () => {
  const table = tableOf([line('a', [[1, 1], [2, 2], [3, 3], [4, 4]])], 2, 3);
  assert.deepEqual([...table.rows], [[2, 2], [3, 3]]);
  assert.deepEqual([...tableOf([line('a', [[1, 1]])], 5, 9).rows], []);
  assert.deepEqual([...tableOf([], 0, 9).rows], []);
});

test('whatever the lines, it is the join made by hand', () => {
  const next = random(3);
  for (let round = 0; round < 100; round++) {
    const all = Array.from({ length: Math.floor(next() * 5) }, (_, k) => {
      const times = Array.from({ length: Math.floor(next() * 30) }, () => Math.floor(next() * 40));
      return line(`s${k}`, times.map((time) => [time, next() < 0.1 ? NaN : Math.floor(next() * 100)]));
    });
    const [from, to] = [Math.floor(next() * 20), 20 + Math.floor(next() * 20)];
    const held = all.map(({ ring }) => new Map(Array.from({ length: ring.length }, (_, i) => [ring.x[ring.start + i], ring.v[ring.start + i]])));
    const times = [...new Set(held.flatMap((points) => [...points.keys()]))].filter((time) => time >= from && time <= to).sort((a, b) => a - b);
    assert.deepEqual([...tableOf(all, from, to).rows], times.map((time) => [time, ...held.map((points) => points.get(time) ?? NaN)]), `round ${round}`);
  }
});
