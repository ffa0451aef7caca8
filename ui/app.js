/** The page: reads its address, opens the chart, and keeps controls, address and chart in step. */

import { CellCard, Chart, DetailSwitch, Legend, MetricTabs, SourceTable } from '../charts/parts.js';
import { Address } from './address.js';
import { actionOf } from './keys.js';
import { look, rememberLegend } from './look.js';
import { find, lazily } from './page.js';
import { status } from './status.js';
import { timeBar } from './time-bar.js';
/** @import {Actions, Page} from './types.js' */

/** On such a screen the controls stand in a menu. */
const NARROW = matchMedia('(max-width: 640px)');
/** Space inside these belongs to them, letters only inside those one types or chooses in. */
const OWN_LETTERS = 'input:not([type="range"]), select, textarea';
const OWN_SPACE = `button, a, ${OWN_LETTERS}, [role="option"], [role="row"]`;

const address = new Address();
const { state } = address;
document.documentElement.dataset.theme = state.theme;
const host = find('chart', HTMLElement);
const chart = new Chart(host, { ...address.options, locale: navigator.language });
address.apply(chart);
const widgets = state.embed ? alone() : furnish();
chart.open();
window.addEventListener('pagehide', () => chart.close());
window.addEventListener('pageshow', (event) => event.persisted && chart.open());
// The canvas takes its colours from CSS: it has to be told when those become others.
matchMedia('(prefers-contrast: more)').addEventListener('change', () => chart.refreshTheme());
matchMedia('(forced-colors: active)').addEventListener('change', () => chart.refreshTheme());

// The page's inspection interface, for tests and the console: chart.data(), chart.state(), chart.stats().
Object.assign(window, { eontide: { chart, widgets } });

/** In a frame of another page. */
function alone() {
  document.documentElement.dataset.embed = '';
  void import('./embed.js').then(({ embed }) => listen(embed(chart, state)));
  return [];
}

/** Everything around the chart. */
function furnish() {
  const announcements = find('announcements', HTMLElement);
  /** @type {Page} */
  const page = {
    chart, address, locale: navigator.language, changed: () => {
      show();
      address.remember(chart);
    }, say: (text) => { announcements.textContent = text; },
  };
  const parts = [look(page), timeBar(page), status(page)];
  const show = () => parts.forEach((part) => part.show());
  const share = lazily('share', async () => new (await import('./share.js')).ShareMenu(page));
  const help = () => void import('./help.js').then(({ openHelp }) => openHelp());
  find('help', HTMLElement).addEventListener('click', help);
  listen({
    ...Object.assign({}, ...parts.map(({ actions }) => actions)),
    search: () => /** @type {HTMLElement|null} */ (document.querySelector('#legend input'))?.focus(),
    export: share,
    link: share,
    open: () => void recording().then(({ chooseRecording }) => chooseRecording(page)),
    table: () => void import('./table.js').then(({ openTable }) => openTable(page)),
    help,
  });
  // A recorded file that is dropped here; the browser would leave the page for it.
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void recording().then(({ openRecording }) => openRecording(page, file));
  });
  chart.on('refresh', () => {
    show();
    address.remember(chart);
  });
  show();
  followWidth();
  const legend = find('legend', HTMLElement);
  const made = [
    new Legend(legend, chart), new SourceTable(find('sources', HTMLElement), chart),
    new MetricTabs(find('metrics', HTMLElement), chart), new DetailSwitch(find('detail', HTMLElement), chart),
    new CellCard(host, chart),
  ];
  rememberLegend(page, legend);
  return made;
}

const recording = () => import('./recording/open.js');

/** Only a narrow screen loads what moves the controls into a menu. */
function followWidth() {
  const follow = () => {
    if (!NARROW.matches) return;
    NARROW.removeEventListener('change', follow);
    void import('./phone.js').then((phone) => phone.followWidth(NARROW));
  };
  NARROW.addEventListener('change', follow);
  follow();
}

/** @param {Actions} actions */
function listen(actions) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    const inside = (/** @type {string} */ selector) => event.target instanceof Element && event.target.closest(selector) !== null;
    const asked = actionOf(event, {
      typing: inside(OWN_LETTERS), onControl: inside(OWN_SPACE), inDialog: inside('dialog, [popover], [aria-busy]'),
    });
    const act = asked && actions[asked.action];
    if (!asked || !act) return;
    event.preventDefault();
    act(asked.index);
  });
}
