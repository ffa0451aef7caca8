/** A test on the page, with a bridge played by hand behind it, in the browser that all tests of a file share. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo } from './demo.js';
import { launch, serve, Stage } from './harness.js';
import { answerHistory } from './history.js';
/** @import {Browser, BrowserContextOptions} from 'playwright-core' */

/** @type {Browser} */
let browser;
/** @type {{origin: string, close: () => Promise<void>}} */
let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Where the page is, and what it runs in. */
export const theatre = () => ({ browser, origin: server.origin });

/**
 * @param {string} name
 * @param {(stage: Stage, asked: URL[]) => Promise<void>} body  asked: ranges of the past, so far
 * @param {{query?: string, answer?: (subscribe: any) => object[], processes?: number, options?: BrowserContextOptions}} [setting]
 */
export function pageTest(name, body, { query = '', processes = 5, answer = demo(processes), options = {} } = {}) {
  test(name, { timeout: 40_000 }, async () => {
    const stage = await Stage.open(browser, 'about:blank', answer, options);
    const asked = await answerHistory(stage.page, processes);
    await stage.page.goto(`${server.origin}/${query}`);
    try {
      await body(stage, asked);
      assert.deepEqual(stage.complaints, [], 'the console stays silent under the strict policy');
    } finally {
      await stage.page.context().close();
    }
  });
}
