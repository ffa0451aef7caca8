import assert from 'node:assert/strict';
import test from 'node:test';
import { Recorder } from '../testing.js';
import { colourOf, drawGauge, filled, ring } from './gauge.js';
import { drawPie, sliceAt, slices } from './pie.js';

const BOX = { left: 100, top: 0, width: 300, height: 200 };
const THEME = { background: 'white', text: 'grey', grid: 'silver', font: '11px sans-serif' };
const PARTS = [{ name: 'a', value: 1, colour: 'red' }, { name: 'b', value: 2, colour: 'green' }, { name: 'c', value: 1, colour: 'blue' }];
/** @param {Recorder} context */
const onto = (context) => /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context));

test('slices go round in their order and make up the whole', () => {
  const found = slices(PARTS);
  assert.deepEqual(found.map(({ name, share }) => [name, share]), [['a', 0.25], ['b', 0.5], ['c', 0.25]]);
  assert.equal(found[0].startAngle, 0);
  found.forEach(({ endAngle }, i) => assert.ok(Math.abs(endAngle - (found[i + 1]?.startAngle ?? 2 * Math.PI)) < 1e-12));
});

test('what is zero, below, or no number has no slice', () => {
  const odd = [0, -3, NaN, Infinity].map((value) => ({ name: String(value), value, colour: '' }));
  assert.deepEqual(slices([...odd, ...PARTS]).map(({ name }) => name), ['a', 'b', 'c']);
  assert.deepEqual(slices(odd), []);
  const [{ share, startAngle, endAngle, padAngle }] = slices(PARTS.slice(0, 1), { padAngle: 0.1 });
  assert.deepEqual([share, startAngle, endAngle, padAngle], [1, 0, 2 * Math.PI, 0]);
});

test('the slice under the pointer, and none in the hole or outside', () => {
  for (const startAngle of [0, 1, -Math.PI / 2]) {
    const found = slices(PARTS, { startAngle });
    for (const slice of found) {
      const middle = (slice.startAngle + slice.endAngle) / 2;
      const at = (/** @type {number} */ radius) => sliceAt(found, BOX, 0.5, 250 + radius * Math.sin(middle), 100 - radius * Math.cos(middle))?.name ?? null;
      assert.deepEqual([at(70), at(30), at(95)], [slice.name, null, null]);
    }
  }
  assert.equal(sliceAt([], BOX, 0, 250, 100), null);
});

test('each slice is filled in its colour, labels are in percent, the title is in the hole', () => {
  const context = new Recorder();
  drawPie(onto(context), slices(PARTS), BOX, { inner: 0.6, theme: THEME, title: 'heap\n12 MiB' });
  assert.deepEqual(context.calls.filter(([name]) => name === 'fill').map(([, colour]) => colour), ['red', 'green', 'blue']);
  assert.deepEqual(context.calls.filter(([name]) => name === 'text').map(([, text]) => text), ['25\u202f%', '50\u202f%', '25\u202f%', 'heap', '12 MiB']);
  assert.match(context.text, /^save, translate 250 100, begin, /);
  assert.ok(context.calls.some(([name, , , radius]) => name === 'arc' && radius === 92) && context.calls.some(([name, , , radius]) => name === 'arc' && radius === 55.2));
});

test('small slices have no label, a highlighted one is larger, a box without room shows nothing', () => {
  const context = new Recorder();
  const found = slices([{ name: 'most', value: 99, colour: 'red' }, { name: 'bit', value: 1, colour: 'green' }]);
  drawPie(onto(context), found, BOX, { theme: THEME, highlight: 'bit', labels: ({ name }) => name });
  assert.deepEqual(context.calls.filter(([name]) => name === 'text').map(([, text]) => text), ['most']);
  assert.ok(context.calls.some(([name, , , radius]) => name === 'arc' && radius === 98));
  const none = new Recorder();
  drawPie(onto(none), found, { ...BOX, height: 10 }, { theme: THEME });
  assert.equal(none.text, '');
});

test('a gauge is filled as far as the value is', () => {
  for (const [value, min, max, share] of [[50, 0, 100, 0.5], [-5, 0, 100, 0], [500, 0, 100, 1], [NaN, 0, 100, 0], [5, 3, 3, 0], [0, -50, 50, 0.5]]) {
    assert.equal(filled({ value, min, max }), share, `${value} in ${min}…${max}`);
  }
});

test('the colour of a gauge is that of the last threshold passed', () => {
  const thresholds = [{ value: 90, colour: 'red' }, { value: 60, colour: 'amber' }];
  for (const [value, expected] of /** @type {[number, string][]} */ ([[10, 'green'], [60, 'amber'], [89.9, 'amber'], [90, 'red'], [NaN, 'green']])) {
    assert.equal(colourOf({ value, thresholds, colour: 'green' }), expected);
  }
});

test('the ring lies in its box, in the middle of it', () => {
  for (const [width, height] of [[300, 200], [100, 400], [800, 90], [40, 40]]) {
    const { x, y, outer, inner } = ring({ left: 10, top: 20, width, height });
    assert.ok(outer > inner && inner > 0);
    assert.equal(x, 10 + width / 2);
    assert.ok(x - outer >= 10 && y - outer >= 20 && y - outer * Math.cos(Math.PI * 0.6) <= 20 + height, `${width} ${height}`);
  }
});

test('a gauge draws its track, its value, and says both', () => {
  const context = new Recorder();
  drawGauge(onto(context), { value: 30, min: 0, max: 100, colour: 'green', text: '30 %', label: 'load', ends: ['0', '100'] }, BOX, THEME);
  assert.deepEqual(context.calls.filter(([name]) => name === 'fill').map(([, colour]) => colour), ['silver', 'green']);
  assert.deepEqual(context.calls.filter(([name]) => name === 'text').map(([, text]) => text), ['30 %', 'load', '0', '100']);
  const empty = new Recorder();
  drawGauge(onto(empty), { value: NaN, min: 0, max: 100, colour: 'green', text: '–' }, BOX, THEME);
  assert.deepEqual(empty.calls.filter(([name]) => name === 'fill').map(([, colour]) => colour), ['silver']);
});
