/** A window over the page: the browser's own dialog, which keeps the focus inside and gives it back when it closes. */

import { element } from '../charts/dom.js';
import './panels.js';

/**
 * @param {string} title
 * @param {string} id  for tests
 * @param {...Node} content
 * @returns {HTMLDialogElement} open; it leaves the page when it closes
 */
export function openDialog(title, id, ...content) {
  const close = element('button', {
    class: 'button quiet', text: '×', attributes: { type: 'button', 'aria-label': 'Close', title: 'Close (Escape)' },
  });
  const dialog = element('dialog', { attributes: { 'aria-label': title, 'data-testid': id } },
    element('div', { class: 'line' }, element('h2', { text: title }), element('span', { class: 'spring' }), close), ...content);
  close.addEventListener('click', () => dialog.close());
  // A click on the ground around it, which is the dialog element itself.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
