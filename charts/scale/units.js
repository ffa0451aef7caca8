/** Units of values: how a number of a series is written, and in which steps its axis counts. */

import { format } from '../vendor/d3-format/defaultLocale.js';

/**
 * @typedef {object} Unit
 * @property {'binary'|'decimal'|'suffix'|'plain'} kind
 * @property {number} factor  one unit in base units (bytes): 1048576 for MiB
 * @property {string} suffix  of the base unit
 */

const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
/** @type {Unit} */
export const PLAIN = { kind: 'plain', factor: 1, suffix: '' };
const significant = format('.4~r');
const withPrefix = format('.4~s');

/**
 * @param {string|null} text  as a source says it: `MiB`, `bytes`, `%`, `ms`
 * @returns {Unit}
 */
export function parseUnit(text) {
  if (!text) return PLAIN;
  if (/^(b|bytes?)$/i.test(text)) return { kind: 'binary', factor: 1, suffix: 'B' };
  const binary = /^([KMGTPE]i)B$/.exec(text);
  if (binary) return { kind: 'binary', factor: 1024 ** BINARY_PREFIXES.indexOf(binary[1]), suffix: 'B' };
  const decimal = /^([kMGTPE])B$/.exec(text);
  if (decimal) return { kind: 'decimal', factor: 1000 ** DECIMAL_PREFIXES.indexOf(decimal[1]), suffix: 'B' };
  if (/^(%|percent)$/i.test(text)) return { kind: 'suffix', factor: 1, suffix: '\u202f%' };
  return { kind: 'suffix', factor: 1, suffix: ` ${text}` };
}

/** @param {number} value @param {Unit} unit */
export function formatValue(value, unit) {
  if (!Number.isFinite(value)) return '–';
  if (unit.kind === 'binary' || unit.kind === 'decimal') {
    const step = prefixStep(value, unit);
    return `${significant((value * unit.factor) / step.size)} ${step.name}`;
  }
  return number(value) + unit.suffix;
}

/** Plain numbers stay as they are while short; a prefix only where it saves reading. @param {number} value */
function number(value) {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return format(Number.isInteger(value) ? ',d' : ',.6~r')(value);
  return withPrefix(value);
}

/**
 * The prefixed unit a value of this size is read in: 1536 MiB → GiB.
 * @param {number} value
 * @param {Unit} unit
 * @returns {{size: number, name: string}} size in base units
 */
export function prefixStep(value, unit) {
  const [base, prefixes] = unit.kind === 'binary' ? [1024, BINARY_PREFIXES] : [1000, DECIMAL_PREFIXES];
  const size = Math.abs(value) * unit.factor;
  let power = 0;
  while (power < prefixes.length - 1 && size >= base ** (power + 1)) power += 1;
  return { size: base ** power, name: prefixes[power] + unit.suffix };
}
