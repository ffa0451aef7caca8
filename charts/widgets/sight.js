/** Which rows of a long list are in sight, and where a key leads; pure. */

/** Rows made beyond each edge: the picture must not be behind a quick wheel. */
const BEYOND = 2;

/**
 * @param {number} scrollTop
 * @param {number} height  of what is seen of the rows; 0 while nothing is
 * @param {number} rowHeight
 * @param {number} count
 * @param {number} [beyond]
 * @returns {{first: number, last: number}} first up to, not including, last
 */
export function rowsInSight(scrollTop, height, rowHeight, count, beyond = BEYOND) {
  if (height <= 0 || count === 0) return { first: 0, last: 0 };
  // A list that became shorter is still scrolled where it was until the browser says otherwise.
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  return {
    first: Math.max(0, Math.floor(top / rowHeight) - beyond),
    last: Math.min(count, Math.ceil((top + height) / rowHeight) + beyond),
  };
}

/**
 * Where to scroll so that a row is wholly seen; as little as possible.
 * @param {number} index
 * @param {number} scrollTop
 * @param {number} height
 * @param {number} rowHeight
 */
export function scrollToShow(index, scrollTop, height, rowHeight) {
  const top = index * rowHeight;
  return Math.max(Math.min(scrollTop, top), top + rowHeight - height);
}

/**
 * @param {string} key  of the keyboard
 * @param {number} index  where one stands
 * @param {number} count
 * @param {number} page  rows in sight
 * @returns {number|null} where it leads; null: it is none of these keys
 */
export function rowAfterKey(key, index, count, page) {
  /** @type {Record<string, number>} */
  const leads = {
    ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + Math.max(1, page - 1), PageUp: index - Math.max(1, page - 1),
    Home: 0, End: count - 1,
  };
  const to = leads[key];
  return to === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, to));
}
