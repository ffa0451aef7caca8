/** What could come next in a filter: fields and the values they have here; pure. */

import { quoted } from '../series/filter.js';
/** @import {Source} from '../types.js' */

/** A list longer than this is no help. */
const SUGGESTIONS_MAX = 24;
/** Values remembered of one field: of 20,000 hosts nobody reads more. */
const VALUES_MAX = 200;

/**
 * Every `field:value` there is to filter by, metrics first.
 * @param {readonly {name: string}[]} metrics
 * @param {readonly Source[]} sources
 * @returns {string[]}
 */
export function vocabulary(metrics, sources) {
  /** @type {Map<string, Set<string>>} */
  const fields = new Map([['metric', new Set()], ['host', new Set()]]);
  const add = (/** @type {string} */ field, /** @type {string|null} */ value) => {
    const values = fields.get(field) ?? new Set();
    if (value && values.size < VALUES_MAX && fields.size <= VALUES_MAX) fields.set(field, values.add(value));
  };
  for (const { name } of metrics) add('metric', name);
  for (const { host, labels } of sources) {
    add('host', host);
    for (const name in labels) add(`label.${name}`, labels[name]);
  }
  const words = [...fields].flatMap(([field, values]) => [...values].map((value) => `${field}:${quoted(value)}`));
  return [...words, ...sources.slice(0, VALUES_MAX).map(({ id }) => `source:${id}`)];
}

/**
 * Whole texts that go on from what is typed: the last word completed, the words before it kept.
 * @param {string} text
 * @param {readonly string[]} words  see {@link vocabulary}
 * @param {number} [most]
 * @returns {string[]}
 */
export function suggestions(text, words, most = SUGGESTIONS_MAX) {
  const [, before, minus, last] = /^(.*?(?:^|\s))(-?)(\S*)$/s.exec(text) ?? ['', '', '', text];
  const typed = last.toLowerCase();
  // A browser offers only what begins with, or contains, the whole text: after a first word only beginnings can.
  const fits = (/** @type {string} */ word) => (before ? word.startsWith(typed) : word.includes(typed)) && word !== typed;
  return words.filter((word) => fits(word.toLowerCase())).slice(0, most).map((word) => before + minus + word);
}
