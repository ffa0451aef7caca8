/** What PubNub's clients change over a bridge with its facade: messages published, channel groups, who is there. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { OWN_PAGES, OwnPage } from './eon-pages.js';
import { launch } from './harness.js';
import { Bridge, Nats, publishers, until } from './real.js';
import { Recorder } from './recorder.js';
/** @import {Browser} from 'playwright-core' */

/** @type {Browser} */
let browser;
/** @type {Nats} */
let nats;
/** @type {Bridge} */
let bridge;
/** @type {Recorder} */
let recorder;
const ELSEWHERE = 'http://pages.example';
before(async () => {
  [browser, nats] = await Promise.all([launch(OWN_PAGES), Nats.start()]);
  [bridge, recorder] = await Promise.all([Bridge.start(nats, '--pubnub-facade', '--allow-origin', ELSEWHERE), Recorder.start(nats.url)]);
});
after(async () => {
  await recorder?.close();
  await browser?.close();
  await bridge?.kill();
  await nats?.kill();
});

/** A page of another origin, with a client that listens. @param {string} [script] */
const page = (script = '') => OwnPage.open(browser, `${ELSEWHERE}/page`, `<script src="${bridge.origin}/charts/eon.js"></script><script>
  window.seen = []; window.statuses = []; window.events = [];
  window.client = new PubNub({ publishKey: 'demo', subscribeKey: 'demo', uuid: 'page' });
  client.addListener({ message: function (event) { seen.push(event); }, status: function (status) { statuses.push(status); }, presence: function (event) { events.push(event); } });
  ${script}
</script>`);

/** @param {OwnPage} own @param {string} category */
const told = (own, category) => until(`status ${category}`, async () => {
  const statuses = await own.ask('statuses.map(({ category, message }) => [category, message])');
  return statuses.some((/** @type {string[]} */ [one]) => one === category) ? true : JSON.stringify(statuses);
});

test('what is published is what a subscriber of NATS gets, and what comes back live and from history, token for token', { timeout: 60_000 }, async () => {
  const own = await page(`client.subscribe({ channels: ['pub', 'odd: name'] });`);
  try {
    await told(own, 'PNConnectedCategory');
    const large = 'é'.repeat(9_000);
    const answers = await own.ask(`(async () => {
      const one = await client.publish({ channel: 'pub', message: { eon: { a: 1.5, text: 'ü/?#&%' } } });
      const two = await new Promise((resolve) => client.publish({ channel: 'odd: name', message: [1, 'two', null] }, (status, answer) => resolve([status, answer])));
      const three = await new Promise((resolve) => PUBNUB.publish({ channel: 'pub', message: 'a text', callback: resolve }));
      const four = await client.publish({ channel: 'pub', message: { large: ${JSON.stringify(large)} } });
      return [one.timetoken, two[1].timetoken, three[2], four.timetoken, two[0], three.slice(0, 2)];
    })()`);
    await until('all four are here', async () => (await own.ask('seen.length')) === 4);
    // Of each channel in order; between two it holds where their frames come together, which a busy machine does not promise.
    /** @type {{channel: string, timetoken: string, message: any}[]} */
    const came = await own.ask('seen');
    const seen = came.toSorted((a, b) => Number(a.timetoken) - Number(b.timetoken));
    for (const name of ['pub', 'odd: name']) {
      const of = (/** @type {typeof came} */ list) => list.filter(({ channel }) => channel === name);
      assert.deepEqual(of(came), of(seen));
    }
    assert.deepEqual(seen.map((/** @type {any} */ { timetoken }) => timetoken), answers.slice(0, 4));
    assert.deepEqual(answers.slice(4), [{ error: false, operation: 'PNPublishOperation', statusCode: 200 }, [1, 'Sent']]);
    assert.deepEqual(recorder.of('pub', 'odd-_3A-_20name'), seen.map((/** @type {any} */ { channel, message }) => ({ channel: channel.replace(': ', '-_3A-_20'), message })));
    const history = await own.ask(`client.history({ channel: 'pub', count: 10 })`);
    assert.deepEqual(history.messages, seen.filter((/** @type {any} */ { channel }) => channel === 'pub').map((/** @type {any} */ { message, timetoken }) => ({ entry: message, timetoken })));
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('a group: its channels live, named by group and channel, those that join later too, and those that leave no longer', { timeout: 60_000 }, async () => {
  const own = await page();
  try {
    // What a first attempt left.
    await own.ask(`client.channelGroups.deleteGroup({ channelGroup: 'team' })`);
    await own.ask(`client.channelGroups.addChannels({ channelGroup: 'team', channels: ['g-one', 'g two'] })`);
    assert.deepEqual((await own.ask(`client.channelGroups.listChannels({ channelGroup: 'team' })`)).channels.sort(), ['g two', 'g-one']);
    await own.ask(`(client.subscribe({ channelGroups: ['team'], channels: ['g-own'] }), null)`);
    await told(own, 'PNConnectedCategory');
    await recorder.publish(['g-one', { eon: { a: 1 } }], ['g-_20two', { eon: { a: 2 } }], ['g-own', { eon: { a: 3 } }], ['g-late', { eon: { a: 4 } }]);
    await until('three are here', async () => (await own.ask('seen.length')) === 3);
    assert.deepEqual(await own.ask('seen.map(({ channel, subscription, subscribedChannel, actualChannel, message }) => [channel, subscription, subscribedChannel, actualChannel, message.eon.a])'), [
      ['g-one', 'team', 'team', 'g-one', 1], ['g two', 'team', 'team', 'g two', 2], ['g-own', null, 'g-own', null, 3],
    ]);
    // By this page: at once. By another program: with the next list.
    await own.ask(`client.channelGroups.removeChannels({ channelGroup: 'team', channels: ['g-one'] })`);
    await fetch(`${bridge.origin}/v1/channel-registration/sub-key/demo/channel-group/team?add=g-late`);
    let sent = 10;
    await until('the late one is heard', async () => {
      await recorder.publish(['g-late', { eon: { a: sent } }], ['g-one', { eon: { a: -1 } }]);
      sent += 1;
      return own.ask(`seen.some(({ channel }) => channel === 'g-late')`);
    });
    assert.ok(!(await own.ask(`seen.some(({ message }) => message.eon.a < 0)`)), 'of the channel that left');
    const late = await own.ask(`seen.filter(({ channel }) => channel === 'g-late').map(({ message }) => message.eon.a)`);
    assert.deepEqual(late, Array.from({ length: late.length }, (_, i) => late[0] + i), 'without a hole');
    // v3 over the same group.
    await own.ask(`(window.legacy = [], PUBNUB.subscribe({ channel_group: 'team', connect: () => { window.joined = true; }, message: (message, env, channel, latency, actual) => legacy.push([message.eon.a, channel, actual, env.length]) }), null)`);
    await until('v3 is connected', () => own.ask('window.joined === true'));
    await recorder.publish(['g-_20two', { eon: { a: 99 } }]);
    await until('v3 has it', () => own.ask('legacy.some(([value]) => value === 99)'));
    assert.deepEqual(await own.ask('legacy.find(([value]) => value === 99)'), [99, 'team', 'g two', 4]);
    assert.deepEqual((await own.ask(`new Promise((resolve) => PUBNUB.channel_group_list_channels({ channel_group: 'team', callback: resolve }))`)).channels.sort(), ['g two', 'g-late']);
    await own.ask(`(PUBNUB.unsubscribe({ channel_group: 'team' }), client.destroy(), null)`);
    await until('the socket is closed', () => own.sockets === 0);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('who is there: the sources of a channel, and who joins and goes', { timeout: 60_000 }, async () => {
  const own = await page(`client.subscribe({ channels: ['process-memory-demo'], withPresence: true });`);
  /** @type {ReturnType<typeof publishers>|null} */
  let processes = null;
  try {
    await told(own, 'PNConnectedCategory');
    processes = publishers(nats, '--count', '2', '--interval', '500ms');
    await until('both have joined', async () => (await own.ask(`new Set(events.filter(({ action }) => action === 'join').map(({ uuid }) => uuid)).size`)) >= 2);
    const [join] = await own.ask('events');
    assert.deepEqual([join.channel, join.action, /^\d{17}$/.test(join.timetoken), join.occupancy], ['process-memory-demo', 'join', true, 1]);
    const here = await own.ask(`client.hereNow({ channels: ['process-memory-demo'] })`);
    const { occupants } = here.channels['process-memory-demo'];
    assert.deepEqual([here.totalChannels, here.totalOccupancy, occupants.length], [1, 2, 2]);
    assert.deepEqual((await own.ask(`new Promise((resolve) => PUBNUB.here_now({ channel: 'process-memory-demo', callback: resolve }))`)).occupancy, 2);
    // Who looks later counts those that are there.
    await own.ask(`(window.late = [], window.watcher = new PubNub({}), watcher.addListener({ presence: (event) => late.push(event) }), watcher.subscribe({ channels: ['process-memory-demo'], withPresence: true }), null)`);
    await until('both have a value more', async () => {
      const before = await own.ask('seen.length');
      await until('another value', async () => (await own.ask('seen.length')) > before + 4);
      return true;
    });
    processes.signal('SIGTERM');
    await until('both have left', async () => (await own.ask(`events.filter(({ action }) => action !== 'join').length`)) >= 2);
    assert.equal((await own.ask('events')).at(-1).occupancy, 0);
    await until('the late one knows', async () => (await own.ask('late.length')) >= 2);
    assert.deepEqual(await own.ask('late.map(({ occupancy }) => occupancy)'), [1, 0]);
    assert.deepEqual(own.complaints, []);
  } finally {
    await processes?.kill();
    await own.close();
  }
});
