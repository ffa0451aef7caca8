import assert from 'node:assert/strict';
import test from 'node:test';
import { Given } from './given.js';
import { LiveModel } from './model.js';
import { fillKit } from './scale/full.js';
import { TimeView } from './scale/time-view.js';
import { sharesOf, xAxisOf } from './x-axis.js';
/** @import {AxisOptions} from './options.js' */
/** @import {ChartOptions} from './options.js' */

fillKit();

/** @param {ChartOptions} options */
function given(options) {
  const made = new Given(new LiveModel(1), new TimeView(1, { still: true }), options);
  made.open();
  return made;
}

/** @param {Given|null} of @param {AxisOptions} options @param {string|null} [locale] */
const ticksOf = (of, options, locale = null) => xAxisOf(of, options, { locale, measure: (text) => 6 * text.length })?.ticks ?? null;

/** @param {ReturnType<typeof ticksOf>} ticks @param {number} from @param {number} to @param {number} [width] */
const labels = (ticks, from, to, width = 600) => ticks?.(from, to, width, { from, to }).map(({ x, label }) => `${x}=${label}`).join(' ');

test('time has its own axis', () => {
  assert.equal(ticksOf(null, {}), null);
  assert.equal(ticksOf(given({ data: { columns: [['x', '2026-01-01'], ['a', 1]] } }), {}), null);
});

test('numbers have round ticks, in a format if one is asked for', () => {
  const numbers = given({ data: { columns: [['x', 0, 10], ['a', 1, 2]] } });
  assert.equal(labels(ticksOf(numbers, {}), 0, 10), '0=0 2=2 4=4 6=6 8=8 10=10');
  assert.equal(labels(ticksOf(numbers, {}), 0.001, 0.002), '0.001=0.0010 0.0012=0.0012 0.0014=0.0014 0.0016=0.0016 0.0018=0.0018 0.002=0.0020');
  assert.equal(labels(ticksOf(numbers, { format: '.1f' }), 0, 1, 200), '0=0.0 0.5=0.5 1=1.0');
  assert.equal(labels(ticksOf(numbers, {}, 'de-DE'), 0, 1, 200), '0=0 0.5=0,5 1=1,0');
  assert.equal(labels(ticksOf(numbers, { format: (x) => `<${x}>` }), 0, 1, 200), '0=<0> 0.5=<0.5> 1=<1>');
});

test('ticks of a part are those of the whole that lie in it', () => {
  const ticks = ticksOf(given({ data: { columns: [['x', 0, 10], ['a', 1, 2]] } }), {});
  assert.deepEqual(ticks?.(3, 7, 600, { from: 0, to: 10 }).map(({ x }) => x), [4, 6]);
});

test('categories that are in sight have their names; a zoom shows more of them', () => {
  const names = Array.from({ length: 40 }, (_, i) => `category ${i}`);
  const ticks = ticksOf(given({ data: { columns: [['x', ...names], ['a', ...names.map(() => 1)]] } }), {});
  assert.equal(labels(ticks, -0.5, 2.5), '0=category 0 1=category 1 2=category 2');
  const all = ticks?.(-0.5, 39.5, 300, { from: -0.5, to: 39.5 }) ?? [];
  assert.ok(all.length < 40 && all.length > 5, `${all.length} of 40 fit on 300 pixels`);
});

test('a logarithmic axis has shares of its own, each the other’s inverse', () => {
  const log = given({ axis: { x: { type: 'log' } }, data: { columns: [['x', 1, 1_000], ['a', 1, 2]] } });
  const shares = sharesOf(log, { from: 1, to: 1_000 });
  for (const [x, share] of [[1, 0], [10, 1 / 3], [1_000, 1]]) {
    assert.ok(Math.abs((shares?.toShare(x) ?? NaN) - share) < 1e-12);
    assert.ok(Math.abs((shares?.fromShare(share) ?? NaN) / x - 1) < 1e-12);
  }
  assert.equal(sharesOf(log, { from: 0, to: 10 }), null, 'from zero on there is no logarithm');
  assert.equal(sharesOf(null, { from: 1, to: 10 }), null);
  assert.equal(labels(ticksOf(log, {}), 1, 1_000)?.split(' ')[0], '1=1');
});

test('names that do not fit side by side are turned, and the picture makes room for them', () => {
  const names = ['checkout', 'search', 'recommendations', 'inventory', 'payments', 'notifications', 'authentication', 'images', 'reports'];
  const axis = xAxisOf(given({ data: { columns: [['x', ...names], ['a', ...names.map(() => 1)]] } }), {}, { locale: null, measure: (text) => 6 * text.length });
  const view = { from: -0.5, to: 8.5 };
  assert.deepEqual([axis?.ticks(-0.5, 8.5, 1_200, view)[0].turned, axis?.foot(1_200, view)], [0, 22]);
  assert.deepEqual([axis?.ticks(-0.5, 8.5, 500, view)[0].turned, axis?.ticks(-0.5, 8.5, 120, view)[0].turned], [-45, -90]);
  assert.ok((axis?.foot(500, view) ?? 0) > 60);
});
