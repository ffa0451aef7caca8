/**
 * What the first load of the page weighs, as a real bridge sends it: gzipped. Prints what took how long; that is not judged.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './harness.js';
import { Bridge, Nats, publishers, until } from './real.js';
/** @import {Browser, Page, Request} from 'playwright-core' */
/** @import {Process} from './real.js' */

const BYTES_MAX = 100_000;
/** Shown of the largest files. */
const NAMED = 12;
const DRAWN = `window.eontide?.chart.stats().framesDrawn > 0 && window.eontide.chart.state().filled
  && document.querySelectorAll('[data-testid="legend-item"]').length > 0`;

/** @type {Browser} */
let browser;
/** @type {Nats} */
let nats;
/** @type {Bridge} */
let bridge;
/** @type {Process} */
let load;

before(async () => {
  [browser, nats] = await Promise.all([launch(), Nats.start()]);
  bridge = await Bridge.start(nats);
  load = publishers(nats, '--count', '5', '--interval', '100ms');
  await until('five processes publish', async () => (await bridge.sources('process-memory-demo'))?.length === 5);
});

after(async () => {
  await browser.close();
  await load.kill();
  await bridge.kill();
  await nats.kill();
});

/** @param {Page} page */
const drawn = (page) => until('history is drawn', () => page.evaluate(DRAWN));

test('everything that the first load asks for stays below 100 kB', { timeout: 60_000 }, async (t) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
  /** @type {Request[]} */
  const requests = [];
  try {
    page.on('requestfinished', (request) => requests.push(request));
    await page.goto(`${bridge.origin}/`);
    await drawn(page);
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all(requests.map(async (request) => {
      const { responseBodySize } = await request.sizes();
      return /** @type {const} */ ([new URL(request.url()).pathname, responseBodySize]);
    }));
    sizes.sort((a, b) => b[1] - a[1]);
    const of = (/** @type {RegExp} */ paths) => sizes.filter(([path]) => paths.test(path)).reduce((sum, [, bytes]) => sum + bytes, 0);
    const total = of(/./);
    t.diagnostic(`${total} bytes in ${sizes.length} files, ${of(/^\/(?!charts\/)/)} of them the page's own`);
    for (const [path, bytes] of sizes.slice(0, NAMED)) t.diagnostic(`${String(bytes).padStart(6)} ${path}`);
    assert.ok(total <= BYTES_MAX, `${total} bytes`);
    const later = /^\/(help|table|share)\.js|export|d3-format|charts\/(index|library|beyond|reading|given)\.js/;
    assert.deepEqual(sizes.map(([path]) => path).filter((path) => later.test(path)), [], 'what is asked for later is loaded later');
  } finally {
    await page.close();
  }
});

test('from navigation to the first drawn history', { timeout: 60_000 }, async (t) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
  try {
    for (const what of ['first visit', 'second', 'third']) {
      await page.goto(`${bridge.origin}/`);
      await drawn(page);
      t.diagnostic(`${what}: ${Math.round(Number(await page.evaluate('performance.now()')))} ms at most`);
    }
  } finally {
    await page.close();
  }
});
