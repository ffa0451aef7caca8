/**
 * Messages of the past, by PubNub's rules: `start` is left out and `end` is in; without `reverse` the newest come, with it
 * the oldest, either way oldest first. As many as asked for, in as many requests as that takes.
 */

import { readTimetoken } from './timetoken.js';
/** @import {Item} from './raw.js' */

/** Of one answer of a bridge. */
const PAGE_MAX = 10_000;
/** However many a page asks for. */
export const COUNT_MAX = 100_000;
const FIRST_TOKEN = 10n ** 16n;
const LAST_TOKEN = 10n ** 17n - 1n;

/**
 * @typedef {{from?: string, to?: string, order: 'asc'|'desc', limit: number, before?: number, after?: number}} Asked
 * @typedef {(asked: Asked) => Promise<{messages: Item[], next: {before?: number, after?: number}|null}>} ReadMessages
 *
 * @typedef {object} Span
 * @property {unknown} [start]
 * @property {unknown} [end]
 * @property {boolean} [reverse]
 */

/**
 * Which messages are meant, as a bridge is asked for them; null where there can be none.
 * @param {Span} span
 * @returns {Omit<Asked, 'limit'>|null}
 * @throws {TypeError} for a start or end that is no time
 */
export function spanOf({ start, end, reverse }) {
  const [first, last] = [start, end].map(readTimetoken).map((token) => (token === null ? null : BigInt(token)));
  // From the side of `start`; where both are given the newest come, and their order says which way.
  const upwards = first !== null && last !== null ? first < last : Boolean(reverse);
  const [from, to] = upwards ? [first === null ? null : first + 1n, last] : [last, first === null ? null : first - 1n];
  if ((from !== null && from > LAST_TOKEN) || (to !== null && to < FIRST_TOKEN) || (from !== null && to !== null && from > to)) return null;
  return {
    ...(from !== null && from >= FIRST_TOKEN ? { from: String(from) } : {}), ...(to !== null && to <= LAST_TOKEN ? { to: String(to) } : {}),
    order: reverse && (first === null || last === null) ? 'asc' : 'desc',
  };
}

/**
 * @param {ReadMessages} read
 * @param {Span & {count: number, channel?: string}} options  channel: this one alone, by the bridge's name; a bridge shows what is below it, too
 * @returns {Promise<Item[]>} oldest first
 */
export async function readHistory(read, { count, channel, ...span }) {
  const asked = spanOf(span);
  const most = Math.min(COUNT_MAX, Math.max(0, Math.floor(count)));
  /** @type {Item[]} */
  let found = [];
  if (asked === null) return found;
  /** @type {{before?: number, after?: number}|null} */
  let next = {};
  while (next !== null && found.length < most) {
    const page = await read({ ...asked, ...next, limit: Math.min(PAGE_MAX, most - found.length) });
    const items = page.messages.filter((item) => channel === undefined || channel.endsWith('*') || item.channel === channel);
    found = asked.order === 'asc' ? [...found, ...items] : [...items, ...found];
    next = page.next;
  }
  return found;
}
