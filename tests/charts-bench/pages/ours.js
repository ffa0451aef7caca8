/** Our chart. */

import { chart } from '../../../charts/index.js';
import { BROWSER } from '../../../charts/live/connection.js';
import { asked, bench, stampSnapshot, watchDrawn } from './page.js';
/** @import {ChartOptions} from '../../../charts/options.js' */

stampSnapshot();
const host = /** @type {HTMLElement} */ (document.querySelector('#chart'));
const began = performance.now();
const ours = chart(host, {
  channel: asked.channel, window: `${asked.windowMs / 1000}s`, detail: /** @type {ChartOptions['detail']} */ (asked.detail),
  // A world whose clock runs faster is watched by a page whose clock runs as fast.
  environment: { ...BROWSER, now: () => began + (performance.now() - began) * asked.speed },
});
bench.more = () => ({ ...ours.stats(), ...ours.state(), detail: ours.detail.text });
bench.tooltip = () => document.querySelector('[data-testid="tooltip"]')?.textContent ?? '';
Object.assign(window, { chart: ours });

/** Pictures before the snapshot: an empty chart may have drawn its axes. */
let before = 0;
watchDrawn(() => {
  const { framesDrawn } = ours.stats();
  if (Number.isNaN(bench.snapshotAt)) before = framesDrawn;
  return framesDrawn > before && ours.state().filled;
});
