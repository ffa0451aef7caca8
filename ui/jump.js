/** Asks for a moment, in the zone the chart shows. */

import { element, setText } from '../charts/index.js';
import { fromField, toField } from './zoned.js';

export class JumpForm {
  #field = element('input', {
    class: 'search', attributes: { type: 'datetime-local', step: '1', required: '', 'aria-label': 'Date and time', 'data-testid': 'jump-time' },
  });
  #zoneName = element('span', { class: 'hint' });
  #zone = 'local';

  /** @param {HTMLElement} host @param {(ms: number) => void} go */
  constructor(host, go) {
    const form = element('form', { class: 'line' }, this.#field, this.#zoneName,
      element('button', { class: 'button', text: 'Go', attributes: { type: 'submit', 'data-testid': 'jump-go' } }));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const ms = fromField(this.#field.value, this.#zone);
      if (ms !== null) go(ms);
    });
    host.append(form);
  }

  /** @param {number} ms  where the picture is @param {string} zone */
  open(ms, zone) {
    this.#zone = zone;
    if (Number.isFinite(ms)) this.#field.value = toField(ms, zone);
    setText(this.#zoneName, zone === 'utc' ? 'UTC' : 'local');
  }
}
