/** What the chart says of itself, in words; pure. */

import { formatDuration } from './live/span.js';
import { clockTime } from './scale/time.js';
/** @import {Line} from './draw/lines.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {Reading} from './reading.js' */
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
 * @param {string|null} facts.channel  null: data of the page's own
 * @param {{text: string}} facts.detail
 * @param {{mode: string, from: number, to: number}} facts.view
 * @param {{up: number, down: number}} facts.sources
 * @param {readonly Line[]} facts.rows
 * @param {Reading} facts.reading
 * @param {(name: string) => string} facts.labelOf
 */
export function summaryText({ channel, detail, view, sources, rows, reading, labelOf }) {
  const title = channel === null ? 'Chart' : `Channel ${channel}`;
  if (Number.isNaN(view.from)) return `${title}: nothing ${channel === null ? 'to show' : 'received yet'}.`;
  const when = view.mode === 'live' ? `the last ${formatDuration(view.to - view.from)}` : reading.range(view.from, view.to);
  const who = channel === null ? '' : `; ${counted(sources.up)} sources up${sources.down > 0 ? `, ${counted(sources.down)} down` : ''}`;
  const said = rows.slice(0, SAID_LINES).map(({ name, ring, unit, axis }) => {
    const [low, high] = ring.extent(ring.lowerBound(view.from), ring.upperBound(view.to));
    if (Number.isNaN(low)) return `${labelOf(name)} has no value`;
    const [last, least, most] = [ring.lastValue, low, high].map((value) => reading.value(value, unit, axis));
    return ring.length === 1 ? `${labelOf(name)} ${last}` : `${labelOf(name)} ${last}, between ${least} and ${most}`;
  });
  const more = rows.length > SAID_LINES ? ` And ${counted(rows.length - SAID_LINES)} more lines.` : '';
  return `${title}, ${when}: ${detail.text}${who}. ${said.map((text) => `${text}.`).join(' ')}${more}`;
}
