/** By what the source table is ordered, and what stands first; pure. */

import { sortKey } from '../series/sources.js';
/** @import {SourceState, Source} from '../types.js' */

/**
 * @typedef {{column: string, descending: boolean}} SourceSort  column: `source`, `state` …, or `value:<metric>`
 * @typedef {{id: string, source: Source, name: string|null, key: number|string, placed: boolean, found: boolean, line: string|null, gone: boolean}} Entry  of the
 *   table; name: its place by name, once it is asked for; key: by what is sorted; placed, found: in the order, in what the search left; line: of its machine
 */

/** Those that are looked for stand first. @type {Record<SourceState, number>} */
const RANKS = { down: 0, crash_looping: 1, stale: 2, unknown: 3, restarted: 4, up: 5 };
/** More than any time in ms. */
const STEP = 1e14;

/** By name. @param {Pick<Entry, 'name'|'id'>} a @param {Pick<Entry, 'name'|'id'>} b */
export function byId(a, b) {
  const [x, y] = [a.name ??= sortKey(a.id), b.name ??= sortKey(b.id)];
  if (x !== y) return x < y ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/**
 * By what each is sorted: smaller is earlier, larger where it descends.
 * @param {SourceSort} sort  not by a value
 * @returns {(source: Source) => number|string}
 */
export function keyFor({ column, descending }) {
  switch (column) {
    // The latest of those that are not well first, either way.
    case 'state': return ({ state, since }) => {
      const latest = RANKS[state] < RANKS.restarted ? since : 0;
      return RANKS[state] * STEP + (descending ? latest : -latest);
    };
    // The smaller the time, the longer it is so.
    case 'since': return ({ since }) => -since;
    case 'pid': return ({ pid }) => pid ?? Infinity;
    case 'lives': return ({ lives }) => lives;
    case 'lost': return ({ lost }) => lost;
    case 'host': return hostKeys();
    default: return () => 0;
  }
}

/** Hosts are few, sources many. */
function hostKeys() {
  /** @type {Map<string|null, string>} */
  const known = new Map([[null, '\uffff']]);
  return (/** @type {Source} */ { host }) => {
    let key = known.get(host);
    if (key === undefined) known.set(host, key = sortKey(host ?? ''));
    return key;
  };
}
