/** Asks for a moment, in the zone the chart shows. */

import { element, setText } from '../charts/dom.js';
import { Menu } from './menu.js';
import { find } from './page.js';
import { fromField, toField } from './zoned.js';
/** @import {Page} from './types.js' */

/** @param {Page} page */
export function jumpMenu({ chart, changed }) {
  const field = element('input', {
    class: 'eontide-search', attributes: {
      type: 'datetime-local', step: '1', required: '', 'aria-label': 'Date and time', 'data-testid': 'jump-time',
    },
  });
  const zone = element('span', { class: 'hint' });
  const go = element('button', { class: 'button', text: 'Go', attributes: { type: 'submit', 'data-testid': 'jump-go' } });
  const form = element('form', { class: 'line' }, field, zone, go);
  const menu = new Menu(find('jump', HTMLButtonElement), 'Jump to a time', form, () => {
    const { from, to } = chart.view;
    if (Number.isFinite(from)) field.value = toField((from + to) / 2, chart.timeZone);
    setText(zone, { utc: 'UTC', local: 'local time' }[chart.timeZone] ?? chart.timeZone);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const ms = fromField(field.value, chart.timeZone);
    if (ms === null) return;
    chart.jump(ms);
    changed();
    menu.close();
  });
  return menu;
}
