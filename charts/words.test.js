import assert from 'node:assert/strict';
import test from 'node:test';
import { parseUnit } from './scale/units.js';
import { Ring } from './series/ring.js';
import { detailText, marksOf, summaryText } from './words.js';

const T = Date.UTC(2026, 0, 2, 12, 0, 0);

test('what is shown says itself', () => {
  const base = { mode: 'density', wanted: 'auto', series: 15_000, lines: 17, pinned: 2, refused: '' };
  /** @type {[Partial<typeof base>, string][]} */
  const cases = [
    [{}, 'density of 15,000 series · 15 highest and 2 pinned as lines'],
    [{ lines: 15, pinned: 0 }, 'density of 15,000 series · 15 highest as lines'],
    [{ lines: 2 }, 'density of 15,000 series · 2 pinned as lines'],
    [{ lines: 0, pinned: 0 }, 'density of 15,000 series'],
    // Pinned of which nothing has come yet.
    [{ lines: 1 }, 'density of 15,000 series · 2 pinned as lines'],
    [{ mode: 'lines', lines: 15 }, '15 lines'],
    [{ mode: 'lines', lines: 1 }, '1 line'],
    [{ mode: 'lines', lines: 1_500, wanted: 'lines' }, '1,500 lines'],
    [{ mode: 'lines', lines: 300, refused: 'no room' }, '300 lines: merged columns are not to be had'],
    [{ mode: 'lines', lines: 300, refused: 'no room', wanted: 'lines' }, '300 lines'],
  ];
  for (const [more, text] of cases) assert.equal(detailText({ ...base, ...more }), text, JSON.stringify(more));
});

test('what happened to a process is a mark with its time, its name and the reason', () => {
  assert.deepEqual(marksOf([
    { at: T, kind: 'start', id: 'web-1', reason: '' }, { at: T + 61_000, kind: 'down', id: 'web-1', reason: 'killed' },
    { at: T + 62_000, kind: 'restart', id: 'web-1', reason: '' },
  ], 'utc'), [
    { x: T, kind: 'start', name: 'web-1', text: '12:00:00 web-1 started' },
    { x: T + 61_000, kind: 'down', name: 'web-1', text: '12:01:01 web-1 down: killed' },
    { x: T + 62_000, kind: 'restart', name: 'web-1', text: '12:01:02 web-1 came back' },
  ]);
});

/** @param {string} name @param {number[]} values */
function line(name, values) {
  const ring = new Ring();
  values.forEach((value, i) => ring.push(T + i * 1_000, value, 100));
  return { name, ring, gaps: { gapMs: NaN, breaks: [] }, colour: '', dash: 0, ended: false, unit: parseUnit('MiB') };
}

const FACTS = {
  channel: 'demo', detail: { text: '2 lines' }, view: { mode: 'live', from: T, to: T + 60_000 }, zone: /** @type {const} */ ('utc'), sources: { up: 2, down: 0 },
  rows: [line('a', [10, 30, 20]), line('b', [])],
};

test('the picture in words, live and held', () => {
  assert.equal(summaryText(FACTS), 'Channel demo, the last 1 min: 2 lines; 2 sources up. a 20 MiB, between 10 MiB and 30 MiB. b has no value.');
  const held = summaryText({ ...FACTS, view: { ...FACTS.view, mode: 'held' }, sources: { up: 1, down: 1 }, rows: [] });
  assert.match(held, /^Channel demo, 2026-01-02 12:00:00\S* to 2026-01-02 12:01:00\S*: 2 lines; 1 source up, 1 down\.$/);
});

test('only the first lines are read out, what is in sight of them', () => {
  const rows = Array.from({ length: 20 }, (_, i) => line(`s${i}`, [i]));
  assert.match(summaryText({ ...FACTS, rows }), /s4 4 MiB, between 4 MiB and 4 MiB\. And 15 more lines\.$/);
  assert.match(summaryText({ ...FACTS, view: { mode: 'held', from: T + 1_000, to: T + 9_000 } }), / a 20 MiB, between 20 MiB and 30 MiB\./);
});

test('before anything came it says so', () => {
  assert.equal(summaryText({ ...FACTS, view: { mode: 'live', from: NaN, to: NaN } }), 'Channel demo: nothing received yet.');
});

test('of data that a page gave there is no channel and perhaps no time', () => {
  const given = { ...FACTS, channel: '', view: { mode: 'held', from: -0.5, to: 10 }, rows: [line('a', [10])] };
  assert.equal(summaryText({ ...given, given: 'linear' }), 'Chart of 2 lines, x from −0.5 to 10. a has no value.');
  assert.equal(summaryText({ ...given, given: 'category', rows: [] }), 'Chart of 2 lines.');
  assert.match(summaryText({ ...given, given: 'time', view: FACTS.view }), /^Chart of 2 lines, 2026-01-02 12:00:00\S* to 2026-01-02 12:01:00\S*\. a 10 MiB/);
});
