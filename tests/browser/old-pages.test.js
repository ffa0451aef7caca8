/**
 * Old EON pages with the address of one script changed, each over a real bridge: what they show is what a plain NATS client
 * recorded, to the last point.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { test } from './again.js';
import { Guest } from './guest.js';
import { expected, listens, PAGES, points } from './old-pages.js';
import { until } from './real.js';
/** @import {Page} from 'playwright-core' */
/** @import {OldPage} from './old-pages.js' */
/** @import {Recorded} from './stream-recorder.js' */

/** Between two messages. */
const EVERY_MS = 40;
const LIVE = 30;

/** @type {Guest} */
let guest;

before(async () => {
  guest = await Guest.start((request, response) => {
    const file = new URL(`pages/old${new URL(request.url ?? '/', 'http://site').pathname}.html`, import.meta.url);
    if (!existsSync(file)) return void response.writeHead(204).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(readFileSync(file, 'utf8').replaceAll('BRIDGE', guest.bridge.origin));
  }, (origin) => ['--pubnub-facade', '--allow-origin', origin]);
});
after(() => guest?.close());

/** What the page shows, by its own object. @param {Page} page @param {string} chart @returns {Promise<Record<string, [number, number][]>>} */
const held = (page, chart) => page.evaluate((name) => {
  const made = /** @type {any} */ (window)[name];
  return Object.fromEntries((made?.data() ?? []).map((/** @type {any} */ { id, values }) => [id, values.map((/** @type {any} */ { x, value }) => [Number(x), value])]));
}, chart);

/** Notes for each point that is a series' newest when it was seen first. @param {string[]} charts */
function watch(charts) {
  /** @type {Record<string, number>} */
  const seen = {};
  setInterval(() => {
    for (const name of charts) {
      // Until the page has made it, this may be an element of that id.
      const made = (/** @type {any} */ (window))[name];
      for (const { id, values } of made && !(made instanceof Element) ? made.data() : []) {
        const last = values.at(-1);
        if (last) seen[JSON.stringify([name, id, last.value])] ??= Date.now();
      }
    }
  }, 5);
  Object.assign(window, { seen });
}

/** Opens a page, and waits until it is subscribed. @param {OldPage} old */
async function open(old) {
  const context = await guest.browser.newContext();
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  // Of a script or style sheet of another origin that is not there no word comes to the console.
  page.on('requestfailed', (request) => complaints.push(`${request.failure()?.errorText}: ${request.url()}`));
  let views = 0;
  page.on('websocket', (socket) => {
    // A raw view begins at a position that the page knows: what is published from here on is in it.
    socket.on('framesent', ({ payload }) => { if (JSON.parse(String(payload)).subscribe?.view === 'raw') views += 1; });
  });
  await page.addInitScript(watch, Object.keys(old.charts));
  await page.goto(`${guest.origin}/${old.page}`);
  await until('it is subscribed', () => views > 0 || complaints.join('\n'));
  return { page, complaints };
}

/** @param {OldPage} old @param {number} from  of the nth messages @param {number} count @param {number} everyMs */
async function publish({ publish: make }, from, count, everyMs) {
  for (let n = from; n < from + count; n++) {
    const [channel, message] = /** @type {NonNullable<OldPage['publish']>} */ (make)(n);
    guest.recorder.publish(channel, message);
    // The pace of what is published, not a wait for something to happen.
    if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await guest.recorder.flush();
}

/** @param {OldPage} old @param {number} since  the sequence after which messages count */
const recorded = (old, since) => guest.recorder.messages.filter(({ channel, seq }) => seq > since && listens(old.channels, channel));

/** @param {OldPage['x']} x @param {Record<string, [number, number][]>} series  by index and by category only the order counts */
const comparable = (x, series) => Object.fromEntries(Object.entries(series).sort().map(([name, list]) => [
  name, x === 'index' ? list.map(([, value]) => value) : list,
]));

for (const old of PAGES) {
  test(`an old page shows what was published: ${old.page}`, { timeout: 60_000 }, async () => {
    const { history = 0, live = LIVE } = old;
    const before = guest.recorder.messages.at(-1)?.seq ?? 0;
    if (old.publish) await publish(old, 0, history, 0);
    await until('history is recorded', () => recorded(old, before).length === history);
    const { page, complaints } = await open(old);
    try {
      if (old.publish) await publish(old, history, live, EVERY_MS);
      else await page.waitForFunction('window.published');
      const seen = await settled(page, old, before);
      inTime(old, recorded(old, before), seen);
      await legend(page, old, recorded(old, before));
      assert.deepEqual(complaints, []);
    } finally {
      await page.context().close();
    }
  });
}

/** Waits until every chart shows the very points, then when they were seen. @param {Page} page @param {OldPage} old @param {number} since */
async function settled(page, old, since) {
  for (const [name, chart] of Object.entries(old.charts)) {
    await until(`${name} of ${old.page} shows what was published`, async () => {
      const [is, ought] = [comparable(old.x, await held(page, name)), comparable(old.x, expected(recorded(old, since), chart, old.x))];
      try {
        assert.deepEqual(is, ought);
        return Object.keys(ought).length > 0;
      } catch (error) {
        return String(error);
      }
    });
  }
  return /** @type {Promise<Record<string, number>>} */ (page.evaluate('seen'));
}

/**
 * Nothing that came while the page was open waited for longer than two ticks.
 * @param {OldPage} old
 * @param {Recorded[]} messages
 * @param {Record<string, number>} seen
 */
function inTime({ charts, history = 0 }, messages, seen) {
  for (const [name, chart] of Object.entries(charts)) {
    const live = points(messages, chart).filter(({ at }) => messages.indexOf(at) >= history);
    for (const [key, when] of Object.entries(seen)) {
      const [of, id, value] = JSON.parse(key);
      const sent = live.filter((point) => of === name && point.name === id && point.value === value && point.at.ms <= when);
      if (sent.length === 0) continue;
      const waited = when - Math.max(...sent.map(({ at }) => at.ms));
      assert.ok(waited <= 2 * (chart.rate ?? 250), `${id} ${value} was shown after ${waited} ms`);
    }
  }
}

/** @param {Page} page @param {OldPage} old @param {Recorded[]} messages */
async function legend(page, old, messages) {
  const names = await page.locator('.c3-legend-item').evaluateAll((items) => items.map((item) => item.getAttribute('data-id')));
  const published = Object.values(old.charts).flatMap((chart) => Object.keys(expected(messages, chart, old.x)));
  assert.deepEqual(names.sort(), published.sort());
}
