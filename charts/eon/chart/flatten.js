/** `eon.c.flatten`: nested objects as one, the way down in the name. */

/** Deeper than this nobody nests, but what holds itself. */
const DEPTH_MAX = 100;

/**
 * @param {unknown} nested  `{ a: { b: 1 }, c: 2 }`
 * @returns {Record<string, unknown>} `{ 'a.b': 1, c: 2 }`; lists count as objects by their indices, empty ones have no entry
 */
export function flatten(nested) {
  /** @type {Record<string, unknown>} */
  const flat = {};
  const walk = (/** @type {unknown} */ value, /** @type {string} */ path, /** @type {number} */ depth) => {
    if (typeof value !== 'object' || value === null || value instanceof Date || depth > DEPTH_MAX) {
      if (path !== '') flat[path] = value;
      return;
    }
    for (const [key, below] of Object.entries(value)) walk(below, path === '' ? key : `${path}.${key}`, depth + 1);
  };
  walk(nested, '', 0);
  return flat;
}
