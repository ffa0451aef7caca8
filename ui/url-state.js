/** What of the page is in its address, so that a link shows the same: `?channel=…&window=15m&metric=rss&theme=dark&tz=utc`. */

import { parseSpan } from '../charts/index.js';

/**
 * @typedef {object} PageState
 * @property {string} channel
 * @property {string} window
 * @property {string[]} metrics  isolated ones; empty: all
 * @property {'auto'|'light'|'dark'} theme
 * @property {'local'|'utc'} zone
 */

/** @type {Readonly<PageState>} */
export const DEFAULTS = { channel: 'process-memory-demo', window: '5m', metrics: [], theme: 'auto', zone: 'local' };
/** A channel is one or more tokens, or a pattern of them. */
const CHANNEL = /^[A-Za-z0-9_-]+(\.([A-Za-z0-9_-]+|\*))*$/;

/**
 * What makes no sense falls back to its default: an old link must still open.
 * @param {string} search
 * @returns {PageState}
 */
export function readUrl(search) {
  const parameters = new URLSearchParams(search);
  const channel = parameters.get('channel') ?? '';
  const span = parameters.get('window') ?? '';
  const theme = parameters.get('theme');
  return {
    channel: CHANNEL.test(channel) ? channel : DEFAULTS.channel,
    window: parseSpan(span) === null ? DEFAULTS.window : span,
    metrics: (parameters.get('metric') ?? '').split(',').filter(Boolean),
    theme: theme === 'dark' || theme === 'light' ? theme : 'auto',
    zone: parameters.get('tz') === 'utc' ? 'utc' : 'local',
  };
}

/**
 * Only what differs from the defaults, and whatever else the address held.
 * @param {PageState} state
 * @param {string} search  the present one
 */
export function writeUrl(state, search) {
  const parameters = new URLSearchParams(search);
  /** @type {[string, string, string][]} */
  const entries = [
    ['channel', state.channel, DEFAULTS.channel],
    ['window', state.window, DEFAULTS.window],
    ['metric', state.metrics.join(','), ''],
    ['theme', state.theme, DEFAULTS.theme],
    ['tz', state.zone, DEFAULTS.zone],
  ];
  for (const [name, value, normal] of entries) {
    if (value === normal) parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
