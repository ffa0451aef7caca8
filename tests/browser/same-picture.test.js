/**
 * The picture is put together from many parts: shifted, drawn in stretches, corrected where points come late. It must be the
 * one that is drawn in one go.
 */

import assert from 'node:assert/strict';
import { pictureTest } from './on-picture.js';

/** A level more or less is rounding; this is not seen. */
const LEVELS = 8;
/**
 * Triangles of marks are smoothed by the browser, a little differently where a stretch cuts through them and where the canvas
 * begins elsewhere: some pixels of their edges.
 */
const EDGE_LEVELS = 24;
const EDGE_PIXELS = 16;
/** What a canvas has to round, and what it has not. */
const RATIOS = [1, 1.5];

/**
 * @param {string} name
 * @param {object} options  of the chart
 * @param {{count: number, seconds?: number, ratios?: number[]}} crowd
 */
function sameTest(name, options, { count, seconds = 20, ratios = RATIOS }) {
  for (const ratio of ratios) {
    pictureTest(`${name}, ${ratio} device pixels a pixel`, async (page, context) => {
      const checks = /** @type {any[]} */ (await page.evaluate(async ({ chart, crowd }) => {
        const { Crowd, stage } = /** @type {any} */ (window);
        if (window.devicePixelRatio !== crowd.ratio) throw new Error(`the ratio is ${window.devicePixelRatio}`);
        const people = new Crowd(stage, crowd.count, crowd.count + Math.round(crowd.ratio * 10));
        people.history(-20_000, 0);
        await stage.open(chart);
        const found = [];
        // Long enough for the canvas to be shifted several times.
        for (let minute = 0; minute < 4; minute++) {
          people.growth = [1, 1, 2.5, 0.4][minute];
          if (minute === 2) await people.outage(7_000);
          await people.live(crowd.seconds * 1_000 + minute * 370);
          const { framesDrawn, columnsDrawn } = stage.chart.stats();
          found.push({ ...await stage.compare(crowd.levels), framesDrawn, columnsDrawn });
        }
        return found;
      }, { chart: options, crowd: { count, ratio, seconds, levels: LEVELS } }));
      const said = checks.map(({ differ, most, painted, columnsDrawn, framesDrawn, width }) => (
        `${differ} of ${painted} pixels differ, by ${most} at most; ${Math.round(columnsDrawn / framesDrawn)} of ${width} columns a picture`));
      for (const text of said) context.diagnostic(text);
      for (const { far, most, painted, where } of checks) {
        assert.ok(painted > 1_000, `${painted} pixels are painted`);
        assert.ok(far <= EDGE_PIXELS && most <= EDGE_LEVELS, `${said.join('; ')}: ${JSON.stringify(where)}`);
      }
    }, { deviceScaleFactor: ratio, timeout: 180_000 });
  }
}

sameTest('sixty lines that scroll', { detail: 'lines' }, { count: 60 });
sameTest('fifteen lines', { detail: 'lines' }, { count: 15 });
sameTest('a hundred and fifty processes as merged columns', { detail: 'density' }, { count: 150, seconds: 15 });
sameTest('sixty splines', { detail: 'lines', type: 'spline' }, { count: 60, ratios: [1] });
sameTest('sixty steps', { detail: 'lines', type: 'step' }, { count: 60, ratios: [1] });

// Each answer drew all of the picture again, 40 ms of it, and a new order fetched the lines once more.
pictureTest('who is highest is asked every few seconds, in whatever order: only what is new is drawn', async (page) => {
  const seen = /** @type {any} */ (await page.evaluate(async (start) => {
    const { stage } = /** @type {any} */ (window);
    const names = Array.from({ length: 150 }, (_, i) => `rss-p-${i}`);
    const at = (/** @type {number} */ x) => names.map((name, i) => [name, x, i]);
    names.forEach((_, i) => stage.bridge.source(`p-${i}`));
    for (let n = 60; n >= 0; n--) stage.bridge.publish(at(start - n * 1_000));
    let rankings = 0;
    const { fetch } = stage.bridge;
    stage.bridge.fetch = async (/** @type {string} */ url) => {
      const answer = await fetch.call(stage.bridge, url);
      if (!url.includes('ranking')) return answer;
      const ranking = await answer.json();
      rankings += 1;
      if (rankings % 2 === 0) ranking.series.reverse();
      return new Response(JSON.stringify(ranking));
    };
    await stage.open({ axis: { y: { min: 0, max: 200 } } });
    let second = 0;
    const live = async (/** @type {number} */ seconds) => {
      for (let end = second + seconds; second < end;) {
        second += 1;
        await stage.step(1_000, [stage.bridge.publish(at(start + second * 1_000))]);
      }
    };
    await live(8);
    const before = { rankings, requests: stage.bridge.requests.length, drawn: stage.chart.stats().columnsDrawn };
    await live(14);
    return {
      lines: stage.chart.detail.lines, rankings: rankings - before.rankings, requests: stage.bridge.requests.slice(before.requests).filter((/** @type {any} */ { subscribe }) => subscribe).length,
      drawn: stage.chart.stats().columnsDrawn - before.drawn, width: stage.pixels().width,
    };
  }, Date.UTC(2026, 0, 2, 12)));
  assert.equal(seen.lines, 15);
  assert.ok(seen.rankings >= 2, `${seen.rankings} rankings`);
  assert.equal(seen.requests, 0, 'nothing is subscribed anew');
  assert.ok(seen.drawn > 0 && seen.drawn < seen.width, `${seen.drawn} columns drawn, the picture has ${seen.width}`);
});
