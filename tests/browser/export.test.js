/** What is shown, as a file: the very picture, the very values. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pageTest, read, seriesOf, theatre } from './on-page.js';
import { compare } from './pictures.js';
/** @import {Stage} from './harness.js' */

/** Above the picture stands a title, beneath it the names of the lines. */
const HEAD_PX = 40;
/** Letters are laid by two ways of the browser, and lines smoothed by two; the picture is the same. */
const DIFFERENT_MAX = 0.02;
const LEVELS = 48;

/** Stands still, so that every file shows the same. @param {Stage} stage */
async function still(stage) {
  await stage.until((chart) => chart?.stats().framesDrawn > 0 && chart.state().filled);
  await stage.page.locator('body').press('Space');
  await stage.until((chart) => chart.paused);
}

/** @param {Stage} stage @param {'png'|'svg'|'csv'} kind */
async function exported(stage, kind) {
  await stage.byId('share').click();
  const download = stage.page.waitForEvent('download');
  await stage.byId(`export-${kind}`).click();
  const file = await download;
  assert.match(file.suggestedFilename(), /^eontide-process-memory-demo-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.[a-z]{3}$/);
  assert.ok(file.suggestedFilename().endsWith(kind));
  return readFileSync(await file.path());
}

/** Colours of a picture and how often each is there. @param {Buffer} png @returns {Promise<Map<string, number>>} */
async function coloursOf(png) {
  const page = await theatre().browser.newPage();
  try {
    return new Map(await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      /** @type {Map<string, number>} */
      const colours = new Map();
      for (let i = 0; i < data.length; i += 4) {
        const colour = `#${[data[i], data[i + 1], data[i + 2]].map((level) => level.toString(16).padStart(2, '0')).join('')}`;
        colours.set(colour, (colours.get(colour) ?? 0) + 1);
      }
      return [...colours];
    }, png.toString('base64')));
  } finally {
    await page.close();
  }
}

/** As a browser shows it that knows nothing of us. @param {string} svg @param {number} width @param {number} height */
async function rendered(svg, width, height) {
  const context = await theatre().browser.newContext({ viewport: { width, height }, deviceScaleFactor: 2 });
  try {
    const page = await context.newPage();
    await page.goto(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
    return await page.screenshot();
  } finally {
    await context.close();
  }
}

pageTest('a PNG is the chart at twice the screen’s resolution, in its colours, with title and names', async (stage) => {
  await still(stage);
  const png = await exported(stage, 'png');
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const box = await stage.byId('chart').boundingBox();
  assert.ok(box);
  assert.equal(width, 2 * Math.round(box.width));
  assert.ok(height > 2 * (box.height + HEAD_PX) && height < 2 * (box.height + HEAD_PX + 90), `${height}`);
  const colours = await coloursOf(png);
  const wanted = await read(stage, `['surface', 'line-0', 'line-1', 'line-2', 'line-3', 'line-4'].map((name) =>
    getComputedStyle(document.documentElement).getPropertyValue('--eontide-' + name).trim())`);
  for (const colour of wanted) assert.ok((colours.get(colour) ?? 0) > 100, `${colour}: ${colours.get(colour)}`);
}, { query: '?window=1m' });

pageTest('an SVG parses, says what it shows, and looks as the PNG does', async (stage) => {
  await still(stage);
  const png = await exported(stage, 'png');
  const svg = (await exported(stage, 'svg')).toString();
  const facts = await stage.page.evaluate((text) => {
    const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    return {
      name: root.localName, failed: root.getElementsByTagName('parsererror').length,
      title: root.querySelector('title')?.textContent, description: root.querySelector('desc')?.textContent ?? '',
      width: Number(root.getAttribute('width')), height: Number(root.getAttribute('height')),
      texts: [...root.querySelectorAll('text')].map(({ textContent }) => textContent),
    };
  }, svg);
  assert.deepEqual([facts.name, facts.failed, facts.title], ['svg', 0, 'process-memory-demo']);
  assert.match(facts.description, /15 lines; 5 sources up/);
  for (const text of ['process-memory-demo', 'rss-process-memory-0', 'heap-process-memory-0']) {
    assert.ok(facts.texts.includes(text), text);
  }
  const { share, width } = await compare(theatre().browser, png, await rendered(svg, facts.width, facts.height), LEVELS);
  assert.equal(width, 2 * facts.width);
  assert.ok(share < DIFFERENT_MAX, `${(100 * share).toFixed(2)} % differ`);
}, { query: '?window=1m&theme=dark' });

pageTest('merged columns are in the drawing too', async (stage) => {
  await stage.until((chart) => chart?.detail.mode === 'density' && chart.stats().framesDrawn > 0 && chart.state().lines === 15);
  await still(stage);
  const png = await exported(stage, 'png');
  const svg = (await exported(stage, 'svg')).toString();
  // At the screen's own resolution they were blurred in a file of twice as many pixels.
  const [, across, picture] = /** @type {RegExpMatchArray} */ (svg.match(/<image [^>]* width="(\d+)"[^>]*href="data:image\/png;base64,([^"]+)"/));
  assert.equal(Buffer.from(picture, 'base64').readUInt32BE(16), 2 * Number(across));
  const [, width, height] = /** @type {RegExpMatchArray} */ (svg.match(/width="(\d+)" height="(\d+)"/));
  const { share } = await compare(theatre().browser, png, await rendered(svg, Number(width), Number(height)), LEVELS);
  assert.ok(share < DIFFERENT_MAX, `${(100 * share).toFixed(2)} % differ`);
}, { query: '?window=1m', processes: 60 });

pageTest('a CSV has every value that is shown, and none besides', async (stage) => {
  await still(stage);
  const lines = (await exported(stage, 'csv')).toString().trimEnd().split('\r\n').map((line) => line.split(','));
  const { names, from, to } = await read(stage, '({ names: eontide.chart.data().map(({ name }) => name), ...eontide.chart.view })');
  assert.deepEqual(lines[0].slice(0, 2), ['time', 'epoch_ms']);
  assert.deepEqual(lines[0].slice(2).sort(), names.filter((/** @type {string} */ name) => name.startsWith('rss')).sort());
  for (const [k, name] of lines[0].entries()) {
    if (k < 2) continue;
    const { x, v } = await seriesOf(stage, name);
    const shown = x.flatMap((time, i) => (time >= from && time <= to ? [[time, v[i]]] : []));
    const written = lines.slice(1).filter((cells) => cells[k] !== '').map((cells) => [Number(cells[1]), Number(cells[k])]);
    assert.deepEqual(written, shown, name);
  }
  for (const [time, ms] of lines.slice(1)) assert.equal(Date.parse(time), Math.floor(Number(ms)), time);
}, { query: '?window=1m&metric=rss', options: { timezoneId: 'Asia/Kathmandu' } });

pageTest('the table holds what is shown, newest first, and leads to all of it', async (stage) => {
  await still(stage);
  await stage.page.locator('body').press('v');
  const rows = stage.byId('values').locator('tbody tr');
  await rows.last().waitFor();
  const { from, to } = await read(stage, '({ ...eontide.chart.view })');
  const { x, v } = await seriesOf(stage, 'rss-process-memory-0');
  assert.equal(await rows.count(), x.filter((time) => time >= from && time <= to).length);
  const written = v.at(-1)?.toLocaleString('de-DE', { maximumFractionDigits: 6 });
  assert.equal(await rows.first().locator('td').first().textContent(), written);
  const download = stage.page.waitForEvent('download');
  await stage.byId('table-csv').click();
  assert.match((await download).suggestedFilename(), /\.csv$/);
}, { query: '?window=1m', options: { locale: 'de-DE' } });
