/** The sheet of keys. */

import { element } from '../charts/dom.js';
import { openDialog } from './dialog.js';
import { SHEET } from './key-sheet.js';

export function openHelp() {
  openDialog('Keys', 'help-sheet', element('div', { class: 'sheet' }, ...Object.entries(SHEET).map(([group, entries]) => element('section', {},
    element('h3', { text: group }),
    element('dl', {}, ...entries.flatMap(({ shown, text }) => [
      element('dt', {}, element('kbd', { text: shown })), element('dd', { text }),
    ])),
  ))), element('p', {
    class: 'hint', text: 'On the chart: drag to zoom, Shift-drag to move, wheel zooms at the pointer, double click shows '
      + 'all again. In the legend: click isolates, Ctrl adds.',
  }));
}
