/** The shapes that several files share. Only types: nothing here runs, and the page does not load it. */

/** @import {Chart} from '../charts/index.js' */
/** @import {Address} from './address.js' */

/**
 * @typedef {{mode: 'live'} | {mode: 'held', from: number, to: number} | {mode: 'replay', from: number, speed: number} |
 *   {mode: 'at', at: number}} PageView  at: one window around a moment, until the chart says from when to when
 *
 * @typedef {object} PageState
 * @property {string} channel
 * @property {string} window
 * @property {string[]} metrics  isolated ones; empty: all
 * @property {string[]} only  series isolated; empty: all
 * @property {string[]} hidden  series switched off, where none is isolated
 * @property {string} filter  of the legend
 * @property {boolean} filterShown  the chart shows only what fits the filter
 * @property {typeof import('./url-state.js').SORTS[number]} sort  of the legend
 * @property {string[]} pinned
 * @property {typeof import('./url-state.js').TYPES[number]} type
 * @property {typeof import('./url-state.js').DETAILS[number]} detail
 * @property {typeof import('./url-state.js').THEMES[number]} theme
 * @property {string} zone  `local`, `utc` or an IANA name
 * @property {PageView} view
 * @property {string} compare  what is laid beneath: empty, `previous` (the window before), or how far back, `1d`
 * @property {boolean} paused  a replay that stands, or a live chart that stops at once
 * @property {boolean} embed
 */

/**
 * @typedef {'pause'|'live'|'replay'|'compare'|'jump'|'back'|'forward'|'zoomIn'|'zoomOut'|'reset'|'window'|'metric'|'detail'|
 *   'shape'|'search'|'theme'|'zone'|'export'|'link'|'table'|'open'|'help'} Action
 *
 * @typedef {Pick<KeyboardEvent, 'key'|'ctrlKey'|'metaKey'|'altKey'> & {getModifierState?: (name: string) => boolean}} Press
 */

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

export {};
