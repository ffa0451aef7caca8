/** The page: reads its address, opens the chart, and keeps header, address and chart in step. */

import { Chart, element, Legend, MetricChips, setAttribute, setText, SourceList } from '../charts/index.js';
import { fillChannels, readChannels } from './channels.js';
import { readUrl, writeUrl } from './url-state.js';
import { connectionText, countsText, pauseText } from './words.js';

const WINDOWS = ['1m', '5m', '15m', '1h', '6h', '24h'];
const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
const THEME_NAMES = { auto: 'Auto', light: 'Light', dark: 'Dark' };
/** Space inside these belongs to them, letters only inside those one types in. */
const OWN_SPACE = 'button, input, select, textarea, a';
const OWN_LETTERS = 'input, select, textarea';

const state = readUrl(location.search);
document.documentElement.dataset.theme = state.theme;

const chart = new Chart(find('#chart'), { channel: state.channel, window: state.window, timeZone: state.zone });
const widgets = [new Legend(find('#legend'), chart), new SourceList(find('#sources'), chart), new MetricChips(find('#metrics'), chart)];
if (state.metrics.length > 0) chart.selectMetric({ type: 'only', names: state.metrics });

const channelSelect = /** @type {HTMLSelectElement} */ (find('#channel'));
const pauseButton = find('#pause');
const zoneButton = find('#zone');
const themeButton = find('#theme');
const windowButtons = addWindows(find('#windows'));

pauseButton.addEventListener('click', togglePause);
zoneButton.addEventListener('click', () => {
  state.zone = state.zone === 'utc' ? 'local' : 'utc';
  chart.setTimeZone(state.zone);
  remember();
});
themeButton.addEventListener('click', () => {
  state.theme = THEMES[(THEMES.indexOf(state.theme) + 1) % THEMES.length];
  document.documentElement.dataset.theme = state.theme;
  chart.refreshTheme();
  remember();
});
channelSelect.addEventListener('change', () => {
  state.channel = channelSelect.value;
  chart.setChannel(state.channel);
  remember();
});
channelSelect.addEventListener('focus', () => void loadChannels());
document.addEventListener('keydown', onKey);
window.addEventListener('pagehide', () => chart.close());
window.addEventListener('pageshow', (event) => event.persisted && chart.open());

chart.onRefresh(refresh);
remember();
chart.open();
void loadChannels();

// The page's inspection interface, for tests and the console: chart.data(), chart.state(), chart.stats().
Object.assign(window, { eontide: { chart, widgets } });

/** @param {string} selector */
function find(selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`index.html has no ${selector}`);
  return found;
}

/** @param {HTMLElement} host */
function addWindows(host) {
  const spans = WINDOWS.includes(state.window) ? WINDOWS : [...WINDOWS, state.window];
  return spans.map((span) => {
    const button = element('button', { text: span, attributes: { type: 'button', 'data-testid': `window-${span}` } });
    button.addEventListener('click', () => {
      state.window = span;
      chart.setWindow(span);
      remember();
    });
    host.append(button);
    return button;
  });
}

/** Into the address and onto the buttons; replacing, because every click in the history would be in the reader's way. */
function remember() {
  const search = writeUrl(state, location.search);
  if (search !== location.search) history.replaceState(null, '', search || location.pathname);
  for (const button of windowButtons) setAttribute(button, 'aria-pressed', String(button.textContent === state.window));
  setText(zoneButton, state.zone === 'utc' ? 'UTC' : 'Local time');
  setText(themeButton, THEME_NAMES[state.theme]);
  setAttribute(themeButton, 'data-theme-choice', state.theme);
  setAttribute(zoneButton, 'title', 'Times: local or UTC');
  setAttribute(themeButton, 'title', 'Colours: as the system, light or dark');
  setAttribute(zoneButton, 'aria-label', `Times: ${state.zone === 'utc' ? 'UTC' : 'local'}`);
  setAttribute(themeButton, 'aria-label', `Colours: ${THEME_NAMES[state.theme]}`);
  document.title = `${state.channel} · Eontide`;
}

function refresh() {
  const { connection } = chart;
  const pill = find('#state');
  setAttribute(pill, 'data-state', connection.name);
  setText(/** @type {Element} */ (pill.firstElementChild), connectionText(connection, performance.now()));
  const { well, ill } = countsText(chart.state());
  const [fine, failed] = find('#counts').children;
  setText(fine, well);
  setText(failed, ill);
  setText(pauseButton, pauseText(chart.paused, chart.behindMs));
  setAttribute(pauseButton, 'data-paused', String(chart.paused));
  const only = chart.metricsOnly;
  if (only.join() === state.metrics.join()) return;
  state.metrics = only;
  remember();
}

function togglePause() {
  if (chart.paused) chart.live();
  else chart.pause();
  refresh();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inside = (/** @type {string} */ selector) => event.target instanceof Element && event.target.closest(selector) !== null;
  if (event.key === ' ' && !inside(OWN_SPACE)) togglePause();
  else if (event.key.toLowerCase() === 'l' && !inside(OWN_LETTERS)) chart.live();
  else return;
  event.preventDefault();
}

async function loadChannels() {
  /** @type {unknown} */
  let answer = null;
  try {
    const response = await fetch('/api/v1/channels');
    answer = response.ok ? await response.json() : null;
  } catch {
    // The chart says that the bridge is away; the chooser keeps the present channel.
  }
  fillChannels(channelSelect, readChannels(answer, state.channel), state.channel);
}
