/** What the chart says of itself, in words; pure. */

import { formatDuration } from './live/span.js';
import { clockTime, fullTime } from './scale/time.js';
import { formatValue } from './scale/units.js';
/** @import {Line} from './draw/lines.js' */
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
 *   rows: readonly Line[]}} facts
 */
export function summaryText({ channel, detail, view, zone, sources, rows }) {
  if (Number.isNaN(view.from)) return `Channel ${channel}: nothing received yet.`;
  const span = formatDuration(view.to - view.from);
  const when = view.mode === 'live' ? `the last ${span}` : `${fullTime(view.from, zone)} to ${fullTime(view.to, zone)}`;
  const who = `${counted(sources.up)} sources up${sources.down > 0 ? `, ${counted(sources.down)} down` : ''}`;
  const said = rows.slice(0, SAID_LINES).map((line) => {
    const { ring } = line;
    const [low, high] = ring.extent(ring.lowerBound(view.from), ring.upperBound(view.to));
    if (Number.isNaN(low)) return `${line.name} has no value`;
    return `${line.name} ${formatValue(ring.lastValue, line.unit)}, between ${formatValue(low, line.unit)} and ${formatValue(high, line.unit)}`;
  });
  const more = rows.length > SAID_LINES ? ` And ${counted(rows.length - SAID_LINES)} more lines.` : '';
  return `Channel ${channel}, ${when}: ${detail.text}; ${who}. ${said.map((text) => `${text}.`).join(' ')}${more}`;
}
