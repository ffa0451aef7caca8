import assert from 'node:assert/strict';
import test from 'node:test';
import { Counted } from './counted.js';
import { decodeText } from './live/decode.js';
import { LiveModel } from './model.js';
import { Happenings } from './series/happenings.js';
import { Steady } from './series/steady.js';
import { snapshot, source } from './testing.js';
/** @import {PresenceFrame, Source} from './types.js' */

const T = 1_763_683_200_000;
const GONE = { state: /** @type {const} */ ('down'), cause: 'nodedown', reason: 'its node is gone' };
const crowd = (/** @type {number} */ count, /** @type {Partial<Source>} */ more = {}) => (
  Array.from({ length: count }, (_, i) => source(`p-${i}`, { host: 'web-7', epoch: 1, since: T - 9_000, ...more })));

/** @param {Source[]} sources */
function world(sources) {
  const model = new LiveModel(300_000);
  model.sources.calm({ happenings: new Happenings(), steady: new Steady() });
  model.apply(snapshot(T, [], { sources }), 0);
  return model;
}

/** @param {object} more */
const presence = (more) => /** @type {PresenceFrame} */ (decodeText(JSON.stringify({ type: 'presence', sub: 1, now: T, sources: [], ...more })));
const group = { channel: 'c', host: 'web-7', state: 'down', cause: 'nodedown', count: 1_000, told: 256 };

test('a frame says how many, and whether the bridge hears', () => {
  const { groups, hearing, as_of: asOf } = presence({ groups: [group], hearing: false, as_of: T - 5 });
  assert.deepEqual([groups, hearing, asOf], [[group], false, T - 5]);
  const plain = presence({});
  assert.deepEqual([plain.groups, plain.hearing, plain.as_of], [[], null, null]);
  assert.throws(() => presence({ groups: [{ channel: 'c' }] }), /count/);
});

test('many of a machine are one mark, few are told one by one; those that go together only', () => {
  for (const [count, more, marks] of /** @type {[number, Partial<Source>, string[]][]} */ ([
    [4, GONE, ['p-0', 'p-1', 'p-2', 'p-3']], [5, GONE, ['web-7 5']], [5, { ...GONE, host: null }, ['p-0', 'p-1', 'p-2', 'p-3', 'p-4']],
  ])) {
    const model = world([]);
    model.sources.merge(crowd(count, { ...more, since: T }), T);
    assert.deepEqual(model.sources.events.map(({ id, count: many }) => `${id}${many ? ` ${many}` : ''}`), marks);
  }
  const model = world([]);
  model.sources.merge(crowd(300, { ...GONE, since: T }), T, [{ ...group, state: 'down', count: 300 }]);
  model.sources.merge(crowd(10, { ...GONE, epoch: 2, since: T + 500 }), T + 500);
  assert.deepEqual(model.sources.events.map(({ id, count, reason }) => [id, count, reason]), [['web-7', 310, 'nodedown']], 'the same line grows');
  const apart = world([]);
  apart.sources.merge(crowd(5, GONE).map((one, i) => ({ ...one, since: T + i * 5_000 })), T);
  assert.equal(apart.sources.events.length, 5);
});

test('a number that is all there are is each of them; any other is asked for', async () => {
  const model = world(crowd(1_000));
  /** @type {object[]} */
  const asked = [];
  const rest = { sourcesPage: async (/** @type {object} */ query) => {
    asked.push(query);
    return { total: 1, hearing: true, asOf: null, sources: [{ ...crowd(1)[0], ...GONE, epoch: 3 }] };
  } };
  const counted = new Counted(rest, model, () => {});
  const frame = presence({ sources: crowd(256, { ...GONE, since: T }), groups: [group] });
  model.apply(frame, 0);
  await counted.take(frame);
  assert.deepEqual([model.sources.counts(), asked], [{ up: 0, down: 1_000 }, []]);
  assert.deepEqual(model.sources.events.filter(({ kind }) => kind === 'down').map(({ id, count }) => [id, count]), [['web-7', 1_000]], 'one mark');
  const other = presence({ groups: [{ ...group, count: 500, told: 0 }] });
  await counted.take(other);
  assert.deepEqual(asked, [{ channel: 'c', host: 'web-7', offset: 0, limit: 10_000 }]);
});

test('deaf: who was there is unknown until the bridge hears again; who is down stays so', () => {
  const model = world([source('a', { state: 'stale', since: T - 4_000 }), source('b', GONE), source('c')]);
  const states = () => model.sources.list().map(({ state }) => state).join(' ');
  model.apply(presence({ hearing: false, as_of: T - 3_000 }), 0);
  assert.deepEqual([states(), model.sources.deafSince, model.sources.counts()], ['unknown down unknown', T - 3_000, { up: 2, down: 1 }]);
  model.apply(presence({ hearing: true }), 0);
  assert.deepEqual([states(), model.sources.deafSince], ['stale down up', null]);
  const late = world([source('a', { state: 'unknown', last_seen: T - 8_000 })]);
  assert.equal(late.sources.deafSince, T - 8_000, 'cut off before we came');
});

test('bad news at once, good news twice within a minute, then later and later', () => {
  const steady = new Steady();
  const down = source('a', { ...GONE, since: T });
  let [now, before] = [T, down];
  const waits = [];
  for (let i = 0; i < 8; i += 1) {
    const up = source('a', { since: now });
    let shown = steady.shown(before, up, now);
    const begun = now;
    while (shown !== up) {
      assert.match(shown.reason ?? '', /^comes and goes, \d+ times within a minute$/);
      now += 1_000;
      shown = steady.due(now)[0] ?? shown;
    }
    waits.push((now - begun) / 1_000);
    before = steady.shown(up, down, now += 10);
    assert.equal(before, down);
  }
  assert.deepEqual(waits, [0, 0, 2, 4, 8, 16, 30, 30]);
  assert.equal(steady.shown(before, source('a', { epoch: 9 }), now).epoch, 9, 'a new life is shown at once');
  now += 61_000;
  const well = source('a');
  assert.equal(steady.shown(before, well, now), well, 'after a quiet minute it begins anew');
});

test('a state alone makes no list of all series anew', () => {
  const model = world(crowd(3).map((one) => ({ ...one, series: [{ name: `rss-${one.id}`, unit: null, metric: 'rss' }] })));
  const { named, generation } = model.sources;
  model.sources.merge([{ ...model.sources.list()[1], state: 'stale' }], T);
  assert.deepEqual([model.sources.named, model.sources.generation > generation], [named, true]);
  model.sources.merge([{ ...model.sources.list()[1], host: 'elsewhere' }], T);
  assert.ok(model.sources.named > named);
});
