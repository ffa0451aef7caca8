import assert from 'node:assert/strict';
import test from 'node:test';
import { GROUP_MS, Groups } from './groups.js';

const answered = () => new Promise((resolve) => setImmediate(resolve));

/** Groups of a bridge that answers what the test says. */
function world() {
  /** @type {Map<number, {run: () => void, ms: number}>} */
  const timers = new Map();
  let timer = 0;
  /** @type {any} */
  const it = { asked: 0, answer: ['a'], timers, told: /** @type {any[]} */ ([]) };
  it.groups = new Groups(async () => {
    it.asked += 1;
    if (it.answer instanceof Error) throw it.answer;
    return await it.answer;
  }, { after: (run, ms) => (timers.set(++timer, { run, ms }), timer), cancel: (id) => void timers.delete(id) });
  it.watch = () => it.groups.watch('demo', 'g', { channels: (/** @type {string[]} */ channels) => it.told.push(channels), failed: (/** @type {Error} */ error) => it.told.push(error.message) });
  it.pass = async () => {
    const [[id, { run, ms }]] = timers;
    timers.delete(id);
    run();
    await answered();
    return ms;
  };
  return it;
}

test('a group is listed at once and every few seconds, and its watchers hear of changes only', async () => {
  const it = world();
  it.watch();
  await answered();
  assert.deepEqual(it.told, [['a']]);
  assert.equal(await it.pass(), GROUP_MS);
  assert.deepEqual(it.told, [['a']]);
  it.answer = ['b', 'a', 'b'];
  await it.pass();
  assert.deepEqual(it.told, [['a'], ['a', 'b']]);
});

test('several watchers ask once; the last one ends it', async () => {
  const it = world();
  const ends = [it.watch(), it.watch()];
  await answered();
  const third = it.watch();
  assert.deepEqual([it.asked, it.told.length], [1, 3], 'the third is told at once');
  for (const end of [...ends, third]) end();
  assert.equal(it.timers.size, 0);
});

test('who ends it while it is asked hears nothing', async () => {
  const it = world();
  it.watch()();
  await answered();
  assert.deepEqual([it.told, it.timers.size], [[], 0]);
});

test('a failure is told once, and it is tried again', async () => {
  const it = world();
  it.answer = new Error('no');
  it.watch();
  await answered();
  await it.pass();
  assert.deepEqual(it.told, ['no']);
  it.answer = ['a'];
  await it.pass();
  assert.deepEqual(it.told, ['no', ['a']]);
});

test('a change by this page is seen at once', async () => {
  const it = world();
  it.watch();
  await answered();
  it.answer = ['b'];
  await it.groups.again('demo', 'other');
  // A message of a channel that had left came after the page was told that it had.
  await it.groups.again('demo', 'g');
  assert.deepEqual([it.asked, it.told, it.timers.size], [2, [['a'], ['b']], 1]);
});

test('who changes a group while another change is listed is answered when the list is known', async () => {
  const it = world();
  it.watch();
  await answered();
  it.answer = ['b', 'c'];
  const first = it.groups.again('demo', 'g').then(() => it.told.at(-1));
  /** @type {(channels: string[]) => void} */
  let answer = () => {};
  it.answer = new Promise((resolve) => { answer = resolve; });
  const second = it.groups.again('demo', 'g').then(() => it.told.at(-1));
  await answered();
  answer(['c']);
  assert.deepEqual(await Promise.all([first, second]), [['c'], ['c']]);
});
