import assert from 'node:assert/strict';
import test from 'node:test';
import { source } from '../testing.js';
import { PART, SourceIndex } from './source-index.js';
/** @import {Source} from '../types.js' */
/** @import {Wish} from './source-index.js' */

const STATE = { sort: { column: 'state', descending: false }, text: '', ranking: null };
const MANY = 100_000;

/** An index whose parts run one by one, by hand. @param {() => void} [onChange] */
function byHand(onChange = () => {}) {
  /** @type {(() => void)[]} */
  const waiting = [];
  const index = new SourceIndex(onChange, (run) => waiting.push(run));
  const finish = () => {
    let parts = 0;
    for (let run = waiting.shift(); run; run = waiting.shift()) {
      run();
      parts += 1;
    }
    return parts;
  };
  return { index, finish };
}

const crowd = Array.from({ length: MANY }, (_, i) => source(`s-${String(i).padStart(6, '0')}`, {
  host: `h-${i % 700}`, since: (i * 7919) % 100_003, series: [{ name: `rss-${i}`, unit: null, metric: 'rss' }],
}));

/** @param {Source[]} list @param {Wish} wish  what an index that never changed shows */
function anew(list, wish) {
  const { index, finish } = byHand();
  index.show(list, wish);
  finish();
  return index.keys;
}

test('of 100,000 an order, and a search, are done in parts between which the page answers', (t) => {
  const { index, finish } = byHand();
  index.show(crowd, STATE);
  finish();
  for (const [what, wish] of /** @type {[string, Wish][]} */ ([
    ['since', { ...STATE, sort: { column: 'since', descending: true } }], ['host', { ...STATE, sort: { column: 'host', descending: false } }],
    ['id', { ...STATE, sort: { column: 'source', descending: true } }], ['search', { ...STATE, sort: { column: 'source', descending: true }, text: 'host:h-1* -s-000' }],
  ])) {
    const before = index.work;
    index.mostAtOnce = 0;
    const began = performance.now();
    index.show(crowd, wish);
    const first = performance.now() - began;
    const parts = finish();
    t.diagnostic(`${what}: ${index.work - before} looks and comparisons, ${index.mostAtOnce} at once at most, ${first.toFixed(1)} ms before the page answers, ${parts} further parts, ${(performance.now() - began).toFixed(0)} ms in all`);
    // A part may be begun just before it is enough, and a run is sorted at once.
    assert.ok(index.mostAtOnce <= 6 * PART, `${what}: ${index.mostAtOnce}`);
    assert.equal(index.busy, false);
  }
  assert.equal(index.keys.length, index.count);
  assert.equal(index.get(index.keys[0])?.host?.startsWith('h-1'), true);
});

test('a change of some costs some comparisons each, and leaves what another order would', (t) => {
  for (const wish of /** @type {Wish[]} */ ([STATE, { ...STATE, sort: { column: 'since', descending: true } }, { ...STATE, text: 's-0000' }])) {
    const { index, finish } = byHand();
    index.show(crowd, wish);
    finish();
    const list = [...crowd];
    for (let i = 0; i < 10; i += 1) list[i * 9_001] = { ...list[i * 9_001], state: i % 2 ? 'down' : 'stale', cause: i % 2 ? 'timeout' : null, since: 200_000 + i };
    const before = index.work;
    const began = performance.now();
    index.show(list, wish);
    t.diagnostic(`10 of ${MANY} changed: ${index.work - before} looks and comparisons, ${(performance.now() - began).toFixed(1)} ms`);
    assert.ok(index.work - before < 1_000, `${index.work - before}`);
    assert.equal(index.busy, false);
    assert.deepEqual(index.keys, anew(list, wish));
    const rest = list.filter((_, i) => i % 9_001 !== 0).concat(source('t-new', { state: 'down', since: 1 }));
    index.show(rest, wish);
    finish();
    assert.deepEqual(index.keys, anew(rest, wish), 'some went, one came');
  }
});

test('what changes while an order is under way is in it', () => {
  const { index, finish } = byHand();
  const wish = { ...STATE, sort: { column: 'since', descending: false } };
  index.show(crowd, wish);
  assert.equal(index.busy, true);
  const list = crowd.slice(5).map((one, i) => (i === 3 ? { ...one, since: 10_000_000 } : one)).concat(source('t', { since: 11_000_000 }));
  index.show(list, wish);
  finish();
  assert.deepEqual(index.keys.slice(0, 2), ['t', 's-000008']);
  assert.deepEqual(index.keys, anew(list, wish));
});

test('many of one machine that went for the same cause are a line; it opens', () => {
  const down = (/** @type {number} */ i, /** @type {string} */ host, cause = 'nodedown') => source(`${host}-p${i}`, { host, state: 'down', cause, since: 100 });
  const list = [0, 1, 2, 3].map((i) => down(i, 'few')).concat([0, 1, 2, 3, 4, 5].map((i) => down(i, 'web-7')), source('x', { host: 'web-7' }));
  const { index, finish } = byHand();
  index.show(list, STATE);
  finish();
  const ids = () => index.keys.map((key) => (index.get(key)?.id ?? '') + (key.startsWith('\n') ? '!' : '')).join(' ');
  assert.equal(ids(), 'few-p0 few-p1 few-p2 few-p3 web-7! x');
  const key = index.keys[4];
  assert.deepEqual([index.get(key)?.line?.count, index.get(key)?.cause], [6, 'nodedown']);
  assert.equal(index.toggle(key), true);
  assert.equal(ids(), 'few-p0 few-p1 few-p2 few-p3 web-7! web-7-p0 web-7-p1 web-7-p2 web-7-p3 web-7-p4 web-7-p5 x');
  assert.equal(index.toggle('x'), false);
  index.toggle(key);
  const back = list.map((one, i) => (i >= 4 && i < 6 ? { ...one, state: /** @type {const} */ ('up'), cause: null } : one));
  index.show(back, STATE);
  assert.equal(ids().includes('!'), false, 'four are told one by one');
  index.show(list, { ...STATE, text: 'host:web-7 down' });
  finish();
  assert.equal(index.keys.length, 6, 'a search tells all');
});
