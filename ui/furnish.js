/** Everything around the chart: controls, legend, tables, keys; kept in step with chart and address. */

import { CellCard } from '../charts/widgets/cell-card.js';
import { DetailSwitch } from '../charts/widgets/detail-switch.js';
import { Legend } from '../charts/widgets/legend.js';
import { MetricTabs } from '../charts/widgets/metric-tabs.js';
import { SourceTable } from '../charts/widgets/source-table.js';
import { listen } from './keys.js';
import { look, rememberLegend } from './look.js';
import { find, lazily } from './page.js';
import { status } from './status.js';
import { timeBar } from './time-bar.js';
/** @import {Chart} from '../charts/index.js' */
/** @import {Address} from './address.js' */
/** @import {Page} from './types.js' */

/** On such a screen the controls stand in a menu. */
const NARROW = matchMedia('(max-width: 640px)');

/** @param {Chart} chart @param {Address} address @returns {{close: () => void}[]} */
export function begin(chart, address) {
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
    new CellCard(find('chart', HTMLElement), chart),
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
