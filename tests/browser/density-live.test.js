/** Merged columns from real processes: every value published is in a column, once, however it came. */

import assert from 'node:assert/strict';
import { DensityColumn } from '../../charts/series/density.js';
import { test } from './again.js';
import { launch } from './harness.js';
import { Subscriber } from './points.js';
import { Bridge, Nats, publishers, until } from './real.js';
import { published } from './viewer.js';
/** @import {Page} from 'playwright-core' */

const CHANNEL = 'process-memory-demo';
const STEP_MS = 1_000;

/**
 * Run in the page: one connection for each form of the wire, with merged columns, a few exact lines and presence on each.
 * @param {string} channel
 */
const WATCH = (channel) => `(async () => {
  const { whole } = await import('/charts/live/columns.js');
  const { BROWSER, Connection } = await import('/charts/live/connection.js');
  const { DensityStore } = await import('/charts/series/density.js');
  const { SeriesStore } = await import('/charts/series/store.js');
  window.watched = ['eontide.v1.bin', 'eontide.v1'].map((protocol) => {
    const one = { store: new DensityStore(), lines: new SeriesStore(), sources: 0, messages: 0, from: 0, to: 0, snapshots: 0, errors: [] };
    const environment = { ...BROWSER, socket: (url) => new WebSocket(url, [protocol]) };
    const onFrame = (key, frame) => {
      if (key === 'presence') { one.sources += frame.sources?.length ?? 0; return; }
      if (key === 'lines') { if (frame.blocks) one.lines.append(frame.blocks); return; }
      if (frame.type !== 'density') return;
      one.messages = frame.snapshot ? 0 : one.messages + frame.messages;
      if (frame.snapshot) { one.from = frame.position.offset; one.snapshots += 1; }
      one.to = frame.position.offset;
      one.store[frame.snapshot ? 'replace' : 'add'](frame);
    };
    const onError = (key, message) => one.errors.push([key, message]);
    one.connection = new Connection(location.origin.replace('http', 'ws') + '/live', { onFrame, onError, onState: () => {}, environment });
    one.connection.columns = whole;
    one.connection.set('density', { channel: '${channel}', window: '10m', width: 600, view: 'density' });
    one.connection.set('presence', { channel: '${channel}', window: '1s', series: ['!'] });
    one.connection.set('lines', { channel: '${channel}', window: '10m', series: ['rss-process-memory-0'], sources: false });
    one.connection.open();
    return one;
  });
})()`;

/** Run in the page: what is held, as plain values. */
const HELD = `window.watched.map(({ store, lines, sources, messages, from, to, snapshots, errors, connection }) => ({
  state: connection.state.name, step: store.stepMs, sources, messages, from, to, snapshots, errors,
  lines: [...lines.values()].map(({ name, ring }) => [name, [...ring.x.subarray(ring.start, ring.end)]]),
  columns: Object.fromEntries(store.metrics().flatMap((metric) => {
    const [first, last] = store.slots([metric]);
    return Array.from({ length: last - first + 1 }, (_, i) => [metric + ' ' + (first + i), store.get(metric, first + i)])
      .filter(([, column]) => column !== null)
      .map(([key, { min, max, sum, count, buckets, counts }]) => [key, { min, max, sum, count, buckets: [...buckets], counts: [...counts] }]);
  })),
}))`;

/**
 * The columns that what was published makes, by metric and slot; only those that are over.
 * @param {Subscriber} subscriber
 * @param {number} until  slot
 */
function expected(subscriber, until) {
  /** @type {Map<string, number[]>} */
  const values = new Map();
  for (const [name, { x, v }] of subscriber.points()) {
    const metric = name.replace(/-process-memory-\d+$/, '');
    x.forEach((time, i) => {
      const slot = Math.floor(time / STEP_MS);
      if (slot < until) values.set(`${metric} ${slot}`, [...(values.get(`${metric} ${slot}`) ?? []), v[i]]);
    });
  }
  return new Map([...values].map(([key, of]) => [key, DensityColumn.of(of)]));
}

/**
 * The first difference between what was published and what a page holds; null where there is none.
 * @param {Subscriber} subscriber
 * @param {any} held
 * @param {number} until  slot
 */
function difference(subscriber, held, until) {
  const right = expected(subscriber, until);
  const keys = Object.keys(held.columns).filter((key) => Number(key.split(' ')[1]) < until);
  if ([...right.keys()].sort().join() !== keys.sort().join()) return `columns ${[...right.keys()].sort()}\n  held ${keys}`;
  for (const [key, { min, max, sum, count, buckets, counts }] of right) {
    const one = held.columns[key];
    const same = one.min === min && one.max === max && one.count === count && Math.abs(one.sum - sum) <= 1e-9 * Math.abs(sum)
      && one.buckets.join() === [...buckets].join() && one.counts.join() === [...counts].join();
    if (!same) return `${key}: published ${count} from ${min} to ${max}, held ${one.count} from ${one.min} to ${one.max}`;
  }
  const times = (/** @type {number[]} */ x) => x.filter((time) => time < until * STEP_MS).join();
  if (held.lines.length === 0) return 'no line is here yet';
  const [[name, x]] = held.lines;
  return times(x) === times(subscriber.points().get(name)?.x ?? []) ? null : `the line of ${name} is another`;
}

/**
 * What is held, once it is all that was published before the present second; the processes go on.
 * @param {Page} page
 * @param {Subscriber} subscriber
 * @returns {Promise<any[]>}
 */
function exact(page, subscriber) {
  const last = Math.max(...[...subscriber.points().values()].map(({ x }) => x[x.length - 1]));
  const slot = Math.floor(last / STEP_MS);
  return until('the columns hold exactly what was published', async () => {
    const held = await page.evaluate(HELD);
    return held.map((/** @type {any} */ one) => difference(subscriber, one, slot)).find(Boolean) ?? held;
  });
}

test('every value published is in a merged column, once: live, after a loss, as text and as binary', { timeout: 120_000 }, async () => {
  const browser = await launch();
  const nats = await Nats.start();
  const [bridge, subscriber] = await Promise.all([Bridge.start(nats), Subscriber.start(nats.url, CHANNEL)]);
  const processes = publishers(nats, '--count', '5', '--interval', '50ms');
  try {
    await published(subscriber, 10);
    const page = await browser.newPage();
    await page.goto(bridge.origin);
    await page.evaluate(WATCH(CHANNEL));
    // Some of it is in the snapshot, some in updates, and of one column some in both.
    await published(subscriber, 60);
    for (const held of await exact(page, subscriber)) {
      assert.deepEqual([held.state, held.step, held.snapshots, held.errors], ['live', STEP_MS, 1, []]);
      assert.ok(held.to > held.from, 'updates came');
      assert.equal(held.messages, held.to - held.from, 'updates say how many messages they hold');
      assert.ok(held.sources >= 5, `${held.sources} sources by presence`);
    }
    // What was missed while the bridge was away is in the new snapshot; nothing is counted twice.
    await bridge.kill();
    const killed = Date.now();
    await published(subscriber, 20, killed);
    await bridge.restart();
    await until('the page is back', async () => (await page.evaluate(HELD)).every((/** @type {any} */ { snapshots }) => snapshots === 2));
    await published(subscriber, 40, Date.now());
    for (const held of await exact(page, subscriber)) assert.equal(held.state, 'live');
  } finally {
    await processes.kill();
    await subscriber.close();
    await bridge.kill();
    await nats.kill();
    await browser.close();
  }
});
