/**
 * What a person types to find series: `rss host:web-* label.zone:eu -old`.
 *
 * Words must all fit. A plain word is looked for anywhere in name, metric, entity and host; `*` stands for any text, and a
 * word with one must fit a whole of these. `field:word` looks in one field only, the whole of it: name, metric, source,
 * host, label.<name>. `-` in front excludes. Quotes keep spaces and what would mean something else. Case does not matter.
 *
 * @typedef {object} Filterable
 * @property {string} name
 * @property {string} metric
 * @property {string} entity  whose series it is: the id of its source, where it has one
 * @property {string|null} [host]
 * @property {Readonly<Record<string, string>>} [labels]
 *
 * @typedef {(row: Filterable) => boolean} Matcher
 */

const WORD = /(-?)(?:((?:name|metric|source|host|label\.[^\s:"]+):))?(?:"([^"]*)"?|(\S*))/gi;

/**
 * Does a name fit a pattern, where `*` stands for any text? As the bridge does.
 * @param {string} pattern
 * @param {string} name
 */
export function nameMatches(pattern, name) {
  const parts = pattern.split('*');
  const first = parts[0];
  if (parts.length === 1) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = parts[parts.length - 1];
  // The leftmost place of each part leaves the most room for the others.
  for (let i = 1; i < parts.length - 1; i++) {
    at = name.indexOf(parts[i], at);
    if (at < 0) return false;
    at += parts[i].length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** @param {string} text @returns {Matcher} an empty text fits all */
export function parseFilter(text) {
  /** @type {Matcher[]} */
  const words = [];
  for (const [, not, field, exact, plain] of text.matchAll(WORD)) {
    const word = (exact ?? plain).toLowerCase();
    // Half-typed, as `host:` or `-`, it says nothing yet.
    if (word === '') continue;
    const fits = wordMatcher(word, exact === undefined && word.includes('*'), (field ?? '').slice(0, -1).toLowerCase());
    words.push(not ? (row) => !fits(row) : fits);
  }
  return (row) => words.every((fits) => fits(row));
}

/** @param {string} word @param {boolean} pattern @param {string} field @returns {Matcher} */
function wordMatcher(word, pattern, field) {
  const fits = (/** @type {string|null|undefined} */ text) => (
    text !== null && text !== undefined && (pattern ? nameMatches(word, text.toLowerCase()) : text.toLowerCase() === word)
  );
  if (field.startsWith('label.')) {
    const label = field.slice('label.'.length);
    return ({ labels = {} }) => Object.entries(labels).some(([key, value]) => key.toLowerCase() === label && fits(value));
  }
  switch (field) {
    case 'name': return ({ name }) => fits(name);
    case 'metric': return ({ metric }) => fits(metric);
    case 'source': return ({ entity }) => fits(entity);
    case 'host': return ({ host }) => fits(host);
  }
  const isIn = (/** @type {string|null|undefined} */ text) => (pattern ? fits(text) : text?.toLowerCase().includes(word) === true);
  return ({ name, metric, entity, host }) => isIn(name) || isIn(metric) || isIn(entity) || isIn(host);
}

/** A value as one word of a filter. @param {string} value */
export function quoted(value) {
  return /[\s"*]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}
