/** The order of the source table: by any column, both ways, and what a search leaves; pure. */

import { sortKey } from '../series/sources.js';
/** @import {Source} from '../types.js' */

/**
 * @typedef {{column: string, descending: boolean}} SourceSort  column: `source`, `state` …, or `value:<metric>`
 * @typedef {(a: Source, b: Source) => number} Compare
 */

/** Down first, the latest first: those are the ones looked for. @type {SourceSort} */
export const DOWN_FIRST = { column: 'state', descending: false };

/** Columns that begin with the largest when asked for. */
const LARGEST_FIRST = /^(since|lives|lost|value:)/;

/**
 * What a click on a column's header asks for.
 * @param {SourceSort} sort
 * @param {string} column
 * @returns {SourceSort}
 */
export function sortedNext(sort, column) {
  if (sort.column === column) return { column, descending: !sort.descending };
  return { column, descending: LARGEST_FIRST.test(column) };
}

/** Is it since when, and so the smaller time the longer? @type {Record<string, (source: Source) => number>} */
const FIGURES = {
  since: ({ since }) => -since, pid: ({ pid }) => pid ?? Infinity, lives: ({ lives }) => lives, lost: ({ lost }) => lost,
};

/**
 * @param {readonly Source[]} sources  by id
 * @param {SourceSort} sort  not by a value
 * @returns {readonly Source[]}
 */
export function orderSources(sources, { column, descending }) {
  if (column === 'source') return descending ? [...sources].reverse() : sources;
  if (column === 'state') return byState(sources, descending);
  const rank = column === 'host' ? hostRank(sources) : FIGURES[column];
  if (!rank) return sources;
  const sign = descending ? -1 : 1;
  // Figures taken once: 20,000 sources are compared 300,000 times.
  const ranks = Float64Array.from(sources, rank);
  const order = Uint32Array.from(sources, (_, i) => i).sort((a, b) => compareFigures(ranks[a], ranks[b]) * sign || a - b);
  return Array.from(order, (i) => sources[i]);
}

/** Infinite ones are equal, not NaN apart. @param {number} a @param {number} b */
function compareFigures(a, b) {
  return a < b ? -1 : Number(a > b);
}

/** @param {readonly Source[]} sources @param {boolean} descending */
function byState(sources, descending) {
  const up = sources.filter(({ state }) => state === 'up');
  const down = sources.filter(({ state }) => state !== 'up').sort((a, b) => b.since - a.since);
  return descending ? [...up, ...down] : [...down, ...up];
}

/** Hosts are few, sources many: names are compared once a host. @param {readonly Source[]} sources */
function hostRank(sources) {
  const hosts = [...new Set(sources.map(({ host }) => host ?? ''))].filter(Boolean).map((host) => ({ host, key: sortKey(host) }));
  const ranks = new Map(hosts.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ host }, i) => [host, i]));
  return (/** @type {Source} */ { host }) => ranks.get(host ?? '') ?? Infinity;
}

/**
 * In the order in which their series stand; those without one come last.
 * @param {readonly Source[]} sources
 * @param {readonly string[]} names  of series, in order
 * @param {(name: string) => string|undefined} sourceOf
 * @returns {readonly Source[]}
 */
export function orderByNames(sources, names, sourceOf) {
  const byId = new Map(sources.map((source) => [source.id, source]));
  /** @type {Source[]} */
  const ordered = [];
  for (const name of names) {
    const source = byId.get(sourceOf(name) ?? '');
    if (source && byId.delete(source.id)) ordered.push(source);
  }
  return [...ordered, ...byId.values()];
}
