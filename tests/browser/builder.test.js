/** The builder over a real bridge: keys are found, choices drawn, and the code it writes is a page that shows the same. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { Guest } from './guest.js';
import { until } from './real.js';
/** @import {Page} from 'playwright-core' */

/** @type {Guest} */
let guest;
/** What its site shows: the code that was written. */
let code = '';

before(async () => {
  guest = await Guest.start(
    (_, response) => void response.setHeader('content-type', 'text/html; charset=utf-8').end(code),
    (origin) => ['--allow-origin', origin],
  );
});
after(() => guest?.close());

/** @param {string} channel @param {(n: number) => unknown} make @param {number} count */
async function publish(channel, make, count) {
  const before = guest.recorder.messages.filter((one) => one.channel === channel).length;
  for (let n = 0; n < count; n++) guest.recorder.publish(channel, make(n));
  await until('it is recorded', () => guest.recorder.messages.filter((one) => one.channel === channel).length === before + count);
}

/** @param {string} name @param {(page: Page) => Promise<void>} body */
function builderTest(name, body) {
  test(name, { timeout: 60_000 }, async () => {
    const page = await guest.browser.newPage({ viewport: { width: 1200, height: 900 } });
    /** @type {string[]} */
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    // Of a style sheet of another origin that is not there no word comes to the console. What is left with its page is no failure.
    page.on('requestfailed', (request) => request.failure()?.errorText !== 'net::ERR_ABORTED' && complaints.push(`${request.failure()?.errorText}: ${request.url()}`));
    try {
      await body(page);
      // A message that is no chart's is said in the console as well.
      assert.deepEqual(complaints.filter((text) => !/build-words is none of them/.test(text)), []);
    } finally {
      await page.context().close();
    }
  });
}

/** @param {Page} page @param {string} chart  an expression @returns {Promise<Record<string, number[]>>} */
const drawn = (page, chart) => page.evaluate(`Object.fromEntries(((${chart})?.data() ?? []).map(({ id, values }) => [id, values.map(({ value }) => value)]))`);

const BUILT = 'window.eontideBuilder?.chart';

/** @param {Page} page @param {string} chart @param {Record<string, number[]>} values */
async function shows(page, chart, values) {
  await until('the chart shows it', async () => {
    const is = await drawn(page, chart);
    return JSON.stringify(Object.entries(is).sort()) === JSON.stringify(Object.entries(values).sort()) || JSON.stringify(is);
  });
}

builderTest('keys appear as they arrive, those of the past at once', async (page) => {
  await publish('build-keys', (n) => ({ eon: { a: n, note: 'text' } }), 3);
  await page.goto(`${guest.bridge.origin}/charts/builder.html`);
  await until('the channel is offered', async () => (await page.locator('#channels option[value="build-keys"]').count()) === 1);
  await page.getByTestId('builder-channel').fill('build-keys');
  await page.getByTestId('builder-channel').press('Tab');
  await page.locator('.key[data-key="a"]').waitFor();
  assert.equal(await page.locator('.key').count(), 1);
  guest.recorder.publish('build-keys', { eon: { b: 1 } });
  await page.locator('.key[data-key="b"]').waitFor();
  await until('it counts', async () => /^2 keys in 4 messages\.$/.test(await page.getByTestId('builder-note').textContent() ?? ''));
  await until('the address says it', () => /\?channel=build-keys$/.test(page.url()) || page.url());
});

let attempts = 0;

builderTest('what is chosen is drawn, stands in the address and in the code, and the code draws it elsewhere', async (page) => {
  // A second attempt finds nothing of the first.
  const channel = `build-code-${attempts++}`;
  await publish(channel, (n) => ({ columns: [['one', n], ['two', 2 * n], ['three', 7], ['x', 1_763_683_200 + n]] }), 20);
  await page.goto(`${guest.bridge.origin}/charts/builder.html?channel=${channel}&limit=5&rate=100`);
  await shows(page, BUILT, { one: [15, 16, 17, 18, 19], two: [30, 32, 34, 36, 38], three: [7, 7, 7, 7, 7] });
  await page.getByTestId('builder-type').selectOption('area');
  await page.getByTestId('builder-yLabel').fill('tons');
  await page.getByTestId('builder-yGrid').check();
  await page.getByLabel('Draw three').uncheck();
  await page.getByLabel('Name of one').fill('First');
  await page.getByLabel('Colour of two').fill('#123456');
  await page.getByLabel('Colour of two').dispatchEvent('change');
  await shows(page, BUILT, { one: [15, 16, 17, 18, 19], two: [30, 32, 34, 36, 38] });
  await until('the address says all of it', () => ['off=three', 'name=', 'colour='].every((part) => page.url().includes(part)) || page.url());
  const plan = page.url();
  await page.reload();
  await shows(page, BUILT, { one: [15, 16, 17, 18, 19], two: [30, 32, 34, 36, 38] });
  assert.equal(page.url(), plan, 'the address is all of it');
  code = await page.getByTestId('builder-code').textContent() ?? '';
  for (const part of ["type: 'area'", "text: 'tons'", "names: { one: 'First' }", "colors: { two: '#123456' }", 'var off = ["three"]', 'limit: 5']) {
    assert.ok(code.includes(part), `${part}\n${code}`);
  }
  // A page of somebody else's, which keeps what is made in sight of the test.
  code = code.replace('eon.chart(', 'window.made = eon.chart(');
  await page.goto(`${guest.origin}/`);
  await shows(page, 'window.made', { one: [15, 16, 17, 18, 19], two: [30, 32, 34, 36, 38] });
  await publish(channel, () => ({ columns: [['one', 99], ['x', 1_763_683_220]] }), 1);
  await shows(page, 'window.made', { one: [16, 17, 18, 19, 99], two: [30, 32, 34, 36, 38] });
  assert.deepEqual(await page.evaluate('[window.made.data.names().one, window.made.data.colors().two]'), ['First', '#123456']);
});

builderTest('nested messages are flattened, and what holds no number is said', async (page) => {
  await page.goto(`${guest.bridge.origin}/charts/builder.html?channel=build-nested&rate=100&type=bar`);
  await until('it listens', async () => /^Nothing came/.test(await page.getByTestId('builder-note').textContent() ?? ''));
  await publish('build-nested', (n) => ({ eon: { air: { temperature: n } } }), 2);
  await page.locator('.key[data-key="air.temperature"]').waitFor();
  await shows(page, BUILT, { 'air.temperature': [1] });
  assert.match(await page.getByTestId('builder-code').textContent() ?? '', /eon\.c\.flatten/);
  await page.goto(`${guest.bridge.origin}/charts/builder.html?channel=build-words`);
  await publish('build-words', () => ({ text: 'hello' }), 1);
  // Whether it came live, is of the past, or both.
  await until('it says so', async () => /^1 messages, and no number in them/.test(await page.getByTestId('builder-note').textContent() ?? ''));
});
