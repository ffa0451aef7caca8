/** Where a chart stands in somebody's page, and the sheet of styles that it needs there. */

import { element } from '../../dom.js';
import { complain } from './complain.js';
/** @import {Config} from './config.js' */

const HEIGHT_PX = 320;
const GAUGE_HEIGHT_PX = 160;
const SHEETS = ['../../chart.css', '../../eon.css'];
/** What is left beside the plot without being asked. */
const ROOM = { left: 66, right: 14, top: 14, bottom: 0 };
/** @type {Promise<unknown>|null} */
let styled = null;

/** Once the styles are here. A page of its own time has a light ground, whatever the reader's system has. */
export function styles() {
  styled ??= (async () => {
    const root = document.documentElement;
    const known = () => getComputedStyle(root).getPropertyValue('--eontide-surface').trim() !== '';
    const sheets = known() ? SHEETS.slice(1) : SHEETS;
    if (sheets.length === SHEETS.length && !root.dataset.theme) root.dataset.theme = 'light';
    await Promise.all(sheets.map((path) => new Promise((resolve) => {
      const link = element('link', { attributes: { rel: 'stylesheet', href: new URL(path, import.meta.url).href } });
      link.addEventListener('load', resolve, { once: true });
      link.addEventListener('error', () => {
        complain(`the styles ${link.href} cannot be loaded: the chart has no colours`, 'error');
        resolve(undefined);
      }, { once: true });
      document.head.append(link);
    })));
  })();
  return styled;
}

/** @param {unknown} bindto @returns {HTMLElement|null} */
function find(bindto) {
  if (bindto instanceof HTMLElement) return bindto;
  // d3 and jQuery hand over lists of one.
  const inner = /** @type {any} */ (bindto);
  if (typeof inner === 'object' && inner !== null) return find(inner[0]?.[0] ?? inner[0] ?? inner._groups?.[0]?.[0] ?? null);
  try {
    const found = document.querySelector(typeof bindto === 'string' ? bindto : '#chart');
    return found instanceof HTMLElement ? found : null;
  } catch {
    return null;
  }
}

export class Place {
  title = element('div', { class: 'eontide-eon-title c3-title' });
  plot = element('div');
  legend = element('div', { class: 'eontide-eon-legend c3-legend' });
  #middle = element('div', { class: 'eontide-eon-middle' }, this.plot, this.legend);
  root = element('div', { class: 'eontide-eon' }, this.title, this.#middle);
  /** What the page named; null until it is there. @type {HTMLElement|null} */
  element = null;
  #hadClass = false;
  /** Of its own, without what is in it; 0: none. */
  #height = 0;
  #bindto;

  /** @param {unknown} bindto */
  constructor(bindto) {
    this.#bindto = bindto ?? '#chart';
  }

  /** @returns {boolean} does it stand in the page? */
  attach() {
    if (this.element) return true;
    this.element = find(this.#bindto);
    if (!this.element) {
      if (document.readyState === 'complete') complain(`there is no element ${typeof this.#bindto === 'string' ? this.#bindto : 'that generate.bindto names'}: the chart is drawn once there is one`, 'error');
      return false;
    }
    // What a chart before left there, and what stood there while it loaded.
    this.element.replaceChildren();
    this.#height = this.element.clientHeight;
    this.element.append(this.root);
    this.#hadClass = this.element.classList.contains('c3');
    this.element.classList.add('c3');
    return true;
  }

  /** After the window changed. Only then: a page that is shorter for a moment loses its place. */
  measure() {
    if (!this.element) return;
    const { display } = this.root.style;
    this.root.style.display = 'none';
    this.#height = this.element.clientHeight;
    this.root.style.display = display;
  }

  /** @param {Config} config */
  fit({ size = {}, padding = {}, data = {}, legend = {}, title = {} }) {
    const { style } = this.root;
    const height = Number(size.height) > 0 ? Number(size.height) : this.#height > 0 ? this.#height : data.type === 'gauge' ? GAUGE_HEIGHT_PX : HEIGHT_PX;
    style.height = `${height}px`;
    style.width = Number(size.width) > 0 ? `${Number(size.width)}px` : '';
    for (const side of /** @type {const} */ (['left', 'right', 'top', 'bottom'])) {
      const wanted = Number(padding[side]);
      style.setProperty(`padding-${side}`, wanted > ROOM[side] ? `${wanted - ROOM[side]}px` : '');
    }
    this.root.classList.toggle('eontide-legend-right', legend.position === 'right');
    this.root.classList.toggle('eontide-legend-inset', legend.position === 'inset');
    const text = title.text === undefined || title.text === null ? '' : String(title.text);
    this.title.textContent = text;
    this.title.hidden = text === '';
  }

  close() {
    this.root.remove();
    if (!this.#hadClass) this.element?.classList.remove('c3');
    this.element = null;
  }
}
