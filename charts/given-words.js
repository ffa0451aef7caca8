/** What a chart of a page's own data says of itself, in words; pure. */

import { linesText } from './words.js';
/** @import {Given} from './given.js' */
/** @import {Notation} from './notation.js' */
/** @import {Facts} from './words.js' */

/** For a reader who does not see the picture: there is no channel and perhaps no time. @param {Facts} facts @param {Pick<Given, 'kind'|'inSight'>} given */
export function givenText(facts, given) {
  if (Number.isNaN(facts.view.from)) return 'Chart without data.';
  return [`Chart of ${facts.detail.text}${rangeText(given, facts.notation)}.`, ...linesText(facts)].join(' ');
}

/** @param {Pick<Given, 'kind'|'inSight'>} given @param {Notation} notation */
function rangeText({ kind, inSight }, notation) {
  if (!inSight || !(inSight.from < inSight.to)) return '';
  const { from, to } = inSight;
  return `, ${kind === 'linear' || kind === 'log' ? 'x from ' : ''}${notation.place(from)} to ${notation.place(to)}`;
}
