/**
 * Every line, or merged columns? By the number of series, with room between the two, so that processes that come and go
 * do not make the picture jump back and forth.
 *
 * @typedef {'lines'|'density'} Detail
 */

const DENSITY_ABOVE = 100;
const LINES_BELOW = 80;

/**
 * @param {'auto'|Detail} wanted
 * @param {number} series  that would be drawn
 * @param {Detail} before  what is shown now
 * @returns {Detail}
 */
export function detailOf(wanted, series, before) {
  if (wanted !== 'auto') return wanted;
  if (before === 'density') return series < LINES_BELOW ? 'lines' : 'density';
  return series > DENSITY_ABOVE ? 'density' : 'lines';
}
