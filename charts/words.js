/** What the chart says of itself, in words; pure. */

import { formatDuration } from './live/span.js';
import { clockTime } from './scale/time.js';
import { lastOf } from './series/figures.js';
/** @import {Line} from './draw/lines.js' */
/** @import {Given} from './given.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {Notation} from './notation.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {SourceEvent} from './series/sources.js' */

const SAID_LINES = 5;

/** @param {number} count */
const counted = (count) => count.toLocaleString('en');

/**
 * @param {{mode: string, wanted: string, series: number, lines: number, pinned: number, refused: string}} detail
 */
export function detailText({ mode, wanted, series, lines, pinned, refused }) {
  if (series + lines === 0) return `no ${mode === 'lines' ? mode : 'series'}`;
  if (mode === 'lines') {
    const all = `${counted(lines)} ${lines === 1 ? 'line' : 'lines'}`;
    return refused && wanted !== 'lines' ? `${all}: merged columns are not to be had` : all;
  }
  const highest = Math.max(0, lines - pinned);
  const exact = [highest > 0 ? `${highest} highest` : '', pinned > 0 ? `${pinned} pinned` : ''].filter(Boolean).join(' and ');
  return `density of ${counted(series)} series${exact ? ` · ${exact} as lines` : ''}`;
}

/** @param {readonly SourceEvent[]} events @param {TimeZone} zone @param {string|null} locale @returns {Mark[]} */
export function marksOf(events, zone, locale) {
  const words = { start: 'started', restart: 'came back', down: 'down' };
  return events.map(({ at, kind, id, reason }) => ({
    x: at, kind, name: id, text: `${clockTime(at, zone, locale)} ${id} ${words[kind]}${reason ? `: ${reason}` : ''}`,
  }));
}

/**
 * For a reader who does not see the picture.
 * @param {object} facts
 * @param {string} facts.channel
 * @param {{text: string}} facts.detail
 * @param {{mode: string, from: number, to: number}} facts.view
 * @param {{up: number, down: number}} facts.sources
 * @param {readonly Line[]} facts.rows
 * @param {Notation} facts.notation
 * @param {(name: string) => string} [facts.labelOf]
 * @param {Pick<Given, 'kind'|'inSight'>|null} [facts.given]  of a chart without a channel
 */
export function summaryText({ channel, detail, view, sources, rows, notation, labelOf = (name) => name, given = null }) {
  if (Number.isNaN(view.from)) return given ? 'Chart without data.' : `Channel ${channel}: nothing received yet.`;
  const said = rows.slice(0, SAID_LINES).map((line) => `${labelOf(line.name)} ${lineText(line, view, notation)}.`);
  if (rows.length > SAID_LINES) said.push(`And ${counted(rows.length - SAID_LINES)} more lines.`);
  if (given) return [`Chart of ${detail.text}${givenRange(given, notation)}.`, ...said].join(' ');
  const when = view.mode === 'live' ? `the last ${formatDuration(view.to - view.from)}`
    : `${notation.place(view.from)} to ${notation.place(view.to)}`;
  const down = sources.down > 0 ? `, ${counted(sources.down)} down` : '';
  const who = `${counted(sources.up)} ${sources.up === 1 ? 'source' : 'sources'} up${down}`;
  return [`Channel ${channel}, ${when}: ${detail.text}; ${who}.`, ...said].join(' ');
}

/** @param {Pick<Given, 'kind'|'inSight'>} given @param {Notation} notation */
function givenRange({ kind, inSight }, notation) {
  if (!inSight || !(inSight.from < inSight.to)) return '';
  const { from, to } = inSight;
  return `, ${kind === 'linear' || kind === 'log' ? 'x from ' : ''}${notation.place(from)} to ${notation.place(to)}`;
}

/** @param {Line} line @param {{from: number, to: number}} view @param {Notation} notation */
function lineText({ ring, unit, axis }, { from, to }, notation) {
  const [low, high] = ring.extent(ring.lowerBound(from), ring.upperBound(to));
  if (Number.isNaN(low)) return 'has no value';
  const [last, least, most] = [lastOf(ring, from, to), low, high].map((value) => notation.value(value, unit, axis));
  return ring.length === 1 ? last : `${last}, between ${least} and ${most}`;
}
