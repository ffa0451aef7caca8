import assert from 'node:assert/strict';
import test from 'node:test';
import { Recorder } from '../testing.js';
import { drawBands } from './bands.js';
import { projection } from './layout.js';
import { drawMarks, MARK_PX, marksAt } from './marks.js';
/** @import {Mark} from './marks.js' */

const BOX = { left: 0, top: 0, width: 1_000, height: 100 };
/** One pixel a unit of time. */
const AT = projection(BOX, { from: 0, to: 1_000 }, { min: 0, max: 1 });
/** @type {any} */
const THEME = { good: 'green', warn: 'orange', bad: 'red', hatch: 'grey', text: 'black', font: '11px x' };

/** @param {number} x @param {Mark['kind']} [kind] @returns {Mark} */
const mark = (x, kind = 'start') => ({ x, kind, name: 's', text: `${kind} ${x}` });

/** @param {(context: any) => void} draw */
function drawn(draw) {
  const recorder = Object.assign(new Recorder(), { setLineDash() {}, clip() {} });
  draw(recorder);
  return recorder.text;
}

test('each kind has a shape and a colour of its own', () => {
  for (const [kind, colour] of /** @type {[Mark['kind'], string][]} */ ([['start', 'fill green'], ['restart', 'fill orange'], ['down', 'stroke red'], ['alert', 'fill red'], ['resolved', 'stroke green']])) {
    assert.ok(drawn((context) => drawMarks(context, [mark(50, kind)], AT, { from: 0, to: 100 }, THEME, 1, (x) => x)).endsWith(colour), kind);
  }
});

test('a mark beside the stretch that is drawn reaches into it', () => {
  for (const [x, seen] of /** @type {[number, boolean][]} */ ([[400, true], [397, true], [393, true], [380, false], [504, true], [520, false]])) {
    const text = drawn((context) => drawMarks(context, [mark(x)], AT, { from: 400, to: 500 }, THEME, 1, (x) => x));
    assert.equal(text !== '', seen, `${x} beside 400 to 500: ${text}`);
  }
});

test('those under the pointer, the newest first', () => {
  const marks = [mark(10), mark(12), mark(30)];
  assert.deepEqual(marksAt(marks, 11, AT).map(({ x }) => x), [12, 10]);
  assert.deepEqual(marksAt(marks, 12 + MARK_PX + 1, AT), []);
});

/** Where hatching crosses the foot of the plot. @param {number} origin  of the canvas, in time */
function strokes(origin) {
  const at = projection({ ...BOX, left: -origin }, { from: 0, to: 1_000 }, { min: 0, max: 1 });
  const text = drawn((context) => drawBands(context, [{ from: 300, to: 420, reason: 'lag', message: '' }], at, { from: 0, to: 1_000 }, THEME, 1, (x) => x));
  return [...text.matchAll(/move (-?\d+) 100/g)].map(([, x]) => Number(x) + origin).filter((x) => x >= 300 && x <= 420);
}

test('a hatch is the same wherever the canvas begins', () => {
  const wanted = strokes(0);
  assert.ok(wanted.length > 10);
  for (const origin of [1, 3, 8, 137]) assert.deepEqual(strokes(origin), wanted, String(origin));
});

test('a band says why where there is room, and is a dashed line where there is none', () => {
  const draw = (/** @type {number} */ to, message = '') => drawn((context) => drawBands(context, [{ from: 100, to, reason: 'lag', message }], AT, { from: 0, to: 1_000 }, THEME, 1, (x) => x));
  assert.match(draw(300, 'no longer stored'), /text no longer stored 200 6/);
  assert.match(draw(300), /text lag/);
  assert.doesNotMatch(draw(120, 'no longer stored'), /text/);
  assert.match(draw(101), /move 100\.5 0, line 100\.5 100/);
  assert.equal(drawn((context) => drawBands(context, [{ from: 2_000, to: 3_000, reason: '', message: '' }], AT, { from: 0, to: 1_000 }, THEME, 1, (x) => x)), '');
});
