/** A test of one chart in a page of its own, with a bridge and a clock inside that page. */

import assert from 'node:assert/strict';
import { test } from './again.js';
import { browser, server } from './shared.js';
/** @import {BrowserContextOptions, Page} from 'playwright-core' */
/** @import {TestContext} from 'node:test' */

/**
 * @param {string} name
 * @param {(page: Page, context: TestContext) => Promise<void>} body  talks to `stage` of pages/picture.js
 * @param {BrowserContextOptions & {init?: () => void, timeout?: number}} [options]  init: runs in the page before its scripts
 */
export function pictureTest(name, body, { init, timeout = 60_000, ...options } = {}) {
  test(name, { timeout }, async (context) => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 500 }, timezoneId: 'UTC', locale: 'en-GB', colorScheme: 'light', ...options });
    /** @type {string[]} */
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    try {
      if (init) await page.addInitScript(init);
      await page.goto(`${server.origin}/tests/browser/pages/picture.html`);
      // Both scripts are there.
      await page.waitForFunction('window.Crowd');
      await body(page, context);
      assert.deepEqual(complaints, [], 'the console stays silent');
    } finally {
      await page.context().close();
    }
  });
}
