/** The sheet of keys, made of the same table that the handler reads. */

import { element } from '../charts/parts.js';
import { openDialog } from './dialog.js';
import { KEYS } from './keys.js';

export function openHelp() {
  const groups = [...new Set(KEYS.map(({ group }) => group))];
  openDialog('Keys', 'help-sheet', element('div', { class: 'sheet' }, ...groups.map((group) => element('section', {},
    element('h3', { text: group }),
    element('dl', {}, ...KEYS.filter((key) => key.group === group).flatMap(({ shown, text }) => [
      element('dt', {}, element('kbd', { text: shown })), element('dd', { text }),
    ])),
  ))), element('p', {
    class: 'hint', text: 'On the chart: drag to zoom, Shift-drag to move, wheel zooms at the pointer, double click shows '
      + 'all again. In the legend: click isolates, Ctrl adds.',
  }));
}
