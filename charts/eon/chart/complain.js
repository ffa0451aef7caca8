/** What a page should know of its options goes to the console, each text once: a chart that is made anew every minute says it once. */

const KEPT_MAX = 500;
/** Of one kind: after these everybody knows. */
const KIND_MAX = 10;
const TEXT_MAX = 500;
/** @type {Set<string>} */
const said = new Set();
/** @type {Map<string, number>} */
const kinds = new Map();

/**
 * @param {string} text
 * @param {'warn'|'error'} [how]
 * @param {string} [kind]  of texts that hold what somebody published: no message of anybody's fills a console, or keeps others from being said
 */
export function complain(text, how = 'warn', kind) {
  const short = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  // Beyond this nobody reads.
  if (said.has(short) || said.size >= KEPT_MAX) return;
  if (kind !== undefined) {
    const count = kinds.get(kind) ?? 0;
    if (count >= KIND_MAX) return;
    kinds.set(kind, count + 1);
  }
  said.add(short);
  console[how](`eon.chart: ${short}`);
}
