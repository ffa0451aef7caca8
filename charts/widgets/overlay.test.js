import assert from 'node:assert/strict';
import test from 'node:test';
import { overlayOf } from './overlay.js';
/** @import {Situation} from './overlay.js' */
/** @import {ConnectionState} from '../types.js' */

/** @typedef {[Partial<ConnectionState>, Partial<Situation>, string, RegExp]} Case */

/** @param {Partial<ConnectionState>} connection @param {Partial<Situation>} [more] */
function overlay(connection, more = {}) {
  return overlayOf({
    connection: { name: 'live', reason: '', retryAt: null, attempt: 0, ...connection }, now: 10_000, openedAt: 0, filled: true, answered: true, series: 3,
    lines: 3, sources: 1, channel: 'c', bridge: 'h:1', until: '12:03:04', window: '5m', ...more,
  });
}

test('all is well: nothing in the way', () => {
  assert.equal(overlay({}), null);
  assert.equal(overlay({ name: 'closed', reason: '' }), null, 'closed by the page itself');
});

// "Connecting …" flashed over the first picture of each page, and stayed there for a quarter of a second.
test('a bridge that answers at once is not waited for aloud', () => {
  assert.equal(overlay({ name: 'connecting' }, { filled: false, openedAt: 9_501 }), null);
  assert.equal(overlay({ name: 'connecting' }, { filled: false, openedAt: 9_500 })?.kind, 'connecting');
});

// Between merged columns and lines, when the level of detail changed, "No data" flashed up.
test('while what is asked for is on its way nothing is said of it', () => {
  for (const lines of [0, 3]) for (const series of [0, 3]) assert.equal(overlay({}, { answered: false, series, lines }), null);
});

// A channel that is silent now covered what it once said with "No data in the last 5m".
test('the past is not judged by the present', () => {
  const past = { empty: false, error: '' };
  assert.equal(overlay({}, { series: 0, lines: 5, past }), null);
  assert.equal(overlay({}, { series: 0, lines: 0, past }), null, 'merged columns, or still on its way');
});

test('each thing that can be said, and what to do', () => {
  for (const [connection, more, kind, pattern] of /** @type {Case[]} */ ([
    [{ name: 'connecting' }, { filled: false }, 'connecting', /h:1/],
    [{ name: 'reconnecting', attempt: 2, retryAt: 12_400 }, { filled: false }, 'error', /make demo.*in 3 s/],
    [{ name: 'reconnecting', attempt: 1, retryAt: 12_400 }, {}, 'stale', /until 12:03:04.*in 3 s/],
    [{ name: 'reconnecting', attempt: 1, retryAt: 9_000 }, {}, 'stale', /Reconnecting …/],
    [{ name: 'stale' }, {}, 'stale', /does not answer/],
    [{ name: 'closed', reason: 'no such channel' }, {}, 'error', /no such channel/],
    [{}, { series: 0, lines: 0, sources: 0 }, 'empty', /No data on channel c yet.*spawn --count 5 --channel c,.* eon\.c with/],
    [{}, { series: 0, lines: 0, sources: 0, channel: 'c.*' }, 'empty', /on channel c\.\* yet(?!.*--channel)/],
    [{}, { series: 0, lines: 0, sources: 2 }, 'empty', /in the last 5m/],
    [{}, { lines: 0 }, 'hidden', /Nothing selected/],
    [{}, { past: { empty: false, error: 'HTTP 503' } }, 'stale', /past cannot be loaded HTTP 503/],
    // A replay of a time before everything said "Nothing selected".
    [{}, { lines: 0, past: { empty: true, error: '' } }, 'empty', /No data on channel c then.*Nothing is kept/],
    [{}, { past: { empty: true, error: '' } }, 'empty', /No data on channel c then/],
    [{}, { lines: 0, past: { empty: false, error: '' } }, 'hidden', /Nothing selected/],
  ])) {
    const content = overlay(connection, more);
    assert.equal(content?.kind, kind);
    assert.match(`${content?.title} ${content?.text}`, pattern);
  }
});
