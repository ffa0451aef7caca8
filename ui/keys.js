/**
 * Every key of the page in one table, and what listens to them.
 *
 * A single letter never acts while somebody types, Space never takes a button's press away.
 */

/** @import {Action, Actions, Press} from './types.js' */

/** Space inside these belongs to them, letters only inside those one types or chooses in. */
const OWN_LETTERS = 'input:not([type="range"]), select, textarea';
const OWN_SPACE = `button, a, ${OWN_LETTERS}, [role="option"], [role="row"]`;

export const WINDOWS = ['1m', '5m', '15m', '1h', '6h', '24h'];

/** What does what; key-sheet.js says it to people. @type {Readonly<Record<Action, readonly string[]>>} */
export const KEYS = {
  pause: [' '],
  live: ['l'],
  back: ['['],
  forward: [']'],
  zoomIn: ['+', '='],
  zoomOut: ['-', '_'],
  reset: ['0'],
  window: ['1', '2', '3', '4', '5', '6'],
  jump: ['j'],
  replay: ['r'],
  compare: ['c'],
  metric: ['m'],
  detail: ['d'],
  shape: ['g'],
  search: ['f', '/'],
  zone: ['u'],
  theme: ['t'],
  export: ['e'],
  link: ['k'],
  table: ['v'],
  open: ['o'],
  help: ['?'],
};

/** @type {ReadonlyMap<string, {action: Action, index: number}>} */
const ACTIONS = new Map(Object.entries(KEYS).flatMap(([action, keys]) => (
  keys.map((name, index) => /** @type {const} */ ([name, { action: /** @type {Action} */ (action), index }]))
)));

/**
 * What a press asks for. Pure.
 * @param {Press} press
 * @param {{typing: boolean, onControl: boolean, inDialog: boolean}} place  typing: in a field; onControl: on a button or
 *   link, which takes Space itself; inDialog: something stands open over the page
 * @returns {{action: Action, index: number}|null} index: which of the action's keys
 */
export function actionOf(press, { typing, onControl, inDialog }) {
  // On some keyboards [ and ] are made with AltGr, which Windows reports as Ctrl and Alt.
  const composed = press.getModifierState?.('AltGraph') ?? false;
  if (!composed && (press.ctrlKey || press.metaKey || press.altKey)) return null;
  if (typing || inDialog || (onControl && press.key === ' ')) return null;
  const name = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return ACTIONS.get(name) ?? null;
}

/** @param {Actions} actions */
export function listen(actions) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    const inside = (/** @type {string} */ selector) => event.target instanceof Element && event.target.closest(selector) !== null;
    const asked = actionOf(event, {
      typing: inside(OWN_LETTERS), onControl: inside(OWN_SPACE), inDialog: inside('dialog, [popover], [aria-busy]'),
    });
    const act = asked && actions[asked.action];
    if (!asked || !act) return;
    event.preventDefault();
    act(asked.index);
  });
}
