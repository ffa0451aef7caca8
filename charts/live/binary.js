/**
 * Snapshot and update of sub-protocol `eontide.v1.bin`, little-endian:
 *
 *     u8 0xE0 | u8 kind (1 snapshot, 2 update, 3 resumed snapshot, 4 density snapshot, 5 density update) | u16 messages
 *     u32 sub | u64 epoch | u64 offset | f64 now_ms | u64 window_ms | u32 sources_len | sources as JSON
 *
 * then for lines (density: see columns.js, and skim.js)
 *
 *     u32 block_count
 *     per block:  u32 series_count | u32 point_count | f64 x_ms × points
 *     per series: u16 name_len | name | f64 value × points        (NaN is a gap)
 */

import { ProtocolError } from './check.js';
import { readCounts, readSources } from './frame.js';
import { Reader } from './reader.js';
/** @import {Block, Column, ColumnReader, DensityFrame, PackedFrame, SnapshotFrame, UpdateFrame} from '../types.js' */

const MAGIC = 0xe0;
const SNAPSHOT = 1;
const UPDATE = 2;
const RESUMED = 3;
const DENSITY_SNAPSHOT = 4;
const DENSITY_UPDATE = 5;

/**
 * @param {ArrayBuffer} buffer
 * @param {ColumnReader} columns  reads them, or says what they are of
 * @returns {SnapshotFrame|UpdateFrame|DensityFrame|PackedFrame}
 */
export function readBinary(buffer, columns) {
  const reader = new Reader(buffer);
  if (reader.u8() !== MAGIC) throw new ProtocolError('a binary frame does not begin with 0xE0');
  const kind = reader.u8();
  if (kind < SNAPSHOT || kind > DENSITY_UPDATE) throw new ProtocolError(`binary frame of unknown kind ${kind}`);
  const messages = reader.u16();
  const sub = reader.u32();
  const position = { epoch: reader.u64(), offset: reader.u64() };
  const now = reader.f64();
  if (!Number.isFinite(now)) throw new ProtocolError('now is not a number');
  const window_ms = reader.u64();
  const sources = reader.text(reader.u32());
  if (kind >= DENSITY_SNAPSHOT) {
    const snapshot = kind === DENSITY_SNAPSHOT;
    const density = columns.bytes(reader);
    reader.end();
    const counts = snapshot ? readCounts(parse(sources)) : null;
    return { type: 'density', sub, position, now, snapshot, window_ms, sources: counts, messages, ...density };
  }
  const blocks = readBlocks(reader);
  reader.end();
  if (kind === UPDATE) return { type: 'update', sub, position, now, messages, blocks };
  const resumed = kind === RESUMED;
  return { type: 'snapshot', sub, position, now, window_ms, resumed, blocks, sources: readSources(parse(sources)) };
}

/**
 * @param {Reader} reader
 * @returns {Block[]}
 */
function readBlocks(reader) {
  const count = reader.u32();
  /** @type {Block[]} */
  const blocks = [];
  for (let block = 0; block < count; block++) {
    const series = reader.u32();
    const points = reader.u32();
    const x = reader.doubles(points);
    /** @type {Column[]} */
    const columns = [];
    for (let i = 0; i < series; i++) columns.push({ name: reader.name(reader.u16()), v: reader.doubles(points) });
    blocks.push({ x, columns });
  }
  return blocks;
}

/** @param {string} text */
function parse(text) {
  if (text === '') return [];
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError('the sources of a binary frame are not JSON');
  }
}
