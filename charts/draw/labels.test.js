import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelBars, labelPoints } from './labels.js';
import { rulesShape } from './rules.js';

/** A context that notes texts and rectangles; ten pixels a character. */
function noted() {
  /** @type {any[][]} */
  const said = [];
  const note = (/** @type {string} */ name) => (/** @type {any[]} */ ...all) => void said.push([name, ...all]);
  const none = () => {};
  const context = /** @type {any} */ ({
    measureText: (/** @type {string} */ text) => ({ width: text.length * 10 }), fillText: note('text'), fillRect: note('rect'), moveTo: note('move'), lineTo: note('line'),
    beginPath: none, stroke: none, save: none, restore: none, setLineDash: none, translate: note('translate'), rotate: none,
  });
  return { context, said };
}
const at = /** @type {any} */ ({ px: (/** @type {number} */ x) => x * 10, py: (/** @type {number} */ v) => 100 - v, box: { left: 0, top: 0, width: 100, height: 100 } });
const labels = (/** @type {number} */ value, /** @type {string} */ name) => name + value;

test('each point has its value above it; where there is no room below it, and what would lie on another is left out', () => {
  const { context, said } = noted();
  labelPoints(context, { name: 'a', colour: 'red', labels }, { x: Float64Array.of(0, 1, 3, 6, 9), v: Float64Array.of(50, 50, 99, NaN, 0), length: 5 }, at);
  assert.deepEqual(said, [['text', 'a50', 0, 45], ['text', 'a99', 30, 16], ['text', 'a0', 90, 95]]);
});

test('a series of more points than can be read has no labels', () => {
  const { context, said } = noted();
  const x = Float64Array.from({ length: 501 }, (_, i) => i * 100);
  labelPoints(context, { name: 'a', colour: 'red', labels }, { x, v: x, length: 501 }, at);
  assert.deepEqual(said, []);
});

test('bars are labelled at their end, standing and lying, and below where they hang', () => {
  const bar = { name: 'a', colour: 'red', index: 0, left: 10, top: 20, width: 30, height: 40 };
  for (const [value, lying, expected] of /** @type {[number, boolean, any[]][]} */ ([
    [5, false, ['text', 'a5', 25, 18]], [-5, false, ['text', 'a-5', 25, 71]], [5, true, ['text', 'a5', 45, 40]],
  ])) {
    const { context, said } = noted();
    labelBars(context, [bar, { ...bar, name: 'b' }], (name) => (name === 'a' ? { labels, value } : null), lying);
    assert.deepEqual(said, [expected]);
  }
});

test('rules go across the plot, bands to its edge where they have no end', () => {
  const { context, said } = noted();
  rulesShape([{ axis: 'y', at: 20, text: 'limit' }, { axis: 'x', at: 4 }, { axis: 'x', from: 5 }, { axis: 'y', from: 10, to: 30 }])?.draw(context, at, /** @type {any} */ (null));
  assert.deepEqual(said, [
    ['move', 0, 80.5], ['line', 100, 80.5], ['text', 'limit', 96, 76.5], ['move', 40.5, 0], ['line', 40.5, 100], ['rect', 50, 0, 50, 100], ['rect', 0, 70, 100, 20],
  ]);
  assert.equal(rulesShape([]), null);
});

test('a rule of the second axis lies by it, and nowhere while there is none', () => {
  const rules = /** @type {const} */ ([{ axis: 'y2', at: 20 }, { axis: 'y2', from: 10, to: 30 }]);
  const at2 = { ...at, py: (/** @type {number} */ v) => 100 - 2.5 * v };
  for (const [second, expected] of /** @type {const} */ ([[at2, [['move', 0, 50.5], ['line', 100, 50.5], ['rect', 0, 25, 100, 50]]], [null, []]])) {
    const { context, said } = noted();
    rulesShape(rules)?.draw(context, at, /** @type {any} */ (null), second);
    assert.deepEqual(said, expected);
  }
});
