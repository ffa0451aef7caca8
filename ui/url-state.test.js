import assert from 'node:assert/strict';
import test from 'node:test';
import { compareMs, DEFAULTS, readUrl } from './url-state.js';
import { frozen, heldInUrl, relative, writeUrl } from './url-write.js';
/** @import {PageState} from './types.js' */

const NOON = Date.parse('2025-11-21T12:00:00Z');
/** @param {Partial<PageState>} more @returns {PageState} */
const state = (more) => ({ ...DEFAULTS, ...more });

test('the address says what is shown', () => {
  /** @type {[string, Partial<PageState>][]} */
  const cases = [
    ['', {}],
    ['?channel=a.b&window=15m', { channel: 'a.b', window: '15m' }],
    ['?metric=rss,heap&series=rss-a,rss-b&hide=ignored', { metrics: ['rss', 'heap'], only: ['rss-a', 'rss-b'] }],
    ['?hide=rss-a', { hidden: ['rss-a'] }],
    ['?filter=host:web-*+-gc&filtered=1&sort=max&pin=a', { filter: 'host:web-* -gc', filterShown: true, sort: 'max', pinned: ['a'] }],
    ['?type=spline&detail=density&theme=dark&tz=utc', { type: 'spline', detail: 'density', theme: 'dark', zone: 'utc' }],
    [`?from=${NOON}&to=${NOON + 60_000}`, { view: { mode: 'held', from: NOON, to: NOON + 60_000 } }],
    ['?from=2025-11-21T12:00:00Z&to=2025-11-21T12:01:00Z', { view: { mode: 'held', from: NOON, to: NOON + 60_000 } }],
    ['?at=2025-11-21T13:00:00+01:00', { view: { mode: 'at', at: NOON } }],
    [`?from=${NOON}&speed=10&paused=1`, { view: { mode: 'replay', from: NOON, speed: 10 }, paused: true }],
    [`?at=${NOON}`, { view: { mode: 'at', at: NOON } }],
    ['?tz=Europe/Berlin', { zone: 'Europe/Berlin' }],
    ['?compare=previous', { compare: 'previous' }],
    ['?compare=90m&embed=1', { compare: '90m', embed: true }],
    ['?channel=foo.*', { channel: 'foo.*' }],
  ];
  for (const [search, more] of cases) assert.deepEqual(readUrl(search), state(more), search);
});

test('what makes no sense in it falls back', () => {
  for (const search of [
    '?channel=a b', '?channel=.', '?channel=eon.%3E', `?channel=${'a'.repeat(300)}`, '?window=soon', '?window=0s', '?theme=pink', '?tz=Mars/Olympus', '?tz=',
    '?metric=,', '?type=pie', '?detail=some', '?sort=luck', '?filtered=yes', '?embed=0', '?compare=yesterday', '?compare=0s', '?compare=9000d',
    `?from=${NOON}`, `?to=${NOON}`, `?from=${NOON}&to=${NOON}`, `?from=${NOON + 1}&to=${NOON}`, '?from=0&to=99999', '?from=1&to=2',
    `?from=${NOON}&to=9${NOON}`, `?from=${NOON}&to=${NOON + 500 * 86_400_000}`, `?from=${NOON}&speed=0`, `?from=${NOON}&speed=fast`, '?speed=10',
    '?at=never', '?at=-1', '?at=NaN',
  ]) assert.deepEqual(readUrl(search), DEFAULTS, search);
  assert.deepEqual(readUrl(`?from=${NOON}&speed=900`).view, { mode: 'replay', from: NOON, speed: 60 });
});

test('writing is reading’s inverse, defaults are left out and strangers stay', () => {
  /** @type {Partial<PageState>[]} */
  const cases = [
    { channel: 'x', window: '1h', metrics: ['rss'], theme: 'light', zone: 'utc' },
    { only: ['a,b', 'c\\d', 'e=&?#', 'ü 🌊', ' '] }, { hidden: ['a'], pinned: ['b', 'c'] },
    { filter: 'a:b c*', filterShown: true, sort: 'slope', type: 'area', detail: 'lines' },
    { view: { mode: 'held', from: NOON, to: NOON + 1_000 } }, { view: { mode: 'replay', from: NOON, speed: 60 }, paused: true },
    { view: { mode: 'at', at: NOON } }, { compare: 'previous', embed: true }, { compare: '7d' },
  ];
  for (const more of cases) assert.deepEqual(readUrl(writeUrl(state(more), '')), state(more), JSON.stringify(more));
  assert.equal(writeUrl(state({}), `?channel=y&window=15m&from=${NOON}&to=${NOON + 1_000}&at=1&speed=2&embed=1`), '');
  assert.equal(writeUrl(state({}), '?debug=1'), '?debug=1');
  assert.equal(writeUrl(state({ metrics: ['rss', 'heap'] }), ''), '?metric=rss,heap');
});

test('a list in the address is bounded, whole names only', () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `rss-process-memory-${i}`);
  const search = writeUrl(state({ only: names }), '');
  assert.ok(search.length < 1_300, `${search.length} characters`);
  const { only } = readUrl(search);
  assert.ok(only.length > 40 && only.length === heldInUrl(names));
  assert.deepEqual(only, names.slice(0, only.length));
  // A link that somebody made by hand may be longer: then too a name is never half a name.
  const long = readUrl(`?series=${names.join(',')}`).only;
  assert.deepEqual(long, names.slice(0, long.length));
  assert.deepEqual(readUrl(`?series=${'a'.repeat(300)}`).only, []);
  assert.deepEqual(readUrl('?series=a,a,b,a').only, ['a', 'b']);
});

test('a link stays live, or is frozen to what is shown', () => {
  const shown = state({ window: '1h', compare: '1d', view: { mode: 'replay', from: NOON, speed: 4 }, paused: true });
  assert.deepEqual(relative(shown), state({ window: '1h', compare: '1d' }));
  assert.deepEqual(frozen(shown, { from: NOON + 0.4, to: NOON + 59_999.2 }),
    state({ window: '1h', compare: '1d', view: { mode: 'held', from: NOON, to: NOON + 60_000 } }));
});

test('the comparison lies one window or a span back', () => {
  for (const [compare, ms] of /** @type {[string, number][]} */ ([['', 0], ['previous', 300_000], ['1h', 3_600_000], ['nonsense', 0]])) {
    assert.equal(compareMs(compare, 300_000), ms, compare);
  }
});
