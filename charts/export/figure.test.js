import assert from 'node:assert/strict';
import test from 'node:test';
import { fileName } from './download.js';
import { figure, placeEntries } from './figure.js';
import { pngScale } from './png.js';

const widthOf = (/** @type {string} */ text) => 6 * text.length;
const entry = (/** @type {string} */ label) => ({ label, colour: '#000', dash: [] });

test('names stand in rows as words in a text', () => {
  const { placed, rows } = placeEntries({ entries: ['aaaa', 'bbbb', 'cccc'].map(entry), more: 0 }, 140, widthOf);
  assert.equal(rows, 2);
  assert.deepEqual(placed.map(({ x, row, text }) => [x, row, text]), [[14, 0, 'aaaa'], [80, 0, 'bbbb'], [14, 1, 'cccc']]);
});

test('what does not fit into five rows is counted, and what was never meant to', () => {
  const entries = Array.from({ length: 40 }, (_, i) => entry(`series-${String(i).padStart(2, '0')}`));
  const { placed, rows } = placeEntries({ entries, more: 1_000, locale: 'de-DE' }, 400, widthOf);
  const shown = placed.filter(({ entry: of }) => of !== null).length;
  assert.equal(rows, 5);
  assert.ok(shown < 40);
  assert.equal(placed.at(-1)?.text, `and ${(1_040 - shown).toLocaleString('de-DE')} more`);
  const last = placed.filter(({ row }) => row === 4).at(-1);
  assert.ok(last && last.x + widthOf(last.text) <= 400 + 14);
  assert.deepEqual(placeEntries({ entries: [], more: 15_000, locale: 'en-GB' }, 400, widthOf).placed[0].text, '15,000 lines');
  assert.deepEqual(placeEntries({ entries: [], more: 0 }, 400, widthOf), { placed: [], rows: 0 });
});

test('a figure is the picture with room for title and names', () => {
  const theme = { background: '#fff', ink: '#000', muted: '#555', font: 'sans-serif' };
  const made = figure({ width: 500, height: 200, draw: () => {} }, { title: 't', detail: '', subtitle: 's', entries: [entry('a')], more: 0, theme }, widthOf);
  assert.deepEqual([made.width, made.height], [500, 272]);
  const bare = figure({ width: 500, height: 200, draw: () => {} }, { title: 't', detail: '', subtitle: 's', entries: [], more: 0, theme }, widthOf);
  assert.equal(bare.height, 240);
});

test('a PNG is twice as fine as the screen, as far as canvases go', () => {
  assert.equal(pngScale({ width: 800, height: 500, draw: () => {} }, 1), 2);
  assert.equal(pngScale({ width: 800, height: 500, draw: () => {} }, 1.5), 3);
  const huge = pngScale({ width: 8_000, height: 4_000, draw: () => {} }, 3);
  assert.ok(huge * 8_000 <= 16_384 && huge * huge * 32e6 <= 1e8 + 1);
});

test('file names sort by time and hold nothing a file system objects to', () => {
  assert.equal(fileName('process-memory-demo', Date.UTC(2025, 10, 21, 12, 3, 4, 999), 'png'), 'eontide-process-memory-demo-2025-11-21T12-03-04Z.png');
  assert.equal(fileName('foo.*', 0, 'csv'), 'eontide-foo._-1970-01-01T00-00-00Z.csv');
});
