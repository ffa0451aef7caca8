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
  /** @type {Map<string, {colour: number, round: number}>} round: how often the colours were through before */
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
    const { colour, round } = this.#slotOf(entity);
    return { colour, dash: (orderOf(this.#metrics, metric) + round) % DASHES.length };
  }

  /** @param {string} entity */
  #slotOf(entity) {
    const known = this.#entities.get(entity);
    if (known !== undefined) return known;
    const { name, number } = partsOf(entity);
    let colour = (hash(name) + number) % this.#colours;
    if (this.#entities.size < this.#colours) {
      for (let i = 0; i < this.#colours && this.#used[colour] > 0; i++) colour = (colour + 1) % this.#colours;
    }
    const slot = { colour, round: Math.floor(number / this.#colours) };
    if (this.#entities.size >= NAMES_MAX) this.#forgetOldest();
    this.#entities.set(entity, slot);
    this.#used[colour] += 1;
    return slot;
  }

  #forgetOldest() {
    const [oldest, { colour }] = /** @type {[string, {colour: number}]} */ (this.#entities.entries().next().value);
    this.#entities.delete(oldest);
    this.#used[colour] -= 1;
  }
}

/** Of columns that stand in an order: colour after colour, dashed once they are through. @param {number} place @param {number} colours */
export const styleOfColumn = (place, colours) => ({ colour: place % colours, dash: Math.floor(place / colours) % DASHES.length });

/** `web-3` is number 3 of `web-`. @param {string} entity */
function partsOf(entity) {
  const [, name, digits] = /** @type {RegExpExecArray} */ (/^(.*?)(\d{0,9})$/s.exec(entity));
  return { name, number: Number(digits) };
}

/** FNV-1a without its lowest bits. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 5;
}

/** @param {Map<string, number>} order @param {string} key */
function orderOf(order, key) {
  let place = order.get(key);
  if (place === undefined) order.set(key, place = order.size);
  return place;
}
