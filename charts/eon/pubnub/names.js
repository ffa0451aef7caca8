/** PubNub's channel names as a bridge writes them. */

/** @param {string} name */
export function patternOf(name) {
  return name;
}

/** @param {string} name */
export function nameOf(name) {
  return name;
}
