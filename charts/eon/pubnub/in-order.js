/**
 * Messages of several subscriptions in the order of the stream. A bridge sends a frame for each of them, one after another,
 * so what arrives is held until the others' frames of the same moment are here: for {@link HOLD_MS}. Where there is one
 * subscription only nothing waits. Of each channel the order is exact however late a frame comes.
 */

/** @import {Environment} from '../../live/connection.js' */
/** @import {Item} from './raw.js' */

export const HOLD_MS = 25;
/** Then they go on at once. */
export const HELD_MAX = 10_000;

/** @template Place */
export class InOrder {
  #env;
  #deliver;
  /** @type {{place: Place, item: Item}[]} */
  #held = [];
  #since = 0;
  /** @type {number|null} */
  #timer = null;

  /**
   * @param {Pick<Environment, 'after'|'cancel'|'now'>} environment
   * @param {(place: Place, item: Item) => void} deliver
   */
  constructor(environment, deliver) {
    this.#env = environment;
    this.#deliver = deliver;
  }

  /** @param {Place} place  where they came from @param {readonly Item[]} items  in order @param {boolean} alone  is it the only place? */
  take(place, items, alone) {
    if (items.length === 0) return;
    if (alone) {
      this.flush();
      for (const item of items) this.#deliver(place, item);
      return;
    }
    const now = this.#env.now();
    // Timers of a hidden page are late; what comes then lets go of what is due.
    if (this.#held.length > 0 && now - this.#since > HOLD_MS) this.flush();
    if (this.#held.length === 0) this.#since = now;
    for (const item of items) this.#held.push({ place, item });
    if (this.#held.length > HELD_MAX) return this.flush();
    this.#timer ??= this.#env.after(() => {
      this.#timer = null;
      this.flush();
    }, HOLD_MS);
  }

  /** Nothing is held after it. */
  flush() {
    if (this.#timer !== null) this.#env.cancel(this.#timer);
    this.#timer = null;
    const held = this.#held;
    this.#held = [];
    held.sort((a, b) => a.item.offset - b.item.offset);
    for (const { place, item } of held) this.#deliver(place, item);
  }
}
