/**
 * The points a chart shows, by name: each series has its own, so that what one process does not say is nobody's gap, and each
 * keeps as many as it may. Pure, but for what it holds.
 */

/** Names beyond this are refused: the picture says nothing any more. */
export const SERIES_MAX = 2_000;
/** Where there is no room left, one that is so much older than the newest point gives way. */
const OLD_MS = 60_000;
/** Of all series together. */
const POINTS_MAX = 1_000_000;
/** A series without news for so many of its intervals has ended. */
const SILENT = 3;
const SILENT_MS = 3_000;
const INTERVAL_POINTS = 33;
/** Of no series the interval is known. */
const UNKNOWN = -1;
/** One that spoke once may be slow: it stays for three times as long as the others reach. */
const ONCE = 3;
const ONCE_POINTS = 100;

export class Series {
  /** Ascending, where it is sorted. @type {number[]} */
  x = [];
  /** null: a gap. @type {(number|null)[]} */
  v = [];

  /** @param {string} id @param {number} [before]  of the point before its first one, where that is known */
  constructor(id, before) {
    this.id = id;
    this.before = before;
  }

  get length() { return this.x.length; }

  /** @param {number} count  from the front */
  drop(count) {
    if (count > 0) this.before = this.x[Math.min(count, this.length) - 1];
    this.x.splice(0, count);
    this.v.splice(0, count);
  }

  /** Median distance of its newest points; NaN where there are no two. */
  get interval() {
    const newest = this.before !== undefined && this.length === 1 ? [this.before, ...this.x] : this.x.slice(-INTERVAL_POINTS);
    const gaps = newest.slice(1).map((x, i) => x - newest[i]).sort((a, b) => a - b);
    return gaps.length === 0 ? NaN : gaps[gaps.length >> 1];
  }
}

export class SeriesTable {
  /** @type {Map<string, Series>} */
  #series = new Map();
  /** Where those that were forgotten had their last point: one that comes back is slow, not new. @type {Map<string, number>} */
  #before = new Map();
  #limit;
  #sorted;
  #unique;
  /** Names that were refused. */
  refused = 0;
  /** Rises with every change. */
  generation = 0;

  /** @param {{limit?: number, sorted?: boolean, unique?: boolean}} [how]  limit: points of a series; sorted: by x, else as they come; unique: one at a place, the last */
  constructor({ limit = Infinity, sorted = true, unique = false } = {}) {
    this.#unique = unique;
    this.#limit = limit;
    this.#sorted = sorted;
  }

  get size() { return this.#series.size; }
  get names() { return [...this.#series.keys()]; }
  /** @param {string} id */
  get(id) { return this.#series.get(id); }
  values() { return [...this.#series.values()]; }
  get limit() { return Math.min(this.#limit, Math.max(1, Math.floor(POINTS_MAX / Math.max(1, this.size)))); }

  /** @param {string} id @param {number} x @param {number|null} v */
  add(id, x, v) {
    const series = this.#open(id);
    if (!series) return;
    this.generation += 1;
    const { x: places, v: values } = series;
    const same = this.#unique ? places.indexOf(x) : -1;
    if (same >= 0) {
      values[same] = v;
      return;
    }
    let at = places.length;
    if (this.#sorted) while (at > 0 && places[at - 1] > x) at -= 1;
    if (at === places.length) {
      places.push(x);
      values.push(v);
    } else {
      places.splice(at, 0, x);
      values.splice(at, 0, v);
    }
    const over = places.length - this.limit;
    if (over > 0) series.drop(over);
  }

  /** In place of what it had. @param {string} id @param {readonly number[]} x @param {readonly (number|null)[]} v */
  set(id, x, v) {
    const series = this.#open(id);
    if (!series) return;
    this.generation += 1;
    const order = x.map((_, i) => i);
    if (this.#sorted) order.sort((a, b) => x[a] - x[b] || a - b);
    const kept = order.slice(-this.limit);
    series.x = kept.map((i) => x[i]);
    series.v = kept.map((i) => v[i] ?? null);
  }

  /** @param {string} id */
  remove(id) {
    if (this.#series.delete(id)) this.generation += 1;
  }

  /** From the front of each. @param {(series: Series) => number} count */
  shift(count) {
    for (const series of this.#series.values()) series.drop(count(series));
    this.generation += 1;
  }

  clear() {
    this.#series.clear();
    this.generation += 1;
  }

  /** The last x of all; NaN where there is nothing. */
  get lastX() {
    return this.values().reduce((last, { x }) => (x.length > 0 && !(x[x.length - 1] <= last) ? x[x.length - 1] : last), NaN);
  }

  /**
   * Has each series that still lives as many points as it may? Then nothing older is wanted.
   * @param {boolean} time  are places moments?
   */
  isFull(time) {
    const living = this.#living(time);
    return living.length > 0 && living.every(({ length }) => length >= this.limit);
  }

  /**
   * Forgets what is left of a series that ended once everything that lives has moved on: nothing goes on for ever.
   * @param {boolean} time
   */
  prune(time) {
    // Where only the last value counts, it counts until there is another one.
    if (this.#limit === 1) return;
    const living = this.#living(time);
    if (living.length === this.size || !living.some(({ length }) => length >= this.limit)) return;
    const from = Math.min(...living.map(({ x }) => x[0]));
    for (const series of this.#series.values()) {
      if (living.includes(series)) continue;
      const last = series.x[series.length - 1];
      series.drop(series.x.filter((x) => x < from).length);
      if (series.length === 0) this.#forget(series.id, last);
    }
    this.generation += 1;
  }

  get isCrowded() { return this.size >= SERIES_MAX; }

  /** Of places that are moments: names that come and go for days leave room for those that come. */
  makeRoom() {
    const { lastX } = this;
    for (const { id, x } of this.values()) if (x.length > 0 && lastX - x[x.length - 1] > OLD_MS) this.#forget(id, x[x.length - 1]);
  }

  /** @param {boolean} time */
  #living(time) {
    const { lastX } = this;
    const all = this.values().filter(({ length }) => length > 0).map((series) => ({ series, interval: series.interval }));
    // Of one point nobody knows: it may be the slowest.
    const slowest = all.reduce((most, { interval }) => (interval > most ? interval : most), UNKNOWN);
    return all.filter(({ series: { x }, interval }) => {
      const own = Number.isNaN(interval) ? slowest * ONCE * Math.min(this.limit, ONCE_POINTS) : interval * SILENT;
      return slowest === UNKNOWN || lastX - x[x.length - 1] <= Math.max(own, time ? SILENT_MS : 0);
    }).map(({ series }) => series);
  }

  /** @param {string} id @param {number} last */
  #forget(id, last) {
    this.remove(id);
    this.#before.delete(id);
    this.#before.set(id, last);
    if (this.#before.size > SERIES_MAX) this.#before.delete(/** @type {string} */ (this.#before.keys().next().value));
  }

  /** @param {string} id */
  #open(id) {
    let series = this.#series.get(id);
    if (series) return series;
    if (this.size >= SERIES_MAX) {
      this.refused += 1;
      return null;
    }
    this.#series.set(id, series = new Series(id, this.#before.get(id)));
    return series;
  }
}
