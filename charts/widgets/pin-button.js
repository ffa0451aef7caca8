/** Keeps something drawn as an exact line; pressed while it is. */

import { element, setAttribute, svg } from '../dom.js';

const PIN = 'M5.5 1.5h5l-.8 4.6 2.3 2.4v1.3H4V8.5l2.3-2.4zM8 9.8V15';

export class PinButton {
  root = element('button', {
    class: 'eontide-pin', attributes: { type: 'button', tabindex: '-1', 'data-testid': 'pin' },
  }, svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: PIN })));

  /** @param {string} name  of what it pins @param {boolean} pinned */
  show(name, pinned) {
    setAttribute(this.root, 'aria-pressed', String(pinned));
    setAttribute(this.root, 'aria-label', `Pin ${name}`);
    setAttribute(this.root, 'title', pinned ? 'Pinned: drawn as a line (P)' : 'Pin: draw it as a line (P)');
  }
}

/** Was the click on a row's pin? @param {Event} event */
export function isOnPin({ target }) {
  return target instanceof Element && target.closest('.eontide-pin') !== null;
}
