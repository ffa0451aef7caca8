/** The browser and the server that all tests of a file share: open before the first of them, closed after the last. */

import { after, before } from 'node:test';
import { launch, serve } from './harness.js';
/** @import {Browser} from 'playwright-core' */

/** @type {Browser} */
export let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
export let server;

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser.close();
  await server.close();
});
