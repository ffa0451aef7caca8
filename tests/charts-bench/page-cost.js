/** What it takes to see the page: bytes of its files, and the time from navigation to the first picture with history. */

import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { chromium } from 'playwright-core';
import { ARGS, CHROMIUM } from '../browser/harness.js';
import { until } from '../browser/real.js';
import { BUILD, Stack } from './stack.js';
import { Unwatched } from './unwatched.js';

const ROOT = new URL('../../', import.meta.url);
const STATIC = /\b(?:import|export)\s(?:[^'"`;()]*?\sfrom\s*)?['"]([^'"]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const REFERENCE = /\b(?:src|href)="([^"#]+)"|@import\s+(?:url\()?['"]([^'"]+)['"]/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
/** The page loads what stands around the chart by itself, once the chart is open. */
const FIRST = ['ui/index.html', 'ui/furnish.js'];
const RUNS = 7;
const HISTORY_POINTS = 200;

/** As a bridge sends them, gzipped, file by file. @returns {Promise<{loaded: number, all: number, files: number}>} */
export async function weight() {
  const loaded = reach(FIRST.map((file) => new URL(file, ROOT).href), [STATIC]);
  const all = reach(loaded, [STATIC, DYNAMIC]);
  const stack = await Stack.start('--count', '1');
  try {
    return { loaded: await bytes(stack, loaded), all: await bytes(stack, all), files: loaded.length };
  } finally {
    await stack.stop();
  }
}

/** @param {Stack} stack @param {string[]} files */
async function bytes(stack, files) {
  let sum = 0;
  for (const file of files) sum += await sent(new URL(file.replace(ROOT.href, '/').replace(/^\/ui\//, '/'), stack.origin));
  return sum;
}

/** Bytes of an answer's body as they come. @param {URL} address @returns {Promise<number>} */
function sent(address) {
  return new Promise((resolve, reject) => {
    get(address, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      let length = 0;
      if (answer.statusCode !== 200) return void reject(new Error(`${address.pathname}: ${answer.statusCode}`));
      answer.on('data', (part) => { length += part.length; }).on('end', () => resolve(length));
    }).on('error', reject);
  });
}

/** All files that are reached from some. @param {string[]} from @param {RegExp[]} imports */
function reach(from, imports) {
  const found = new Set(from);
  for (const file of found) {
    const ways = file.endsWith('.js') ? imports : /\.(?:html|css)$/.test(file) ? [REFERENCE] : [];
    if (ways.length === 0) continue;
    // Type imports stand in comments and load nothing.
    const text = readFileSync(new URL(file), 'utf8').replace(COMMENT, '');
    for (const [, one, other] of ways.flatMap((way) => [...text.matchAll(way)])) {
      const path = one ?? other;
      if (path && !/^(?:data|https?):/.test(path)) found.add(served(path, file));
    }
  }
  return [...found];
}

/**
 * The file behind an address: the bridge serves `ui/` at its root and `charts/` below it.
 * @param {string} path
 * @param {string} file
 */
function served(path, file) {
  const address = new URL(path, file.replace(`${ROOT.href}ui/`, 'http://bridge/').replace(ROOT.href, 'http://bridge/'));
  const { pathname } = address;
  return new URL(pathname.startsWith('/charts/') ? `.${pathname}` : `ui${pathname}`, ROOT).href;
}

/** A fresh browser context each time: nothing is cached; and nobody listens to what it loads. */
export async function navigation() {
  const stack = await Stack.start('--count', '5', '--interval', '100ms');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  try {
    await until('there is history', async () => (await stack.ask('query')).blocks?.some(
      (/** @type {any} */ { columns }) => columns[0].length > HISTORY_POINTS,
    ));
    const runs = [];
    for (let i = 0; i < RUNS; i++) {
      const page = await Unwatched.open(browser, `${stack.origin}/?window=1m`, watchHistory);
      runs.push(await until('history is drawn', async () => Number(await page.value('window.drawnAt')) || false));
      await page.close();
    }
    return { median: runs.sort((a, b) => a - b)[Math.floor(RUNS / 2)], runs: RUNS, build: BUILD };
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** Runs in the page: when is the snapshot's picture on the screen? */
function watchHistory() {
  const look = () => {
    const chart = Reflect.get(window, 'eontide')?.chart;
    if (!chart?.state().filled || chart.stats().framesDrawn === 0) return void requestAnimationFrame(look);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => Object.assign(window, { drawnAt: performance.now() });
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(look);
}
