/** What is drawn lies where it belongs: pixels read from the canvas beside what was published. */

import assert from 'node:assert/strict';
import { plotBox } from '../../charts/draw/layout.js';
import { pictureTest } from './on-picture.js';
import { T } from './pages/bridge.js';

const SIZE = { width: 900, height: 400 };
const BOX = plotBox(SIZE.width, SIZE.height);
const PLAIN = { grid: { x: false, y: false }, markers: false, axis: { y: { min: 0, max: 100 } }, colours: { a: '#ff0000', b: '#0000ff' } };

/** From a value to CSS pixels on an axis of 0 to 100. @param {number} value */
const yOf = (value) => BOX.top + BOX.height * (1 - value / 100);

/**
 * @param {import('playwright-core').Page} page
 * @param {object} options
 * @param {[name: string, seconds: number, value: number|null][]} points  seconds before T
 * @param {string[]} [sources]
 */
async function open(page, options, points, sources = []) {
  await page.evaluate(async ({ chart, history, ids, start }) => {
    const { stage } = /** @type {any} */ (window);
    for (const id of ids) stage.bridge.source(id);
    stage.bridge.publish(history.map(([name, seconds, value]) => [name, start - seconds * 1_000, value ?? NaN]));
    await stage.open(chart);
    await stage.rest();
  }, { chart: options, history: points, ids: sources, start: T });
}

/** @typedef {{rows: number[], centre: number, weight: number}} Column  rows that are painted in that colour; CSS pixels */

/**
 * What of one colour there is in some columns of pixels.
 * @param {import('playwright-core').Page} page
 * @param {number[]} at  CSS pixels of the chart
 * @param {[number, number, number]} rgb
 * @returns {Promise<Column[]>}
 */
function columns(page, at, rgb) {
  return page.evaluate(({ xs, colour, bottom }) => {
    const { stage } = /** @type {any} */ (window);
    const { data, width } = stage.pixels();
    const ratio = window.devicePixelRatio;
    return xs.map((x) => {
      let [weight, sum] = [0, 0];
      const rows = [];
      for (let row = 0; row < (bottom - 1) * ratio; row++) {
        const i = 4 * (row * width + Math.round(x * ratio));
        const near = data[i + 3] > 0 && colour.every((level, k) => Math.abs(level - data[i + k]) < 60);
        if (!near) continue;
        rows.push(row / ratio);
        weight += data[i + 3];
        sum += data[i + 3] * (row + 0.5) / ratio;
      }
      return { rows, centre: sum / weight, weight: weight / 255 / ratio };
    });
  }, { xs: at, colour: rgb, bottom: BOX.top + BOX.height });
}

/** Where times lie now. @param {import('playwright-core').Page} page @param {number[]} seconds  before T @returns {Promise<number[]>} CSS pixels */
async function xOf(page, ...seconds) {
  const { from, to } = /** @type {any} */ (await page.evaluate('stage.chart.view'));
  return seconds.map((before) => BOX.left + (BOX.width * (T - before * 1_000 - from)) / (to - from));
}

/** @type {[number, number, number]} */
const RED = [255, 0, 0];
/** @type {[number, number, number]} */
const BLUE = [0, 0, 255];

for (const ratio of [1, 1.5, 2]) {
  pictureTest(`a value lies at its height and its time, ${ratio} device pixels a pixel`, async (page) => {
    await open(page, PLAIN, [...Array.from({ length: 50 }, (_, i) => /** @type {[string, number, number]} */ (['a', 52 - i, 25])), ['b', 40, 20], ['b', 38, 80], ['b', 36, 20]]);
    const [begin, middle, end] = await xOf(page, 52, 30, 3);
    const [first, between, last, before, after] = await columns(page, [begin + 2, middle, end - 8, begin - 3, end + 5], RED);
    for (const { centre, weight } of [first, between, last]) {
      assert.ok(Math.abs(centre - yOf(25)) <= 1, `at ${centre} instead of ${yOf(25)}`);
      assert.ok(weight > 0.9 && weight < 2.6, `${weight} pixels thick`);
    }
    assert.deepEqual([before.rows, after.rows], [[], []], 'nothing before the first and after the last');
    const peak = (await xOf(page, 38))[0];
    const around = await columns(page, Array.from({ length: 9 }, (_, i) => peak - 4 + i), BLUE);
    const tops = around.map(({ rows }) => Math.min(...rows));
    assert.ok(Math.abs(Math.min(...tops) - yOf(80)) <= 2, `the peak is at ${Math.min(...tops)} instead of ${yOf(80)}`);
    assert.ok(Math.abs(tops.indexOf(Math.min(...tops)) - 4) <= 1, `the peak is ${tops.indexOf(Math.min(...tops)) - 4} pixels beside its time`);
  }, { deviceScaleFactor: ratio });
}

pictureTest('a hole leaves the ground free; a line does not cross a new life', async (page) => {
  /** @type {[string, number, number|null][]} */
  const points = Array.from({ length: 50 }, (_, i) => ['a', 52 - i, 50]);
  points[20][2] = null;
  for (let i = 30; i < 36; i++) points[i] = ['rss-s', 100, 1];
  await page.evaluate((start) => /** @type {any} */ (window).stage.bridge.source('s', { metrics: ['rss'], unit: null }, { epoch: start - 10_500, lives: 2 }), T);
  await open(page, { ...PLAIN, colours: { ...PLAIN.colours, 'rss-s': '#0000ff' } }, [...points, ['rss-s', 12, 20], ['rss-s', 11, 20], ['rss-s', 10, 20], ['rss-s', 9, 20]]);
  const gap = await xOf(page, 32, 22, 17, 33.5, 12.5);
  const [hole, from, to, line, again] = await columns(page, gap, RED);
  assert.deepEqual([hole.rows, from.rows, to.rows], [[], [], []], 'a gap that is said, and one that is longer than the points are apart');
  assert.ok(line.weight > 0.9 && again.weight > 0.9);
  // It may be dashed.
  const blue = await columns(page, await xOf(page, 11.9, 11.7, 11.5, 10.6, 10.5, 10.4, 9.9, 9.7, 9.5), BLUE);
  const [before, death, next] = [0, 3, 6].map((i) => blue.slice(i, i + 3).some(({ rows }) => rows.length > 0));
  assert.deepEqual([before, death, next], [true, false, true]);
});

pictureTest('lines of each shape go as they should between two values', async (page) => {
  /** @type {[string, number, number][]} */
  const points = [['a', 30, 20], ['a', 28, 80], ['a', 26, 80]];
  await open(page, { ...PLAIN, type: 'step' }, points);
  /** Height shortly before the second value, and a quarter on the way. */
  const read = async () => (await columns(page, await xOf(page, 29.5, 28.2), RED)).map(({ rows }) => Math.round((BOX.top + BOX.height - Math.max(...rows)) / BOX.height * 100));
  const heights = /** @type {Record<string, number[]>} */ ({});
  for (const type of ['step', 'line', 'spline']) {
    await page.evaluate((shape) => /** @type {any} */ (window).stage.chart.setType(shape), type);
    await page.evaluate('stage.rest()');
    heights[type] = await read();
  }
  for (const [type, quarter, late] of /** @type {[string, number, number][]} */ ([['step', 20, 20], ['line', 35, 74], ['spline', 42, 79]])) {
    const [a, b] = heights[type];
    assert.ok(Math.abs(a - quarter) <= 4 && Math.abs(b - late) <= 4, `${type}: ${a} and ${b}`);
  }
});

pictureTest('an area is filled down to zero, points are points, a bar stands on its step of time', async (page) => {
  await open(page, { ...PLAIN, type: 'area' }, [['a', 40, 50], ['a', 38, 50], ['a', 36, 50]]);
  const coloured = (/** @type {number[]} */ at) => page.evaluate(({ xs, rows }) => {
    const { data, width } = /** @type {any} */ (window).stage.pixels();
    return xs.map((x) => rows.map((row) => data[4 * (Math.round(row) * width + Math.round(x)) + 3]));
  }, { xs: at, rows: [yOf(80), yOf(40), yOf(3)] });
  assert.deepEqual((await coloured(await xOf(page, 39, 37, 42))).map((alphas) => alphas.map((alpha) => alpha > 20)), [[false, true, true], [false, true, true], [false, false, false]]);
  await page.evaluate('stage.chart.setType("scatter")');
  await page.evaluate('stage.rest()');
  const [on, beside] = await columns(page, await xOf(page, 38, 37), RED);
  assert.ok(Math.abs(on.centre - yOf(50)) <= 1 && on.rows.length >= 3, JSON.stringify(on));
  assert.deepEqual(beside.rows, []);
  await page.evaluate('stage.chart.setType("bar")');
  await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/charts/draw/stacks.js`).length > 0);
  await page.evaluate('stage.rest()');
  // A bar stands for a step of time, here of two seconds.
  const [bar, gap] = await columns(page, await xOf(page, 37, 38), RED);
  assert.ok(Math.abs(Math.min(...bar.rows) - yOf(50)) <= 1 && bar.rows.length > BOX.height * 0.45, `${Math.min(...bar.rows)}, ${bar.rows.length} rows`);
  assert.deepEqual(gap.rows, []);
});

// Near the end of a bar the point of the next one is nearer in time: its value was named, under this bar.
pictureTest('the tooltip over a bar says its stretch of time and its value, also at its ends', async (page) => {
  await open(page, { ...PLAIN, type: 'bar' }, [['a', 40, 20], ['a', 38, 80], ['a', 36, 50]]);
  await page.waitForFunction(() => performance.getEntriesByName(`${location.origin}/charts/draw/stacks.js`).length > 0);
  await page.evaluate('stage.rest()');
  const said = /** @type {string[]} */ ([]);
  const { x: left, y: top } = await page.locator('#chart').boundingBox() ?? { x: NaN, y: NaN };
  for (const x of await xOf(page, 39.9, 38.1, 37.9)) {
    await page.mouse.move(left + x, top + yOf(10));
    said.push(await page.locator('[data-testid="tooltip"]').innerText());
  }
  const texts = said.map((text) => text.split(/\s*\n\s*/));
  assert.deepEqual(texts.map(([when]) => when.replaceAll('.000', '')), [
    '2026-01-02 11:59:20 – 11:59:22', '2026-01-02 11:59:20 – 11:59:22', '2026-01-02 11:59:22 – 11:59:24']);
  assert.deepEqual(texts.map((words) => words.at(-1)), ['20', '20', '80']);
});

pictureTest('a cell of many processes is fuller than one of few, and an outlier is seen', async (page) => {
  const ids = Array.from({ length: 200 }, (_, i) => `p-${i}`);
  /** Most around 20, some around 50, one at 90. @param {number} i */
  const valueOf = (i) => (i === 0 ? 90.5 : i < 20 ? 45 + i / 2 : 15 + (i % 100) / 10);
  const points = ids.flatMap((id, i) => Array.from({ length: 30 }, (_, n) => /** @type {[string, number, number]} */ ([`rss-${id}`, 40 - n, valueOf(i)])));
  // Nobody is pinned and the bridge ranks nobody: merged columns alone.
  await page.evaluate(`{ const { fetch } = stage.bridge; stage.bridge.fetch = (url) => url.includes('ranking')
    ? Promise.resolve(new Response('{}', { status: 503 })) : fetch.call(stage.bridge, url); }`);
  await open(page, { ...PLAIN, detail: 'density' }, points, ids);
  const [x] = await xOf(page, 25.5);
  /** Of most of the rows between two values: the lines of the quantiles cross some of them. */
  const luminance = await page.evaluate(({ at, ranges }) => {
    const { data, width } = /** @type {any} */ (window).stage.pixels();
    return ranges.map(([top, bottom]) => {
      const levels = [];
      for (let row = Math.round(top); row <= Math.round(bottom); row++) {
        const i = 4 * (row * width + Math.round(at));
        levels.push(data[i + 3] === 0 ? 255 : (data[i] + data[i + 1] + data[i + 2]) / 3);
      }
      return levels.sort((p, q) => p - q)[levels.length >> 1];
    });
  }, { at: x, ranges: [[80, 60], [91.5, 90.5], [54, 46], [24, 16]].map(([high, low]) => [yOf(high), yOf(low)]) });
  const [ground, one, some, many] = luminance;
  assert.equal(ground, 255, 'where nobody is, nothing is painted');
  assert.ok(one < 250 && some < one && many < some, `one ${one}, some ${some}, many ${many}`);
});

pictureTest('what the bridge lost is hatched, with the reason; the foot tells starts, deaths and returns', async (page) => {
  await page.evaluate(async (start) => {
    const { stage } = /** @type {any} */ (window);
    stage.bridge.source('s', { metrics: ['rss'], unit: null }, { epoch: start - 40_000, since: start - 40_000 });
    for (let n = 40; n >= 0; n--) stage.bridge.publish([['rss-s', start - n * 1_000, 50]]);
    await stage.open({ axis: { y: { min: 0, max: 100 } }, grid: { x: false, y: false }, colours: { 'rss-s': '#ff0000' } });
    await stage.step(10_000, [stage.bridge.presence('s', { state: 'down', since: start + 9_000, reason: 'bye: killed' })]);
    await stage.step(5_000, [stage.bridge.presence('s', { state: 'up', epoch: start + 14_000, since: start + 14_000, lives: 2, reason: null })]);
    stage.bridge.publish([['rss-s', start + 15_000, 50]]);
    stage.bridge.gap();
    await stage.until(() => stage.chart.state().gaps.length === 1);
    await stage.step(1_000, [stage.bridge.publish([['rss-s', start + 16_000, 50]])]);
    await stage.rest();
  }, T);
  const seen = /** @type {any} */ (await page.evaluate(({ box }) => {
    const { stage } = /** @type {any} */ (window);
    const { data, width } = stage.pixels();
    const host = /** @type {HTMLElement} */ (document.getElementById('chart'));
    const style = getComputedStyle(host);
    const { from, to } = stage.chart.view;
    const T0 = Date.UTC(2026, 0, 2, 12);
    const x = (/** @type {number} */ seconds) => Math.round(box.left + (box.width * (T0 + seconds * 1_000 - from)) / (to - from));
    const count = (/** @type {string} */ name, /** @type {number} */ left, /** @type {number} */ right, /** @type {number} */ top, /** @type {number} */ bottom) => {
      const colour = style.getPropertyValue(`--eontide-${name}`).trim();
      const rgb = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
      let found = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const i = 4 * (row * width + column);
          if (data[i + 3] > 60 && rgb.every((level, k) => Math.abs(level - data[i + k]) < 24)) found += 1;
        }
      }
      return found;
    };
    const foot = box.top + box.height;
    const mark = (/** @type {string} */ name, /** @type {number} */ seconds) => count(name, x(seconds) - 6, x(seconds) + 7, foot - 8, foot);
    return {
      bands: stage.chart.state().gaps.map((/** @type {any} */ band) => [band.from - T0, band.to - T0]), hatch: count('hatch', x(2), x(12), box.top + 30, foot - 60),
      free: count('hatch', x(-20), x(-2), box.top + 30, foot - 60),
      start: [mark('good', -40), mark('good', -20)], down: mark('bad', 9), restart: mark('warn', 14), wrong: [mark('bad', 14), mark('warn', 9)],
    };
  }, { box: BOX }));
  assert.deepEqual(seen.bands, [[0, 15_000]]);
  assert.ok(seen.hatch > 300 && seen.free === 0, `${seen.hatch} hatched pixels in the gap, ${seen.free} beside it`);
  assert.ok(seen.down > 8 && seen.restart > 12 && seen.start[0] > 12, JSON.stringify(seen));
  assert.deepEqual([seen.start[1], ...seen.wrong], [0, 0, 0]);
});
