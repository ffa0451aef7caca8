/**
 * Which metric a series measures: what its name says without the process.
 *
 * 1. what its source's hello says; 2. the name without the source id (`rss-process-memory-0` → `rss`); 3. without a
 * source, the longest beginning in whole words it shares with another such name (`queue-depth-a`, `queue-depth-b` →
 * `queue-depth`); 4. the whole name.
 */

const SEPARATORS = '-_.:/ ';
const EDGE = /^[-_.:/ ]+|[-_.:/ ]+$/g;

/**
 * @param {string} name
 * @param {string} sourceId
 * @returns {string|null} null where the name does not contain the id
 */
export function withoutSource(name, sourceId) {
  const at = sourceId === '' ? -1 : name.lastIndexOf(sourceId);
  if (at < 0) return null;
  const before = name.slice(0, at).replace(EDGE, '');
  const after = name.slice(at + sourceId.length).replace(EDGE, '');
  return before || after || null;
}

/**
 * The metric of each name that has no source. A neighbour in sorted order shares the longest beginning, so comparing
 * neighbours is enough.
 * @param {string[]} names
 * @returns {Map<string, string>}
 */
export function metricsByPrefix(names) {
  const sorted = [...names].sort();
  /** @type {Map<string, string>} */
  const metrics = new Map();
  sorted.forEach((name, i) => {
    const before = i > 0 ? commonWords(name, sorted[i - 1]) : '';
    const after = i + 1 < sorted.length ? commonWords(name, sorted[i + 1]) : '';
    metrics.set(name, (after.length > before.length ? after : before) || name);
  });
  return metrics;
}

/**
 * The longest shared beginning that ends where a word of both ends, without the separator.
 * @param {string} a
 * @param {string} b
 */
export function commonWords(a, b) {
  let end = 0;
  for (let i = 0; i <= Math.min(a.length, b.length); i++) {
    if (isEnd(a, i) && isEnd(b, i)) end = i;
    if (a[i] !== b[i]) break;
  }
  return a.slice(0, end).replace(EDGE, '');
}

/** @param {string} text @param {number} at */
function isEnd(text, at) {
  return at === text.length || SEPARATORS.includes(text[at]);
}
