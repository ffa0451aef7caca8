/**
 * The address of a view. A link is frozen (it names its stretch of time) or stays live (it names only how far back). Pure.
 */

import { DEFAULTS, FILTER_CHARACTERS_MAX, LIST_CHARACTERS_MAX, readList } from './url-state.js';
/** @import {PageState} from './types.js' */

/**
 * Only what differs from the defaults, and whatever else the address held.
 * @param {PageState} state
 * @param {string} search  the present one
 */
export function writeUrl(state, search) {
  const parameters = new URLSearchParams(search);
  const { view } = state;
  /** @type {[string, string, string?][]} name, value, default */
  const entries = [
    ['channel', state.channel, DEFAULTS.channel],
    ['window', state.window, DEFAULTS.window],
    ['metric', writeList(state.metrics)],
    ['series', writeList(state.only)],
    ['hide', state.only.length > 0 ? '' : writeList(state.hidden)],
    ['filter', state.filter.slice(0, FILTER_CHARACTERS_MAX)],
    ['filtered', flag(state.filterShown)],
    ['sort', state.sort, DEFAULTS.sort],
    ['pin', writeList(state.pinned)],
    ['type', state.type, DEFAULTS.type],
    ['detail', state.detail, DEFAULTS.detail],
    ['theme', state.theme, DEFAULTS.theme],
    ['tz', state.zone, DEFAULTS.zone],
    ['from', view.mode === 'held' || view.mode === 'replay' ? time(view.from) : ''],
    ['to', view.mode === 'held' ? time(view.to) : ''],
    ['speed', view.mode === 'replay' ? String(view.speed) : ''],
    ['at', view.mode === 'at' ? time(view.at) : ''],
    ['compare', state.compare],
    ['paused', flag(state.paused)],
    ['embed', flag(state.embed)],
  ];
  for (const [name, value, normal = ''] of entries) {
    if (value === normal) parameters.delete(name);
    else parameters.set(name, value);
  }
  // Legal as they are in a query, and the address is read by people too.
  const written = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return written === '' ? '' : `?${written}`;
}

/** The same view for somebody else, always up to now. @param {PageState} state @returns {PageState} */
export function relative(state) {
  return { ...state, view: { mode: 'live' }, paused: false };
}

/**
 * The same view for somebody else, with this very stretch of time.
 * @param {PageState} state
 * @param {{from: number, to: number}} shown
 */
export function frozen(state, { from, to }) {
  return { ...state, view: { mode: /** @type {const} */ ('held'), from: Math.floor(from), to: Math.ceil(to) }, paused: false };
}

/** How many names of a list an address holds. @param {readonly string[]} names */
export const heldInUrl = (names) => readList(writeList(names)).length;

/** @param {number} ms */
const time = (ms) => String(Math.round(ms));
/** @param {boolean} set */
const flag = (set) => (set ? '1' : '');

/** As many as fit, the first ones. @param {readonly string[]} names */
function writeList(names) {
  let text = '';
  for (const name of names) {
    const more = (text === '' ? '' : ',') + name.replace(/[\\,]/g, '\\$&');
    if (text.length + more.length > LIST_CHARACTERS_MAX) break;
    text += more;
  }
  return text;
}
