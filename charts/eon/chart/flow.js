/** How a picture moves on: the range in sight slides from where it was to where it will be. Pure but for the frames it asks for. */

/** C3's own length of a transition. */
export const FLOW_MS = 350;

/** @typedef {{from: number, to: number}} Range */

/**
 * @param {Range} before
 * @param {Range} after
 * @param {number} share  of the time that has passed, 0 … 1
 * @returns {Range}
 */
export function rangeAt(before, after, share) {
  const part = Math.min(1, Math.max(0, share));
  return { from: before.from + (after.from - before.from) * part, to: before.to + (after.to - before.to) * part };
}

/**
 * Does the one follow the other, so that a reader can go along? Not where most of it is somewhere else.
 * @param {Range|null} before
 * @param {Range} after
 */
export function follows(before, after) {
  return before !== null && before.to > before.from && after.to > before.to && after.from < before.to && before.from <= after.from;
}

/**
 * What is drawn while the picture moves: what will be there, and before it what is about to leave.
 * @param {{id: string, x: number[], v: (number|null)[]}[]} before
 * @param {{id: string, x: number[], v: (number|null)[]}[]} after
 * @param {number} [from]  left edge of what is in sight: of what is beyond only the point before it is needed
 */
export function leaving(before, after, from = -Infinity) {
  const had = new Map(before.map((series) => [series.id, series]));
  return after.map(({ id, x, v }) => {
    const old = had.get(id);
    const count = old && x.length > 0 ? old.x.filter((place) => place < x[0]).length : 0;
    const first = old ? Math.max(0, old.x.filter((place) => place < from).length - 1) : 0;
    return old && count > first ? { id, x: [...old.x.slice(first, count), ...x], v: [...old.v.slice(first, count), ...v] } : { id, x, v };
  });
}
