/**
 * Numbers as the chart writes them by itself, in any language: a few digits, and a prefix where that saves reading. Format
 * specifiers, which only a page of somebody else's asks for, are d3's (format.js).
 */

const PREFIXES = ['y', 'z', 'a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const NONE = PREFIXES.indexOf('');

/** @type {Map<string, (value: number) => string>} */
const known = new Map();

/**
 * @param {string|null|undefined} tag  BCP 47; null, and one that Intl does not know, is English
 * @param {Intl.NumberFormatOptions} options
 * @returns {(value: number) => string}
 */
function writer(tag, options) {
  const key = `${tag} ${Object.values(options)}`;
  let write = known.get(key);
  if (!write) {
    const of = (/** @type {string} */ language) => new Intl.NumberFormat(language, options).format;
    try {
      write = of(tag ?? 'en-US');
    } catch {
      write = of('en-US');
    }
    known.set(key, write);
  }
  return write;
}

/** @param {number} value @param {string} size  as it is written without its sign */
const signed = (value, size) => (value < 0 ? `−${size}` : size);

/** So many digits at most, none of them a zero at the end. @param {number} value @param {number} digits @param {{grouped?: boolean, locale?: string|null}} how */
export function significant(value, digits, { grouped = false, locale }) {
  return signed(value, writer(locale, { maximumSignificantDigits: digits, useGrouping: grouped && 'always' })(Math.abs(value)));
}

/** With an SI prefix: `1.2k`. @param {number} value @param {number} digits @param {string|null} [locale] */
export function prefixed(value, digits, locale) {
  // By what it is rounded to: 999,999 is a million.
  const [size, exponent] = Math.abs(value).toExponential(digits - 1).split('e').map(Number);
  const power = powerOf(exponent);
  return signed(value, significant(Number(`${size}e${exponent - 3 * power}`), digits, { locale })) + PREFIXES[NONE + power];
}

/** @param {number} exponent  of ten @returns {number} of a thousand */
const powerOf = (exponent) => Math.max(-NONE, Math.min(NONE, Math.floor(exponent / 3)));

/** @param {number} value */
const exponentOf = (value) => Number(Math.abs(value).toExponential().split('e')[1]);

/**
 * The labels of evenly spaced ticks: just so many digits that neighbours differ.
 * @param {number} step  between ticks
 * @param {number} largest  size of the largest tick
 * @param {{short?: boolean, locale?: string|null}} how  short: all in the SI prefix of the largest
 * @returns {(value: number) => string}
 */
export function tickDigits(step, largest, { short = false, locale }) {
  const power = short ? powerOf(exponentOf(largest)) : 0;
  const decimals = Math.max(0, Math.min(20, 3 * power - exponentOf(step)));
  const write = writer(locale, { minimumFractionDigits: short ? 0 : decimals, maximumFractionDigits: decimals, useGrouping: !short && 'always' });
  const unit = 10 ** (3 * power);
  return (value) => {
    const size = Math.abs(value) / unit;
    return (value < 0 && size * 10 ** decimals >= 0.5 ? '−' : '') + write(size) + PREFIXES[NONE + power];
  };
}
