/** Colours of the canvas, read from the CSS custom properties in chart.css: a page restyles the chart with CSS alone. */

export const LINE_COLOURS = 8;
const DENSITY_COLOURS = 5;

/**
 * @typedef {object} Theme
 * @property {string} background
 * @property {string} grid
 * @property {string} axis
 * @property {string} text
 * @property {string} cursor
 * @property {string} hatch
 * @property {string} good
 * @property {string} warn
 * @property {string} bad
 * @property {string} ink
 * @property {string[]} density  from few to many
 * @property {string} font
 * @property {string[]} lines
 */

/**
 * @param {Element} host
 * @returns {Theme}
 */
export function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (/** @type {string} */ name) => style.getPropertyValue(`--eontide-${name}`).trim();
  return {
    background: read('surface'), grid: read('grid'), axis: read('axis'), text: read('muted'), cursor: read('cursor'),
    hatch: read('hatch'), font: `11px ${read('font')}`,
    good: read('good'), warn: read('warn'), bad: read('bad'), ink: read('ink'),
    density: Array.from({ length: DENSITY_COLOURS }, (_, i) => read(`density-${i}`)),
    lines: Array.from({ length: LINE_COLOURS }, (_, i) => read(`line-${i}`)),
  };
}
