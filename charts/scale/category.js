/** A category axis: names side by side, turned or thinned out where they do not fit. */

/**
 * @typedef {object} CategoryTick
 * @property {number} x  the index of the category: it reaches from x - 0.5 to x + 0.5
 * @property {string} label  cut where it is long
 * @property {string} full
 *
 * @typedef {object} CategoryAxis
 * @property {number} min  -0.5
 * @property {number} max
 * @property {number} bandPx  width of a category
 * @property {0|-45|-90} turned  degrees of the labels
 * @property {number} every  each how manieth has a label
 * @property {number} heightPx  what the labels need below the axis
 * @property {CategoryTick[]} ticks
 * @property {(index: number) => number} scale  0 left, 1 right
 * @property {(share: number) => number} invert  the index, whole
 */

const GAP_PX = 10;
const LINE_PX = 16;
const LABEL_PX_MAX = 120;

/**
 * @param {readonly string[]} names
 * @param {number} widthPx  of the plot
 * @param {(text: string) => number} [measure]  px; where none is given some 6.5 a character
 * @returns {CategoryAxis}
 */
export function categoryAxis(names, widthPx, measure = (text) => text.length * 6.5) {
  const count = Math.max(1, names.length);
  const bandPx = widthPx / count;
  const longest = Math.min(LABEL_PX_MAX, names.reduce((most, name) => Math.max(most, measure(name)), 0));
  const turned = longest + GAP_PX <= bandPx ? 0 : bandPx >= LINE_PX * Math.SQRT2 ? -45 : -90;
  const every = turned === 0 ? 1 : Math.max(1, Math.ceil(LINE_PX / bandPx));
  const ticks = [];
  for (let x = 0; x < names.length; x += every) ticks.push({ x, label: cut(names[x], measure), full: names[x] });
  return {
    min: -0.5, max: count - 0.5, bandPx, turned, every, heightPx: heightOf(turned, longest), ticks,
    scale: (index) => (index + 0.5) / count,
    invert: (share) => Math.max(0, Math.min(count - 1, Math.floor(share * count))),
  };
}

/** @param {0|-45|-90} turned @param {number} longest */
function heightOf(turned, longest) {
  if (turned === 0) return LINE_PX;
  return Math.ceil(turned === -90 ? longest : (longest + LINE_PX) * Math.SQRT1_2);
}

/**
 * The beginning and the end of a name tell more than its beginning alone.
 * @param {string} name
 * @param {(text: string) => number} measure
 */
function cut(name, measure) {
  if (measure(name) <= LABEL_PX_MAX) return name;
  const keep = Math.max(2, Math.floor((name.length * LABEL_PX_MAX) / measure(name)) - 1);
  return `${name.slice(0, Math.ceil(keep / 2))}…${name.slice(name.length - Math.floor(keep / 2))}`;
}
