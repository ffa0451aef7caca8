/** What the chart says of itself, in words; pure. */

import { formatDuration } from './live/span.js';
import { clockTime } from './scale/time.js';
import { lastOf } from './series/last.js';
/** @import {Alert} from './types.js' */
/** @import {Line} from './draw/lines.js' */
/** @import {Mark} from './draw/marks.js' */
/** @import {Notation} from './notation.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {SourceEvent} from './series/happenings.js' */

const SAID_LINES = 5;
const SAID_ALERTS = 3;

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

/** @param {readonly SourceEvent[]} events @param {readonly Alert[]} alerts @param {TimeZone} zone @param {string|null} locale @returns {Mark[]} */
export function marksOf(events, alerts, zone, locale) {
  const words = { start: 'started', restart: 'came back', down: 'down' };
  const of = events.map(({ at, kind, id, reason, count }) => {
    const what = count ? `${id}: ${counted(count)} ${words[kind]}${reason ? `, ${reason}` : ''}` : `${id} ${words[kind]}${reason ? `: ${reason}` : ''}`;
    return { x: at, kind, name: id, text: `${clockTime(at, zone, locale)} ${what}` };
  });
  return [...of, ...alerts.map((alert) => ({
    x: alert.at, kind: alert.state === 'firing' ? /** @type {const} */ ('alert') : alert.state, name: alert.rule,
    text: `${clockTime(alert.at, zone, locale)} ${alert.label}`,
  }))];
}

/**
 * @typedef {object} Facts  of what is in sight
 * @property {string} channel
 * @property {{text: string}} detail
 * @property {{mode: string, from: number, to: number}} view
 * @property {{up: number, down: number}} sources
 * @property {readonly Alert[]} [alerts]  that fire
 * @property {readonly Line[]} rows
 * @property {Notation} notation
 * @property {(name: string) => string} [labelOf]
 */

/** For a reader who does not see the picture. @param {Facts} facts */
export function summaryText(facts) {
  const { channel, detail, view, sources, alerts = [], notation } = facts;
  if (Number.isNaN(view.from)) return `Channel ${channel}: nothing received yet.`;
  const when = view.mode === 'live' ? `the last ${formatDuration(view.to - view.from)}`
    : `${notation.place(view.from)} to ${notation.place(view.to)}`;
  const down = sources.down > 0 ? `, ${counted(sources.down)} down` : '';
  const who = `${counted(sources.up)} ${sources.up === 1 ? 'source' : 'sources'} up${down}`;
  return [`Channel ${channel}, ${when}: ${detail.text}; ${who}.`, ...alertsText(alerts), ...linesText(facts)].join(' ');
}

/** @param {readonly Alert[]} alerts */
function alertsText(alerts) {
  if (alerts.length === 0) return [];
  const what = alerts.length === 1 ? 'Alert' : `${counted(alerts.length)} alerts${alerts.length > SAID_ALERTS ? ', the newest' : ''}`;
  return [`${what}: ${alerts.slice(-SAID_ALERTS).map(({ label }) => label).join('; ')}.`];
}

/** A sentence for each of the first lines. @param {Facts} facts */
export function linesText({ rows, view, notation, labelOf = (name) => name }) {
  const said = rows.slice(0, SAID_LINES).map((line) => `${labelOf(line.name)} ${lineText(line, view, notation)}.`);
  if (rows.length > SAID_LINES) said.push(`And ${counted(rows.length - SAID_LINES)} more lines.`);
  return said;
}

/** @param {Line} line @param {{from: number, to: number}} view @param {Notation} notation */
function lineText({ ring, unit, axis }, { from, to }, notation) {
  const [low, high] = ring.extent(ring.lowerBound(from), ring.upperBound(to));
  if (Number.isNaN(low)) return 'has no value';
  const [last, least, most] = [lastOf(ring, from, to), low, high].map((value) => notation.value(value, unit, axis));
  return ring.length === 1 ? last : `${last}, between ${least} and ${most}`;
}
