/** Stands all series that are shown on each other, while the page's shape is a stacked area. */

/** @import {Page} from './types.js' */

/**
 * Which series there are changes as processes come.
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
    chart.setGroups(names === null ? [] : [[...names]]);
  };
}
