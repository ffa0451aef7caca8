/**
 * Colour by process, dash by metric: 5 processes × 3 metrics are 5 colours × 3 patterns, so a reader sees at once what
 * belongs together, with or without full colour vision.
 *
 * A name has its colour by itself, so that it is the same after a reload, in another tab and on another screen: `web-3` is
 * three after `web-0`. Where few processes are shown and two would share one, the later gives way.
 */

export const DASHES = [[], [6, 3], [2, 3], [9, 3, 2, 3], [1, 4], [12, 4]];
/** Names remembered; the oldest are forgotten first. */
const NAMES_MAX = 20_000;

/** @typedef {{colour: number, dash: number}} Style  indices into the theme's lines and into {@link DASHES} */

export class Palette {
  /** Slot of each entity. @type {Map<string, number>} */
  #entities = new Map();
  /** @type {Map<string, number>} */
  #metrics = new Map();
  #colours;
  /** Entities of each colour. */
  #used;

  /** @param {number} colours */
  constructor(colours) {
    this.#colours = colours;
    this.#used = new Uint32Array(colours);
  }

  /**
   * @param {string} entity
   * @param {string} metric
   * @returns {Style}
   */
  styleOf(entity, metric) {
    const slot = this.#slotOf(entity);
    const round = Math.floor(slot / this.#colours);
    return { colour: slot % this.#colours, dash: (orderOf(this.#metrics, metric) + round) % DASHES.length };
  }

  /** @param {string} entity */
  #slotOf(entity) {
    const known = this.#entities.get(entity);
    if (known !== undefined) return known;
    let slot = preferred(entity) % (this.#colours * DASHES.length);
    if (this.#entities.size < this.#colours) {
      for (let i = 0; i < this.#colours && this.#used[slot % this.#colours] > 0; i++) slot = (slot + 1) % this.#colours;
    }
    if (this.#entities.size >= NAMES_MAX) this.#forgetOldest();
    this.#entities.set(entity, slot);
    this.#used[slot % this.#colours] += 1;
    return slot;
  }

  #forgetOldest() {
    const [oldest, slot] = /** @type {[string, number]} */ (this.#entities.entries().next().value);
    this.#entities.delete(oldest);
    this.#used[slot % this.#colours] -= 1;
  }
}

/** The number at its end, counted from where the name before it begins. @param {string} entity */
function preferred(entity) {
  const [, name, digits] = /** @type {RegExpExecArray} */ (/^(.*?)(\d{0,9})$/s.exec(entity));
  return hash(name) + Number(digits);
}

/** FNV-1a, 24 bits of it. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 8;
}

/** @param {Map<string, number>} order @param {string} key */
function orderOf(order, key) {
  let place = order.get(key);
  if (place === undefined) order.set(key, place = order.size);
  return place;
}
