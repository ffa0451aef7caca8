/** Asks how far back the comparison lies. */

import { element } from '../charts/dom.js';
import { parseSpan } from '../charts/live/span.js';
import { openDialog } from './dialog.js';

/**
 * @param {string} present
 * @returns {Promise<string|null>} `36h`; null where nothing was chosen
 */
export function askSpan(present) {
  const field = element('input', {
    class: 'eontide-search', attributes: {
      type: 'text', required: '', autofocus: '', placeholder: '90m, 36h, 14d', 'aria-label': 'How long ago',
      'data-testid': 'span',
    },
  });
  field.value = parseSpan(present) === null ? '' : present;
  const form = element('form', { class: 'line' }, field, element('span', { class: 'hint', text: 'ago' }),
    element('button', { class: 'button', text: 'Compare', attributes: { type: 'submit' } }));
  const dialog = openDialog('Compare with', 'ask-span', form);
  return new Promise((resolve) => {
    field.addEventListener('input', () => field.setCustomValidity(''));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (parseSpan(text) === null) {
        field.setCustomValidity('A number and a unit: 90m, 36h, 14d');
        field.reportValidity();
        return;
      }
      resolve(text);
      dialog.close();
    });
    dialog.addEventListener('close', () => resolve(null));
  });
}
