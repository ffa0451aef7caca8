/**
 * Every key of the page in one table: the handler reads it, the help sheet shows it. Pure.
 *
 * A single letter never acts while somebody types, Space never takes a button's press away.
 */

/** @import {Action, Key, Press} from './types.js' */

export const WINDOWS = ['1m', '5m', '15m', '1h', '6h', '24h'];

/**
 * @param {string[]} keys @param {string} shown @param {string} text @param {Key['group']} group @param {Action|null} action
 * @returns {Key}
 */
const key = (keys, shown, text, group, action) => ({ keys, shown, text, group, action });

/** @type {readonly Key[]} */
export const KEYS = [
  key([' '], 'Space', 'Pause, or go on', 'Time', 'pause'),
  key(['l'], 'L', 'Back to live', 'Time', 'live'),
  key(['['], '[', 'Half a window back', 'Time', 'back'),
  key([']'], ']', 'Half a window forward', 'Time', 'forward'),
  key(['+', '='], '+', 'Zoom in', 'Time', 'zoomIn'),
  key(['-', '_'], '−', 'Zoom out', 'Time', 'zoomOut'),
  key(['0'], '0', 'The whole window, live', 'Time', 'reset'),
  key(['1', '2', '3', '4', '5', '6'], '1 – 6', `Window ${WINDOWS.join(', ')}`, 'Time', 'window'),
  key(['j'], 'J', 'Jump to a time', 'Time', 'jump'),
  key(['r'], 'R', 'Replay what is shown, and stop', 'Time', 'replay'),
  key(['c'], 'C', 'Compare with earlier', 'Time', 'compare'),
  key(['m'], 'M', 'Next metric', 'View', 'metric'),
  key(['d'], 'D', 'Detail: automatic, lines, density', 'View', 'detail'),
  key(['g'], 'G', 'Next shape', 'View', 'shape'),
  key(['f', '/'], 'F or /', 'Search series', 'View', 'search'),
  key(['u'], 'U', 'Local time or UTC', 'View', 'zone'),
  key(['t'], 'T', 'As the system, light, dark', 'View', 'theme'),
  key(['e'], 'E', 'Export: PNG, SVG, CSV', 'Page', 'export'),
  key(['k'], 'K', 'Links to this view', 'Page', 'link'),
  key(['v'], 'V', 'Show as table', 'Page', 'table'),
  key(['?'], '?', 'This sheet', 'Page', 'help'),
  key(['Escape'], 'Esc', 'Close what is open', 'Page', null),
  key(['ArrowLeft', 'ArrowRight'], '← →', 'Read point by point', 'On the chart', null),
  key(['ArrowUp', 'ArrowDown'], '↑ ↓', 'Next line', 'On the chart', null),
  key(['s'], 'S', 'Say the point again', 'On the chart', null),
];

/** @type {ReadonlyMap<string, Action>} */
const ACTIONS = new Map(KEYS.flatMap(({ keys, action }) => (
  action === null ? [] : keys.map((name) => /** @type {const} */ ([name, action]))
)));

/**
 * What a press asks for.
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
  const action = ACTIONS.get(name);
  if (!action) return null;
  const keys = KEYS.find((entry) => entry.action === action)?.keys ?? [];
  return { action, index: keys.indexOf(name) };
}
