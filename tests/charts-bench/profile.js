/** In which functions the main thread spends its time. */

/** @import {BenchPage} from './browser.js' */

const SAMPLE_US = 200;
const ROWS = 30;
const EVENT_ROWS = 16;
/** Canvas, paint and garbage collection by their own names; what they cost themselves does not matter here. */
const DETAILS = ['toplevel', 'blink', 'cc', 'v8', 'skia', 'gpu'];

/**
 * @param {BenchPage} page
 * @param {number} ms
 * @returns {Promise<string>} a Markdown table
 */
export async function profile(page, ms) {
  const { cdp } = page;
  await cdp.send('Profiler.enable');
  await cdp.send('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await cdp.send('Profiler.start');
  await page.wander(ms);
  const { profile: taken } = await cdp.send('Profiler.stop');
  /** @type {Map<number, string>} */
  const names = new Map(taken.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => (
    [id, `${functionName || '(anonymous)'}${url ? ` ${url.replace(/^.*?\/\/[^/]*/, '')}:${lineNumber + 1}` : ''}`]
  )));
  /** @type {Map<string, number>} */
  const self = new Map();
  taken.samples?.forEach((id, i) => {
    const name = names.get(id) ?? '';
    self.set(name, (self.get(name) ?? 0) + (taken.timeDeltas?.[i] ?? 0));
  });
  const total = taken.endTime - taken.startTime;
  const rows = [...self].sort((a, b) => b[1] - a[1]).slice(0, ROWS)
    .map(([name, us]) => `| ${(us / total * 100).toFixed(2)} | ${name} |`);
  const events = (await page.breakdown(ms, DETAILS)).slice(0, EVENT_ROWS)
    .map(([name, spent]) => `| ${(spent / ms * 100).toFixed(2)} | ${name} |`);
  const heads = ['function', 'event of the trace'].map((what) => [`| ms in 100 ms | in ${what} |`, '|--:|---|']);
  return [...heads[0], ...rows, '', ...heads[1], ...events].join('\n');
}
