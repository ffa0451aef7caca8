/**
 * What an axis needs where a page asks for more than the bridge's own ever does: format specifiers, a logarithmic scale. Empty
 * until full.js is loaded, which index.js does.
 */

/** @import {formatTime, numberFormat, tickFormat} from './format.js' */
/** @import {logNice, logTicks} from './log.js' */

/** @typedef {{formatTime: typeof formatTime, numberFormat: typeof numberFormat, tickFormat: typeof tickFormat, logNice: typeof logNice, logTicks: typeof logTicks}} Kit */

/** @type {Partial<Kit>} */
export const kit = {};

/** @template {keyof Kit} K @param {K} what @returns {Kit[K]} */
export function needed(what) {
  const part = kit[what];
  if (!part) throw new Error('formats and logarithmic axes are in charts/index.js');
  return part;
}
