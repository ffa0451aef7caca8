import assert from 'node:assert/strict';
import test from 'node:test';
import { csvBlob, csvParts, textCell } from './csv.js';
import { isoTime } from './iso-time.js';

/** A reader of RFC 4180 that has never seen our writer. @param {string} text @returns {string[][]} */
function parse(text) {
  /** @type {string[][]} */
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const at = text[i];
    if (quoted) {
      if (at !== '"') cell += at;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (at === '"') quoted = true;
    else if (at === ',' || text.startsWith('\r\n', i)) {
      rows[rows.length - 1].push(cell);
      cell = '';
      if (at === '\r') {
        rows.push([]);
        i += 1;
      }
    } else cell += at;
  }
  assert.deepEqual([cell, rows.pop()], ['', []], 'the last record ends as the others');
  return rows;
}

/** @param {string[]} columns @param {number[][]} rows @param {string} [zone] */
const csv = (columns, rows, zone = 'utc') => [...csvParts({ columns, rows }, zone)].join('');

test('a row is a time for people, a time for programs, and the values; a gap is empty', () => {
  assert.equal(csv(['a', 'b'], [[1_763_726_584_000, 1.5, NaN], [1_763_726_585_000.25, -3, 1e21]]),
    'time,epoch_ms,a,b\r\n2025-11-21T12:03:04.000Z,1763726584000,1.5,\r\n2025-11-21T12:03:05.000250Z,1763726585000.25,-3,1e+21\r\n');
  assert.equal(csv([], []), 'time,epoch_ms\r\n');
});

test('what was written is read back, whatever the names are', () => {
  const columns = ['plain', 'a,b', 'say "x"', 'two\r\nlines', ' padded ', 'ümläut 🌊', ''];
  const rows = Array.from({ length: 2_500 }, (_, i) => [1e12 + i, ...columns.map((_, k) => (i % 7 === k ? NaN : i / 3 + k))]);
  const [head, ...read] = parse(csv(columns, rows));
  assert.deepEqual(head, ['time', 'epoch_ms', ...columns]);
  assert.deepEqual(read.map(([, ms, ...cells]) => [Number(ms), ...cells.map((cell) => (cell === '' ? NaN : Number(cell)))]), rows);
});

test('a name cannot run as a formula in a spreadsheet, and numbers stay numbers', () => {
  for (const [text, cell] of [
    ['=1+1', "'=1+1"], ['+cmd', "'+cmd"], ['-cmd', "'-cmd"], ['@sum', "'@sum"], ['\t=1', "'\t=1"], [' =1', "' =1"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'], ['-5', '-5'], ['+1.5e3', '+1.5e3'], ['-5+1', "'-5+1"], ['rss-web', 'rss-web'],
  ]) assert.equal(textCell(text), cell);
});

test('times carry the offset of their zone, also on the days that clocks are set', () => {
  const local = (/** @type {string} */ utc) => isoTime(Date.parse(utc), 'local');
  const before = process.env.TZ;
  try {
    process.env.TZ = 'Europe/Berlin';
    assert.equal(local('2025-03-30T00:59:59.999Z'), '2025-03-30T01:59:59.999+01:00');
    assert.equal(local('2025-03-30T01:00:00Z'), '2025-03-30T03:00:00.000+02:00');
    assert.equal(local('2025-10-26T00:30:00Z'), '2025-10-26T02:30:00.000+02:00');
    assert.equal(local('2025-10-26T01:30:00Z'), '2025-10-26T02:30:00.000+01:00');
    process.env.TZ = 'America/St_Johns';
    assert.equal(local('2025-11-21T12:00:00Z'), '2025-11-21T08:30:00.000-03:30');
    process.env.TZ = 'Asia/Kathmandu';
    assert.equal(local('2025-11-21T12:00:00Z'), '2025-11-21T17:45:00.000+05:45');
  } finally {
    process.env.TZ = before ?? '';
    if (before === undefined) delete process.env.TZ;
  }
  assert.equal(isoTime(Date.parse('2025-07-21T12:00:00Z'), 'Asia/Tokyo'), '2025-07-21T21:00:00.000+09:00');
  assert.equal(isoTime(Date.parse('2025-11-21T12:00:00Z'), 'utc'), '2025-11-21T12:00:00.000Z');
  assert.equal(isoTime(1e12 + 0.5, 'utc'), '2001-09-09T01:46:40.000500Z');
});

test('a file of many rows is made in pieces', () => {
  const rows = Array.from({ length: 3_000 }, (_, i) => [1e12 + i, i]);
  const parts = [...csvParts({ columns: ['a'], rows }, 'utc')];
  assert.ok(parts.length >= 3 && parts.every((part) => part.endsWith('\r\n')));
  assert.equal(csvBlob({ columns: ['a'], rows }, 'utc').type, 'text/csv;charset=utf-8');
});
