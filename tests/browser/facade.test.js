/**
 * PubNub's own bundles, of both generations, in pages of another origin: CORS, JSONP and the seam between polls as a browser has
 * them. What they get is compared in `tests/e2e/facade_clients.rs`.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { launch } from './harness.js';
import { Bridge, Nats } from './real.js';
/** @import {Browser, Page} from 'playwright-core' */

const MODULES = new URL('../eon/node_modules/', import.meta.url);
/** @type {Record<string, string>} */
const BUNDLES = { '/v4.js': 'pubnub/dist/web/pubnub.js', '/v3.js': 'pubnub3/modern/pubnub.js' };
const COUNT = 250;

/** @type {Browser} */
let browser;
/** @type {Nats} */
let nats;
/** @type {Bridge} */
let bridge;
/** @type {string} */
let site;
const pages = createServer(async (request, response) => {
  const path = request.url ?? '';
  if (BUNDLES[path]) response.end(await readFile(new URL(BUNDLES[path], MODULES)));
  else response.setHeader('content-type', 'text/html').end(`<!doctype html><script src="${path}.js"></script>`);
});

before(async () => {
  [browser, nats] = await Promise.all([launch(), Nats.start()]);
  bridge = await Bridge.start(nats, '--pubnub-facade');
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = pages.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  site = `http://127.0.0.1:${address.port}`;
});

after(async () => {
  await browser.close();
  pages.close();
  await bridge.kill();
  await nats.kill();
});

/** @param {string} version @returns {Promise<[Page, string[]]>} a page with that bundle, and what goes wrong in it */
async function open(version) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.goto(`${site}/${version}`);
  return [page, faults];
}

const EXPECTED = Array.from({ length: COUNT }, (_, n) => n);

test('a page with the bundle of v4 publishes, listens and reads history', async () => {
  const [page, faults] = await open('v4');
  const got = await page.evaluate(([origin, count]) => new Promise((resolve) => {
    const { PubNub } = /** @type {any} */ (window);
    /** @type {number[]} */
    const seen = [];
    const pubnub = new PubNub({ publishKey: 'demo', subscribeKey: 'demo', origin, ssl: false });
    // One after another, so that their order is known; every fifth by POST, which asks first.
    const publish = (/** @type {number} */ n) => {
      if (n < count) pubnub.publish({ channel: 'page 4', message: { n }, sendByPost: n % 5 === 0 }, () => publish(n + 1));
    };
    pubnub.addListener({
      status: (/** @type {any} */ status) => { if (status.category === 'PNConnectedCategory') publish(0); },
      message: (/** @type {any} */ told) => {
        seen.push(told.message.n);
        if (seen.length < count) return;
        pubnub.history({ channel: 'page 4' }, (/** @type {any} */ _, /** @type {any} */ page) => {
          resolve([seen, page.messages.map((/** @type {any} */ item) => item.entry.n)]);
        });
      },
    });
    pubnub.subscribe({ channels: ['page 4'] });
  }), /** @type {const} */ ([bridge.address, COUNT]));
  assert.deepEqual(got, [EXPECTED, EXPECTED.slice(-100)]);
  assert.deepEqual(faults, []);
  await page.close();
});

test('a page with the bundle of v3 does so, too', async () => {
  const [page, faults] = await open('v3');
  const got = await page.evaluate(([origin, count]) => new Promise((resolve) => {
    const { PUBNUB } = /** @type {any} */ (window);
    /** @type {number[]} */
    const seen = [];
    const pubnub = PUBNUB.init({ publish_key: 'demo', subscribe_key: 'demo', origin, ssl: false });
    pubnub.subscribe({
      channel: 'page 3',
      // The client sends them one after another.
      connect: () => { for (let n = 0; n < count; n++) pubnub.publish({ channel: 'page 3', message: { n } }); },
      message: (/** @type {any} */ message) => {
        seen.push(message.n);
        if (seen.length < count) return;
        pubnub.history({
          channel: 'page 3', count: 100,
          callback: (/** @type {any} */ [messages]) => resolve([seen, messages.map((/** @type {any} */ m) => m.n)]),
        });
      },
    });
  }), /** @type {const} */ ([bridge.address, COUNT]));
  assert.deepEqual(got, [EXPECTED, EXPECTED.slice(-100)]);
  assert.deepEqual(faults, []);
  await page.close();
});

test('what a script asks for calls its function, failures too', async () => {
  const [page, faults] = await open('v4');
  const ask = (/** @type {string} */ path) => page.evaluate(([origin, path]) => new Promise((resolve, reject) => {
    Object.assign(window, { answered: resolve });
    const script = Object.assign(document.createElement('script'), { src: `http://${origin}${path}`, onerror: reject });
    document.head.append(script);
  }), /** @type {const} */ ([bridge.address, path]));
  assert.match(String(await ask('/time/answered')), /^1\d{16}$/);
  assert.deepEqual((await ask('/publish/demo/demo/0/script/answered/%7B%22n%22%3A1%7D')).slice(0, 2), [1, 'Sent']);
  assert.match((await ask('/publish/demo/demo/0/script/answered/nonsense'))[1], /Invalid JSON/);
  assert.deepEqual((await ask('/v2/history/sub-key/demo/channel/script?callback=answered'))[0], [{ n: 1 }]);
  assert.deepEqual(faults, []);
  await page.close();
});
