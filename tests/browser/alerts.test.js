/** Alerts on the page: published to NATS by another program, with a real bridge between. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { connect } from '@nats-io/transport-node';
import { plotBox } from '../../charts/draw/layout.js';
import { test } from './again.js';
import { launch } from './harness.js';
import { Bridge, Nats, publishers, until } from './real.js';
/** @import {Browser, Page} from 'playwright-core' */

const CHANNEL = 'process-memory-demo';

/** @type {Browser} */
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** @param {Page} page @param {string} id @param {RegExp} wanted */
const reads = (page, id, wanted) => until(`${id} says ${wanted}`, async () => {
  const text = await page.locator(`[data-testid="${id}"]`).textContent() ?? '';
  return wanted.test(text) || text || 'nothing';
});

/** Points at a time; the foot of the tooltip names what is marked there. @param {Page} page @param {number} at ms @param {RegExp} wanted */
const pointedAt = (page, at, wanted) => until(`the mark says ${wanted}`, async () => {
  const box = await page.locator('[data-testid="chart"]').boundingBox();
  if (!box) return 'no chart';
  const { left, top, width } = plotBox(box.width, box.height);
  const { from, to } = await page.evaluate('eontide.chart.view');
  await page.mouse.move(box.x + left + (width * (at - from)) / (to - from), box.y + top + 20);
  const text = await page.locator('[data-testid="tooltip"]').textContent() ?? '';
  return wanted.test(text) || text || 'nothing';
});

test('an alert is told, counted and marked, to who comes later as well; and it is over', { timeout: 90_000 }, async () => {
  const nats = await Nats.start();
  const bridge = await Bridge.start(nats);
  const started = publishers(nats, '--count', '3', '--interval', '200ms');
  const client = await connect({ servers: nats.url });
  const say = (/** @type {object} */ alert) => client.publish('eon-alerts.memory', JSON.stringify({ channel: CHANNEL, id: 'process-memory-1', ...alert }));
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, timezoneId: 'UTC' });
  try {
    await until('three processes publish', async () => (await bridge.sources(CHANNEL))?.length === 3);
    await page.goto(`${bridge.origin}/?window=1m`);
    await reads(page, 'counts', /3 up$/);
    await page.evaluate(`eontide.chart.on('alert', (alerts) => (window.told ??= []).push(...alerts.map(({ rule, state }) => rule + ' ' + state)))`);
    const at = Date.now() - 5_000;
    say({ state: 'firing', text: 'rss above 2 GiB', at });
    await reads(page, 'announcements', /^memory: rss above 2 GiB \(process-memory-1\)\.$/);
    await reads(page, 'counts', /3 up · 1 alert$/);
    assert.equal(await page.locator('[data-testid="counts"] > :last-child').getAttribute('title'), 'memory: rss above 2 GiB (process-memory-1)');
    await pointedAt(page, at, /memory: rss above 2 GiB \(process-memory-1\)/);
    // On a phone there is room for what is not well.
    await page.setViewportSize({ width: 390, height: 800 });
    const [well, ill] = await page.locator('[data-testid="counts"] > span').all();
    assert.deepEqual([await well.isVisible(), await ill.isVisible(), await ill.textContent()], [false, true, ' · 1 alert']);
    const fits = 'document.documentElement.scrollWidth <= 390 && document.getElementById("counts").scrollWidth <= document.getElementById("counts").clientWidth';
    assert.equal(await page.evaluate(fits), true);
    await page.setViewportSize({ width: 1280, height: 760 });
    // Said once more it is no news.
    say({ state: 'firing', text: 'rss above 2 GiB', at });
    say({ state: 'firing', text: 'rss above 2 GiB' });
    say({ state: 'firing', id: 'process-memory-2' });
    await reads(page, 'counts', /3 up · 2 alerts$/);
    assert.deepEqual(await page.evaluate('told'), ['memory firing', 'memory firing']);
    say({ state: 'resolved', id: 'process-memory-2' });
    await reads(page, 'counts', /3 up · 1 alert$/);
    await page.reload();
    await reads(page, 'counts', /3 up · 1 alert$/);
    await reads(page, 'summary', /3 sources up\. Alert: memory: rss above 2 GiB \(process-memory-1\)\./);
    await pointedAt(page, at, /memory: rss above 2 GiB/);
    // Began long ago, said now: news, unlike what a page finds when it is opened.
    say({ state: 'firing', text: 'long ago', id: 'process-memory-0', at: at - 600_000 });
    await reads(page, 'announcements', /memory: long ago \(process-memory-0\)\.$/);
    await page.reload();
    await reads(page, 'counts', /3 up · 2 alerts$/);
    await reads(page, 'announcements', /^memory: rss above 2 GiB \(process-memory-1\)\.( |$)/);
    assert.doesNotMatch(await page.locator('[data-testid="announcements"]').textContent() ?? '', /long ago/);
    say({ state: 'resolved', id: 'process-memory-0' });
    await reads(page, 'counts', /3 up · 1 alert$/);
    // The bridge comes back with what is so; a page that was open says what came meanwhile once.
    await bridge.kill();
    say({ state: 'firing', text: 'meanwhile', id: 'process-memory-2' });
    await bridge.restart();
    await reads(page, 'counts', /3 up · 2 alerts$/);
    await reads(page, 'announcements', /memory: meanwhile \(process-memory-2\)/);
    say({ state: 'resolved', id: 'process-memory-2' });
    await reads(page, 'counts', /3 up · 1 alert$/);
    say({ state: 'resolved' });
    await reads(page, 'announcements', /memory \(process-memory-1\) is over\.$/);
    await reads(page, 'counts', /3 up$/);
  } finally {
    await page.close();
    await client.close();
    await started.kill();
    await bridge.kill();
    await nats.kill();
  }
});
