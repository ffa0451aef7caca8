/** A test of the widgets on the page: processes of which every fourth is down, and a bridge that answers for them. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { launch, serve, Stage } from './harness.js';
/** @import {Browser, BrowserContextOptions} from 'playwright-core' */
/** @import {TestContext} from 'node:test' */

const METRICS = ['rss', 'heap-total', 'heap'];

/** @type {Browser} */
let browser;
/** @type {{origin: string, close: () => Promise<void>}} */
let server;

before(async () => { [browser, server] = await Promise.all([launch(), serve()]); });
after(() => Promise.all([browser.close(), server.close()]));

/** On two hosts, in three zones. @param {number} i */
function source(i) {
  const id = `process-memory-${i}`;
  const down = i % 4 === 3;
  return {
    id, epoch: 1_700_000_000_000, channel: 'process-memory-demo', state: down ? 'down' : 'up',
    since: Date.now() - 60_000 * (i + 1), last_seen: Date.now(), reason: down ? 'bye: killed by signal 9' : null,
    host: `web-${i % 2}`, pid: 100 + i, program: 'spawn',
    version: null, interval_ms: 60_000, lives: 1 + (i % 3), lost: 0, dropped: 0, labels: { zone: `z${i % 3}` },
    series: METRICS.map((metric) => ({ name: `${metric}-${id}`, unit: 'MiB', metric })),
  };
}

/** @param {number} i @param {number[]} x @param {(n: number) => number} [value] */
export function block(i, x, value = (n) => 20 + 3 * (i % 40) + (n % 5)) {
  const columns = METRICS.map((metric, k) => [`${metric}-process-memory-${i}`, ...x.map((_, n) => value(n) + k)]);
  return { columns: [...columns, ['x', ...x]] };
}

/** @param {number} count  processes @param {number} [points] */
export function demo(count, points = 60) {
  return () => {
    const now = Date.now();
    const x = Array.from({ length: points }, (_, i) => now - (points - i) * 1000);
    const all = Array.from({ length: count }, (_, i) => i);
    return [{
      type: 'snapshot', position: { epoch: 1, offset: 300 }, now, window_ms: 300_000, blocks: all.map((i) => block(i, x)),
      sources: all.map(source),
    }];
  };
}

/** Points as `/query?format=bin` has them. @param {{columns: any[][]}[]} blocks @param {string[]} names */
function queryBody(blocks, names) {
  const u16 = (/** @type {number} */ n) => Buffer.from(new Uint16Array([n]).buffer);
  const u32 = (/** @type {number} */ n) => Buffer.from(new Uint32Array([n]).buffer);
  const doubles = (/** @type {number[]} */ list) => Buffer.from(new Float64Array(list).buffer);
  const found = blocks.map(({ columns }) => ({
    x: /** @type {any[]} */ (columns.at(-1)).slice(1), series: columns.filter(([name]) => names.includes(name)),
  })).filter(({ series }) => series.length > 0);
  const position = Buffer.alloc(16);
  const windowMs = Buffer.alloc(8);
  const head = [Buffer.from([0xe0, 1]), u16(0), u32(0), position, doubles([Date.now()]), windowMs, u32(0), u32(found.length)];
  return Buffer.concat([...head, ...found.flatMap(({ x, series }) => [
    u32(series.length), u32(x.length), doubles(x),
    ...series.flatMap(([name, ...v]) => [u16(Buffer.byteLength(name)), Buffer.from(name), doubles(v)]),
  ])]);
}

/**
 * @param {string} name
 * @param {(stage: Stage, context: TestContext) => Promise<void>} body
 * @param {{answer?: (subscribe: any) => object[], options?: BrowserContextOptions}} [setting]
 */
export function widgetTest(name, body, { answer = demo(5), options = {} } = {}) {
  test(name, { timeout: 60_000 }, async (context) => {
    const stage = await Stage.open(browser, 'about:blank', answer, options);
    stage.serves(/\/query$/, ({ searchParams }) => queryBody(/** @type {any} */ (answer({})[0]).blocks, searchParams.get('series')?.split(',') ?? []));
    try {
      await stage.page.goto(`${server.origin}/`);
      await stage.until((chart) => chart?.state().filled);
      await stage.page.waitForSelector('[data-testid="legend-item"]');
      await body(stage, context);
      assert.deepEqual(stage.complaints, [], 'the console stays silent under the strict policy');
    } finally {
      await stage.page.context().close();
    }
  });
}

/** Waits until so many are there. @param {Stage} stage @param {string} selector @param {number} count */
export function counts(stage, selector, count) {
  return stage.until((_, [what, many]) => document.querySelectorAll(what).length === many, [selector, count]);
}

/** Waits until the first of them says so. @param {Stage} stage @param {string} selector @param {string} pattern */
export function reads(stage, selector, pattern) {
  return stage.until((_, [what, words]) => (
    new RegExp(words).test(document.querySelector(what)?.textContent ?? '')
  ), [selector, pattern]);
}

/** Rows of a list that are in the page, in the order of the document. @param {Stage} stage @param {'legend'|'sources'} list */
export function rows(stage, list) {
  const items = stage.page.locator(`[data-testid="${list}"] :is([data-testid="legend-item"], [data-testid="source-row"])`);
  return items.evaluateAll((all) => all.map((row) => ({
    key: row.getAttribute('data-series') ?? row.getAttribute('data-source'), index: Number(row.getAttribute('aria-rowindex')),
    stop: row.getAttribute('tabindex') === '0', focused: row === document.activeElement,
  })));
}

/** Lets so many ticks of the widgets pass. @param {Stage} stage @param {number} count */
export function ticks(stage, count) {
  return stage.page.evaluate((many) => new Promise((resolve) => {
    let seen = 0;
    const off = /** @type {any} */ (window).eontide.chart.on('refresh', () => {
      seen += 1;
      if (seen === many) resolve(off());
    });
  }), count);
}
