import assert from 'node:assert/strict';
import test from 'node:test';
import { parseUnit } from '../scale/units.js';
import { Ring } from '../series/ring.js';
import { projection } from './layout.js';
import { pick } from './pick.js';
import { Stacks } from './stacks.js';

const T = 1_763_683_200_000;
/** Ten pixels a second. */
const AT = projection({ left: 0, top: 0, width: 600, height: 100 }, { from: T, to: T + 60_000 }, { min: 0, max: 100 });

/** @param {string} name @param {[number, number][]} points  ms after T @param {object} [more] */
function bar(name, points, more = {}) {
  const ring = new Ring();
  for (const [x, v] of points) ring.push(T + x, v, 100);
  return { name, ring, gaps: { gapMs: 9_000, breaks: [] }, colour: name, dash: 0, ended: false, unit: parseUnit(null), bar: true, cadenceMs: 2_000, ...more };
}

/** @param {any[]} lines @param {boolean} [time] */
function stacked(lines, time = true) {
  const stacks = new Stacks();
  stacks.update(lines, { from: T, to: T + 60_000, pxPerMs: 0.01, time, ratio: 0.6 });
  return stacks;
}

test('a bar stands within the stretch of time of its bucket, in its middle', () => {
  for (const phase of [0, 300, 1_999]) {
    const stacks = stacked([bar('a', [[10_000 + phase, 50], [12_000 + phase, 60]])]);
    stacks.draw(/** @type {any} */ ({ save() {}, restore() {}, fillRect() {} }), AT);
    const [first, second] = stacks.drawn;
    assert.deepEqual([first.left, first.width, second.left], [104, 12, 124], `two seconds are 20 px from 100 on; points ${phase} ms after the step`);
  }
});

// The pointer over the end of a bar named the value of the next one: that point was nearer in time.
test('what is named at a time is what the bar there shows, all along its stretch', () => {
  const lines = [bar('a', [[10_000, 50], [12_000, 60], [14_000, NaN]])];
  const stacks = stacked(lines);
  for (const [after, value] of [[10_000, 50], [11_990, 50], [12_000, 60], [13_990, 60], [14_100, NaN], [9_990, NaN]]) {
    const bars = stacks.barsAt(T + after);
    assert.deepEqual([bars?.from, bars?.to].map((x) => (x ?? NaN) - T), [Math.floor(after / 2_000) * 2_000, Math.floor(after / 2_000) * 2_000 + 2_000]);
    const hits = pick(lines, T + after, 50, { projectionOf: () => AT }, Infinity, bars);
    assert.deepEqual(hits.map(({ v }) => v), Number.isNaN(value) ? [] : [value], `${after} ms`);
    if (hits.length > 0) assert.equal(hits[0].x - T, Math.floor(after / 2_000) * 2_000 + 1_000, 'where the bar stands');
  }
});

test('a slower one of a group is named as long as it is drawn', () => {
  const group = { group: 0, place: 0 };
  const lines = [bar('a', [[10_000, 5], [12_000, 6], [14_000, 7]], group), bar('slow', [[10_500, 1]], { ...group, place: 1 })];
  const { values } = stacked(lines).barsAt(T + 15_000) ?? {};
  assert.deepEqual([values?.get('a'), values?.get('slow')], [7, 1]);
});

// They were drawn, and measured, by the first axis.
test('bars and stacks on the second axis stand there, beside those on the first', () => {
  const on2 = { axis: 'y2' };
  const stacks = stacked([bar('a', [[10_000, 50]]), bar('b', [[10_000, 5]], on2), bar('c', [[10_000, 2]], { ...on2, group: 0, place: 0 }), bar('d', [[10_000, 1]], { ...on2, group: 0, place: 1 })]);
  assert.deepEqual([stacks.y, stacks.y2], [{ low: 0, high: 50 }, { low: 0, high: 5 }]);
  const context = /** @type {any} */ ({ save() {}, restore() {}, fillRect() {} });
  const at2 = projection({ left: 0, top: 0, width: 600, height: 100 }, { from: T, to: T + 60_000 }, { min: 0, max: 10 });
  stacks.draw(context, AT, null, at2);
  const boxes = () => Object.fromEntries(stacks.drawn.map(({ name, left, top, height }) => [name, [left, top, height]]));
  const { a, b, c, d } = boxes();
  assert.deepEqual([a.slice(1), b.slice(1), c.slice(1), d.slice(1)], [[50, 50], [50, 50], [80, 20], [70, 10]]);
  assert.ok(a[0] < b[0] && b[0] < c[0] && c[0] === d[0]);
  stacks.draw(context, AT, null, null);
  assert.deepEqual(boxes().b.slice(1), [95, 5], 'while there is no second axis');
});

test('bars of a page’s own stand at their points; where there are none nobody is asked', () => {
  assert.equal(stacked([bar('a', [[10_000, 50]])], false).barsAt(T + 10_000), null);
  assert.equal(stacked([bar('a', [[10_000, 50], [12_000, 60]], { bar: false, group: 0 })]).barsAt(T + 10_000), null);
});
