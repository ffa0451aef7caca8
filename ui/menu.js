/**
 * A panel that opens at its button: the browser's own popover, so that Escape, a click elsewhere and the way of the focus
 * are its business. What stands in it is made when it is opened for the first time.
 */

import { element } from '../charts/index.js';

/** Between button and panel, and between panel and the edge of the window. */
const GAP_PX = 4;

export class Menu {
  #button;
  #make;
  #panel;
  /** @type {Promise<{opened?: () => void}>|null} */
  #content = null;

  /**
   * @param {HTMLButtonElement} button
   * @param {string} label
   * @param {(panel: HTMLElement, close: () => void) => Promise<{opened?: () => void}>} make  opened: each time it opens
   */
  constructor(button, label, make) {
    this.#button = button;
    this.#make = make;
    this.#panel = element('div', { class: 'menu', attributes: { popover: 'auto', role: 'dialog', 'aria-label': label } });
    button.after(this.#panel);
    button.popoverTargetElement = this.#panel;
    button.setAttribute('aria-haspopup', 'dialog');
    this.#panel.addEventListener('toggle', (event) => void this.#toggled(event.newState === 'open'));
  }

  open() {
    if (!this.#panel.matches(':popover-open')) this.#panel.showPopover({ source: this.#button });
  }

  /** @param {boolean} opened */
  async #toggled(opened) {
    this.#button.setAttribute('aria-expanded', String(opened));
    if (!opened) return;
    this.#content ??= this.#make(this.#panel, () => this.#panel.hidePopover());
    const content = await this.#content.catch((error) => this.#failed(error));
    this.#place();
    const first = this.#panel.querySelector('[autofocus], button, input, select');
    if (first instanceof HTMLElement) first.focus();
    content.opened?.();
  }

  /** What a part of the page needs is read from the bridge, which may be away. @param {unknown} error */
  #failed(error) {
    this.#content = null;
    this.#panel.replaceChildren(element('p', { text: `This could not be loaded from the bridge. ${error instanceof Error ? error.message : ''}` }));
    return {};
  }

  /** Below the button where there is room, else above; never beyond the window. */
  #place() {
    this.#panel.classList.add('placed');
    const at = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.#panel;
    const below = at.bottom + GAP_PX;
    const top = below + height > innerHeight - GAP_PX ? at.top - GAP_PX - height : below;
    style.left = `${Math.max(GAP_PX, Math.min(at.left, innerWidth - GAP_PX - width))}px`;
    style.top = `${Math.max(GAP_PX, top)}px`;
  }
}
