import assert from 'node:assert/strict';
import test from 'node:test';
import { Given } from './given.js';
import { LiveModel } from './model.js';
import { TimeView } from './scale/time-view.js';
import { parseUnit } from './scale/units.js';
import { Ring } from './series/ring.js';
import { notation } from './testing.js';
import { detailText, marksOf, summaryText } from './words.js';
/** @import {ChartOptions} from './options.js' */

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
    // Of an empty channel, and of one that was refused.
    [{ series: 0, lines: 0, pinned: 0 }, 'no series'],
    [{ mode: 'lines', series: 0, lines: 0, refused: 'this channel is not allowed' }, 'no lines'],
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
  ], [], 'utc', null), [
    { x: T, kind: 'start', name: 'web-1', text: '12:00:00 web-1 started' },
    { x: T + 61_000, kind: 'down', name: 'web-1', text: '12:01:01 web-1 down: killed' },
    { x: T + 62_000, kind: 'restart', name: 'web-1', text: '12:01:02 web-1 came back' },
  ]);
});

/** @param {Partial<import('./types.js').Alert>} said @returns {import('./types.js').Alert} */
const alert = (said) => ({ offset: 1, said: T, rule: 'memory', state: 'firing', at: T, channel: null, id: null, text: '', before: false, label: said.label ?? said.rule ?? 'memory', ...said });

test('an alert is a mark where it began and one where it is over', () => {
  assert.deepEqual(marksOf([], [alert({ label: 'memory: rss above 2 GiB (web-1)' }), alert({ state: 'resolved', at: T + 1_000, label: 'memory is over' })], 'utc', null), [
    { x: T, kind: 'alert', name: 'memory', text: '12:00:00 memory: rss above 2 GiB (web-1)' },
    { x: T + 1_000, kind: 'resolved', name: 'memory', text: '12:00:01 memory is over' },
  ]);
  const said = (/** @type {import('./types.js').Alert[]} */ alerts) => summaryText({ ...FACTS, rows: [], alerts });
  assert.equal(said([alert({})]), 'Channel demo, the last 1 min: 2 lines; 2 sources up. Alert: memory.');
  assert.match(said([alert({}), alert({ label: 'cpu: hot' })]), / 2 alerts: memory; cpu: hot\.$/);
  assert.match(said(['a', 'b', 'c', 'd'].map((rule) => alert({ rule }))), / 4 alerts, the newest: b; c; d\.$/);
});

/** @param {string} name @param {number[]} values */
function line(name, values) {
  const ring = new Ring();
  values.forEach((value, i) => ring.push(T + i * 1_000, value, 100));
  return { name, ring, gaps: { gapMs: NaN, breaks: [] }, colour: '', dash: 0, ended: false, unit: parseUnit('MiB') };
}

const FACTS = {
  channel: 'demo', detail: { text: '2 lines' }, view: { mode: 'live', from: T, to: T + 60_000 }, notation: notation(), sources: { up: 2, down: 0 },
  rows: [line('a', [10, 30, 20]), line('b', [])],
};

test('the picture in words, live and held', () => {
  assert.equal(summaryText(FACTS), 'Channel demo, the last 1 min: 2 lines; 2 sources up. a 20 MiB, between 10 MiB and 30 MiB. b has no value.');
  const held = summaryText({ ...FACTS, view: { ...FACTS.view, mode: 'held' }, sources: { up: 1, down: 1 }, rows: [] });
  assert.match(held, /^Channel demo, 2026-01-02 12:00:00\S* to 2026-01-02 12:01:00\S*: 2 lines; 1 source up, 1 down\.$/);
});

test('only the first lines are read out, what is in sight of them', () => {
  const rows = Array.from({ length: 20 }, (_, i) => line(`s${i}`, [i]));
  assert.match(summaryText({ ...FACTS, rows }), /s4 4 MiB\. And 15 more lines\.$/);
  assert.match(summaryText({ ...FACTS, view: { mode: 'held', from: T + 1_000, to: T + 9_000 } }), / a 20 MiB, between 20 MiB and 30 MiB\./);
});

test('before anything came it says so', () => {
  assert.equal(summaryText({ ...FACTS, view: { mode: 'live', from: NaN, to: NaN } }), 'Channel demo: nothing received yet.');
});

test('of data that a page gave there is no channel and perhaps no time', () => {
  const { channel: _, ...facts } = FACTS;
  /** @param {ChartOptions} options */
  const said = (options) => {
    const model = new LiveModel(1);
    const view = new TimeView(1, { still: true });
    const given = new Given(model, view, options);
    given.open();
    const rows = [...model.store.values()].map(({ name, ring }) => ({ ...line(name, []), ring }));
    return given.summary({ ...facts, channel: '', rows, notation: notation(options, given), view: { mode: 'held', from: view.from, to: view.to }, labelOf: (name) => name.toUpperCase() });
  };
  assert.equal(said({ data: { columns: [['x', 0, 2.5, 10], ['a', 1, 3, 2]] } }), 'Chart of 2 lines, x from 0 to 10. A 2 MiB, between 1 MiB and 3 MiB.');
  assert.equal(said({ data: { columns: [['x', 'Q1', 'Q2', 'Q3'], ['a', 1, 3, 2]] } }), 'Chart of 2 lines, Q1 to Q3. A 2 MiB, between 1 MiB and 3 MiB.');
  assert.equal(said({ data: { columns: [['x', '2026-01-01', '2026-01-03T12:30'], ['a', 1, null]] } }), 'Chart of 2 lines, 2026-01-01 to 2026-01-03 12:30:00. A 1 MiB, between 1 MiB and 1 MiB.');
  assert.equal(said({ data: { columns: [['a', 1]] } }), 'Chart of 2 lines. A 1 MiB.');
  assert.equal(said({ data: { columns: [['x']] } }), 'Chart of 2 lines.');
});
