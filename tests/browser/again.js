/**
 * `test` of node:test, with a second attempt. A browser that shares two cores with another one and a bridge now and then
 * needs longer than any deadline that is worth having; what fails twice is broken. What failed once is said, as a
 * diagnostic of the test, and EONTIDE_ATTEMPTS=1 takes the second attempt away, to look for tests that look too early.
 */

import { test as once } from 'node:test';
/** @import {TestContext} from 'node:test' */

const ATTEMPTS = Number(process.env.EONTIDE_ATTEMPTS ?? 2);

/**
 * @param {string} name
 * @param {{timeout: number}} options  timeout: of one attempt, in ms
 * @param {(context: TestContext) => Promise<void>} body  opens and closes all it needs
 */
export function test(name, { timeout }, body) {
  once(name, { timeout: timeout * ATTEMPTS + 5_000 }, async (context) => {
    for (let left = ATTEMPTS - 1; left > 0; left -= 1) {
      try {
        await within(timeout, body(context));
        return;
      } catch (error) {
        context.diagnostic(`failed, and is tried again: ${error instanceof Error ? error.stack : error}`);
      }
    }
    await within(timeout, body(context));
  });
}

/** @param {number} ms @param {Promise<void>} attempt */
async function within(ms, attempt) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms);
  });
  try {
    await Promise.race([attempt, late]);
  } finally {
    clearTimeout(timer);
  }
}
