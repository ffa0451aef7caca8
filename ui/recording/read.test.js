import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { readRecording, stem } from './read.js';

const CASES = JSON.parse(readFileSync(new URL('../../publisher/spawn/tests/fixtures/recordings.json', import.meta.url), 'utf8'));

for (const { what, file, text, points, unread } of CASES) {
  test(`a file is read as spawn reads it: ${what}`, () => {
    const { series, unread: passed } = readRecording(file, text);
    const seen = [...series].flatMap(([name, { x, v }]) => x.map((at, i) => [at, name, v[i]]));
    assert.deepEqual(seen.sort(byTime), [...points].sort(byTime));
    assert.deepEqual(passed.named.map((said) => Number(/^line (\d+)/.exec(said)?.[1])), unread);
    assert.equal(passed.total, unread.length);
  });
}

/** @param {any[]} a @param {any[]} b */
const byTime = (a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1);

test('quotes hold delimiters, quotes and line breaks, and lines stay counted', () => {
  const { series, unread } = readRecording('a.csv', 'time,series,value\n1763683200,"a ""b"",\nc",1\nnoon,d,2\n');
  assert.deepEqual([...series.keys()], ['a "b",\nc']);
  assert.deepEqual(unread.named, ['line 4: "noon" is no time']);
});

test('a bad line is named, and of many only the first', () => {
  const { unread } = readRecording('a.ndjson', '{\n'.repeat(20));
  assert.equal(unread.total, 20);
  assert.equal(unread.named.length, 5);
});

test('a file of too many points says what to do', () => {
  const line = `{"columns":[["a",${'1,'.repeat(9_999)}1]]}\n`;
  assert.throws(() => readRecording('a.ndjson', line.repeat(501)), /spawn --replay/);
});

test('a file names what has no name', () => {
  assert.deepEqual(['disk use.csv', '.csv', '', 'a.b.txt'].map(stem), ['disk-use', '-csv', 'file', 'a-b']);
});

// Such a line ended the reading of the whole file with "Maximum call stack size exceeded".
test('a line that is nested without end is passed over, and the others are read', () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  const { points, unread } = readRecording('a.ndjson', `{"a":1}\n${deep}\n{"a":2}\n`);
  assert.deepEqual([points, unread.total], [2, 1]);
  assert.match(unread.named[0], /^line 2: is nested more than 127 deep$/);
});
