import assert from 'node:assert/strict';
import test from 'node:test';
import { fillKit } from './scale/full.js';
import { parseUnit, PLAIN } from './scale/units.js';
import { Ring } from './series/ring.js';
import { ValueAxes } from './value-axes.js';
/** @import {AxisOptions} from './options.js' */

fillKit();

const NONE = { low: Infinity, high: -Infinity };

/** @param {number[]} values  one a second from 0 on */
function ring(...values) {
  const made = new Ring();
  values.forEach((value, i) => made.push(i * 1_000, value, 1_000));
  return made;
}

/** @param {Ring} of @param {object} [more] */
const line = (of, more = {}) => ({ name: 'a', ring: of, gaps: { gapMs: NaN, breaks: [] }, colour: '', dash: 0, ended: false, unit: PLAIN, ...more });

/** @param {object} [more] */
const sight = (more = {}) => ({
  lines: [line(ring(10, 20, 30))], rings: [], stacked: null, from: 0, to: 60_000, heightPx: 400, unit: PLAIN, unit2: PLAIN, news: NONE, ...more,
});

/** @param {import('./scale/value-axis.js').ValueAxis|null} axis */
const ends = (axis) => axis && [axis.min, axis.max];

/** Without air and rounding, which are those of scale/value-axis.js. @param {{y?: AxisOptions, y2?: AxisOptions}} [options] */
const axes = ({ y = {}, y2 = {} } = {}) => new ValueAxes({ y: { padding: 0, ...y }, y2: { padding: 0, ...y2 } }, null);

test('what is in sight decides the ends, nothing else', () => {
  const it = axes();
  const { axis, axis2 } = it.update(0, sight({ lines: [line(ring(10, 500, 20, 30, 25))], from: 1_500 }));
  assert.deepEqual([ends(axis), axis2], [[20, 30], null]);
  assert.deepEqual(ends(axes().update(0, sight({ lines: [] })).axis), [0, 1]);
});

test('an axis stays the same object while nothing changes, and tells by its generation', () => {
  const it = axes();
  const lines = [line(ring(10, 20, 30))];
  const first = it.update(0, sight({ lines })).axis;
  const { generation } = it;
  assert.equal(it.update(16, sight({ lines })).axis, first);
  assert.equal(it.update(2_000, sight({ lines })).axis, first);
  assert.equal(it.generation, generation);
});

test('what comes from outside the axis is taken in at once, smaller values only in time', () => {
  const it = axes();
  const data = ring(10, 20, 30);
  const lines = [line(data)];
  it.update(0, sight({ lines }));
  data.push(3_000, 300, 1_000);
  const grown = it.update(16, sight({ lines, news: { low: 300, high: 300 } })).axis;
  assert.deepEqual(ends(grown), [10, 300]);
  data.trimBefore(3_500);
  data.push(4_000, 40, 1_000);
  data.push(5_000, 250, 1_000);
  assert.equal(it.update(32, sight({ lines, news: { low: 40, high: 250 } })).axis, grown);
  assert.equal(it.update(600, sight({ lines })).axis, grown, 'two thirds of it are used: no flicker');
  data.trimBefore(5_500);
  data.push(6_000, 20, 1_000);
  data.push(7_000, 26, 1_000);
  assert.deepEqual(ends(it.update(1_200, sight({ lines })).axis), [20, 26]);
});

test('merged columns are looked at twice a second', () => {
  const it = axes();
  const rings = [ring(10), ring(90)];
  assert.deepEqual(ends(it.update(0, sight({ lines: [], rings })).axis), [10, 90]);
  rings[1].push(1_000, 500, 100);
  assert.deepEqual(ends(it.update(16, sight({ lines: [], rings, news: { low: 1, high: 500 } })).axis), [10, 90]);
  assert.deepEqual(ends(it.update(600, sight({ lines: [], rings })).axis), [10, 500]);
});

test('a reset looks at everything anew', () => {
  const it = axes();
  const data = ring(10, 400, 30);
  it.update(0, sight({ lines: [line(data)] }));
  it.reset();
  assert.deepEqual(ends(it.update(16, sight({ lines: [line(data)], from: 500 })).axis), [30, 400]);
});

test('ends that are asked for hold', () => {
  /** @type {[AxisOptions, number[]][]} */
  const cases = [
    [{ min: 5, max: 50 }, [5, 50]], [{ max: 1_000 }, [10, 1_000]], [{ padding: 0.5 }, [0, 40]], [{ padding: { top: 1, bottom: 0 } }, [10, 50]],
    [{ type: 'log' }, [10, 30]],
  ];
  for (const [y, wanted] of cases) {
    const [min, max] = ends(axes({ y }).update(0, sight()).axis) ?? [];
    assert.ok(y.type === 'log' ? min > 0 && min <= 10 && max >= 30 : min === wanted[0] && max === wanted[1], `${JSON.stringify(y)}: ${min} ${max}`);
  }
  assert.equal(axes({ y: { inverted: true } }).update(0, sight()).axis.inverted, true);
});

test('where something stands on zero, zero is on the axis', () => {
  const far = sight({ lines: [line(ring(1_000, 1_010))] });
  assert.equal(axes().update(0, far).axis.min, 1_000);
  assert.equal(axes().update(0, sight({ lines: [line(ring(1_000, 1_010), { area: true })] })).axis.min, 0);
  assert.deepEqual(ends(axes().update(0, sight({ lines: [], stacked: { y: { low: -20, high: 80 }, y2: null } })).axis), [-20, 80]);
});

// Bars on the second axis were measured, and drawn, by the first one.
test('what stands on the second axis is measured there, and only there', () => {
  const far = [line(ring(1_000, 1_010))];
  const { axis, axis2 } = axes({ y2: { max: 100 } }).update(0, sight({ lines: far, stacked: { y: null, y2: { low: 3, high: 80 } } }));
  assert.deepEqual([axis.min, ends(axis2)], [1_000, [0, 100]]);
});

test('a second axis has its own lines, unit and options', () => {
  const it = axes({ y2: { max: 1 } });
  const lines = [line(ring(10, 20)), line(ring(0.2, 0.4), { axis: 'y2' })];
  const { axis, axis2 } = it.update(0, sight({ lines, unit2: parseUnit('%') }));
  assert.deepEqual([ends(axis), ends(axis2)], [[10, 20], [0.2, 1]]);
  assert.match(axis2?.ticks.at(-1)?.label ?? '', /%/);
  const { generation } = it;
  assert.equal(it.update(600, sight({ lines: [lines[0]] })).axis2, null);
  assert.ok(it.generation > generation);
});

test('lines of an earlier range count where they are drawn', () => {
  const { axis } = axes().update(0, sight({ lines: [line(ring(10, 20)), line(ring(700, 800, 900), { shiftMs: 58_500 })], from: 0, to: 60_000 }));
  assert.equal(axis.max, 800);
});

test('the unit of the axis is for lines that say none', () => {
  const labels = (/** @type {AxisOptions} */ y, unit = PLAIN) => axes({ y }).update(0, sight({ unit })).axis.ticks.map(({ label }) => label).join(' ');
  assert.match(labels({}, parseUnit('MiB')), /MiB/);
  assert.match(labels({ unit: 'ms' }), /ms/);
  assert.match(labels({ unit: 'ms' }, parseUnit('MiB')), /MiB/);
  assert.match(labels({ format: '.2f' }), /10\.00/);
});
