//# allFunctionsCalledOnLoad
/**
 * One text frame of the viewer protocol, checked at the edge: everything behind this file may trust the types.
 * A frame that breaks the protocol throws {@link ProtocolError}; an unknown type is `other`, so that a newer bridge may
 * add frames without breaking an older page.
 */

import { list, number, object, once, optional, ProtocolError, string, text } from './check.js';
export { ProtocolError } from './check.js';
/** @import {AlertSaid, Block, ColumnReader, DensityFrame, Frame, PackedFrame, Position, SeriesInfo, Source, SourceGroup, SourceState} from '../types.js' */

const STATES = /** @type {const} */ (['up', 'restarted', 'crash_looping', 'stale', 'down', 'unknown']);
/** Those of sources, by their JSON. @type {Map<string, Record<string, string>>} */
const labels = new Map();

/**
 * @param {string} text
 * @param {ColumnReader} columns  reads merged columns, or says what they are of
 * @returns {Frame}
 */
export function readText(text, columns) {
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ProtocolError('a text frame is not JSON');
  }
  return readFrame(object(json, 'frame'), columns);
}

/**
 * @param {Record<string, unknown>} json
 * @param {ColumnReader} columns
 * @returns {Frame}
 */
function readFrame(json, columns) {
  switch (json.type) {
    case 'snapshot':
      if (json.view === 'density') return readDensityFrame(json, true, columns);
      return {
        type: 'snapshot', sub: number(json.sub, 'sub'), position: position(json.position), now: number(json.now, 'now'),
        window_ms: number(json.window_ms ?? 0, 'window_ms'), resumed: json.resumed === true,
        blocks: list(json.blocks, 'blocks').map(readBlock), sources: readSources(json.sources),
      };
    case 'update':
      if (json.view === 'density') return readDensityFrame(json, false, columns);
      return {
        type: 'update', sub: number(json.sub, 'sub'), position: position(json.position), now: number(json.now, 'now'),
        messages: number(json.messages ?? 0, 'messages'), blocks: list(json.blocks, 'blocks').map(readBlock),
      };
    case 'presence':
      return {
        type: 'presence', sub: number(json.sub, 'sub'), now: number(json.now, 'now'), sources: readSources(json.sources),
        groups: list(json.groups ?? [], 'groups').map(readGroup), hearing: typeof json.hearing === 'boolean' ? json.hearing : null,
        as_of: optional(json.as_of),
      };
    case 'alert':
      return { type: 'alert', sub: number(json.sub, 'sub'), now: number(json.now, 'now'), snapshot: json.snapshot === true, alerts: list(json.alerts, 'alerts').map(readAlert) };
    case 'gap':
      return {
        type: 'gap', sub: number(json.sub, 'sub'), reason: string(json.reason), message: string(json.message),
        from: json.from ? position(json.from) : null, to: json.to ? position(json.to) : null,
      };
    case 'error':
      return {
        type: 'error', sub: typeof json.sub === 'number' ? json.sub : null, kind: string(json.kind), message: string(json.message),
      };
    case 'closing':
      return { type: 'closing', code: number(json.code, 'code'), reason: string(json.reason), reconnect: json.reconnect === true };
    case 'pong':
      return { type: 'pong', pong: number(json.pong, 'pong') };
    default:
      return { type: 'other', name: string(json.type) };
  }
}

/**
 * @param {Record<string, unknown>} json
 * @param {boolean} snapshot
 * @param {ColumnReader} columns
 * @returns {DensityFrame|PackedFrame}
 */
function readDensityFrame(json, snapshot, columns) {
  return {
    type: 'density', sub: number(json.sub, 'sub'), position: position(json.position), now: number(json.now, 'now'), snapshot,
    window_ms: number(json.window_ms ?? 0, 'window_ms'), sources: snapshot ? readCounts(json.sources) : null,
    messages: number(json.messages ?? 0, 'messages'), ...columns.text(json),
  };
}

/** How many sources are up and down. @param {unknown} value */
export function readCounts(value) {
  const counts = object(value, 'sources');
  return { up: number(counts.up, 'up'), down: number(counts.down, 'down') };
}

/**
 * @param {unknown} value
 * @returns {Block}
 */
function readBlock(value) {
  const columns = list(object(value, 'block').columns, 'columns').map((column) => list(column, 'column'));
  const times = columns.at(-1);
  if (!times || times[0] !== 'x') throw new ProtocolError('the last column of a block is not x');
  const x = new Float64Array(times.length - 1);
  for (let i = 0; i < x.length; i++) x[i] = number(times[i + 1], 'x');
  return { x, columns: columns.slice(0, -1).map((column) => readColumn(column, x.length)) };
}

/**
 * @param {unknown[]} column
 * @param {number} length
 */
function readColumn(column, length) {
  const name = column[0];
  if (typeof name !== 'string') throw new ProtocolError('a column has no name');
  if (column.length !== length + 1) throw new ProtocolError(`column ${name} is not as long as its x`);
  const v = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const value = column[i + 1];
    v[i] = typeof value === 'number' ? value : NaN;
  }
  return { name, v };
}

/**
 * @param {unknown} value
 * @returns {Source[]}
 */
export function readSources(value) {
  return list(value ?? [], 'sources').map((item) => {
    const json = object(item, 'source');
    if (typeof json.id !== 'string') throw new ProtocolError('a source has no id');
    return {
      id: json.id, epoch: optional(json.epoch) ?? 0, channel: text(json.channel) ?? '', state: stateOf(json.state), cause: text(json.cause),
      since: optional(json.since) ?? 0, last_seen: optional(json.last_seen) ?? 0, reason: text(json.reason), host: text(json.host),
      pid: optional(json.pid), program: text(json.program), version: text(json.version), interval_ms: optional(json.interval_ms),
      lives: optional(json.lives) ?? 1, lost: optional(json.lost) ?? 0, dropped: optional(json.dropped) ?? 0,
      labels: readLabels(json.labels), series: list(json.series ?? [], 'series').map(readSeriesInfo),
    };
  });
}

/** One of a later version is there, as far as we know. @param {unknown} value @returns {SourceState} */
const stateOf = (value) => STATES.find((state) => state === value) ?? 'up';

/** @param {unknown} value @returns {AlertSaid} */
function readAlert(value) {
  const json = object(value, 'alert');
  return {
    offset: optional(json.offset) ?? 0, said: optional(json.said) ?? 0, rule: string(json.rule), state: json.state === 'resolved' ? 'resolved' : 'firing', at: number(json.at, 'at'), channel: text(json.channel),
    id: text(json.id), text: string(json.text),
  };
}

/** @param {unknown} value @returns {SourceGroup} */
function readGroup(value) {
  const json = object(value, 'group');
  return {
    channel: string(json.channel), host: text(json.host), state: stateOf(json.state), cause: text(json.cause),
    count: number(json.count, 'count'), told: optional(json.told) ?? 0,
  };
}

/**
 * @param {unknown} value
 * @returns {SeriesInfo}
 */
function readSeriesInfo(value) {
  const json = object(value, 'series');
  if (typeof json.name !== 'string') throw new ProtocolError('a series of a source has no name');
  return { name: json.name, unit: text(json.unit), metric: text(json.metric) };
}

/**
 * @param {unknown} value
 * @returns {Record<string, string>}
 */
function readLabels(value) {
  const read = Object.fromEntries(Object.entries(value instanceof Object ? value : {}).filter(([, label]) => typeof label === 'string'));
  return once(labels, JSON.stringify(read), Object.freeze(read));
}

/** @param {unknown} value @returns {Position} */
function position(value) {
  const json = object(value, 'position');
  return { epoch: number(json.epoch, 'epoch'), offset: number(json.offset, 'offset') };
}
