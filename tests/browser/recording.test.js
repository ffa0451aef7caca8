/** A recorded file, dropped on the page or chosen. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pageTest, read, says } from './on-page.js';
/** @import {Stage} from './harness.js' */

const START = Date.UTC(2025, 10, 21);
const STEPS = 600;

/** Ten minutes of two processes, each second. */
function table() {
  const rows = Array.from({ length: STEPS }, (_, i) => `${START + i * 1000},${i},${2 * i}`);
  return ['time,a,b', ...rows].join('\n');
}

/** Lets a file fall on the page, as a hand would. @param {Stage} stage @param {string} name @param {string} text */
async function drop(stage, name, text) {
  await stage.until((chart) => chart?.state().filled);
  await stage.page.evaluate(([file, content]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], file));
    for (const type of ['dragover', 'drop']) {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('#chart')?.dispatchEvent(event);
      if (!event.defaultPrevented) throw new Error(`${type}: the browser would leave the page for the file`);
    }
  }, [name, text]);
}

/** @param {Stage} stage */
async function opened(stage) {
  await stage.byId('recording').waitFor();
  await stage.until(() => (/** @type {any} */ (window)).eontideRecording?.stats().framesDrawn > 0);
}

/** @param {Stage} stage */
const seen = (stage) => read(stage, 'eontideRecording.data().map(({ name, x, v }) => [name, x.length, x[0], x.at(-1), v[0], v.at(-1)])');
/** What is in sight. @param {Stage} stage @returns {Promise<{from: number, to: number}>} */
const view = (stage) => read(stage, '(({ from, to }) => ({ from, to }))(eontideRecording.view)');

pageTest('a file that is dropped is shown whole, every value of it', async (stage) => {
  await drop(stage, 'two.csv', table());
  await opened(stage);
  await says(stage, 'recording-note', /^2 series, 1,200 values$/);
  const end = START + (STEPS - 1) * 1000;
  assert.deepEqual(await seen(stage), [['a', STEPS, START, end, 0, STEPS - 1], ['b', STEPS, START, end, 0, 2 * (STEPS - 1)]]);
  const { from, to } = await view(stage);
  assert.ok(from <= START && to >= end, 'all of it is in sight');
  assert.equal(await stage.byId('recording').locator('[data-testid="legend-item"]').count(), 2);
});

pageTest('it plays to its end, stands still when asked, and can be moved by hand', async (stage) => {
  await drop(stage, 'two.csv', table());
  await opened(stage);
  await stage.byId('recording-speed').selectOption('60');
  await stage.byId('recording-play').click();
  await stage.until((_, start) => {
    const { from, to } = (/** @type {any} */ (window)).eontideRecording.view;
    return to > start + 5_000 && Math.abs(to - from - 119_800) < 1;
  }, START);
  await stage.byId('recording-play').click();
  const at = await view(stage);
  await stage.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  assert.deepEqual(await view(stage), at, 'it stands');
  await says(stage, 'recording-play', /^Play$/);
  await stage.byId('recording-scrub').fill('995');
  await stage.byId('recording-play').click();
  // The last three seconds, at sixty times.
  await stage.until((_, end) => (/** @type {any} */ (window)).eontideRecording.view.to === end, START + (STEPS - 1) * 1000);
  await says(stage, 'recording-play', /^Play$/);
  await stage.byId('recording-whole').click();
  await stage.until((_, start) => (/** @type {any} */ (window)).eontideRecording.view.from <= start, START);
});

pageTest('what was exported here can be opened here', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0 && chart.state().filled);
  await stage.page.locator('body').press('Space');
  await stage.until((chart) => chart.paused);
  await stage.byId('share').click();
  const download = stage.page.waitForEvent('download');
  await stage.byId('export-csv').click();
  const text = readFileSync(await (await download).path(), 'utf8');
  const chooser = stage.page.waitForEvent('filechooser');
  await stage.page.keyboard.press('Escape');
  await stage.page.locator('body').press('o');
  await (await chooser).setFiles({ name: 'exported.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await opened(stage);
  const names = (/** @type {any[]} */ list) => list.map(({ name }) => name).sort();
  assert.deepEqual(names(await read(stage, 'eontideRecording.data()')), names(await read(stage, 'eontide.chart.data()')));
  const same = await read(stage, `eontideRecording.data().every(({ name, x, v }) => {
    const shown = eontide.chart.data().find((series) => series.name === name);
    const { from, to } = eontide.chart.view;
    const at = shown.x.flatMap((moment, i) => (moment >= from && moment <= to ? [shown.v[i]] : []));
    return x.length > 10 && x.length === at.length && at.every((value, i) => value === v[i]);
  })`);
  assert.ok(same, 'every value that was in sight');
});

pageTest('closing gives everything back', async (stage) => {
  await drop(stage, 'two.csv', table());
  await opened(stage);
  await stage.byId('recording-play').click();
  await stage.page.keyboard.press('Escape');
  await stage.byId('recording').waitFor({ state: 'detached' });
  assert.deepEqual(await read(stage, 'eontideRecording.data()'), []);
  await drop(stage, 'numbers.txt', '5\n6\n7\n');
  await opened(stage);
  assert.deepEqual(await seen(stage), [['numbers', 3, 0, 2, 5, 7]]);
});

pageTest('what cannot be read is said, and the rest is shown', async (stage) => {
  await drop(stage, 'some.ndjson', '{"a":1}\nnot json\n{"a":2}\n');
  await opened(stage);
  await says(stage, 'recording-unread', /^1 line was not read: line 2: is not JSON/);
  assert.deepEqual(await seen(stage), [['a', 2, 0, 1, 1, 2]]);
  await stage.page.keyboard.press('Escape');
  await drop(stage, 'words.txt', 'one\ntwo\n');
  await says(stage, 'recording-error', /no value in it \(line 2: holds no number\)/);
});
