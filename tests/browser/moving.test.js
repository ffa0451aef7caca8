/** Moving in time with the pointer, level of detail, and rest: on one chart with a bridge and a clock inside its page. */

import assert from 'node:assert/strict';
import { plotBox } from '../../charts/draw/layout.js';
import { pictureTest } from './on-picture.js';
import { T } from './pages/bridge.js';
/** @import {Page} from 'playwright-core' */

const BOX = plotBox(900, 400);
const MIN = 60_000;

/** An hour of some processes, a point every two seconds; the chart shows the last minute. @param {Page} page @param {object} [options] @param {number} [count] */
async function open(page, options = {}, count = 3) {
  await page.evaluate(async ({ chart, processes, start }) => {
    const { stage } = /** @type {any} */ (window);
    for (let i = 0; i < processes; i++) {
      stage.bridge.source(`p-${i}`);
      const step = processes > 20 ? 20_000 : 2_000;
      stage.bridge.publish(Array.from({ length: 3_600_000 / step }, (_, n) => [`rss-p-${i}`, start - n * step, 10 + (i % 80) + 5 * Math.sin(n / 9 + i)]));
      if (processes > 20) stage.bridge.publish(Array.from({ length: 60 }, (_, n) => [`rss-p-${i}`, start - n * 1_000 - 1, 10 + (i % 80)]));
    }
    await stage.open({ axis: { y: { min: 0, max: 100 } }, ...chart });
  }, { chart: options, processes: count, start: T });
}

/** @param {Page} page */
const view = async (page) => /** @type {{mode: string, from: number, to: number, speed: number, loading: boolean}} */ (await page.evaluate('({ ...stage.chart.view })'));

/** Of the window's corner. @param {Page} page @param {number} share  of the plot's width @param {number} [down]  of its height @returns {Promise<[number, number]>} */
async function at(page, share, down = 0.5) {
  const host = await page.locator('#chart').boundingBox();
  return [(host?.x ?? NaN) + BOX.left + share * BOX.width, (host?.y ?? NaN) + BOX.top + down * BOX.height];
}

/** @param {Page} page @param {number} from  share of the width @param {number} to @param {string} [key]  held down */
async function drag(page, from, to, key) {
  if (key) await page.keyboard.down(key);
  await page.mouse.move(...await at(page, from));
  await page.mouse.down();
  await page.mouse.move(...await at(page, (from + to) / 2));
  await page.mouse.move(...await at(page, to));
  await page.mouse.up();
  if (key) await page.keyboard.up(key);
}

/** Within two pixels of the plot. @param {{from: number, to: number}} range @param {number} first  ms after T @param {number} last */
function near({ from, to }, first, last) {
  const most = 2.5 * (last - first) / BOX.width + 130;
  assert.ok(Math.abs(from - T - first) < most && Math.abs(to - T - last) < most, `${from - T} to ${to - T} instead of ${first} to ${last}`);
}

/** Waits until it is. @param {Page} page @param {number} first  ms after T @param {number} last */
async function shows(page, first, last) {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const seen = await view(page);
    try {
      return near(seen, first, last);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

pictureTest('a drag shows what was dragged over; Shift drags the time; a double click goes back', async (page) => {
  await open(page);
  await drag(page, 0.2, 0.6);
  await shows(page, -48_000, -24_000);
  assert.equal((await view(page)).mode, 'held');
  assert.equal(await page.locator('.eontide-selection').isVisible(), false);
  await drag(page, 0.5, 0.75, 'Shift');
  await shows(page, -54_000, -30_000);
  await page.mouse.dblclick(...await at(page, 0.5));
  assert.equal((await view(page)).mode, 'live');
  await shows(page, -MIN, 0);
});

pictureTest('a drag backwards is the same; a click of an unsteady hand moves nothing', async (page) => {
  await open(page);
  await drag(page, 0.6, 0.2);
  await shows(page, -48_000, -24_000);
  await page.evaluate('stage.chart.live()');
  const [x, y] = await at(page, 0.4);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 3, y + 1);
  await page.mouse.up();
  assert.equal((await view(page)).mode, 'live');
});

pictureTest('the wheel zooms where the pointer is; sideways it pans', async (page) => {
  await open(page);
  await page.mouse.move(...await at(page, 0.25));
  await page.mouse.wheel(0, -400);
  await page.evaluate('stage.until(() => stage.chart.view.mode === "held")');
  const { from, to } = await view(page);
  const span = MIN / 1.2 ** 4;
  assert.ok(Math.abs(to - from - span) < 50, `${to - from} instead of ${span}`);
  assert.ok(Math.abs(from + 0.25 * (to - from) - (T - 45_000)) < 200, 'what was under the pointer still is');
  await page.mouse.wheel(-BOX.width / 2, 0);
  await page.evaluate((before) => /** @type {any} */ (window).stage.until(() => /** @type {any} */ (window).stage.chart.view.from < before - 1_000), from);
  assert.ok(Math.abs((await view(page)).from - (from - span / 2)) < 200);
  await page.mouse.move(...await at(page, 0.99));
  await page.evaluate('stage.chart.live()');
  await page.mouse.wheel(0, 500);
  await page.evaluate('stage.until(() => stage.chart.view.to - stage.chart.view.from > 100000)');
  assert.equal((await view(page)).mode, 'live', 'at the edge that follows time it is a longer present');
});

pictureTest('what lies before the window comes from the bridge, and only that', async (page) => {
  await open(page);
  const asked = () => page.evaluate('stage.bridge.asked.filter((url) => url.includes("/query")).map((url) => [...new URL(url, location.origin).searchParams])');
  await page.evaluate('stage.chart.pause()');
  await page.evaluate('stage.rest()');
  assert.deepEqual(await asked(), [], 'what is held needs no question');
  await page.evaluate('stage.chart.pan(-600000)');
  await page.evaluate('stage.arrive()');
  const [first, ...more] = /** @type {[string, string][][]} */ (await asked());
  const question = Object.fromEntries(first);
  assert.deepEqual([more, question.format], [[], 'bin']);
  assert.ok(Number(question.from) <= T - 11 * MIN && Number(question.to) >= T - 10 * MIN, JSON.stringify(question));
  const held = /** @type {any} */ (await page.evaluate('({ ...stage.chart.table(), rows: [...stage.chart.table().rows] })'));
  assert.equal(held.columns.length, 3);
  assert.ok(held.rows.length === 30 || held.rows.length === 31, `${held.rows.length} points in a minute, two seconds apart`);
  await page.evaluate('stage.chart.live()');
  await page.evaluate('stage.rest()');
  const { now, to } = /** @type {any} */ (await page.evaluate('stage.chart.state()'));
  assert.ok((await view(page)).mode === 'live' && Math.abs(to - now) < 200, `${to - now}`);
  const kept = /** @type {any[]} */ (await page.evaluate('stage.chart.data()'));
  assert.ok(kept.every(({ x }) => x[0] >= T - 80_000), 'what was fetched is not kept beside it');
});

pictureTest('a replay goes on at its speed, and ends in the present', async (page) => {
  await open(page);
  await page.evaluate((start) => /** @type {any} */ (window).stage.chart.replay(start - 30 * 60_000, 10), T);
  // Its clock begins with its first picture.
  const drawn = await page.evaluate('stage.chart.stats().framesDrawn');
  await page.evaluate((before) => /** @type {any} */ (window).stage.until(() => /** @type {any} */ (window).stage.chart.stats().framesDrawn > before), drawn);
  const { from } = await view(page);
  assert.ok(Math.abs(from - (T - 30 * MIN)) < 200);
  await page.evaluate('stage.step(6000)');
  await page.evaluate((begin) => /** @type {any} */ (window).stage.until(() => Math.abs(/** @type {any} */ (window).stage.chart.view.from - begin - 60_000) < 200), from);
  await page.evaluate('stage.chart.setSpeed(60)');
  await page.evaluate('stage.step(5000)');
  await page.evaluate((begin) => /** @type {any} */ (window).stage.until(() => Math.abs(/** @type {any} */ (window).stage.chart.view.from - begin - 360_000) < 300), from);
  await page.evaluate('stage.step(60000)');
  await page.evaluate('stage.until(() => stage.chart.view.mode === "live")');
  await shows(page, 71_000 - MIN, 71_000);
});

pictureTest('an earlier range lies under the present one, as much fainter as later it is', async (page) => {
  await open(page, { grid: { x: false, y: false }, markers: false, colours: { now: '#ff0000' } });
  await page.evaluate(async (start) => {
    const { stage } = /** @type {any} */ (window);
    stage.chart.select({ type: 'only', names: ['now'] });
    const points = Array.from({ length: 30 }, (_, n) => ['now', start - n * 2_000, 80]);
    const before = Array.from({ length: 40 }, (_, n) => ['now', start - 580_000 - n * 2_000, 30]);
    stage.bridge.publish(before);
    await stage.step(10, [stage.bridge.publish(points)]);
    stage.chart.compare(600_000);
    await stage.arrive();
  }, T);
  const alphas = await page.evaluate(({ x, rows }) => {
    const { data, width } = /** @type {any} */ (window).stage.pixels();
    // Across a dash and the gap after it: where one begins is not what is asked here.
    const dash = Array.from({ length: 17 }, (_, i) => Math.round(x) + i - 8);
    return rows.map((row) => Math.max(...[-2, -1, 0, 1, 2].flatMap((by) => dash.map((at) => data[4 * ((Math.round(row) + by) * width + at) + 3]))));
  }, { x: BOX.left + BOX.width / 2, rows: [80, 30, 55].map((value) => BOX.top + BOX.height * (1 - value / 100)) });
  const [now, then, between] = alphas;
  assert.ok(now > 200 && then > 40 && then < 180 && between === 0, String(alphas));
  await page.evaluate('stage.chart.compare(0)');
  await page.evaluate('stage.rest()');
  assert.equal(await page.evaluate(({ x, row }) => {
    const { data, width } = /** @type {any} */ (window).stage.pixels();
    return Math.max(...[-2, -1, 0, 1, 2].map((by) => data[4 * ((Math.round(row) + by) * width + Math.round(x)) + 3]));
  }, { x: BOX.left + BOX.width / 2, row: BOX.top + BOX.height * 0.7 }), 0);
});

pictureTest('paused under the pointer where that is asked for; a zoom meanwhile stays', async (page) => {
  await open(page, { pauseOnHover: true });
  await page.mouse.move(...await at(page, 0.5));
  await page.evaluate('stage.until(() => stage.chart.paused)');
  await page.mouse.move(5, 490);
  await page.evaluate('stage.until(() => !stage.chart.paused)');
  await drag(page, 0.2, 0.6);
  // Whether more of it is still to come does not matter.
  const shown = async () => ({ ...await view(page), loading: null });
  const zoomed = await shown();
  await page.mouse.move(5, 490);
  await page.evaluate('stage.rest()');
  assert.deepEqual(await shown(), zoomed);
});

pictureTest('few are lines, many are merged columns with the highest and the pinned as lines, and it says so', async (page) => {
  await open(page, {}, 5);
  assert.deepEqual(await page.evaluate('[stage.chart.detail.mode, stage.chart.detail.text]'), ['lines', '5 lines']);
  await page.evaluate(async (start) => {
    const { stage } = /** @type {any} */ (window);
    const points = [];
    for (let i = 5; i < 200; i++) {
      stage.bridge.source(`p-${i}`);
      for (let n = 0; n < 20; n++) points.push([`rss-p-${i}`, start - n * 1_000, 10 + i % 80]);
    }
    await stage.step(100, [{ type: 'presence', now: stage.bridge.now, sources: [...stage.bridge.sources.values()] }, stage.bridge.publish(points)]);
    await stage.until(() => stage.chart.detail.lines === 15);
  }, T);
  assert.deepEqual(await page.evaluate('[stage.chart.detail.mode, stage.chart.detail.series, stage.chart.detail.text]'), ['density', 200, 'density of 200 series · 15 highest as lines']);
  await page.evaluate('stage.chart.pin(["rss-p-12"])');
  await page.evaluate('stage.until(() => stage.chart.detail.lines === 16)');
  assert.equal(await page.evaluate('stage.chart.detail.text'), 'density of 200 series · 15 highest and 1 pinned as lines');
  assert.equal(await page.evaluate('stage.chart.row("rss-p-12").pinned && stage.chart.row("rss-p-12").drawn'), true);
  assert.equal(await page.evaluate('stage.chart.names().length'), 200, 'the legend has them all');
  for (const [wanted, mode, lines] of [['lines', 'lines', 200], ['density', 'density', 16], ['auto', 'density', 16]]) {
    await page.evaluate((detail) => /** @type {any} */ (window).stage.chart.setDetail(detail), wanted);
    await page.evaluate(([name, count]) => /** @type {any} */ (window).stage.until(() => {
      const { detail } = /** @type {any} */ (window).stage.chart;
      return detail.mode === name && detail.lines === count;
    }), [mode, lines]);
  }
  await page.evaluate('stage.chart.select({ type: "isolate", name: "rss-p-7" })');
  await page.evaluate('stage.until(() => stage.chart.detail.mode === "lines" && stage.chart.state().lines === 2)');
  assert.equal(await page.evaluate('stage.chart.names().length'), 200, 'also while one is isolated, which is shown beside the pinned');
  await page.evaluate('stage.chart.select({ type: "restore" })');
  await page.evaluate('stage.until(() => stage.chart.detail.mode === "density")');
});

pictureTest('a click on a cell says exactly who is in it', async (page) => {
  await open(page, { detail: 'density' }, 160);
  await page.evaluate('stage.until(() => stage.chart.detail.series === 160), stage.rest()');
  // Those of 40: numbers 30 and 110; the cell is six pixels high.
  await page.mouse.click(...await at(page, 0.6, 0.6));
  await page.evaluate('stage.until(() => stage.events.some(({ event }) => event === "cell"))');
  const cell = /** @type {any} */ (await page.evaluate('stage.events.find(({ event }) => event === "cell").value'));
  assert.ok(cell.low <= 40 && cell.high > 40 && cell.high - cell.low < 5, `${cell.low} to ${cell.high}`);
  assert.deepEqual([cell.metrics, cell.error, cell.to - cell.from], [['rss'], '', 1_000]);
  const names = cell.series.map((/** @type {any} */ { name }) => name);
  for (const name of ['rss-p-30', 'rss-p-110']) assert.ok(names.includes(name), String(names));
  assert.equal(cell.total, names.length);
  assert.ok(cell.series.every((/** @type {any} */ { value }) => value >= cell.low - 5 && value < cell.high + 5));
});

pictureTest('hidden it keeps its bound and draws nothing; seen again it is right at once', async (page) => {
  await open(page, { detail: 'lines' }, 60);
  const seen = /** @type {any} */ (await page.evaluate(async () => {
    const { Crowd, stage } = /** @type {any} */ (window);
    const show = (/** @type {string} */ state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    const people = new Crowd(stage, 60, 5);
    await people.live(2_000);
    show('hidden');
    const before = stage.chart.stats().framesDrawn;
    await people.live(150_000);
    const points = stage.chart.data().reduce((/** @type {number} */ sum, /** @type {any} */ { x }) => sum + x.length, 0);
    const drawn = stage.chart.stats().framesDrawn - before;
    show('visible');
    await stage.until(() => stage.chart.stats().framesDrawn > before);
    const { now, to } = stage.chart.state();
    return { points, drawn, behind: now - to, ...await stage.compare(8) };
  }));
  assert.equal(seen.drawn, 0);
  assert.ok(seen.points > 60 * 55 && seen.points < 60 * 75, `${seen.points} points of 60 series for a minute`);
  assert.ok(Math.abs(seen.behind) < 200, `${seen.behind} ms behind`);
  assert.ok(seen.far <= 16 && seen.most <= 48, JSON.stringify(seen));
}, { timeout: 120_000 });

pictureTest('where nothing moves nothing is drawn, and no frame is asked for but to look whether something changed', async (page) => {
  await open(page);
  await page.evaluate('stage.chart.pause(), stage.rest()');
  const [before, frames] = /** @type {number[]} */ (await page.evaluate('[stage.chart.stats().framesDrawn, window.framesAsked]'));
  // The page's own clock, without a frame of the test's.
  const waited = /** @type {number} */ (await page.evaluate(() => new Promise((resolve) => {
    const began = performance.now();
    const { chart } = /** @type {any} */ (window).stage;
    let looks = 0;
    const off = chart.on('refresh', () => {
      looks += 1;
      if (looks < 4) return;
      off();
      resolve(performance.now() - began);
    });
  })));
  const [after, asked] = /** @type {number[]} */ (await page.evaluate('[stage.chart.stats().framesDrawn, window.framesAsked]'));
  assert.equal(after, before, 'pictures');
  // An animation would ask for sixty a second.
  assert.ok(waited > 2_000 && asked - frames <= 4 * waited / 1_000, `${asked - frames} frames in ${waited} ms`);
  await page.evaluate('stage.chart.destroy()');
  const closed = await page.evaluate('window.framesAsked');
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))));
  assert.equal(await page.evaluate('window.framesAsked'), closed, 'destroyed, it asks for none');
}, {
  init: () => {
    const ask = window.requestAnimationFrame.bind(window);
    Object.assign(window, { framesAsked: 0 });
    window.requestAnimationFrame = (run) => {
      /** @type {any} */ (window).framesAsked += 1;
      return ask(run);
    };
  },
});

pictureTest('the keys read points aloud, along a line and from line to line; the figure says what it is', async (page) => {
  await open(page);
  const figure = page.getByRole('figure', { name: /^Live chart of channel c\. Arrow keys read points, Space pauses\.$/ });
  await figure.focus();
  const spoken = () => page.locator('#chart [aria-live="polite"]').textContent();
  await page.keyboard.press('ArrowLeft');
  const first = await spoken();
  assert.match(first ?? '', /^rss-p-0: [\d.]+ MiB at 2026-01-02 12:00:00/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await spoken() ?? '', /11:59:58/);
  await page.keyboard.press('ArrowDown');
  assert.match(await spoken() ?? '', /^rss-p-1: .*11:59:58/);
  assert.match(String(await page.evaluate('stage.chart.summary()')), /^Channel c, the last 1 min: 3 lines; 3 sources up\. rss-p-0 [\d.]+ MiB, between/);
});
