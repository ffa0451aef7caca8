//# allFunctionsCalledOnLoad
/** Units of values: how a number of a series is written, and in which steps its axis counts. */

import { prefixed, significant } from './digits.js';

/**
 * @typedef {object} Unit
 * @property {'binary'|'decimal'|'duration'|'suffix'|'plain'} kind
 * @property {number} factor  one unit in base units (bytes, seconds, percent): 1048576 for MiB, 0.001 for ms, 100 for a ratio
 * @property {string} suffix  of the base unit; of a duration what follows its unit
 */

const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
/** Seconds of each unit of time, and from how many seconds on it is used: 90 s reads easier than 1.5 min. */
const DURATIONS = /** @type {[name: string, seconds: number, from: number][]} */ ([
  ['d', 86_400, 172_800], ['h', 3_600, 7_200], ['min', 60, 120],
  ['s', 1, 1], ['ms', 1e-3, 1e-3], ['µs', 1e-6, 1e-6], ['ns', 1e-9, 0],
]);
/** @type {Record<string, string>} */
const DURATION_NAMES = {
  nanoseconds: 'ns', us: 'µs', '\u03bcs': 'µs', microseconds: 'µs', milliseconds: 'ms', sec: 's', second: 's', seconds: 's',
  minute: 'min', minutes: 'min', hour: 'h', hours: 'h', day: 'd', days: 'd',
};
/** @type {Unit} */
export const PLAIN = { kind: 'plain', factor: 1, suffix: '' };
/** @type {Map<string, Unit>} */
const parsed = new Map();
/** Units come from sources: a made-up one in every hello must not fill the memory. */
const PARSED_MAX = 1_000;

/**
 * @param {string|null|undefined} text  as a source says it: `MiB`, `bytes`, `%`, `ms`, `kB/s`, `req/s`, `ratio`
 * @returns {Unit}  the same object for the same text
 */
export function parseUnit(text) {
  if (!text) return PLAIN;
  const known = parsed.get(text);
  if (known) return known;
  if (parsed.size >= PARSED_MAX) parsed.clear();
  const unit = read(text.trim());
  parsed.set(text, unit);
  return unit;
}

/** @param {string} text @returns {Unit} */
function read(text) {
  const rate = /^(.*?)\s*(?:\/|\bper\s+)\s*(s|sec|second|min|minute|h|hour|d|day)$/.exec(text);
  if (rate) {
    const per = `/${DURATION_NAMES[rate[2]] ?? rate[2]}`;
    if (rate[1] === '' || rate[1] === '1') return { kind: 'suffix', factor: 1, suffix: per };
    const of = read(rate[1]);
    return { ...of, suffix: of.suffix + per };
  }
  if (/^[kMG]?bps$/.test(text)) return read(`${text.slice(0, -3)}bit/s`);
  if (/^(b|bytes?)$/i.test(text)) return { kind: 'binary', factor: 1, suffix: 'B' };
  const binary = /^([KMGTPE]i)B$/.exec(text);
  if (binary) return { kind: 'binary', factor: 1024 ** BINARY_PREFIXES.indexOf(binary[1]), suffix: 'B' };
  const decimal = /^([kMGTPE]?)(B|bits?|Hz|Wh?|J|V|A)$/.exec(text);
  if (decimal) {
    return { kind: 'decimal', factor: 1000 ** DECIMAL_PREFIXES.indexOf(decimal[1]), suffix: decimal[2].replace('bits', 'bit') };
  }
  if (/^(%|percent)$/i.test(text)) return { kind: 'suffix', factor: 1, suffix: '\u202f%' };
  if (/^(ratio|fraction)$/i.test(text)) return { kind: 'suffix', factor: 100, suffix: '\u202f%' };
  const duration = DURATIONS.find(([name]) => name === (DURATION_NAMES[text] ?? text));
  return duration ? { kind: 'duration', factor: duration[1], suffix: '' } : { kind: 'suffix', factor: 1, suffix: ` ${text}` };
}

/** Is the unit counted in prefixes, so that a number is written together with the one that suits its size? @param {Unit} unit */
export const isPrefixed = ({ kind }) => kind !== 'suffix' && kind !== 'plain';

/**
 * @param {number} value
 * @param {Unit} unit
 * @param {string|null} [locale]
 */
export function formatValue(value, unit, locale) {
  if (!Number.isFinite(value)) return '–';
  if (!isPrefixed(unit)) return plain(value * unit.factor, locale) + unit.suffix;
  const step = prefixStep(value, unit);
  return `${significant((value * unit.factor) / step.size, 4, { locale })} ${step.name}`;
}

/** Plain numbers stay as they are while short; a prefix only where it saves reading. */
/** @param {number} value @param {string|null} [locale] */
function plain(value, locale) {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return prefixed(value, 4, locale);
  // A whole number below a million has six digits.
  return significant(value, 6, { grouped: true, locale });
}

/**
 * The prefixed unit a value of this size is read in: 1536 MiB → GiB, 0.02 s → ms.
 * @param {number} value
 * @param {Unit} unit
 * @returns {{size: number, name: string}} size in base units
 */
export function prefixStep(value, unit) {
  if (!isPrefixed(unit)) return { size: 1, name: unit.suffix };
  const size = Math.abs(value) * unit.factor;
  if (unit.kind === 'duration') {
    const [name, seconds] = (size === 0 ? undefined : DURATIONS.find(([, , from]) => size >= from)) ?? ['s', 1];
    return { size: seconds, name: name + unit.suffix };
  }
  const [base, prefixes] = unit.kind === 'binary' ? [1024, BINARY_PREFIXES] : [1000, DECIMAL_PREFIXES];
  let power = 0;
  while (power < prefixes.length - 1 && size >= base ** (power + 1)) power += 1;
  return { size: base ** power, name: prefixes[power] + unit.suffix };
}
