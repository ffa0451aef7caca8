/** What the first load of the page weighs, as a bridge sends it: gzipped. Prints what took how long; that is not judged. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { demo } from './demo.js';
import { launch, serve, Stage } from './harness.js';
/** @import {Browser} from 'playwright-core' */

const BYTES_MAX = 100_000;
/** Shown of the largest files. */
const NAMED = 12;

/** @type {Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser.close();
  await server.close();
});

test('everything that the first load asks for stays below 100 kB', { timeout: 40_000 }, async (t) => {
  /** @type {Promise<[string, number]>[]} */
  const answers = [];
  const stage = await Stage.open(browser, 'about:blank', demo(5));
  try {
    stage.page.on('response', (response) => {
      answers.push(response.body().then((body) => [new URL(response.url()).pathname, gzipSync(body, { level: 9 }).length]));
    });
    await stage.page.goto(`${server.origin}/`);
    await stage.until((chart) => chart?.stats().framesDrawn > 0 && document.querySelector('[data-testid="legend-item"]'));
    await stage.page.waitForLoadState('networkidle');
    const sizes = (await Promise.all(answers)).sort((a, b) => b[1] - a[1]);
    const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    const ui = sizes.filter(([path]) => !path.startsWith('/charts/')).reduce((sum, [, bytes]) => sum + bytes, 0);
    t.diagnostic(`${total} bytes in ${sizes.length} files, ${ui} of them the page's own`);
    for (const [path, bytes] of sizes.slice(0, NAMED)) t.diagnostic(`${String(bytes).padStart(6)} ${path}`);
    assert.ok(total <= BYTES_MAX, `${total} bytes`);
    assert.deepEqual(sizes.filter(([path]) => /export|help|table|share/.test(path)), [], 'what is asked for later is loaded later');
  } finally {
    await stage.page.close();
  }
});

test('from navigation to the first drawn history', { timeout: 40_000 }, async (t) => {
  const stage = await Stage.open(browser, `${server.origin}/`, demo(5));
  try {
    for (const what of ['first visit', 'reload']) {
      await stage.page.reload();
      await stage.until((chart) => chart?.stats().framesDrawn > 0);
      t.diagnostic(`${what}: ${Math.round(Number(await stage.page.evaluate('performance.now()')))} ms at most`);
    }
  } finally {
    await stage.page.close();
  }
});
