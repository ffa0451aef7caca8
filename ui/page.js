/** What the parts of the page share: the chart, the address, and how to find an element of index.html. */

/** @import {Chart} from '../charts/index.js' */
/** @import {Address} from './address.js' */
/** @import {Action} from './keys.js' */

/**
 * @typedef {object} Page
 * @property {Chart} chart
 * @property {Address} address
 * @property {string} locale  of digits and dates
 * @property {() => void} changed  the reader did something: controls and address follow
 * @property {(text: string) => void} say  to a screen reader, because the reader asked
 *
 * @typedef {Partial<Record<Action, (index: number) => void>>} Actions  index: which of the action's keys
 * @typedef {{show: () => void, actions: Actions}} Part  show: the chart may be another, at most four times a second
 */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{new(): T}} type
 * @returns {T}
 */
export function find(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

/**
 * The next of a list, round and round.
 * @template T
 * @param {readonly T[]} list
 * @param {T} present
 */
export const next = (list, present) => list[(list.indexOf(present) + 1) % list.length];

/**
 * A menu whose script is loaded by the first press of its button.
 * @param {string} id  of the button
 * @param {() => Promise<{open: () => void}>} load
 * @returns {() => void} presses the button
 */
export function lazily(id, load) {
  const button = find(id, HTMLButtonElement);
  const first = async () => {
    // What is typed now is meant for the menu: no letter may act on the page meanwhile.
    button.setAttribute('aria-busy', 'true');
    try {
      const menu = await load();
      menu.open();
    } catch {
      // The bridge it is read from is away; the chart says so. The next press tries again.
      button.addEventListener('click', first, { once: true });
    } finally {
      button.removeAttribute('aria-busy');
    }
  };
  button.addEventListener('click', first, { once: true });
  return () => {
    button.focus();
    button.click();
  };
}
