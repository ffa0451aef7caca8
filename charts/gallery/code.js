/** The text of an example, as it is read beside its chart: the function that runs, in four colours. */

import { element } from '../dom.js';

/** @typedef {{kind: 'plain'|'comment'|'text'|'word'|'number', text: string}} Token */

const WORDS = 'await|const|else|false|for|function|if|let|new|null|of|return|true';
/** In the order of alternatives: what stands in a text or a comment is neither word nor number. */
const TOKENS = new RegExp([
  '(?<comment>//[^\\n]*|/\\*[^]*?\\*/)', "(?<text>'(?:[^'\\\\\\n]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`)", `\\b(?<word>${WORDS})\\b`, '(?<![\\w.])(?<number>-?\\d[\\d_.]*(?:e\\d+)?)\\b',
].join('|'), 'g');
/** Types are for the checker, not for the reader. */
const TYPES = /\/\*\* @(?:type|param) [^*]*(?:\*(?!\/)[^*]*)*\*\/ ?/g;

/** @param {Function} run */
export function sourceOf(run) {
  return Function.prototype.toString.call(run).replace(TYPES, '');
}

/** @param {string} source @returns {Token[]} */
export function tokensOf(source) {
  /** @type {Token[]} */
  const tokens = [];
  let at = 0;
  for (const match of source.matchAll(TOKENS)) {
    if (match.index > at) tokens.push({ kind: 'plain', text: source.slice(at, match.index) });
    const [kind, text] = /** @type {[Token['kind'], string]} */ (Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined));
    tokens.push({ kind, text });
    at = match.index + text.length;
  }
  if (at < source.length) tokens.push({ kind: 'plain', text: source.slice(at) });
  return tokens;
}

/** @param {Function} run */
export function codeOf(run) {
  const parts = tokensOf(sourceOf(run)).map(({ kind, text }) => (kind === 'plain' ? document.createTextNode(text) : element('span', { class: `code-${kind}`, text })));
  return element('pre', { class: 'code', attributes: { tabindex: '0', 'aria-label': 'Code' } }, element('code', {}, ...parts));
}
