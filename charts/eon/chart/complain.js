/** What a page should know of its options goes to the console, each text once: a chart that is made anew every minute says it once. */

const KEPT_MAX = 500;
/** @type {Set<string>} */
const said = new Set();

/** @param {string} text @param {'warn'|'error'} [how] */
export function complain(text, how = 'warn') {
  if (said.has(text)) return;
  // Beyond this nobody reads, and texts may hold what somebody published.
  if (said.size >= KEPT_MAX) return;
  said.add(text);
  console[how](`eon.chart: ${text}`);
}
