/**
 * The original chart library, `eon-chart@1.3.1` as npm has it, in a page of another origin against the facade: its client
 * gets every message, so its chart holds what a plain NATS client recorded.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { test } from './again.js';
import { Guest } from './guest.js';
import { expected } from './old-pages.js';
import { until } from './real.js';
/** @import {Page} from 'playwright-core' */
/** @import {Recorded} from './stream-recorder.js' */

const BUNDLE = new URL('../eon/node_modules/eon-chart/eon-chart.js', import.meta.url);
/** More than there are: the original's `limit` counts messages. */
const LIMIT = 1_000;
const NAMES = ['Austin', 'New York', 'Tokyo'];

/** @type {Guest} */
let guest;

/** Its page, and the bundle. @type {import('node:http').RequestListener} */
const site = (request, response) => {
  if (request.url === '/eon-chart.js') return void response.setHeader('content-type', 'text/javascript').end(readFileSync(BUNDLE));
  const { searchParams } = new URL(request.url ?? '/', 'http://site');
  response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><link rel="icon" href="data:,">
    <script src="/eon-chart.js"></script><div id="chart"></div><script>
    var chart = eon.chart({
      channels: ['${searchParams.get('channel')}'], history: ${searchParams.get('history')}, limit: ${LIMIT}, rate: 250,
      pubnub: new PubNub({ publishKey: 'demo', subscribeKey: 'demo', origin: '${guest.bridge.address}', ssl: false }),
      connect: function () { window.connected = true; },
      generate: { bindto: '#chart', data: { type: 'spline' } }
    });</script>`);
};

before(async () => { guest = await Guest.start(site, () => ['--pubnub-facade']); });
after(() => guest?.close());

/** @param {string} channel @param {number} count */
async function publish(channel, count) {
  for (let n = 0; n < count; n++) {
    guest.recorder.publish(channel, { eon: Object.fromEntries(NAMES.map((name, i) => [name, n * (i + 1)])) });
    // Its x is the time in ms, and it draws two points of one as it likes.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return until('it is recorded', () => {
    const messages = guest.recorder.messages.filter((one) => one.channel === channel);
    return messages.length === count && messages;
  });
}

/** @param {string} channel @param {boolean} history @returns {Promise<{page: Page, faults: string[]}>} */
async function open(channel, history) {
  const page = await guest.browser.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.goto(`${guest.origin}/?channel=${channel}&history=${history}`);
  await page.waitForFunction('window.connected');
  return { page, faults };
}

/** @param {Page} page @param {Recorded[]} messages @param {boolean} history */
async function shows(page, messages, history) {
  const eon = (/** @type {any} */ message, /** @type {Recorded} */ { ms }) => Object.entries(message.eon).map(([name, value]) => (
    /** @type {[string, number, number]} */ ([name, ms, Number(value)])));
  const ought = expected(messages, { limit: LIMIT, read: eon });
  await until('the original shows it', async () => {
    // The last page of its history it asks for twice, and draws the newest message once more: that is its own doing.
    const is = await page.evaluate(`Object.fromEntries(chart.data().map(({ id, values }) => [id,
      values.map(({ x, value }) => [Number(x), value]).filter(([x, value], i, all) => !${history} || i === 0 || x !== all[i - 1][0] || value !== all[i - 1][1])]))`);
    try {
      assert.deepEqual(is, ought);
      return true;
    } catch (error) {
      return String(error);
    }
  });
}

for (const [what, history] of /** @type {[string, boolean][]} */ ([['lives on what is published', false], ['reads the history', true]])) {
  test(`the original bundle ${what}, every point of it`, { timeout: 60_000 }, async () => {
    const channel = `original-${history}-${guest.recorder.messages.length}`;
    /** @type {Recorded[]} */
    let messages = history ? await publish(channel, 60) : [];
    const { page, faults } = await open(channel, history);
    try {
      if (!history) messages = await publish(channel, 80);
      await shows(page, messages, history);
      assert.deepEqual(faults, []);
    } finally {
      await page.context().close();
    }
  });
}
