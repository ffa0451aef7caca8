/**
 * A panel that opens at its button: the browser's own popover, so that Escape, a click elsewhere and the way of the focus
 * are its business.
 */

import { element } from '../charts/dom.js';
import './panels.js';

/** Between button and panel, and between panel and the edge of the window. */
const GAP_PX = 4;

export class Menu {
  #button;
  #panel;
  #opened;

  /**
   * @param {HTMLButtonElement} button
   * @param {string} label
   * @param {Node} content
   * @param {() => void} [opened]  each time, before it is seen
   */
  constructor(button, label, content, opened = () => {}) {
    this.#button = button;
    this.#opened = opened;
    const attributes = { popover: 'auto', role: 'dialog', 'aria-label': label };
    this.#panel = element('div', { class: 'menu', attributes }, content);
    button.after(this.#panel);
    button.popoverTargetElement = this.#panel;
    button.setAttribute('aria-haspopup', 'dialog');
    this.#panel.addEventListener('toggle', (event) => this.#toggled(event.newState === 'open'));
  }

  open() {
    if (!this.#panel.matches(':popover-open')) this.#button.click();
  }

  close() {
    this.#panel.hidePopover();
  }

  /** @param {boolean} opened */
  #toggled(opened) {
    this.#button.setAttribute('aria-expanded', String(opened));
    // Its place is known once its size is: until then it is there, unseen.
    this.#panel.classList.toggle('placed', opened);
    if (!opened) return;
    this.#opened();
    this.#place();
    const first = this.#panel.querySelector('input:not([hidden]), button, select');
    if (first instanceof HTMLElement) first.focus();
  }

  /** Below the button where there is room, else above; never beyond the window. */
  #place() {
    const at = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.#panel;
    const below = at.bottom + GAP_PX;
    const top = below + height > innerHeight - GAP_PX ? at.top - GAP_PX - height : below;
    style.left = `${Math.max(GAP_PX, Math.min(at.left, innerWidth - GAP_PX - width))}px`;
    style.top = `${Math.max(GAP_PX, top)}px`;
  }
}
