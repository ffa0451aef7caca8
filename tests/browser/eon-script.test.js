/** `/charts/eon.js` in real pages, of the bridge and of others: globals at once, calls before the modules, content policies. */

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
const ELSEWHERE = 'http://pages.example';
before(async () => {
  [browser, nats] = await Promise.all([launch(OWN_PAGES), Nats.start()]);
  [bridge, recorder] = await Promise.all([Bridge.start(nats, '--allow-origin', ELSEWHERE), Recorder.start(nats.url)]);
});
after(async () => {
  await recorder?.close();
  await browser?.close();
  await bridge?.kill();
  await nats?.kill();
});

/** What a page of either era does, all of it before anything can be loaded. */
const EARLY = `
  window.seen = []; window.legacy = []; window.wrote = [];
  var client = new PubNub({ publishKey: 'demo', subscribeKey: 'demo', ssl: true });
  client.addListener({ status: function (status) { if (status.category === 'PNConnectedCategory') window.connected = true; }, message: function (event) { seen.push(event.message); } });
  client.subscribe({ channels: ['early'] });
  window.past = client.history({ channel: 'early', count: 2 });
  client.history({ channel: 'early', count: 1 }, function (status, answer) { window.called = [status.error, answer.messages.length]; });
  PUBNUB.subscribe({ channel: 'early', connect: function () { window.joined = true; }, message: function (message) { legacy.push(message); } });
  eon.subsub.subscribe(PUBNUB.init({}), 'early', function () {}, function (message, env, channel) { wrote.push(channel); });
  window.shown = eon.chart({ pubnub: client, channels: ['early'], history: true, generate: { bindto: '#chart', axis: { y: { tick: { format: d3.format('.1f') } } } } });
  window.before = [shown.data(), shown.axis.labels(), client.getSubscribedChannels(), d3.format('.2f')(3.14159), d3.time.format('%Y')(new Date(2018, 0, 2)), typeof c3.generate];
  window.instance = client instanceof PubNub;
`;

/** @param {OwnPage} own */
async function works(own) {
  await until('all are connected', () => own.ask('window.connected === true && window.joined === true'));
  // The history it asked for is of before what is published now.
  await until('the history is here', () => own.ask('past.then(() => window.called !== undefined)'));
  const first = recorder.of('early').length;
  await recorder.publish(...Array.from({ length: 20 }, (_, i) => /** @type {[string, unknown]} */ (['early', { eon: { a: first + i } }])));
  await until('messages are here', async () => (await own.ask('[seen.length, legacy.length, wrote.length]')).every((/** @type {number} */ length) => length >= 20));
  const right = recorder.of('early').slice(first).map(({ message }) => message);
  assert.deepEqual(await own.ask('[seen, legacy]'), [right, right]);
  assert.deepEqual(await own.ask('[...new Set(wrote)]'), ['early']);
  assert.deepEqual(await own.ask('before'), [[], {}, [], '3.14', '2018', 'function']);
  assert.equal(await own.ask('instance'), true);
  const past = await own.ask('past.then(({ messages }) => messages.map(({ entry }) => entry))');
  assert.deepEqual(past, recorder.of('early').slice(Math.max(0, first - 2), first).map(({ message }) => message));
  assert.deepEqual(await own.ask('called'), [false, Math.min(1, first)]);
  await until('the chart holds the last value', async () => (await own.ask(`shown.data.values('a')?.at(-1)`)) === first + 19);
  assert.deepEqual(await own.ask('client.getSubscribedChannels()'), ['early'], 'of the real one by now');
  assert.equal(await own.ask(`d3.format('.2f')(2)`), '2.00');
  assert.deepEqual(own.complaints, []);
}

test('a page of the bridge itself, whose inline script calls everything at once', { timeout: 60_000 }, async () => {
  const own = await OwnPage.open(browser, `${bridge.origin}/own`, `<div id="chart" style="height:300px"></div><script src="/charts/eon.js"></script><script>${EARLY}</script>`);
  try {
    await works(own);
    assert.equal(own.sockets, 1, 'one socket for clients and chart');
  } finally {
    await own.close();
  }
});

for (const [what, attribute] of /** @type {[string, (bridge: Bridge) => string][]} */ ([
  ['whose bridge is where the script came from', () => ''], ['with data-bridge', ({ address }) => ` data-bridge="${address}"`],
])) {
  test(`a page of another origin that is allowed, ${what}`, { timeout: 60_000 }, async () => {
    const other = attribute(bridge) ? await Bridge.start(nats) : bridge;
    const own = await OwnPage.open(browser, `${ELSEWHERE}/page`, `<div id="chart" style="height:300px"></div><script src="${other.origin}/charts/eon.js"${attribute(bridge)}></script><script>${EARLY}</script>`);
    try {
      await works(own);
    } finally {
      await own.close();
      if (other !== bridge) await other.kill();
    }
  });
}

test('a page of an origin that is not allowed is told what to do', { timeout: 60_000 }, async () => {
  const own = await OwnPage.open(browser, 'http://stranger.example/page', `<script src="${bridge.origin}/charts/eon.js"></script><script>PUBNUB.subscribe({ channel: 'c', message: function () {} });</script>`);
  try {
    await until('the console says it', () => own.complaints.some((text) => /start it with --allow-origin http:\/\/stranger\.example/.test(text)));
  } finally {
    await own.close();
  }
});

/** @type {[string, string, string, string][]} */
const POLICIES = [
  ['that allows own scripts only: no eval, none inline', "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:", '<script src="/charts/eon/formats.js"></script>', '<script src="/page.js"></script>'],
  ['by nonce', "default-src 'none'; script-src 'nonce-n1' 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:", '', `<script nonce="n1">${EARLY}</script>`],
];
for (const [what, policy, first, last] of POLICIES) {
  test(`under a content policy ${what}`, { timeout: 60_000 }, async () => {
    const html = `<div id="chart"></div>${first}<script src="/charts/eon.js"${what === 'by nonce' ? ' nonce="n1"' : ''}></script>${last}`;
    const own = await OwnPage.open(browser, `${bridge.origin}/own`, html, { policy, files: { '/page.js': EARLY } });
    try {
      await works(own);
    } finally {
      await own.close();
    }
  });
}

test('under a policy without inline scripts d3 used too early says what is missing', { timeout: 60_000 }, async () => {
  const [, policy] = POLICIES[0];
  const own = await OwnPage.open(browser, `${bridge.origin}/own`, '<script src="/charts/eon.js"></script><script src="/page.js"></script>', {
    policy, files: { '/page.js': `try { d3.format('.2f')(1); } catch (error) { window.said = error.message; }` },
  });
  try {
    assert.match(await own.ask('said'), /put <script src="http:[^"]*\/charts\/eon\/formats\.js"><\/script> before/);
    await until('it is there later', async () => (await own.ask(`(() => { try { return d3.format('.2f')(1); } catch { return ''; } })()`)) === '1.00');
  } finally {
    await own.close();
  }
});

test('modules that cannot be loaded at first are tried again, and nothing that was called is lost', { timeout: 60_000 }, async () => {
  const own = await OwnPage.open(browser, 'about:blank', '');
  try {
    let refused = 0;
    await own.page.route(`${bridge.origin}/charts/eon/index.js`, (route) => {
      refused += 1;
      return route.abort();
    });
    await own.page.route(`${bridge.origin}/own`, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><link rel="icon" href="data:,"><div id="chart"></div><script src="/charts/eon.js"></script><script>${EARLY}</script>` }));
    await own.page.goto(`${bridge.origin}/own`);
    await until('it was refused', () => refused > 0);
    await until('all are connected', () => own.ask('window.connected === true'));
    await recorder.publish(['early', { eon: { a: -5 } }]);
    await until('the message is here', () => own.ask('seen.length > 0'));
    assert.ok(own.complaints.some((text) => /it is tried again in 0.5 s/.test(text)));
  } finally {
    await own.close();
  }
});

// Charts are made once the modules are here: by then a page had often changed its options for the next chart, so that both stood in
// one place, and a message that it published again and again came with its last value each time.
test('what is handed over before the modules are here is what it was then', { timeout: 60_000 }, async () => {
  const own = await OwnPage.open(browser, `${ELSEWHERE}/reuse`, `<div id="a"></div><div id="b"></div><script src="${bridge.origin}/charts/eon.js"></script><script>
    var options = { channel: 'reuse', pubnub: PUBNUB, generate: { bindto: '#a', data: { type: 'line' } }, limit: 30 };
    var first = eon.chart(options);
    options.generate.bindto = '#b';
    options.generate.data.type = 'bar';
    var second = eon.chart(options);
    var columns = [['drawn', 1, 2]];
    first.load({ columns: columns });
    columns[0][1] = 7;
    var client = new PubNub({}), listener = { message: function () {} };
    client.addListener(listener);
    client.removeListener(listener);
  </script>`);
  try {
    await until('both are drawn', () => own.ask(`document.querySelectorAll('#a .eontide-eon').length === 1 && document.querySelectorAll('#b .eontide-eon').length === 1`));
    assert.deepEqual(await own.ask(`first.data.values('drawn')`), [1, 2]);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});

test('what a page brought along stays in use', { timeout: 60_000 }, async () => {
  const own = await OwnPage.open(browser, `${bridge.origin}/own`, `<script>window.PubNub = class { constructor(setup) { this.setup = setup; } }; window.c3 = { mine: true }; window.d3 = { version: '5' };</script>
    <script src="/charts/eon.js"></script><script>window.client = new PubNub({ subscribeKey: 'theirs' }); window.ready = true;</script>`);
  try {
    await until('the page is ready', () => own.ask('window.ready === true'));
    assert.deepEqual(await own.ask('[client.setup.subscribeKey, c3.mine, d3.version, typeof PUBNUB.init, typeof eon.chart]'), ['theirs', true, '5', 'function', 'function']);
    assert.deepEqual(own.complaints, []);
  } finally {
    await own.close();
  }
});
