/** A test on the page, with a bridge played by hand behind it, in the browser that all tests of a file share. */

import assert from 'node:assert/strict';
import { test } from './again.js';
import { demo } from './demo.js';
import { Stage } from './harness.js';
import { answerHistory } from './history.js';
import { browser, server } from './shared.js';
/** @import {BrowserContextOptions} from 'playwright-core' */

/** Where the page is, and what it runs in. */
export const theatre = () => ({ browser, origin: server.origin });

/** The value of an expression in the page. @param {Stage} stage @param {string} expression @returns {Promise<any>} */
export const read = (stage, expression) => stage.page.evaluate(expression);

/**
 * Points of one series, as the chart holds them.
 * @param {Stage} stage
 * @param {string} name
 * @returns {Promise<{x: number[], v: number[]}>}
 */
export const seriesOf = (stage, name) => read(stage, `eontide.chart.data().find(({ name }) => name === ${JSON.stringify(name)})`);

/** Waits until something says this. @param {Stage} stage @param {string} id  its test id @param {RegExp} text */
export async function says(stage, id, text) {
  await stage.until((_, [wanted, source]) => {
    const said = document.querySelector(`[data-testid="${wanted}"]`)?.textContent ?? '';
    return new RegExp(source).test(said);
  }, [id, text.source]);
}

/** Waits until so many are there. @param {Stage} stage @param {string} id  their test id @param {number} count */
export async function counts(stage, id, count) {
  await stage.until((_, [wanted, many]) => document.querySelectorAll(`[data-testid="${wanted}"]`).length === many, [id, count]);
}

/**
 * @param {string} name
 * @param {(stage: Stage, asked: URL[]) => Promise<void>} body  asked: ranges of the past, so far
 * @param {{query?: string, answer?: (subscribe: any) => object[], processes?: number, options?: BrowserContextOptions}} [setting]
 */
export function pageTest(name, body, { query = '', processes = 5, answer = demo(processes), options = {} } = {}) {
  test(name, { timeout: 60_000 }, async () => {
    const stage = await Stage.open(browser, 'about:blank', answer, options);
    const asked = answerHistory(stage, processes);
    await stage.page.goto(`${server.origin}/${query}`);
    try {
      await body(stage, asked);
      assert.deepEqual(stage.complaints, [], 'the console stays silent under the strict policy');
    } finally {
      await stage.page.context().close();
    }
  });
}
