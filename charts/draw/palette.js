/**
 * Colour by process, dash by metric: 5 processes × 3 metrics are 5 colours × 3 patterns, so a reader sees at once what
 * belongs together, with or without full colour vision. A slot, once given, stays: a line must not change its colour
 * because another process came.
 */

export const DASHES = [[], [6, 3], [2, 3], [9, 3, 2, 3], [1, 4], [12, 4]];
/** Slots forgotten beyond this, oldest first: names of processes long gone. */
const SLOTS_MAX = 20_000;

/** @typedef {{colour: number, dash: number}} Style  indices into the theme's lines and into {@link DASHES} */

export class Palette {
  /** @type {Map<string, number>} */
  #entities = new Map();
  /** @type {Map<string, number>} */
  #metrics = new Map();
  #colours;

  /** @param {number} colours */
  constructor(colours) {
    this.#colours = colours;
  }

  /**
   * @param {string} entity
   * @param {string} metric
   * @returns {Style}
   */
  styleOf(entity, metric) {
    const slot = slotOf(this.#entities, entity);
    const round = Math.floor(slot / this.#colours);
    return { colour: slot % this.#colours, dash: (slotOf(this.#metrics, metric) + round) % DASHES.length };
  }
}

/** @param {Map<string, number>} slots @param {string} key */
function slotOf(slots, key) {
  const known = slots.get(key);
  if (known !== undefined) return known;
  let slot = slots.size;
  if (slots.size >= SLOTS_MAX) {
    const [oldest, freed] = /** @type {[string, number]} */ (slots.entries().next().value);
    slots.delete(oldest);
    slot = freed;
  }
  slots.set(key, slot);
  return slot;
}
