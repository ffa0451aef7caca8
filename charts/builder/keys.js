/** The keys of a channel, discovered as its messages come: names of numbers, nested ones joined with dots. Pure. */

/** A page that shows more is no page. */
const KEYS_MAX = 500;
/** What is nested deeper has no names that anybody reads; `eon.c.flatten` goes no further either. */
const DEPTH_MAX = 100;

/** @param {unknown} value  a number, or a text that holds one, as old publishers send it */
const isNumber = (value) => (typeof value === 'number' && Number.isFinite(value))
  || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));

/**
 * @typedef {object} Found
 * @property {string[]} keys
 * @property {boolean} nested  some are inside others, so the page has to flatten the message
 * @property {'columns'|'rows'|null} form  null: this is no message that a chart can draw
 */

/** What can be drawn of a message. @param {any} message @returns {Found} */
export function keysOf(message) {
  if (Array.isArray(message?.columns)) {
    const columns = message.columns.filter((/** @type {any} */ column) => Array.isArray(column) && column[0] !== 'x' && column.slice(1).some(isNumber));
    return { keys: columns.map((/** @type {any[]} */ [name]) => String(name)), nested: false, form: 'columns' };
  }
  const rows = [...(Array.isArray(message?.eons) ? message.eons : []), message?.eon, message?.json].filter((row) => row !== null && typeof row === 'object');
  /** @type {Set<string>} */
  const keys = new Set();
  let nested = false;
  const walk = (/** @type {Record<string, unknown>} */ row, /** @type {string} */ prefix, /** @type {number} */ depth) => {
    for (const [name, value] of Object.entries(row)) {
      if (prefix === '' && (name === 'x' || name === '_eonDatetime')) continue;
      if (isNumber(value)) {
        keys.add(prefix + name);
        nested ||= prefix !== '';
      } else if (value !== null && typeof value === 'object' && depth < DEPTH_MAX) {
        walk(/** @type {Record<string, unknown>} */ (value), `${prefix}${name}.`, depth + 1);
      }
    }
  };
  rows.forEach((row) => walk(row, '', 0));
  return { keys: [...keys], nested, form: rows.length > 0 ? 'rows' : null };
}

/** All that a channel was seen to send. */
export class Keys {
  /** In the order in which they were seen. @type {string[]} */
  names = [];
  nested = false;
  messages = 0;
  /** Messages in which nothing can be drawn. */
  empty = 0;
  #known = new Set();

  /** @param {unknown} message @returns {boolean} something is new */
  take(message) {
    const { keys, nested } = keysOf(message);
    this.messages += 1;
    if (keys.length === 0) this.empty += 1;
    const before = this.names.length;
    for (const key of keys) {
      if (this.#known.has(key) || this.names.length >= KEYS_MAX) continue;
      this.#known.add(key);
      this.names.push(key);
    }
    const more = nested && !this.nested;
    this.nested ||= nested;
    return more || this.names.length > before;
  }
}
