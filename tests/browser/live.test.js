/** Everything real: nats-server, bridge, publishing processes, browser. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { test } from './again.js';
import { ARGS, CHROMIUM, launch } from './harness.js';
import { Subscriber } from './points.js';
import { Bridge, Nats, Process, publishers, temporaryFolder, until } from './real.js';
import { published, Viewer } from './viewer.js';
/** @import {AddressInfo} from 'node:net' */
/** @import {Browser, BrowserContextOptions} from 'playwright-core' */

const CHANNEL = 'process-memory-demo';
const IDS = [0, 1, 2, 3, 4].map((i) => `process-memory-${i}`);
const NAMES = IDS.flatMap((id) => [`heap-${id}`, `heap-total-${id}`, `rss-${id}`]).sort();
/** Often, so that little time brings many points. */
const FAST = ['--count', '5', '--interval', '100ms'];

/** @type {Browser} */
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** One broker, one bridge, a plain subscriber, and what a test starts besides. */
class World {
  /** @type {Process[]} */
  #processes = [];
  /** @type {Viewer[]} */
  #viewers = [];

  /** @param {Nats} nats @param {Bridge} bridge @param {Subscriber} subscriber */
  constructor(nats, bridge, subscriber) {
    this.nats = nats;
    this.bridge = bridge;
    this.subscriber = subscriber;
  }

  static async start() {
    const nats = await Nats.start();
    const [bridge, subscriber] = await Promise.all([Bridge.start(nats), Subscriber.start(nats.url, CHANNEL)]);
    return new World(nats, bridge, subscriber);
  }

  /** @param {string[]} args */
  spawn(...args) {
    const process = publishers(this.nats, ...args);
    this.#processes.push(process);
    return process;
  }

  /** @param {string} [query] @param {BrowserContextOptions} [options] */
  async view(query = '', options = {}) {
    const viewer = await Viewer.open(browser, `${this.bridge.origin}/${query}`, options);
    this.#viewers.push(viewer);
    return viewer;
  }

  /** Strictness that every test shares: a silent console, no request to anybody else. */
  judge() {
    for (const { complaints, hosts } of this.#viewers) {
      assert.deepEqual(complaints, [], 'the console stays silent under the strict policy');
      assert.deepEqual([...hosts], [this.bridge.address], 'no other host is asked for anything');
    }
  }

  async stop() {
    await Promise.all(this.#viewers.map(({ page }) => page.context().close()));
    await Promise.all(this.#processes.map((process) => process.kill()));
    await this.subscriber.close();
    await this.bridge.kill();
    await this.nats.kill();
  }
}

/** @param {string} name @param {(world: World) => Promise<void>} body */
function liveTest(name, body) {
  test(name, { timeout: 120_000 }, async () => {
    const world = await World.start();
    try {
      await body(world);
      world.judge();
    } finally {
      await world.stop();
    }
  });
}

liveTest('five processes are fifteen series in one chart', async (world) => {
  world.spawn('--count', '5');
  const viewer = await world.view();
  await viewer.counts('15 series · 5 up');
  assert.deepEqual((await viewer.data()).map(({ name }) => name).sort(), NAMES);
  await until('the legend has all', async () => (await viewer.texts('[data-testid="legend-count"]')).join() === '15 series');
  // Rows out of sight are not in the page: by the keyboard one comes to each.
  await viewer.page.locator('[data-testid="legend-item"]').first().focus();
  const read = new Set();
  for (const _ of NAMES) {
    read.add(await viewer.page.evaluate('document.activeElement.dataset.series'));
    await viewer.page.keyboard.press('ArrowDown');
  }
  assert.deepEqual([...read].sort(), NAMES);
  assert.deepEqual(await viewer.page.locator('[data-testid="source-row"]').evaluateAll(
    (rows) => rows.map((row) => [row.getAttribute('data-source'), row.getAttribute('data-state')]),
  ), IDS.map((id) => [id, 'up']));
  assert.equal((await viewer.state()).connection, 'live');
  assert.deepEqual(await viewer.texts('[data-testid="state"]'), ['live']);
  await published(world.subscriber, 3);
  await viewer.exact(world.subscriber);
});

liveTest('a reload shows all that was there, with the same values', async (world) => {
  world.spawn(...FAST);
  const viewer = await world.view();
  await published(world.subscriber, 40);
  await viewer.exact(world.subscriber);
  const before = await viewer.data();
  await viewer.page.reload();
  await viewer.connection('live');
  await viewer.exact(world.subscriber);
  const after = new Map((await viewer.data()).map((series) => [series.name, series]));
  for (const { name, x, v } of before) {
    assert.deepEqual([after.get(name)?.x.slice(0, x.length), after.get(name)?.v.slice(0, x.length)], [x, v], name);
  }
  await published(world.subscriber, 60);
  await viewer.exact(world.subscriber);
});

liveTest('a bridge killed hard and started again: said, then resumed without loss or repetition', async (world) => {
  world.spawn(...FAST);
  const viewer = await world.view();
  await published(world.subscriber, 20);
  await viewer.exact(world.subscriber);
  await world.bridge.kill();
  const killed = Date.now();
  await viewer.connection('reconnecting');
  await viewer.page.locator('[data-testid="overlay"][data-kind="stale"]').waitFor();
  // The broker goes on without the bridge.
  await published(world.subscriber, 10, killed);
  await world.bridge.restart();
  await viewer.connection('live');
  await published(world.subscriber, 30, killed);
  await viewer.exact(world.subscriber);
  assert.equal(await viewer.page.locator('[data-testid="overlay"]').isVisible(), false);
  assert.deepEqual((await viewer.state()).gaps, []);
  // Resumed where it was: a snapshot of everything would have brought what was there once more.
  const [stats, held] = await viewer.page.evaluate('[window.eontide.chart.stats(), window.eontide.chart.data()]');
  assert.equal(stats.pointsReceived, held.reduce((/** @type {number} */ sum, /** @type {{x: number[]}} */ { x }) => sum + x.length, 0));
  await viewer.counts('15 series · 5 up');
});

liveTest('a broker killed hard and started again: nothing published is lost', async (world) => {
  world.spawn(...FAST);
  const viewer = await world.view();
  await published(world.subscriber, 20);
  await viewer.exact(world.subscriber);
  await world.nats.kill();
  await world.bridge.ready(false);
  assert.equal((await viewer.state()).connection, 'live', 'the bridge still answers');
  await world.nats.restart();
  const restarted = Date.now();
  await world.bridge.ready(true);
  await published(world.subscriber, 30, restarted);
  await world.subscriber.catchUp();
  assert.deepEqual(world.subscriber.missing(), [], 'messages that never reached the stream');
  await viewer.exact(world.subscriber);
  assert.deepEqual((await viewer.state()).gaps, []);
  await viewer.counts('15 series · 5 up');
});

liveTest('a process killed hard is down, and why; its lines end, and begin anew with its next life', async (world) => {
  world.spawn(...FAST);
  const viewer = await world.view();
  await published(world.subscriber, 20);
  await viewer.counts('15 series · 5 up');
  const victim = 'process-memory-3';
  const { pid } = (await world.bridge.sources(CHANNEL)).find(({ id }) => id === victim);
  const row = viewer.page.locator(`[data-source="${victim}"]`);
  const entry = viewer.page.locator(`[data-series="rss-${victim}"]`);
  process.kill(pid, 'SIGKILL');
  await row.and(viewer.page.locator('[data-state="down"]')).waitFor();
  assert.match(await row.textContent() ?? '', /down .*killed by signal 9/s);
  await entry.and(viewer.page.locator('[data-state="down"]')).waitFor();
  assert.match(await entry.textContent() ?? '', /down since .* killed by signal 9/);
  await viewer.counts('15 series · 4 up · 1 down');
  const ended = (await viewer.data()).find(({ name }) => name === `rss-${victim}`)?.x.at(-1) ?? NaN;
  await row.and(viewer.page.locator('[data-state="restarted"]')).waitFor();
  await entry.and(viewer.page.locator(':not([data-state="down"])')).waitFor();
  await viewer.counts('15 series · 5 up');
  const after = (await world.bridge.sources(CHANNEL)).find(({ id }) => id === victim);
  assert.equal(after.lives, 2);
  assert.notEqual(after.pid, pid);
  assert.equal(await row.locator('[data-column="lives"]').textContent(), '2');
  await published(world.subscriber, 10, ended);
  await viewer.exact(world.subscriber);
  const line = /** @type {any} */ ((await viewer.data()).find(({ name }) => name === `rss-${victim}`));
  const next = line.x.find((/** @type {number} */ time) => time > ended);
  assert.ok(line.breaks.some((/** @type {number} */ time) => time > ended && time <= next), `${line.breaks} between ${ended} and ${next}`);
});

liveTest('series that come late appear without a reload, and nothing is invented to their left', async (world) => {
  world.spawn(...FAST);
  const viewer = await world.view();
  await published(world.subscriber, 10);
  await viewer.counts('15 series · 5 up');
  await viewer.page.evaluate('window.sameDocument = true');
  const began = Date.now();
  world.spawn('--count', '2', '--interval', '100ms', '--prefix', 'late-');
  await viewer.counts('21 series · 7 up');
  await until('all are published', () => world.subscriber.points().size === 21);
  await published(world.subscriber, 10, began);
  await viewer.exact(world.subscriber);
  for (const { name, x } of await viewer.data()) if (name.includes('late-')) assert.ok(x[0] >= began, `${name} from ${x[0]}`);
  await until('the legend has all', async () => (await viewer.texts('[data-testid="legend-count"]')).join() === '21 series');
  assert.equal(await viewer.page.evaluate('window.sameDocument'), true);
});

liveTest('a hidden tab takes everything in, draws nothing, and is right the moment it is seen again', async (world) => {
  world.spawn(...FAST);
  // Playwright tells every page of its own that it is seen; only a whole browser that it merely connects to has hidden tabs.
  const own = new Process(CHROMIUM, [...ARGS, '--remote-debugging-port=0', `--user-data-dir=${temporaryFolder()}`, 'about:blank']);
  try {
    const [, endpoint] = await own.says(/DevTools listening on (ws:\S+)/);
    const connected = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    const viewer = new Viewer(await connected.contexts()[0].newPage());
    await viewer.page.goto(world.bridge.origin);
    await viewer.connection('live');
    await until('something is drawn', async () => (await viewer.stats()).framesDrawn > 0);
    await (await connected.contexts()[0].newPage()).bringToFront();
    await until('the tab is hidden', () => viewer.page.evaluate('document.visibilityState === "hidden"'));
    const hidden = { ...await viewer.stats(), at: Date.now() };
    await published(world.subscriber, 30, hidden.at);
    await viewer.exact(world.subscriber);
    const still = await viewer.stats();
    assert.equal(still.framesDrawn, hidden.framesDrawn, 'frames drawn while hidden');
    assert.ok(still.pointsReceived >= hidden.pointsReceived + 15 * 30);
    await viewer.page.bringToFront();
    await until('it is drawn again', async () => (await viewer.stats()).framesDrawn > still.framesDrawn);
    const { to, now } = await viewer.state();
    assert.ok(Math.abs(now - to) < 2_000, `the right edge stands ${now - to} ms behind`);
    await viewer.exact(world.subscriber);
    assert.deepEqual(viewer.complaints, []);
    await connected.close();
  } finally {
    await own.kill();
  }
});

liveTest('a reload costs no more than asking: every file is confirmed by its tag', async (world) => {
  world.spawn(...FAST);
  const viewer = await world.view();
  await viewer.connection('live');
  const cdp = await viewer.page.context().newCDPSession(viewer.page);
  await cdp.send('Network.enable');
  /** @type {Map<string, string>} */
  const paths = new Map();
  /** @type {Map<string, number>} */
  const answers = new Map();
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => paths.set(requestId, new URL(request.url).pathname));
  cdp.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => answers.set(requestId, statusCode));
  await viewer.page.reload();
  await viewer.connection('live');
  const files = [...paths].filter(([, path]) => path !== '/live' && !path.startsWith('/api/'));
  assert.ok(files.length > 20, `${files.length} files`);
  for (const [id, path] of files) assert.equal(answers.get(id), 304, path);
});

liveTest('the page opened from disk lands on the bridge that its address names', async (world) => {
  const page = await browser.newPage();
  try {
    const file = new URL('../../ui/index.html', import.meta.url).href;
    await page.goto(`${file}?bridge=${world.bridge.address}&window=15m`);
    await page.waitForURL(`${world.bridge.origin}/?window=15m`);
    await page.locator('[data-testid="state"][data-state="live"]').waitFor();
  } finally {
    await page.close();
  }
});

// `embed=1` was made for frames, and the bridge forbade all of them.
liveTest('another page frames the chart alone, and cannot frame the whole page', async (world) => {
  world.spawn(...FAST);
  const frames = ['?embed=1', ''].map((query) => `<iframe src="${world.bridge.origin}/${query}"></iframe>`);
  const stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end(frames.join('')));
  await new Promise((resolve) => stranger.listen(0, '127.0.0.1', () => resolve(undefined)));
  const page = await browser.newPage();
  try {
    // Another host, not only another port: a browser parts the two by site.
    await page.goto(`http://localhost:${/** @type {AddressInfo} */ (stranger.address()).port}/`);
    const [, framed, whole] = page.frames();
    await until('the framed chart is live', async () => {
      const state = /** @type {any} */ (await framed.evaluate('window.eontide?.chart.state()'));
      return (state?.connection === 'live' && state.lines === NAMES.length) || JSON.stringify(state);
    });
    await until('the whole page is refused', () => whole.url().startsWith('chrome-error:') || whole.url());
  } finally {
    await page.close();
    stranger.close();
  }
});

liveTest('two viewers with different windows each see all, and one leaves without the other', async (world) => {
  world.spawn(...FAST);
  const first = await world.view();
  const second = await world.view('?window=15m', { viewport: { width: 400, height: 800 } });
  await published(world.subscriber, 20);
  await Promise.all([first.exact(world.subscriber), second.exact(world.subscriber)]);
  await second.page.close();
  await published(world.subscriber, 10, Date.now());
  await first.exact(world.subscriber);
});
