/** What is read from a frame is checked at the edge: everything behind may trust the types. */

/** Of each that are known. */
const KNOWN_MAX = 1_000;
/** Names of hosts, programs, units, metrics. @type {Map<string, string>} */
const texts = new Map();

/** A frame that breaks the protocol. */
export class ProtocolError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** @param {unknown} value @param {string} what @returns {Record<string, unknown>} */
export function object(value, what) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ProtocolError(`${what} is not an object`);
  return /** @type {Record<string, unknown>} */ (value);
}

/** @param {unknown} value @param {string} what @returns {unknown[]} */
export function list(value, what) {
  if (!Array.isArray(value)) throw new ProtocolError(`${what} is not a list`);
  return value;
}

/** @param {unknown} value @param {string} what */
export function number(value, what) {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ProtocolError(`${what} is not a number`);
  return value;
}

/** @param {unknown} value */
export const string = (value) => (typeof value === 'string' ? value : '');
/** Empty is nothing. @param {unknown} value */
export const text = (value) => (typeof value === 'string' && value !== '' ? once(texts, value, value) : null);
/** @param {unknown} value */
export const optional = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/**
 * The first of equal ones, so that what thousands of processes have in common is held once.
 * @template T
 * @param {Map<string, T>} known  emptied when it is full: what comes again is known again
 * @param {string} key  by which they are equal
 * @param {T} value
 * @returns {T}
 */
export function once(known, key, value) {
  if (known.size >= KNOWN_MAX) known.clear();
  if (!known.has(key)) known.set(key, value);
  return /** @type {T} */ (known.get(key));
}
