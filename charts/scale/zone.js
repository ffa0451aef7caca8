/**
 * Time zones: what a clock on the wall shows. `local` is the zone of the browser, `utc` is UTC, anything else an IANA name
 * as `Europe/Berlin`, which Intl knows the rules of.
 */

/** @typedef {string} TimeZone  `local`, `utc` or an IANA name */

/** Zones change their offset at whole quarters of an hour of UTC, so one answer holds for a quarter. */
const QUARTER_MS = 900_000;
/** Zones never change twice within this. */
const APART_MS = 6 * 3_600_000;
/** A week of quarters for a few zones; asking Intl costs some microseconds. */
const OFFSETS_MAX = 4_096;

/** @type {Map<string, Intl.DateTimeFormat|null>} */
const clocks = new Map();
/** @type {Map<string, number>} */
const offsets = new Map();

/** Does the browser know this zone? @param {string} zone */
export const isZone = (zone) => zone === 'local' || zone === 'utc' || clockOf(zone) !== null;

/** @param {string} zone */
function clockOf(zone) {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  let clock = null;
  try {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // A RangeError: there is no such zone. It is shown as UTC, and isZone says so to whoever asks.
  }
  clocks.set(zone, clock);
  return clock;
}

/**
 * What must be added to a time for its UTC fields to read as the clock on the wall does.
 * @param {number} ms
 * @param {TimeZone} zone
 * @returns {number} ms
 */
export function offsetAt(ms, zone) {
  if (zone === 'utc' || !Number.isFinite(ms)) return 0;
  if (zone === 'local') return -new Date(ms).getTimezoneOffset() * 60_000;
  const quarter = Math.floor(ms / QUARTER_MS) * QUARTER_MS;
  const key = `${zone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= OFFSETS_MAX) offsets.clear();
    offsets.set(key, offset = askOffset(quarter, zone));
  }
  return offset;
}

/** @param {number} ms @param {string} zone */
function askOffset(ms, zone) {
  const clock = clockOf(zone);
  if (!clock) return 0;
  /** @type {Record<string, number>} */
  const at = {};
  for (const { type, value } of clock.formatToParts(ms)) at[type] = Number(value);
  return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - ms;
}

/**
 * The stretches of one offset within [from, to], in order.
 * @param {number} from  ms
 * @param {number} to
 * @param {TimeZone} zone
 * @returns {{from: number, to: number, offset: number}[]}  `to` exclusive, but of the last
 */
export function stretches(from, to, zone) {
  const found = [{ from, to, offset: offsetAt(from, zone) }];
  for (let at = from; at < to;) {
    const next = Math.min(to, at + APART_MS);
    const offset = offsetAt(next, zone);
    const last = found[found.length - 1];
    if (offset !== last.offset) {
      last.to = changeBetween(at, next, zone);
      found.push({ from: last.to, to, offset });
    }
    at = next;
  }
  return found;
}

/** The first moment of the offset that holds at `to`. @param {number} from @param {number} to @param {TimeZone} zone */
function changeBetween(from, to, zone) {
  const offset = offsetAt(to, zone);
  let before = from;
  let after = to;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, zone) === offset) after = middle;
    else before = middle;
  }
  return after;
}

/**
 * The moment at which a clock on the wall shows this. Where it shows it twice the first; where a change of the clocks
 * leaves it out, the moment of the change: a day that begins at one o'clock begins then.
 * @param {number} wall  ms, as if it were UTC
 * @param {TimeZone} zone
 */
export function momentOf(wall, zone) {
  const before = offsetAt(wall - APART_MS * 2.5, zone);
  const after = offsetAt(wall + APART_MS * 2.5, zone);
  if (offsetAt(wall - before, zone) === before) return wall - before;
  if (offsetAt(wall - after, zone) === after) return wall - after;
  return changeBetween(wall - Math.max(before, after), wall - Math.min(before, after), zone);
}

/** @param {number} offset  ms @param {string} minus @param {string} between */
export function offsetText(offset, minus, between) {
  const size = Math.abs(offset) / 60_000;
  const pad = (/** @type {number} */ part) => String(Math.floor(part)).padStart(2, '0');
  return `${offset < 0 ? minus : '+'}${pad(size / 60)}${between}${pad(size % 60)}`;
}
