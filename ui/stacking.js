/** Stands series on each other, while the page's shape is a stacked area. */

/** @import {Page} from './types.js' */

/**
 * Stacked are all series of one metric; which those are changes as processes come.
 * @param {Page} page
 * @returns {() => void} looks again
 */
export function stacking({ chart, address: { state } }) {
  /** @type {readonly string[]|null} */
  let stacked = null;
  return () => {
    const names = state.type === 'stacked' && chart.detail.mode === 'lines' ? chart.names({ sort: 'name', text: '' }) : null;
    if (names === stacked) return;
    stacked = names;
    /** @type {Map<string, string[]>} */
    const groups = new Map();
    for (const name of names ?? []) {
      const metric = chart.row(name)?.metric ?? '';
      groups.set(metric, [...groups.get(metric) ?? [], name]);
    }
    chart.setGroups([...groups.values()]);
  };
}
