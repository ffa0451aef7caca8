/**
 * The page: reads its address and opens the chart; what stands around it is loaded once there is a picture. A browser takes some
 * 3 ms for each file, and the picture waits for none that it does without.
 */

import { Chart } from '../charts/chart.js';
import { Later } from '../charts/later.js';
import { Address } from './address.js';
import { find } from './page.js';

/** For the first picture. */
const PATIENCE_MS = 400;
const LOOK_MS = 20;

const address = new Address();
const { state } = address;
document.documentElement.dataset.theme = state.theme;
if (state.embed) document.documentElement.dataset.embed = '';
const host = find('chart', HTMLElement);
const chart = new Chart(host, { ...address.options, locale: navigator.language });
address.apply(chart);
chart.open();
window.addEventListener('pagehide', () => chart.close());
window.addEventListener('pageshow', (event) => event.persisted && chart.open());
// The canvas takes its colours from CSS: it has to be told when those become others.
matchMedia('(prefers-contrast: more)').addEventListener('change', () => chart.refreshTheme());
matchMedia('(forced-colors: active)').addEventListener('change', () => chart.refreshTheme());

// The page's inspection interface, for tests and the console: chart.data(), chart.state(), chart.stats().
const inspected = { chart, widgets: /** @type {unknown[]} */ ([]), furnished: false };
Object.assign(window, { eontide: inspected });

/** Everything around the chart, or what a frame in another page has of it. */
const around = new Later(() => (state.embed ? import('./embed.js') : import('./furnish.js')), ({ begin }) => {
  inspected.widgets = begin(chart, address);
  inspected.furnished = true;
}, (message) => { find('announcements', HTMLElement).textContent = message; });
function furnish() {
  around.want();
  // A bridge that went away meanwhile is asked again.
  chart.on('refresh', () => around.want());
}

const opened = performance.now();

/** The picture first; but a bridge that does not answer, or has no data, keeps nobody from the controls. */
function look() {
  if (chart.stats().framesDrawn > 0 || performance.now() - opened > PATIENCE_MS) furnish();
  else setTimeout(look, LOOK_MS);
}

look();
