/**
 * A part of the chart that the first picture does without: loaded when it is first wanted. What cannot be loaded, because
 * the bridge that serves it is away, is said and asked for again the next time somebody wants it.
 */

/** After a failure. */
const AGAIN_MS = 1_000;

/** @template T */
export class Later {
  /** Null until it is here. @type {T|null} */
  part = null;
  loading = false;
  #load;
  #onLoad;
  #onError;
  #failedAt = -Infinity;

  /**
   * @param {() => Promise<T>} load  an import()
   * @param {(part: T) => void} onLoad
   * @param {(message: string) => void} onError
   */
  constructor(load, onLoad, onError) {
    this.#load = load;
    this.#onLoad = onLoad;
    this.#onError = onError;
  }

  /** The part, where it is here; else it is on its way from now on. @returns {T|null} */
  want() {
    if (!this.part && !this.loading && performance.now() - this.#failedAt >= AGAIN_MS) void this.#begin();
    return this.part;
  }

  async #begin() {
    this.loading = true;
    let part;
    try {
      part = await this.#load();
    } catch (error) {
      this.#failedAt = performance.now();
      return this.#onError(`a part of the chart cannot be loaded, reload the page: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.loading = false;
    }
    this.part = part;
    this.#onLoad(part);
  }
}
