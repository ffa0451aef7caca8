/** Counts in words, as the reader's locale writes numbers; pure. */

const NUMBERS = new Intl.NumberFormat();

/** `15,000` @param {number} count */
export const number = (count) => NUMBERS.format(count);

/**
 * `1,234 of 15,000 series`
 * @param {number} shown
 * @param {number} all
 * @param {string} one  `source`
 * @param {string} many  `sources`
 */
export function countText(shown, all, one, many) {
  const noun = all === 1 ? one : many;
  return shown === all ? `${number(all)} ${noun}` : `${number(shown)} of ${number(all)} ${noun}`;
}
