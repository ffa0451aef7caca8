/**
 * A list of any length of which only the rows in sight are in the page: 20,000 rows cost what 30 do. Rows have one height
 * and stand where their index says, so nothing shifts; the elements of rows that leave are given to those that come, and
 * a row whose key stays keeps its element, so a tick touches only what changed in it.
 *
 * To a screen reader it is a grid with all its rows counted. One row is in the tab order; arrows, Page, Home and End lead
 * on, → and ← into a row's buttons and back. The row with the focus stays in the page wherever one scrolls.
 *
 * Under a pointer at rest, or the keyboard's focus, rows keep their order: nobody should click what moved there just now.
 */

import { element, setAttribute, setStyle } from '../dom.js';
import { rowAfterKey, rowsInSight, scrollToShow } from './sight.js';

/** Targets are 24 px at least, and what a finger needs where there is no mouse. */
const FINE_PX = 26;
const COARSE_PX = 36;

/** @returns {number} height of a row for the pointer at hand, px */
export function rowHeightPx() {
  return window.matchMedia('(pointer: coarse)').matches ? COARSE_PX : FINE_PX;
}

/**
 * @typedef {object} ListRow  a row's element and how it is filled
 * @property {HTMLElement} root
 * @property {(key: string, index: number) => void} fill  touches only what changed
 *
 * @typedef {object} ListOptions
 * @property {string} label  its name
 * @property {() => ListRow} make
 * @property {Record<string, string>} [attributes]  of the list
 * @property {HTMLElement} [head]  a row of column headers; as high as a row
 * @property {(key: string, event: MouseEvent) => void} [onClick]
 * @property {(key: string, event: KeyboardEvent) => boolean} [onKey]  true: it was taken
 * @property {(key: string|null) => void} [onPoint]  pointer or focus is on this row
 */

/** @typedef {{row: ListRow, key: string, index: number}} Shown */

export class VirtualList {
  root;
  #options;
  #body = element('div', { class: 'eontide-list-body', attributes: { role: 'rowgroup' } });
  #rowHeight = rowHeightPx();
  #headHeight;
  /** @type {readonly string[]} */
  #keys = [];
  /** Of the keys the body is as high as. */
  #count = -1;
  #scrollTop = 0;
  #height = 0;
  /** In the page, in order. @type {Shown[]} */
  #shown = [];
  /** Where the keyboard stands. @type {string|null} */
  #active = null;
  #activeIndex = 0;
  /** @type {string|null} */
  #pointed = null;
  #pointerInside = false;
  #off = new AbortController();
  #sizes = new ResizeObserver(() => this.#resize());

  /** @param {Element} host @param {ListOptions} options */
  constructor(host, options) {
    this.#options = options;
    this.#headHeight = options.head ? this.#rowHeight : 0;
    this.root = element('div', {
      class: 'eontide-list', attributes: { role: 'grid', 'aria-label': options.label, ...options.attributes },
    }, ...(options.head ? [options.head] : []), this.#body);
    this.root.style.setProperty('--eontide-row', `${this.#rowHeight}px`);
    host.append(this.root);
    this.#listen(this.#off.signal);
    this.#sizes.observe(this.root);
  }

  close() {
    this.#off.abort();
    this.#sizes.disconnect();
    this.root.remove();
    this.#shown = [];
  }

  /** @returns {string[]} keys of the rows in the page */
  get inSight() { return this.#shown.map(({ key }) => key); }

  /**
   * @param {readonly string[]} keys  all rows, in order; each once
   * @param {boolean} [fresh]  the order was asked for just now: it changes under a resting pointer, too
   */
  update(keys, fresh = false) {
    // Shown just now: the focus may come before the browser has told the size.
    if (fresh && this.#height === 0) this.#resize();
    const held = !fresh && keys.length === this.#keys.length && this.#isHeld();
    if (keys !== this.#keys && !held) {
      this.#keys = keys;
      this.#arrange();
    }
    this.#fill();
  }

  /** Rows are made anew: their columns changed. */
  reset() {
    for (const { row } of this.#shown.splice(0)) row.root.remove();
    this.#arrange();
    this.#fill();
  }

  focus() {
    this.#shown.find(({ key }) => key === this.#active)?.row.root.focus();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const { onClick } = this.#options;
    this.root.addEventListener('scroll', () => this.#scrolled(), { signal, passive: true });
    this.root.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.#body.addEventListener('click', (event) => {
      const key = this.#keyAt(event.target);
      if (key !== null) onClick?.(key, event);
    }, { signal });
    this.#body.addEventListener('pointerenter', (event) => { this.#pointerInside = event.pointerType === 'mouse'; }, { signal });
    this.#body.addEventListener('pointerleave', () => {
      this.#pointerInside = false;
      this.#point(null);
    }, { signal });
    this.#body.addEventListener('pointerover', (event) => this.#point(this.#keyAt(event.target)), { signal });
    this.#body.addEventListener('focusin', (event) => {
      const shown = this.#shownAt(event.target);
      if (!shown) return;
      this.#stand(shown.key, shown.index);
      this.#point(shown.key);
    }, { signal });
    this.#body.addEventListener('focusout', () => this.#point(null), { signal });
  }

  /** @param {string|null} key */
  #point(key) {
    if (key === this.#pointed) return;
    this.#pointed = key;
    this.#options.onPoint?.(key);
  }

  #isHeld() {
    return this.#pointerInside || this.#body.querySelector(':focus-visible') !== null;
  }

  #hasFocus() {
    return this.#body.contains(document.activeElement);
  }

  #resize() {
    this.#height = Math.max(0, this.root.clientHeight - this.#headHeight);
    this.#scrolled();
  }

  #scrolled() {
    this.#scrollTop = this.root.scrollTop;
    this.#arrange();
    this.#fill();
  }

  #fill() {
    for (const { row, key, index } of this.#shown) row.fill(key, index);
  }

  /** Brings the rows in sight into the page; does nothing where they are there already. */
  #arrange() {
    const keys = this.#keys;
    if (keys.length !== this.#count) this.#resizeBody(keys.length);
    const { first, last } = rowsInSight(this.#scrollTop, this.#height, this.#rowHeight, keys.length);
    const focused = this.#hasFocus();
    if (!this.#findActive(focused)) {
      const top = Math.ceil(this.#scrollTop / this.#rowHeight);
      this.#stand(keys[Math.min(last - 1, Math.max(first, top))] ?? null);
    }
    const wanted = Array.from({ length: last - first }, (_, i) => first + i);
    if (focused && this.#active !== null && this.#activeIndex < first) wanted.unshift(this.#activeIndex);
    if (focused && this.#active !== null && this.#activeIndex >= last) wanted.push(this.#activeIndex);
    const same = wanted.length === this.#shown.length
      && this.#shown.every(({ key, index }, i) => index === wanted[i] && key === keys[index]);
    if (!same) this.#place(wanted, focused);
  }

  /** @param {number} count */
  #resizeBody(count) {
    this.#count = count;
    setStyle(this.#body, 'height', `${count * this.#rowHeight}px`);
    setAttribute(this.root, 'aria-rowcount', String(count + (this.#options.head ? 1 : 0)));
  }

  /** The active row may have moved or gone. @param {boolean} focused @returns {boolean} is there one to keep? */
  #findActive(focused) {
    if (this.#active === null || this.#keys.length === 0) return false;
    if (this.#keys[this.#activeIndex] !== this.#active) {
      const at = this.#keys.indexOf(this.#active);
      if (at < 0 && !focused) return false;
      this.#activeIndex = at < 0 ? Math.min(this.#activeIndex, this.#keys.length - 1) : at;
      this.#active = this.#keys[this.#activeIndex];
    }
    const top = this.#activeIndex * this.#rowHeight - this.#scrollTop;
    return focused || (top > -this.#rowHeight && top < this.#height);
  }

  /** @param {number[]} wanted  indices, ascending @param {boolean} focused */
  #place(wanted, focused) {
    const leaving = new Map(this.#shown.map((shown) => [shown.key, shown]));
    const kept = wanted.map((index) => {
      const shown = leaving.get(this.#keys[index]);
      leaving.delete(this.#keys[index]);
      return shown;
    });
    const free = [...leaving.values()];
    this.#shown = wanted.map((index, i) => {
      const shown = kept[i] ?? free.pop() ?? { row: this.#options.make(), key: '', index: -1 };
      return this.#put(shown, index);
    });
    for (const { row } of free) row.root.remove();
    const focus = focused ? this.#shown.findIndex(({ row }) => row.root.contains(document.activeElement)) : -1;
    inOrder(this.#body, this.#shown.map(({ row }) => row.root), focus >= 0 ? focus : kept.findIndex(Boolean));
    if (focused && !this.#hasFocus()) this.focus();
  }

  /** @param {Shown} shown @param {number} index */
  #put({ row, key: keyBefore, index: before }, index) {
    const key = this.#keys[index];
    if (keyBefore !== key) row.fill(key, index);
    if (before !== index) {
      setStyle(row.root, 'transform', `translateY(${index * this.#rowHeight}px)`);
      row.root.setAttribute('aria-rowindex', String(index + (this.#options.head ? 2 : 1)));
    }
    setAttribute(row.root, 'tabindex', key === this.#active ? '0' : '-1');
    return { row, key, index };
  }

  /** @param {string|null} key @param {number} [index] */
  #stand(key, index = key === null ? 0 : this.#keys.indexOf(key)) {
    this.#active = key;
    this.#activeIndex = index;
    for (const shown of this.#shown) setAttribute(shown.row.root, 'tabindex', shown.key === key ? '0' : '-1');
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const shown = this.#shownAt(event.target);
    if (!shown || event.altKey) return;
    const page = Math.floor(this.#height / this.#rowHeight);
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const to = plain ? rowAfterKey(event.key, shown.index, this.#keys.length, page) : null;
    const onButton = event.target !== shown.row.root;
    if (to !== null) this.#move(to);
    else if (event.key === 'ArrowRight') this.#moveInside(shown.row.root, 1);
    else if (event.key === 'ArrowLeft') this.#moveInside(shown.row.root, -1);
    else if (onButton && (event.key === 'Enter' || event.key === ' ')) return;
    else if (!this.#options.onKey?.(shown.key, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} index */
  #move(index) {
    this.#stand(this.#keys[index], index);
    this.root.scrollTop = scrollToShow(index, this.#scrollTop, this.#height, this.#rowHeight);
    this.#scrolled();
    this.#shown.find((shown) => shown.index === index)?.row.root.focus({ preventScroll: true });
  }

  /** From a row to its buttons and back. @param {HTMLElement} row @param {number} by */
  #moveInside(row, by) {
    const stops = [row, .../** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll('button:not([hidden])'))];
    const at = stops.findIndex((stop) => stop === document.activeElement);
    stops[Math.min(stops.length - 1, Math.max(0, at + by))].focus();
  }

  /** @param {EventTarget|null} target */
  #shownAt(target) {
    return target instanceof Node ? this.#shown.find(({ row }) => row.root.contains(target)) : undefined;
  }

  /** @param {EventTarget|null} target */
  #keyAt(target) {
    return this.#shownAt(target)?.key ?? null;
  }
}

/**
 * Puts children in order without moving one of them: what is moved loses the focus.
 * @param {Element} parent
 * @param {Element[]} children
 * @param {number} still
 */
function inOrder(parent, children, still) {
  const anchor = Math.max(0, still);
  if (children[anchor] && children[anchor].parentNode !== parent) parent.append(children[anchor]);
  for (let i = anchor - 1; i >= 0; i -= 1) {
    if (children[i].nextElementSibling !== children[i + 1]) parent.insertBefore(children[i], children[i + 1]);
  }
  for (let i = anchor + 1; i < children.length; i += 1) {
    if (children[i].previousElementSibling === children[i - 1]) continue;
    parent.insertBefore(children[i], children[i - 1].nextElementSibling);
  }
}
