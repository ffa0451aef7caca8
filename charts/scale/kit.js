/**
 * What axes need where a page asks for more than the bridge's own ever does: format specifiers, a logarithmic scale, titles.
 * Empty until full.js is loaded, which index.js does; tables come with what asks for them, too.
 */

/** @import {formatTime, numberFormat, tickFormat} from './format.js' */
/** @import {logExtent, logNice, logShare, logTicks} from './log.js' */
/** @import {FullNotation} from '../full-notation.js' */
/** @import {drawTurned} from '../draw/turned.js' */
/** @import {tableOf} from '../table.js' */

/**
 * @typedef {object} Kit
 * @property {typeof formatTime} formatTime
 * @property {typeof numberFormat} numberFormat
 * @property {typeof tickFormat} tickFormat
 * @property {typeof logExtent} logExtent
 * @property {typeof logNice} logNice
 * @property {typeof logShare} logShare
 * @property {typeof logTicks} logTicks
 * @property {typeof drawTurned} drawTurned
 * @property {typeof FullNotation} Notation
 * @property {typeof tableOf} tableOf
 */

/** @type {Partial<Kit>} */
export const kit = {};

/** @template {keyof Kit} K @param {K} what @returns {Kit[K]} */
export function needed(what) {
  const part = kit[what];
  if (!part) throw new Error('formats, titles, tables and logarithmic axes are in charts/index.js');
  return part;
}
