/** Our chart. */

import { Chart } from '../../../charts/index.js';
import { BROWSER } from '../../../charts/live/connection.js';
import { asked, bench, stampSnapshot, watchDrawn } from './page.js';

stampSnapshot();
const host = /** @type {HTMLElement} */ (document.querySelector('#chart'));
const began = performance.now();
const chart = new Chart(host, {
  channel: asked.channel, window: `${asked.windowMs / 1000}s`,
  // A world whose clock runs faster is watched by a page whose clock runs as fast.
  environment: { ...BROWSER, now: () => began + (performance.now() - began) * asked.speed },
});
bench.more = () => ({ ...chart.stats(), ...chart.state(), gaps: undefined });
bench.tooltip = () => document.querySelector('.eontide-tooltip')?.textContent ?? '';
Object.assign(window, { chart });
chart.open();
watchDrawn(() => !Number.isNaN(bench.snapshotAt) && chart.stats().framesDrawn > 0);
