/** Who is there, since when and why, on the page: with a bridge played by hand, and with a real one. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { launch } from './harness.js';
import { counts, demo, reads, widgetTest } from './on-widgets.js';
import { Bridge, Nats, publishers, until } from './real.js';
/** @import {Browser} from 'playwright-core' */
/** @import {Process} from './real.js' */

/** @type {any[]} */
const SOURCES = /** @type {any} */ (demo(20, 3)()[0]).sources.map((/** @type {any} */ one) => ({
  ...one, state: 'up', cause: null, reason: null, host: one.id < 'process-memory-2' ? 'web-7' : 'web-8', lives: 1,
}));
const answer = () => [{ .../** @type {any} */ (demo(20, 3)()[0]), sources: SOURCES }];
const row = (/** @type {number} */ i) => `[data-source="process-memory-${i}"]`;

/** @param {import('./harness.js').Stage} stage @param {object[]} sources @param {object} [more] */
const presence = (stage, sources, more = {}) => stage.send({ type: 'presence', now: Date.now(), sources, ...more });

/** The text and the state of a row. @param {import('./harness.js').Stage} stage @param {number} i */
const told = async (stage, i) => [await stage.page.locator(row(i)).getAttribute('data-state'), await stage.page.locator(`${row(i)} [data-column="state"]`).textContent()];

widgetTest('each state with its reason, in table, legend and counts; a stale one is not down', async (stage) => {
  const cases = /** @type {[object, string, string, string][]} */ ([
    [{ state: 'stale' }, 'stale', 'stale', '^stale since '], [{ state: 'down', cause: 'timeout', reason: 'silent' }, 'down', 'down · silent', '^down since .* · silent$'],
    [{ state: 'restarted', epoch: 1_700_000_001_000, lives: 2 }, 'restarted', 'restarted', '^$'],
    [{ state: 'crash_looping', cause: 'exit', reason: 'bye: code 1', epoch: 1_700_000_001_000, lives: 5 }, 'crash_looping', 'crash-looping · code 1', '^crash-looping since .* · code 1$'],
  ]);
  for (const [i, [change, state, text, legend]] of cases.entries()) {
    const one = SOURCES[i + 5];
    presence(stage, [{ ...one, ...change, since: Date.now() }]);
    await counts(stage, `${row(i + 5)}[data-state="${state}"]`, 1);
    assert.deepEqual(await told(stage, i + 5), [state, text]);
    await stage.until((chart, [name, pattern]) => new RegExp(pattern).test(chart.row(name).status.text), [`rss-process-memory-${i + 5}`, legend]);
  }
  await reads(stage, '[data-testid="source-count"]', '· 2 down$');
}, { answer });

widgetTest('who flaps is shown as gone until it stays, and says so', async (stage) => {
  const say = (/** @type {object} */ change) => presence(stage, [{ ...SOURCES[3], ...change, since: Date.now() }]);
  const gone = { state: 'down', cause: 'noconnection', reason: 'connection lost' };
  say(gone);
  await counts(stage, `${row(3)}[data-state="down"]`, 1);
  const flaps = '^down · comes and goes, 3 times within a minute$';
  const shown = () => stage.page.locator(`${row(3)} [data-column="state"]`).textContent();
  // What tells it is loaded with the first that is down, and counts from then on.
  for (let i = 0; i < 5 && !new RegExp(flaps).test(await shown() ?? ''); i += 1) {
    say({ state: 'up' });
    await reads(stage, `${row(3)} [data-column="state"]`, `^up$|${flaps}`);
    if (await shown() !== 'up') break;
    say(gone);
    await counts(stage, `${row(3)}[data-state="down"]`, 1);
  }
  await reads(stage, `${row(3)} [data-column="state"]`, flaps);
  await counts(stage, `${row(3)}[data-state="up"]`, 1);
}, { answer });

widgetTest('a host’s death is one line: row, announcement, mark; what was only counted is told of each', async (stage) => {
  const host = SOURCES.filter((one) => one.host === 'web-7');
  const since = Date.now();
  const [first, second] = host.map((one) => ({ ...one, state: 'down', cause: 'nodedown', reason: 'what carries web-7 is gone', since }));
  presence(stage, [first, second], {
    groups: [{ channel: 'process-memory-demo', host: 'web-7', state: 'down', cause: 'nodedown', count: host.length, told: 2 }],
  });
  await reads(stage, '[data-source="web-7"] [data-column="state"]', `^${host.length} down · nodedown$`);
  assert.equal(await stage.page.locator('[data-testid="source-row"][data-state="down"]').count(), 1);
  await reads(stage, '[data-testid="source-count"]', `· ${host.length} down$`);
  await reads(stage, '[data-testid="announcements"]', `^web-7: ${host.length} down, nodedown\\.$`);
  await stage.page.locator('[data-source="web-7"]').focus();
  await stage.page.keyboard.press('Enter');
  await counts(stage, '[data-testid="sources"][aria-rowcount="22"]', 1);
  assert.equal(await stage.page.locator('[data-source="web-7"]').getAttribute('aria-expanded'), 'true');
  assert.equal(await stage.page.locator(`[data-source="${host[2].id}"] [data-column="state"]`).textContent(), 'down · what carries web-7 is gone');
}, { answer });

widgetTest('a number that does not fit what is known is asked for, a page', async (stage) => {
  /** @type {string[]} */
  const asked = [];
  await stage.page.route('**/api/v1/sources?*', (route) => {
    asked.push(new URL(route.request().url()).search);
    return route.fulfill({ json: { hearing: true, as_of: null, total: 1, offset: 0, sources: [{ ...SOURCES[0], state: 'down', cause: 'exit', reason: 'bye: deploy' }] } });
  });
  presence(stage, [], { groups: [{ channel: 'process-memory-demo', host: 'web-7', state: 'down', cause: 'exit', count: 300, told: 256 }] });
  await reads(stage, `${row(0)} [data-column="state"]`, '^down · deploy$');
  assert.deepEqual(asked, ['?channel=process-memory-demo&host=web-7&offset=0&k=10000']);
}, { answer });

widgetTest('a bridge that hears nothing says so, and marks nobody down', async (stage) => {
  presence(stage, [{ ...SOURCES[4], state: 'down', cause: 'exit', since: Date.now() }]);
  await counts(stage, `${row(4)}[data-state="down"]`, 1);
  presence(stage, [], { hearing: false, as_of: Date.now() - 3_000 });
  await reads(stage, '[data-testid="overlay"]', '^The bridge has heard nothing since .*unknown, not down');
  await counts(stage, '[data-testid="source-row"][data-state="unknown"]', await stage.page.locator('[data-testid="source-row"]').count() - 1);
  await reads(stage, '[data-testid="counts"]', '19 unknown · 1 down$');
  presence(stage, [], { hearing: true });
  await counts(stage, '[data-testid="source-row"][data-state="unknown"]', 0);
  await reads(stage, '[data-testid="counts"]', '19 up · 1 down$');
  assert.equal(await stage.byId('overlay').isVisible(), false);
}, { answer });

widgetTest('the lives of a source: a list, by key and by press', async (stage) => {
  const at = Date.parse('2026-01-02T12:00:00Z');
  await stage.page.route('**/api/v1/sources/process-memory-2?*', (route) => route.fulfill({ json: {
    hearing: true, as_of: null, sources: [{ ...SOURCES[2], lives: 9, state: 'up', since: at + 400_000, periods: [
      { epoch: 1, from: at, to: at + 61_000, cause: 'exit', reason: 'bye: code 3' }, { epoch: 2, from: at + 70_000, to: at + 390_000, cause: 'nodedown', reason: 'nodedown' },
    ] }],
  } }));
  await stage.page.locator(row(2)).focus();
  await stage.page.keyboard.press('h');
  const dialog = stage.byId('lives-dialog');
  await stage.until(() => document.querySelectorAll('[data-testid="lives-list"] li').length === 3);
  const items = await dialog.getByRole('listitem').allTextContents();
  assert.match(items[0], /^2026-01-02 12:06:40.* until now, .*up$/);
  assert.match(items[1], /12:01:10.* to .*12:06:30.*, 5 min 20 snodedown$/);
  assert.match(items[2], /12:00:00.* to .*12:01:01.*, 1 min 1 sexit · code 3$/);
  assert.match(await dialog.textContent() ?? '', /9 lives; the first 6 are not remembered/);
  await stage.page.keyboard.press('Escape');
  await counts(stage, '[data-testid="lives-dialog"]', 0);
  assert.equal(await stage.page.locator(row(2)).evaluate((one) => one === document.activeElement), true, 'the focus is back');
  await stage.page.locator(`${row(2)} [data-testid="lives"]`).click();
  await dialog.waitFor();
}, { answer });

/** @type {Browser} */
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test('with a real bridge: kill -9, SIGSTOP, a whole machine; and what the bridge says of itself', { timeout: 120_000 }, async () => {
  const nats = await Nats.start();
  const bridge = await Bridge.start(nats);
  /** @type {Process[]} */
  const started = [];
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, timezoneId: 'UTC' });
  try {
    started.push(publishers(nats, '--count', '8', '--interval', '100ms'));
    await until('eight processes publish', async () => (await bridge.sources('process-memory-demo'))?.length === 8);
    const pids = new Map((await bridge.sources('process-memory-demo')).map(({ id, pid }) => [id, pid]));
    await page.goto(`${bridge.origin}/`);
    const says = (/** @type {string} */ id, /** @type {RegExp} */ text) => until(`${id} says ${text}`, async () => {
      const found = await page.locator(`[data-source="${id}"]`).allTextContents();
      return text.test(found.join()) || found.join() || 'nothing';
    });
    await says('process-memory-0', /up/);
    process.kill(pids.get('process-memory-1'), 'SIGSTOP');
    await says('process-memory-1', /stale/);
    process.kill(pids.get('process-memory-1'), 'SIGCONT');
    await says('process-memory-1', /up/);
    process.kill(pids.get('process-memory-0'), 'SIGKILL');
    // spawn starts it again: another life.
    await says('process-memory-0', /restarted/);
    await page.locator('[data-source="process-memory-0"] [data-testid="lives"]').click();
    await until('its first life is over', async () => (await page.locator('[data-testid="lives-list"] li').count()) === 2);
    await page.keyboard.press('Escape');
    const host = await page.locator('[data-source="process-memory-2"] [data-column="host"]').textContent();
    // All of a machine at once: spawn, were it awake, would say goodbye for them, and they for themselves once it is gone.
    const last = await bridge.sources('process-memory-demo');
    started[0].signal('SIGSTOP');
    for (const { pid } of last) process.kill(pid, 'SIGKILL');
    started[0].signal('SIGKILL');
    await says(String(host), /8 down · noconnection/);
    await page.goto(`${bridge.origin}/internals.html`);
    await until('it says who is down', async () => Number(await page.locator('[data-metric="sources_down{}"] td').first().textContent()) === 8);
    await until('and how fast it reads', async () => /\/s$/.test(await page.locator('[data-metric="messages_total{}"] td').last().textContent() ?? ''));
    assert.equal(await page.locator('[data-metric="monitor_throttle_demand{}"] td').first().textContent(), '1,000');
  } finally {
    await page.close();
    await Promise.all(started.map((one) => one.kill()));
    await bridge.kill();
    await nats.kill();
  }
});
