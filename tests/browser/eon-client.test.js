/** PubNub's clients over a real bridge: what a page is told, beside what a plain NATS subscriber recorded. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { OWN_PAGES, OwnPage } from './eon-pages.js';
import { launch } from './harness.js';
import { Bridge, Nats, until } from './real.js';
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
before(async () => {
  [browser, nats] = await Promise.all([launch(OWN_PAGES), Nats.start()]);
  [bridge, recorder] = await Promise.all([Bridge.start(nats), Recorder.start(nats.url)]);
});
after(async () => {
  await recorder?.close();
  await browser?.close();
  await bridge?.kill();
  await nats?.kill();
});

/** A page with both clients, and `seen` to write down what comes. @param {Bridge} [at] @param {string} [script] */
const page = (at = bridge, script = '') => OwnPage.open(browser, `${at.origin}/own`, `<script type="module">
  import { clientsOf } from '/charts/eon/pubnub/index.js';
  const { PubNub, PUBNUB, transport } = clientsOf(location.origin);
  Object.assign(window, { PubNub, PUBNUB, transport, seen: [], statuses: [] });
  window.listening = (setup = {}) => {
    const client = new PubNub(setup);
    client.addListener({ message: (event) => seen.push(event), status: (status) => statuses.push(status) });
    return client;
  };
  ${script}
  window.ready = true;
</script>`);

/** @param {OwnPage} own @param {number} many  messages it has seen */
const seen = (own, many) => until(`${many} messages are seen`, async () => {
  const length = await own.ask('seen.length');
  return length >= many ? true : `${length}`;
});
/** @param {OwnPage} own @param {string} category @param {number} [times] */
const told = (own, category, times = 1) => until(`status ${category}`, async () => {
  const statuses = await own.ask('statuses.map(({ category, message }) => [category, message])');
  return statuses.filter((/** @type {string[]} */ one) => one[0] === category).length >= times ? true : JSON.stringify(statuses);
});

/**
 * What came in the order of the stream: of each channel it came in this order; between channels a busy page may show a message
 * after one that is later.
 * @param {any[]} came @param {(one: any) => string} tokenOf
 */
function inOrder(came, tokenOf) {
  const sorted = came.toSorted((a, b) => (tokenOf(a) < tokenOf(b) ? -1 : 1));
  for (const name of new Set(came.map(({ channel }) => channel))) {
    const of = (/** @type {any[]} */ list) => list.filter(({ channel }) => channel === name);
    assert.deepEqual(of(came), of(sorted), name);
  }
  return sorted;
}

test('v4: channels, names that are no tokens and a wildcard, in the order of the stream, each message once with its own time token', { timeout: 60_000 }, async () => {
  const own = await page();
  recorder.forget();
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    await own.ask(`(window.client = listening({ subscribeKey: 'demo', publishKey: 'demo' }), client.subscribe({ channels: ['one', 'room: 2', 'deep.*', 'deep.a'] }), null)`);
    await told(own, 'PNConnectedCategory');
    const channels = ['one', 'room-_3A-_202', 'deep.a', 'deep.b', 'other', 'deep.b.c', 'deep'];
    const messages = Array.from({ length: 210 }, (_, i) => /** @type {[string, unknown]} */ ([channels[(i * 5 + (i >> 3)) % channels.length], { eon: { i } }]));
    await recorder.publish(...messages, ['one', { text: 'no numbers', list: [1, 'two', null] }], ['one', 'only a text']);
    const right = recorder.of('one', 'room-_3A-_202', 'deep.a', 'deep.b');
    await seen(own, right.length);
    const found = inOrder(await own.ask('seen'), ({ timetoken }) => timetoken);
    const place = (/** @type {string} */ channel) => (channel === 'deep.b' ? ['deep.*', 'deep.*', 'deep.b'] : [null, channel.replace('room-_3A-_202', 'room: 2'), null]);
    assert.deepEqual(
      found.map((/** @type {any} */ one) => [one.channel, one.message, one.subscription, one.subscribedChannel, one.actualChannel]),
      right.map(({ channel, message }) => [channel.replace('room-_3A-_202', 'room: 2'), message, ...place(channel)]),
    );
    const tokens = found.map((/** @type {any} */ { timetoken }) => timetoken);
    assert.ok(tokens.every((/** @type {string} */ token) => /^\d{17}$/.test(token)));
    assert.equal(new Set(tokens).size, tokens.length, 'each has its own');
    assert.equal(own.sockets, 1);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('v4: history of any length, by callback and promise, has the time tokens of live messages and meets them at the seam', { timeout: 60_000 }, async () => {
  const own = await page();
  try {
    await recorder.publish(...Array.from({ length: 1_203 }, (_, i) => /** @type {[string, unknown]} */ (['long', { eon: { i } }])));
    await until('the page is ready', () => own.ask('window.ready === true'));
    // What a bridge still has to read is live.
    await until('the bridge has read them', async () => {
      const response = await fetch(`${bridge.origin}/api/v1/channels/long/messages?limit=1`);
      const { position, messages } = await response.json();
      return messages[0]?.message.eon.i === 1_202 && position.offset >= messages[0].offset;
    });
    await own.ask(`(window.client = listening(), client.subscribe({ channels: ['long'] }), null)`);
    await told(own, 'PNConnectedCategory');
    await recorder.publish(...Array.from({ length: 5 }, (_, i) => /** @type {[string, unknown]} */ (['long', { eon: { i: 1_203 + i } }])));
    await seen(own, 5);
    const live = await own.ask('seen.map(({ timetoken, message }) => ({ timetoken, entry: message }))');
    await recorder.publish(['long.below', { eon: { i: -1 } }]);
    const all = await until('history has them all', async () => {
      const answer = await own.ask(`client.history({ channel: 'long', count: 5000 })`);
      return answer.messages.length === 1_208 && answer;
    });
    assert.deepEqual(all.messages.map((/** @type {any} */ { entry }) => entry.eon.i), Array.from({ length: 1_208 }, (_, i) => i));
    assert.deepEqual(all.messages.slice(-5), live);
    assert.deepEqual([all.startTimeToken, all.endTimeToken], [all.messages[0].timetoken, all.messages[1_207].timetoken]);
    // As pages of EON went through it: a hundred at a time, from the newest back.
    const paged = await own.ask(`(async () => {
      const found = [];
      for (let start; ;) {
        const page = await new Promise((resolve, reject) => client.history({ channel: 'long', count: 100, start }, (status, page) => status.error ? reject(status) : resolve(page)));
        if (page.messages.length === 0) return found;
        found.unshift(...page.messages);
        start = page.startTimeToken;
      }
    })()`);
    assert.deepEqual(paged, all.messages);
    const first = await own.ask(`client.history({ channel: 'long', count: 3, reverse: true })`);
    assert.deepEqual(first.messages, all.messages.slice(0, 3));
    const fetched = await own.ask(`client.fetchMessages({ channels: ['long', 'one'], count: 2 })`);
    assert.deepEqual(fetched.channels.long.map((/** @type {any} */ { message, timetoken, channel }) => [message, timetoken, channel]), all.messages.slice(-2).map((/** @type {any} */ { entry, timetoken }) => [entry, timetoken, 'long']));
    assert.deepEqual(fetched.channels.one.map((/** @type {any} */ { message }) => message), recorder.of('one').slice(-2).map(({ message }) => message));
    const now = Number((await own.ask('client.time()')).timetoken) / 10_000;
    assert.ok(Math.abs(now - Date.now()) < 60_000, String(now));
    // From a moment of the past on: history and live as one.
    await own.ask(`(seen.length = 0, window.late = listening(), late.subscribe({ channels: ['long'], timetoken: ${JSON.stringify(all.messages[1_100].timetoken)} }), null)`);
    await seen(own, 107);
    assert.deepEqual(await own.ask('seen.map(({ message }) => message.eon.i)'), Array.from({ length: 107 }, (_, i) => 1_101 + i));
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('v3: init, the bare global, lists of channels, envelopes, history and time; unsubscribe and stop give the socket back', { timeout: 60_000 }, async () => {
  const own = await page();
  recorder.forget();
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    await own.ask(`(() => {
      window.connected = [];
      const take = (message, env, channel) => seen.push({ message, env, channel });
      window.pubnub = PUBNUB.init({ subscribe_key: 'demo', publish_key: 'demo' });
      pubnub.subscribe({ channel: 'v3-a,v3-b', connect: (channel) => connected.push(channel), message: take });
      pubnub.subscribe({ channel: ['v3-c', 'v3 d'], connect: (channel) => connected.push(channel), callback: take });
      PUBNUB.subscribe({ channel: 'v3-e', connect: (channel) => connected.push(channel), message: take });
    })()`);
    await until('all are connected', async () => (await own.ask('connected.length')) === 5);
    assert.deepEqual((await own.ask('connected')).sort(), ['v3 d', 'v3-a', 'v3-b', 'v3-c', 'v3-e']);
    const channels = ['v3-a', 'v3-b', 'v3-c', 'v3-_20d', 'v3-e'];
    await recorder.publish(...Array.from({ length: 100 }, (_, i) => /** @type {[string, unknown]} */ ([channels[i % 5], { columns: [['a', i]] }])));
    await seen(own, 100);
    const found = inOrder(await own.ask('seen'), ({ env }) => env[1]);
    assert.deepEqual(found.map((/** @type {any} */ { message, channel }) => [channel, message]), recorder.of(...channels).map(({ channel, message }) => [channel.replace('-_20', ' '), message]));
    for (const { message, env, channel } of found) assert.deepEqual([env[0], env[2], /^\d{17}$/.test(env[1])], [[message], channel, true]);
    assert.equal(new Set(found.map((/** @type {any} */ { env }) => env[1])).size, 100, 'a time token each');
    const [messages, start, end] = await until('history has them', async () => {
      const answer = await own.ask(`new Promise((resolve) => pubnub.history({ channel: 'v3-a', count: 3, include_token: true, callback: resolve }))`);
      return answer[0][2]?.message.columns[0][1] === 95 && answer;
    });
    const ofA = found.filter((/** @type {any} */ { channel }) => channel === 'v3-a').slice(-3);
    assert.deepEqual(messages, ofA.map((/** @type {any} */ { message, env }) => ({ message, timetoken: env[1] })));
    assert.deepEqual([start, end], [messages[0].timetoken, messages[2].timetoken]);
    assert.ok(Math.abs(Number(await own.ask('new Promise((resolve) => PUBNUB.time(resolve))')) / 10_000 - Date.now()) < 60_000);
    await own.ask(`pubnub.unsubscribe({ channel: 'v3-a' })`);
    await recorder.publish(['v3-a', { columns: [['a', -1]] }], ['v3-b', { columns: [['a', -2]] }]);
    await seen(own, 101);
    assert.deepEqual(await own.ask('seen.at(-1).message'), { columns: [['a', -2]] });
    await own.ask(`(pubnub.unsubscribe({ channel: 'v3-b,v3-c,v3 d' }), PUBNUB.unsubscribe({ channel: 'v3-e' }), null)`);
    await until('the socket is closed', () => own.sockets === 0);
    assert.equal(await own.ask('transport.wire.size'), 0);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('a bridge that is killed and comes back: told so, and nothing is lost or doubled, while messages go on', { timeout: 90_000 }, async () => {
  const own = await page();
  recorder.forget();
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    await own.ask(`(() => {
      window.client = listening();
      client.subscribe({ channels: ['kept', 'kept2', 'quiet'] });
      window.legacy = [];
      PUBNUB.subscribe({ channel: 'kept', message: (message) => legacy.push(message), connect: () => statuses.push({ category: 'connect' }), disconnect: () => statuses.push({ category: 'disconnect' }), reconnect: () => statuses.push({ category: 'reconnect' }) });
    })()`);
    await told(own, 'PNConnectedCategory');
    await told(own, 'connect');
    let i = 0;
    const some = (/** @type {number} */ many) => recorder.publish(...Array.from({ length: many }, () => /** @type {[string, unknown]} */ ([i % 3 === 0 ? 'kept2' : 'kept', { eon: { i: i++ } }])));
    await some(50);
    await seen(own, 50);
    await bridge.kill();
    await told(own, 'PNNetworkDownCategory');
    await told(own, 'disconnect');
    // Of a channel that never had a message before.
    await recorder.publish(['quiet', { eon: { first: 1 } }]);
    await some(700);
    await bridge.restart();
    await some(30);
    await told(own, 'PNReconnectedCategory');
    await told(own, 'reconnect');
    await some(20);
    await seen(own, 801);
    const right = recorder.of('kept', 'kept2', 'quiet');
    const byChannel = (/** @type {{channel: string, message: any}[]} */ all) => Object.fromEntries(['kept', 'kept2', 'quiet'].map((name) => [name, all.filter(({ channel }) => channel === name).map(({ message }) => message)]));
    assert.deepEqual(byChannel(await own.ask('seen')), byChannel(right));
    await until('v3 has them too', async () => (await own.ask('legacy.length')) >= right.filter(({ channel }) => channel === 'kept').length);
    assert.deepEqual(await own.ask('legacy'), byChannel(right).kept);
    assert.equal((await own.ask('statuses')).filter((/** @type {any} */ { category }) => category === 'PNConnectedCategory').length, 1, 'connected once');
    // Only Chromium's own words of the socket that was refused.
    assert.deepEqual(own.complaints.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(text)), []);
  } finally {
    await own.close();
    await bridge.restart();
  }
});

test('disconnect keeps the place, reconnect goes on from it; destroy leaves nothing', { timeout: 60_000 }, async () => {
  const own = await page();
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    await own.ask(`(window.client = listening(), client.subscribe({ channels: ['pausing'] }), null)`);
    await told(own, 'PNConnectedCategory');
    await recorder.publish(['pausing', { eon: { i: 0 } }]);
    await seen(own, 1);
    await own.ask('client.disconnect()');
    await until('the socket is closed', () => own.sockets === 0);
    await recorder.publish(['pausing', { eon: { i: 1 } }], ['pausing', { eon: { i: 2 } }]);
    await own.ask('client.reconnect()');
    await seen(own, 3);
    await recorder.publish(['pausing', { eon: { i: 3 } }]);
    await seen(own, 4);
    assert.deepEqual(await own.ask('seen.map(({ message }) => message.eon.i)'), [0, 1, 2, 3]);
    await own.ask('client.destroy()');
    await until('the socket is closed', () => own.sockets === 0);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('without the facade publishing and groups are refused with what to do, by promise, callback and in the console', { timeout: 60_000 }, async () => {
  const own = await page();
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    const said = await own.ask(`(async () => {
      const client = listening();
      const message = { eon: { a: 1 } };
      const rejected = await client.publish({ channel: 'c', message }).catch((error) => [error.name, error.message, error.status]);
      const status = await new Promise((resolve) => client.publish({ channel: 'c', message }, resolve));
      const group = await new Promise((resolve) => client.channelGroups.listChannels({ channelGroup: 'g' }, resolve));
      const legacy = await new Promise((resolve) => PUBNUB.publish({ channel: 'c', message, error: resolve }));
      client.subscribe({ channelGroups: ['g'] });
      const missing = await new Promise((resolve) => client.publish({ channel: 'c' }, resolve));
      return { rejected, status, group, legacy, missing };
    })()`);
    const what = /--pubnub-facade/;
    assert.equal(said.rejected[0], 'PubNubError');
    assert.match(said.rejected[1], what);
    assert.deepEqual([said.rejected[2].error, said.rejected[2].operation, said.rejected[2].statusCode, said.rejected[2].category], [true, 'PNPublishOperation', 404, 'PNBadRequestCategory']);
    for (const { message } of [said.status, said.group, said.legacy]) assert.match(message, what);
    assert.deepEqual(said.missing, { message: 'Missing Message', type: 'validationError', error: true });
    await told(own, 'PNBadRequestCategory');
    assert.match((await own.ask('statuses'))[0].message, what);
    assert.equal(own.complaints.filter((text) => what.test(text)).length, 1, 'once in the console');
  } finally {
    await own.close();
  }
});

const CLIENTS = 150;
/** What compiled code and the browser's own books move a heap by; a client that stayed, with its subscriptions, would be 2 kB and more. */
const HEAP_MORE_BYTES = 200_000;

test(`${CLIENTS} clients of each generation that came and went leave heap, sockets and listeners as they were`, { timeout: 120_000 }, async (t) => {
  const own = await page();
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    const session = await own.page.context().newCDPSession(own.page);
    const held = async () => {
      for (let i = 0; i < 3; i += 1) {
        await own.page.evaluate(() => new Promise(requestAnimationFrame));
        await session.send('HeapProfiler.collectGarbage');
      }
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      const { jsEventListeners } = await session.send('Memory.getDOMCounters');
      return { usedSize, jsEventListeners };
    };
    const churn = (/** @type {number} */ many) => own.ask(`(async () => {
      for (let i = 0; i < ${many}; i += 1) {
        const client = new PubNub({});
        const legacy = PUBNUB.init({});
        await new Promise((resolve) => {
          client.addListener({ status: ({ category }) => category === 'PNConnectedCategory' && resolve(), message: () => {} });
          client.subscribe({ channels: ['churn' + i % 7, 'churn', 'churn.*'], withPresence: i % 2 === 0 });
        });
        await new Promise((resolve) => legacy.subscribe({ channel: 'churn,churn' + i, connect: resolve, message: () => {} }));
        await client.history({ channel: 'churn', count: 5 });
        if (i % 3 === 0) client.disconnect();
        legacy.unsubscribe({ channel: 'churn,churn' + i });
        client.stop();
      }
    })()`);
    await recorder.publish(['churn', { eon: { a: 1 } }], ['churn', { eon: { a: 2 } }]);
    await churn(CLIENTS / 3);
    const before = await held();
    await churn(CLIENTS);
    await until('the socket is closed', () => own.sockets === 0);
    const then = await held();
    t.diagnostic(`heap ${before.usedSize} → ${then.usedSize} bytes, listeners ${before.jsEventListeners} → ${then.jsEventListeners}`);
    assert.ok(then.usedSize - before.usedSize < HEAP_MORE_BYTES, `${then.usedSize - before.usedSize} bytes more`);
    assert.equal(then.jsEventListeners, before.jsEventListeners);
    assert.equal(await own.ask('transport.wire.size'), 0);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});
