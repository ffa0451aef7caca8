/** What is run: each library at each number of series, as far as it gets. */

/** @import {Case} from './browser.js' */

/**
 * @typedef {Case & {title: string, name: string, few: boolean}} BenchCase  name: what --only calls it; few: too slow for a
 *   long run
 */

const LIBRARIES = /** @type {const} */ ([
  { name: 'c3', library: 'c3', variant: 'eon', title: 'C3 0.4.24 as the original EON calls it', fewFrom: 15, until: 15 },
  { name: 'c3', library: 'c3', variant: 'plain', title: 'C3 0.4.24, no points, no transition', fewFrom: 15, until: 150 },
  { name: 'uplot', library: 'uplot', variant: 'plain', title: 'uPlot 1.6.32', fewFrom: 15_000, until: 15_000 },
  { name: 'lines', library: 'ours', variant: 'lines', title: 'ours, every line', fewFrom: 15_000, until: 15_000 },
  { name: 'auto', library: 'ours', variant: 'auto', title: 'ours as shown by default', fewFrom: Infinity, until: 15_000 },
]);

export const TITLES = LIBRARIES.map(({ title }) => title);
/** What keeps C3 from larger numbers. */
export const C3_LIMIT = 'C3 is not run above 150 series: there already one update takes it seconds.';

/**
 * Side by side, so that a noisy minute hits all libraries.
 * @param {string[]} names
 * @param {number[]} counts
 * @returns {BenchCase[]}
 */
export function casesOf(names, counts) {
  return counts.flatMap((series) => LIBRARIES.filter(({ name, until }) => names.includes(name) && series <= until)
    .map(({ name, library, variant, title, fewFrom }) => ({ name, library, variant, title, series, few: series >= fewFrom })));
}

/**
 * For figures that are taken at one number of series.
 * @param {string[]} names
 * @param {number} series
 * @param {string[]} variants
 * @returns {BenchCase[]}
 */
export function casesAt(names, series, variants) {
  return LIBRARIES.filter(({ name, variant }) => names.includes(name) && variants.includes(variant))
    .map(({ name, library, variant, title }) => ({ name, library, variant, title, series, few: true }));
}
