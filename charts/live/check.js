/** What is read from a frame is checked at the edge: everything behind may trust the types. */

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
export const text = (value) => (typeof value === 'string' && value !== '' ? value : null);
/** @param {unknown} value */
export const optional = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
