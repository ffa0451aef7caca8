/** What the reader does with the page: by pointer, by keyboard, by address. */

import assert from 'node:assert/strict';
import { SHEET } from '../../ui/key-sheet.js';
import { KEYS } from '../../ui/keys.js';
import { bare, demo } from './demo.js';
import { counts, pageTest, read, says } from './on-page.js';
import { kindOf } from './played.js';
import { until } from './real.js';
/** @import {Stage} from './harness.js' */

const NOON = Math.floor(Date.now() / 60_000) * 60_000 - 7_200_000;

/** @param {Stage} stage */
const drawn = (stage) => stage.until((chart) => chart?.stats().framesDrawn > 0 && chart.state().filled);
/** @param {Stage} stage @param {RegExp} pattern  of the part behind the path */
const address = (stage, pattern) => stage.until((_, source) => new RegExp(source).test(location.search), pattern.source);
/** @param {Stage} stage */
const view = (stage) => read(stage, '({ ...eontide.chart.view })');
/** Waits for a picture around a moment. @param {Stage} stage @param {number} time */
const around = (stage, time) => stage.until((chart, ms) => (
  chart?.view.mode === 'held' && Math.abs((chart.view.from + chart.view.to) / 2 - ms) < 1_000
), time);

pageTest('channel and window are changed in place', async (stage) => {
  await drawn(stage);
  await stage.byId('window-15m').click();
  await address(stage, /^\?window=15m$/);
  assert.equal(await stage.byId('window-15m').getAttribute('aria-pressed'), 'true');
  await stage.byId('channel').click();
  await stage.byId('channel-search').fill('oth');
  await counts(stage, 'channel-option', 2);
  await stage.page.keyboard.press('Enter');
  await address(stage, /channel=other/);
  await stage.until((chart) => chart.state().channel === 'other' && chart.state().filled);
  const subscribes = stage.lines.map(({ subscribe }) => [subscribe.channel, subscribe.window]);
  assert.deepEqual(subscribes.at(-1), ['other', '15m']);
  assert.equal(stage.sockets.length, 1);
  assert.equal(await stage.byId('channel-search').isVisible(), false, 'the menu closes behind a choice');
});

// It was empty: none of its series had a metric that was chosen.
pageTest('metrics chosen on one channel do not leave another one empty', async (stage) => {
  await stage.until((chart) => chart?.state().lines === 5);
  await stage.page.evaluate(`eontide.chart.setChannel('other')`);
  await stage.until((chart) => chart.state().lines === 1 && chart.metricsOnly.length === 0);
  await address(stage, /^\?channel=other$/);
  await stage.byId('overlay').waitFor({ state: 'hidden' });
}, {
  query: '?metric=rss',
  answer: (subscribe) => (subscribe.channel === 'other' ? [bare([['cpu-load', 1, 2], ['x', Date.now() - 1_000, Date.now()]])] : demo(5)()),
});

// Between the merged columns and the lines "No data on channel …" flashed up.
let late = true;
pageTest('while the lines of another level of detail are on their way nothing is said to be missing', async (stage) => {
  await stage.until((chart) => chart?.detail.mode === 'density' && chart.stats().framesDrawn > 0);
  /** Of the next refreshes, what stood over the chart. */
  const said = () => read(stage, `new Promise((done) => {
    const said = [];
    const off = eontide.chart.on('refresh', () => {
      said.push(document.querySelector('[data-testid="overlay"]').hidden);
      if (said.length === 4) { off(); done(said); }
    });
  })`);
  await stage.byId('detail').selectOption('lines');
  await stage.until((chart) => chart.detail.mode === 'lines');
  assert.deepEqual(await said(), Array(4).fill(true));
  late = false;
  for (const frame of demo(40)()) stage.send(frame);
  await stage.until((chart) => chart.state().lines === 120);
}, { processes: 40, answer: (subscribe) => (late && isLines(subscribe) ? [] : demo(40)()) });

/** Not a ranking, which names no channel: one of nothing would say that there are no series. @param {any} subscribe */
function isLines(subscribe) {
  return subscribe.channel !== '' && ['lines', 'detail'].includes(kindOf(subscribe));
}

/** 1,200 series of three metrics, and one of another. @returns {any[]} */
function crowded() {
  const [snapshot] = demo(400)();
  const [first] = snapshot.sources;
  const series = [...first.series, { name: 'cpu-process-memory-0', unit: '%', metric: 'cpu' }];
  const now = Date.now();
  const rare = { columns: [['cpu-process-memory-0', 10, 20, 30], ['x', now - 3_000, now - 2_000, now - 1_000]] };
  return [{ ...snapshot, sources: [{ ...first, series }, ...snapshot.sources.slice(1)], blocks: [...snapshot.blocks, rare] }];
}

// Of more than a thousand series the picture stayed a density, however few were chosen.
pageTest('of very many series the few of a metric are lines, and only they are fetched', async (stage) => {
  await stage.until((chart) => chart?.detail.mode === 'density' && chart.detail.series === 1_201);
  await stage.page.evaluate(`eontide.chart.selectMetric({ type: 'isolate', name: 'cpu' })`);
  await stage.until((chart) => chart.detail.mode === 'lines' && chart.state().lines === 1);
  await says(stage, 'detail-text', /^1 line$/);
  assert.deepEqual(stage.lines.at(-1)?.subscribe.series, ['cpu-process-memory-0']);
  await stage.page.evaluate(`eontide.chart.selectMetric({ type: 'restore' })`);
  await stage.until((chart) => chart.detail.mode === 'density' && chart.detail.series === 1_201);
  await says(stage, 'detail-text', /^density of 1,201 series · 15 highest as lines$/);
}, { processes: 400, answer: crowded });

pageTest('a channel that nobody knows yet, or a pattern, can be typed', async (stage) => {
  await drawn(stage);
  await stage.byId('channel').click();
  await stage.byId('channel-search').fill('web.*');
  await stage.page.keyboard.press('Enter');
  await stage.until((chart) => chart.state().channel === 'web.*');
  await stage.byId('channel').click();
  await stage.byId('channel-search').fill('not a channel!');
  await counts(stage, 'channel-option', 0);
  await stage.page.keyboard.press('Escape');
  await stage.until((chart) => chart.state().channel === 'web.*');
});

pageTest('an address with a stretch of time shows that stretch, from the past', async (stage, asked) => {
  await stage.until((chart) => chart?.view.mode === 'held' && !chart.view.loading && chart.state().lines === 5);
  const { from, to } = await view(stage);
  assert.ok(Math.abs(from - NOON) < 1_000 && Math.abs(to - NOON - 60_000) < 1_000, `${from - NOON} ${to - NOON}`);
  await until('the stretch is asked for', () => asked.some(({ pathname }) => pathname.endsWith('/query')));
  assert.match(await stage.byId('pause').textContent() ?? '', /^Live ▶ \+/);
  await says(stage, 'range', /\d\d:\d\d:\d\d\s?–\s?\d\d:\d\d:\d\d/);
  await stage.byId('pause').click();
  await address(stage, /^\?metric=rss$/);
}, { query: `?from=${NOON}&to=${NOON + 60_000}&metric=rss` });

pageTest('everything in the address is done, and stays there', async (stage) => {
  await stage.until((chart) => chart?.state().filled && chart.state().lines === 2 && chart.comparing === 86_400_000);
  const state = await read(stage, `(({ type, timeZone, filter, pinned, detail, seriesOnly }) =>
    ({ type, timeZone, filter, pinned: [...pinned], wanted: detail.wanted, seriesOnly }))(eontide.chart)`);
  assert.deepEqual(state, {
    type: 'step', timeZone: 'utc', filter: 'rss', pinned: ['rss-process-memory-1'], wanted: 'lines',
    seriesOnly: ['rss-process-memory-0', 'rss-process-memory-1'],
  });
  const lists = await read(stage, `[...document.querySelectorAll('#legend select, #shape, #compare')].map(({ value }) => value)`);
  assert.deepEqual(lists, ['step', '1d', 'max']);
  assert.equal(await stage.page.locator('html').getAttribute('data-theme'), 'dark');
  const search = await stage.page.evaluate('location.search');
  await stage.byId('window-1m').click();
  await stage.page.waitForFunction((before) => location.search.length === before.length, String(search));
  assert.match(String(await stage.page.evaluate('location.search')), /unknown=stays/);
}, {
  query: '?window=5s&series=rss-process-memory-0,rss-process-memory-1&pin=rss-process-memory-1&filter=rss&sort=max&type=step'
    + '&detail=lines&theme=dark&tz=utc&compare=1d&unknown=stays',
});

pageTest('a link may open paused, in a replay, or around a moment', async (stage) => {
  await stage.until((chart) => chart?.view.mode === 'held' && chart.state().lines === 15);
  const { origin } = new URL(stage.page.url());
  await stage.page.goto(`${origin}/?window=1m&from=${NOON}&speed=30`);
  await stage.until((chart, noon) => {
    const { mode, speed, from } = chart?.view ?? {};
    return mode === 'replay' && speed === 30 && from > noon + 1_000 && from < noon + 600_000;
  }, NOON);
  assert.equal(await stage.byId('speed').inputValue(), '30');
  await stage.page.goto(`${origin}/?window=1m&from=${NOON}&speed=30&paused=1`);
  await stage.until((chart, noon) => chart?.view.mode === 'held' && Math.abs(chart.view.from - noon) < 1_000, NOON);
  await stage.page.goto(`${origin}/?window=1m&at=${new Date(NOON).toISOString()}`);
  await around(stage, NOON);
}, { query: '?window=1m&paused=1' });

pageTest('stacked areas and bars, also from the address', async (stage) => {
  await drawn(stage);
  await stage.byId('shape').selectOption('stacked');
  await stage.until((chart) => chart.type === 'area' && chart.state().lines === 15);
  await address(stage, /^\?type=stacked$/);
  await stage.page.reload();
  await stage.until((chart) => chart?.type === 'area' && chart.state().lines === 15);
  assert.equal(await stage.byId('shape').inputValue(), 'stacked');
  await stage.byId('shape').selectOption('bar');
  await stage.until((chart) => chart.type === 'bar');
});

pageTest('back, forward, zoom and live by buttons and keys', async (stage) => {
  await drawn(stage);
  const before = await view(stage);
  await stage.byId('back').click();
  await stage.until((chart) => chart.view.mode === 'held');
  const back = await view(stage);
  assert.ok(Math.abs(before.to - back.to - 60_000) < 5_000, 'a window back');
  await stage.page.keyboard.press('[');
  const further = await view(stage);
  assert.equal(Math.round(back.to - further.to), 30_000);
  await stage.page.keyboard.press('+');
  const close = await view(stage);
  assert.equal(Math.round(close.to - close.from), 30_000);
  await stage.page.keyboard.press('-');
  await stage.page.keyboard.press(']');
  await stage.byId('forward').click();
  await stage.page.keyboard.press('0');
  await stage.until((chart) => chart.view.mode === 'live');
  const live = await view(stage);
  assert.equal(Math.round(live.to - live.from), 60_000, 'of one moment: time goes on between two questions');
}, { query: '?window=1m' });

pageTest('jump to a time, written in the zone that is shown', async (stage) => {
  await drawn(stage);
  await stage.page.keyboard.press('j');
  const field = stage.byId('jump-time');
  await field.fill(new Date(NOON + 3_600_000).toISOString().slice(0, 19));
  await stage.byId('jump-go').click();
  await around(stage, NOON);
  await stage.page.keyboard.press('u');
  await stage.page.keyboard.press('j');
  // Asking for the value of a field does not wait until it is shown, and filled anew.
  await field.waitFor({ state: 'visible' });
  assert.equal(Date.parse(`${await field.inputValue()}Z`), NOON);
  await stage.page.keyboard.press('Escape');
  assert.equal(await field.isVisible(), false);
}, { query: '?window=1m', options: { timezoneId: 'Etc/GMT-1' } });

pageTest('a replay plays the window before at a speed, can be pulled, paused and gone on with', async (stage) => {
  await drawn(stage);
  const { from } = await view(stage);
  await stage.page.keyboard.press('r');
  await stage.until((chart) => chart.view.mode === 'replay' && chart.view.speed === 10);
  const begun = await view(stage);
  assert.ok(Math.abs(from - begun.from - 60_000) < 5_000);
  await stage.until((chart, at) => chart.view.from > at + 1_000, begun.from);
  await stage.byId('speed').selectOption('2');
  await stage.until((chart) => chart.view.speed === 2);
  assert.equal(await stage.byId('scrub').isVisible(), true);
  await stage.byId('scrub').fill('100');
  await stage.until((chart, at) => chart.view.mode === 'replay' && Math.abs(chart.view.from - at - 6_000) < 3_000, begun.from);
  await stage.page.locator('body').press('Space');
  await stage.until((chart) => chart.view.mode === 'held');
  await stage.page.waitForFunction(() => document.querySelector('[data-testid="scrub"]')?.hasAttribute('hidden'));
  await stage.page.locator('body').press('Space');
  await stage.until((chart) => chart.view.mode === 'replay');
  await address(stage, /from=\d+&speed=2/);
  await stage.byId('replay').click();
  await stage.until((chart) => chart.view.mode === 'held');
}, { query: '?window=1m' });

// It said "Nothing selected" and offered to show all.
pageTest('a replay of a time of which nothing is kept says so, and live again it is gone', async (stage) => {
  await says(stage, 'overlay', /^No data on channel process-memory-demo then/);
  assert.equal(await stage.page.locator('[data-testid="overlay"] button').isVisible(), false);
  await says(stage, 'detail-text', /^no lines$/);
  await stage.page.locator('body').press('l');
  await stage.until((chart) => chart.view.mode === 'live' && chart.state().lines === 15);
  await stage.byId('overlay').waitFor({ state: 'hidden' });
}, { query: `?window=1m&from=${NOON}&speed=10`, processes: 0, answer: demo(5) });

pageTest('compare: from the list, by key, and any other time', async (stage) => {
  await drawn(stage);
  await stage.byId('compare').selectOption('1h');
  await stage.until((chart) => chart.comparing === 3_600_000);
  await stage.page.locator('body').press('c');
  await stage.until((chart) => chart.comparing === 86_400_000);
  await stage.byId('compare').selectOption('custom');
  await stage.byId('span').fill('later');
  await stage.page.keyboard.press('Enter');
  assert.equal(await stage.byId('span').isVisible(), true, 'nonsense is not taken');
  await stage.byId('span').fill('90m');
  await stage.page.keyboard.press('Enter');
  await stage.until((chart) => chart.comparing === 5_400_000);
  await address(stage, /^\?compare=90m$/);
  assert.equal(await stage.byId('compare').inputValue(), '90m');
  await stage.byId('compare').selectOption('');
  await address(stage, /^$/);
});

pageTest('every key of the sheet is heard', async (stage) => {
  await drawn(stage);
  const press = (/** @type {string} */ name) => stage.page.locator('body').press(name === ' ' ? 'Space' : name);
  /** @type {Record<string, () => Promise<unknown>>} */
  const seen = {
    ' ': () => stage.until((chart) => chart.paused),
    l: () => stage.until((chart) => !chart.paused),
    2: () => stage.until((chart) => chart.window === '5m'),
    6: () => stage.until((chart) => chart.window === '24h'),
    1: () => stage.until((chart) => chart.window === '1m'),
    m: () => stage.until((chart) => chart.metricsOnly.join() === 'rss'),
    d: () => stage.until((chart) => chart.detail.wanted === 'lines'),
    g: () => stage.until((chart) => chart.type === 'spline'),
    u: () => stage.until((chart) => chart.timeZone === 'utc'),
    t: () => stage.page.locator('html[data-theme="light"]').waitFor(),
    c: () => stage.until((chart) => chart.comparing === chart.windowMs),
    f: () => stage.page.locator('[data-testid="legend-search"]:focus').waitFor(),
    '/': () => stage.page.locator('[data-testid="legend-search"]:focus').waitFor(),
    e: () => stage.byId('export-png').waitFor(),
    k: () => stage.byId('link-live').waitFor(),
    j: () => stage.byId('jump-time').waitFor(),
    v: () => stage.byId('values').waitFor(),
    '?': () => stage.byId('help-sheet').waitFor(),
  };
  for (const [name, was] of Object.entries(seen).sort(([a], [b]) => ' l'.indexOf(b) - ' l'.indexOf(a))) {
    await press(name);
    await was();
    await stage.page.keyboard.press('Escape');
    await stage.page.evaluate('document.activeElement?.blur()');
  }
  // o is pressed in recording.test.js.
  const elsewhere = ['[', ']', '+', '-', '0', 'r', 'o'];
  for (const keys of Object.values(KEYS)) {
    assert.ok(keys.some((name) => name in seen || elsewhere.includes(name)), `${keys} is tried`);
  }
});

pageTest('who types is not understood as pressing keys', async (stage) => {
  await drawn(stage);
  await stage.byId('legend-search').click();
  await stage.page.keyboard.type('lutmdgvoek?');
  assert.equal(await stage.byId('legend-search').inputValue(), 'lutmdgvoek?');
  assert.deepEqual(await read(stage, '[eontide.chart.timeZone, eontide.chart.type]'), ['local', 'line']);
  assert.equal(await stage.byId('help-sheet').count(), 0);
});

pageTest('the help sheet keeps the focus, and gives it back', async (stage) => {
  await drawn(stage);
  await stage.byId('help').click();
  const sheet = stage.byId('help-sheet');
  await sheet.waitFor();
  const entries = Object.values(SHEET).flat();
  assert.equal(await sheet.locator('kbd').count(), entries.length);
  const said = await sheet.textContent() ?? '';
  for (const { shown, text } of entries) assert.ok(said.includes(`${shown}${text}`), text);
  assert.equal(await stage.page.evaluate(`document.querySelector('dialog').contains(document.activeElement)`), true);
  await stage.page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  assert.equal(await stage.page.evaluate('document.activeElement.id'), 'help');
});

pageTest('links: one stays live, one is frozen, one is the chart alone', async (stage) => {
  await drawn(stage);
  await stage.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await stage.byId('back').click();
  const { from, to } = await view(stage);
  await stage.byId('share').click();
  const copied = async (/** @type {string} */ id) => {
    await stage.page.evaluate(`navigator.clipboard.writeText('')`);
    await stage.byId(id).click();
    await stage.until(/** @type {any} */ ('async () => (await navigator.clipboard.readText()) !== ""'));
    return new URL(String(await stage.page.evaluate('navigator.clipboard.readText()')));
  };
  assert.equal((await copied('link-live')).search, '?window=1m&metric=rss');
  const frozen = (await copied('link-frozen')).searchParams;
  assert.ok(Math.abs(Number(frozen.get('from')) - from) < 2 && Math.abs(Number(frozen.get('to')) - to) < 2);
  assert.equal((await copied('link-embed')).search, '?window=1m&metric=rss&embed=1');
  assert.equal(await stage.byId('share-note').textContent(), 'Copied.');
}, { query: '?window=1m&metric=rss' });

pageTest('without a clipboard the link is shown to be copied by hand', async (stage) => {
  await drawn(stage);
  await stage.page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
  await stage.byId('share').click();
  await stage.byId('link-live').click();
  await stage.byId('share-link').waitFor();
  assert.equal(await stage.page.evaluate('getSelection().toString()'), `${new URL(stage.page.url()).origin}/?metric=rss`);
}, { query: '?metric=rss' });

pageTest('embedded it is the chart alone, with the way to the whole page', async (stage) => {
  await drawn(stage);
  for (const gone of ['.bar', '#time', '#look', 'aside']) assert.equal(await stage.page.locator(gone).isVisible(), false, gone);
  const box = await stage.byId('chart').boundingBox();
  assert.deepEqual([box?.x, box?.y, box?.width, box?.height], [0, 0, 600, 300]);
  await stage.page.locator('[data-testid="full"][href]').waitFor();
  assert.equal(await stage.byId('full').getAttribute('href'), '?window=1m&metric=rss');
  await stage.page.locator('body').press('Space');
  await stage.until((chart) => chart.paused);
}, { query: '?embed=1&window=1m&metric=rss', options: { viewport: { width: 600, height: 300 } } });

pageTest('on a phone the chart comes first and the controls stand in a menu', async (stage) => {
  await drawn(stage);
  const chart = await stage.byId('chart').boundingBox();
  assert.ok(chart && chart.y < 80 && chart.height > 300 && chart.width === 390);
  assert.equal(await stage.byId('window-15m').isVisible(), false);
  await stage.byId('more').click();
  await stage.byId('window-15m').click();
  await stage.until((held) => held.window === '15m');
  await stage.byId('shape').selectOption('area');
  await stage.until((held) => held.type === 'area');
  await stage.byId('share').click();
  await stage.byId('export-csv').waitFor();
  await stage.page.keyboard.press('Escape');
  const small = await stage.page.evaluate(() => [...document.querySelectorAll('button, select, input')].flatMap((control) => {
    const { width, height } = control.getBoundingClientRect();
    const small = width > 0 && (width < 24 || height < 24) && control.checkVisibility();
    return small ? [`${control.outerHTML.slice(0, 80)} ${width}×${height}`] : [];
  }));
  assert.deepEqual(small, [], 'targets are at least 24 px');
  assert.ok(Number(await stage.page.evaluate('document.documentElement.scrollWidth')) <= 390, 'nothing reaches out sideways');
}, { options: { viewport: { width: 390, height: 760 }, hasTouch: true } });

pageTest('a window made wide again has its controls where they belong', async (stage) => {
  await drawn(stage);
  await stage.page.setViewportSize({ width: 1280, height: 760 });
  await stage.byId('window-15m').click();
  await stage.until((chart) => chart.window === '15m');
  assert.equal(await stage.byId('more').isVisible(), false);
}, { options: { viewport: { width: 390, height: 760 } } });
