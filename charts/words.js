/** What the chart says of itself, in words; pure. */

import { formatDuration } from './live/span.js';
import { clockTime, fullTime } from './scale/time.js';
import { formatValue, PLAIN } from './scale/units.js';
import { lastOf } from './series/figures.js';
/** @import {Line} from './draw/lines.js' */
/** @import {XKind} from './given.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {SourceEvent} from './series/sources.js' */

const SAID_LINES = 5;

/** @param {number} count */
const counted = (count) => count.toLocaleString('en');

/**
 * @param {{mode: string, wanted: string, series: number, lines: number, pinned: number, refused: string}} detail
 */
export function detailText({ mode, wanted, series, lines, pinned, refused }) {
  if (mode === 'lines') {
    const all = `${counted(lines)} ${lines === 1 ? 'line' : 'lines'}`;
    return refused && wanted !== 'lines' ? `${all}: merged columns are not to be had` : all;
  }
  const highest = Math.max(0, lines - pinned);
  const exact = [highest > 0 ? `${highest} highest` : '', pinned > 0 ? `${pinned} pinned` : ''].filter(Boolean).join(' and ');
  return `density of ${counted(series)} series${exact ? ` · ${exact} as lines` : ''}`;
}

/** @param {readonly SourceEvent[]} events @param {TimeZone} zone @returns {Mark[]} */
export function marksOf(events, zone) {
  const words = { start: 'started', restart: 'came back', down: 'down' };
  return events.map(({ at, kind, id, reason }) => ({
    x: at, kind, name: id, text: `${clockTime(at, zone)} ${id} ${words[kind]}${reason ? `: ${reason}` : ''}`,
  }));
}

/**
 * For a reader who does not see the picture.
 * @param {{channel: string, detail: {text: string}, view: {mode: string, from: number, to: number}, zone: TimeZone, sources: {up: number, down: number},
 *   rows: readonly Line[], given?: XKind|null}} facts  given: what x is of a chart without a channel
 */
export function summaryText({ channel, detail, view, zone, sources, rows, given = null }) {
  if (Number.isNaN(view.from)) return given ? 'Chart without data.' : `Channel ${channel}: nothing received yet.`;
  const said = rows.slice(0, SAID_LINES).map((line) => `${lineText(line, view)}.`);
  if (rows.length > SAID_LINES) said.push(`And ${counted(rows.length - SAID_LINES)} more lines.`);
  const times = `${fullTime(view.from, zone)} to ${fullTime(view.to, zone)}`;
  if (given) {
    const numbers = `x from ${formatValue(view.from, PLAIN)} to ${formatValue(view.to, PLAIN)}`;
    const range = given === 'category' ? '' : `, ${given === 'time' ? times : numbers}`;
    return [`Chart of ${detail.text}${range}.`, ...said].join(' ');
  }
  const when = view.mode === 'live' ? `the last ${formatDuration(view.to - view.from)}` : times;
  const down = sources.down > 0 ? `, ${counted(sources.down)} down` : '';
  const who = `${counted(sources.up)} ${sources.up === 1 ? 'source' : 'sources'} up${down}`;
  return [`Channel ${channel}, ${when}: ${detail.text}; ${who}.`, ...said].join(' ');
}

/** @param {Line} line @param {{from: number, to: number}} view */
function lineText({ name, ring, unit }, { from, to }) {
  const [low, high] = ring.extent(ring.lowerBound(from), ring.upperBound(to));
  if (Number.isNaN(low)) return `${name} has no value`;
  return `${name} ${formatValue(lastOf(ring, from, to), unit)}, between ${formatValue(low, unit)} and ${formatValue(high, unit)}`;
}
