/**
 * An hour of 1,500 live series in minutes: the world's clock runs faster, so do its frames, and the page is given a clock
 * that runs as fast. Each of the hour's 36,000 updates is sent, decoded, kept, trimmed; only pictures are fewer, because
 * the screen's clock does not run faster.
 */

import { casesAt } from './cases.js';
import { figure, table } from './report.js';
/** @import {Bench} from './browser.js' */
/** @import {Options} from './options.js' */

const SERIES = 1_500;
const STEP_MS = 100;
const MINUTE_MS = 60_000;
const CHECKS = [1, 5, 15, 30, 45, 60];
/** Garbage that one collection leaves to the next, and tables that grow in steps. */
const TOLERANCE = 1.1;
const HEAD = ['minute', 'objects, MB', 'buffers, MB', 'sum, MB', 'frames received', 'behind, ms', 'within 10 % of minute 5'];
const BEHIND_MAX_MS = 1_000;

/** @param {Bench} bench @param {Options} options */
export async function memorySoak(bench, { names, speed }) {
  const texts = [];
  for (const of of casesAt(names, SERIES, ['lines', 'auto'])) {
    const page = await bench.open({ ...of, stepMs: STEP_MS, speed });
    const began = performance.now();
    const rows = [];
    let fifth = NaN;
    for (const minute of CHECKS) {
      await page.wander(began + (minute * MINUTE_MS) / speed - performance.now());
      const { objects, buffers } = await page.heap();
      const sum = (objects + buffers) / 1e6;
      if (minute === 5) fifth = sum;
      const { framesReceived, latencyMs } = await page.more();
      // What waits unread in the socket's queue would count as heap.
      const behind = latencyMs / speed;
      if (behind > BEHIND_MAX_MS) console.error(`  ${figure(behind)} ms behind: this machine is too slow for --speed ${speed}`);
      const flat = minute <= 5 ? '' : sum <= fifth * TOLERANCE ? 'ok' : 'grew';
      const figures = [objects / 1e6, buffers / 1e6, sum].map(figure);
      rows.push([String(minute), ...figures, String(framesReceived), figure(behind), flat]);
      console.error(`minute ${minute}: ${figure(sum)} MB, ${framesReceived} frames, ${figure(behind)} ms behind`);
    }
    for (const complaint of page.complaints.slice(0, 3)) console.error(`  ${complaint}`);
    await page.close();
    texts.push(`${of.title}, ${SERIES} series, ${1000 / STEP_MS} updates a second of a clock ${speed} times as fast:\n`);
    texts.push(table(HEAD, rows), '');
  }
  return texts.join('\n');
}
