/** What the keys of keys.js do, as the help sheet says it; loaded with it. */

import { WINDOWS } from './keys.js';
/** @import {Action} from './types.js' */

/**
 * @typedef {object} Entry
 * @property {string} shown  the key, for people
 * @property {string} text
 * @property {Action|null} action  null: the chart or the browser hears it
 */

/** @param {Action|null} action @param {string} shown @param {string} text @returns {Entry} */
const entry = (action, shown, text) => ({ action, shown, text });

/** @type {Readonly<Record<string, readonly Entry[]>>} by group */
export const SHEET = {
  Time: [
    entry('pause', 'Space', 'Pause, or go on'),
    entry('live', 'L', 'Back to live'),
    entry('back', '[', 'Half a window back'),
    entry('forward', ']', 'Half a window forward'),
    entry('zoomIn', '+', 'Zoom in'),
    entry('zoomOut', '−', 'Zoom out'),
    entry('reset', '0', 'The whole window, live'),
    entry('window', '1 – 6', `Window ${WINDOWS.join(', ')}`),
    entry('jump', 'J', 'Jump to a time'),
    entry('replay', 'R', 'Replay what is shown, and stop'),
    entry('compare', 'C', 'Compare with earlier'),
  ],
  View: [
    entry('metric', 'M', 'Next metric'),
    entry('detail', 'D', 'Detail: automatic, lines, density'),
    entry('shape', 'G', 'Next shape'),
    entry('search', 'F or /', 'Search series'),
    entry('zone', 'U', 'Local time or UTC'),
    entry('theme', 'T', 'As the system, light, dark'),
  ],
  Page: [
    entry('export', 'E', 'Export: PNG, SVG, CSV'),
    entry('link', 'K', 'Links to this view'),
    entry('table', 'V', 'Show as table'),
    entry('open', 'O', 'Open a recorded file, or drop one on the page'),
    entry('help', '?', 'This sheet'),
    entry(null, 'Esc', 'Close what is open'),
  ],
  'On the chart': [
    entry(null, '← →', 'Read point by point'),
    entry(null, '↑ ↓', 'Next line'),
    entry(null, 'S', 'Say the point again'),
  ],
};
