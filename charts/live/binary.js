/**
 * Snapshot and update of sub-protocol `eontide.v1.bin`, little-endian:
 *
 *     u8 0xE0 | u8 kind (1 snapshot, 2 update, 3 resumed snapshot) | u16 0 | u32 sub | u64 epoch | u64 offset
 *     f64 now_ms | u64 window_ms | u32 sources_len | sources as JSON | u32 block_count
 *     per block:  u32 series_count | u32 point_count | f64 x_ms × points
 *     per series: u16 name_len | name | f64 value × points        (NaN is a gap)
 *
 * No alignment is promised, so numbers are read through a DataView; on a little-endian machine (all that run browsers
 * today) a copied slice is the faster way to the same doubles. Every length is checked against what is left before
 * anything is allocated: a cut or hostile frame costs an error, not memory.
 */

import { ProtocolError, readSources } from './frame.js';
/** @import {Block, Column, SnapshotFrame, UpdateFrame} from '../types.js' */

const MAGIC = 0xe0;
const KIND_SNAPSHOT = 1;
const KIND_UPDATE = 2;
const KIND_RESUMED = 3;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * @param {ArrayBuffer} buffer
 * @returns {SnapshotFrame|UpdateFrame}
 */
export function decodeBinary(buffer) {
  const reader = new Reader(buffer);
  if (reader.u8() !== MAGIC) throw new ProtocolError('a binary frame does not begin with 0xE0');
  const kind = reader.u8();
  if (kind < KIND_SNAPSHOT || kind > KIND_RESUMED) throw new ProtocolError(`binary frame of unknown kind ${kind}`);
  reader.u16();
  const sub = reader.u32();
  const position = { epoch: reader.u64(), offset: reader.u64() };
  const now = reader.f64();
  const window_ms = reader.u64();
  const sources = reader.text(reader.u32());
  const blocks = readBlocks(reader);
  reader.end();
  if (kind === KIND_UPDATE) return { type: 'update', sub, position, now, blocks };
  const resumed = kind === KIND_RESUMED;
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
    for (let i = 0; i < series; i++) columns.push({ name: reader.text(reader.u16()), v: reader.doubles(points) });
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

/** A cursor over a frame that refuses to read past its end. */
class Reader {
  #view;
  #bytes;
  #at = 0;

  /** @param {ArrayBuffer} buffer */
  constructor(buffer) {
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  u8() { return this.#view.getUint8(this.#take(1)); }
  u16() { return this.#view.getUint16(this.#take(2), true); }
  u32() { return this.#view.getUint32(this.#take(4), true); }
  f64() { return this.#view.getFloat64(this.#take(8), true); }

  /** Positions and windows stay below 2^53 by contract; more would lose digits in silence. */
  u64() {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ProtocolError('a number of a binary frame is above 2^53');
    return Number(value);
  }

  /** @param {number} length */
  text(length) {
    const at = this.#take(length);
    try {
      return UTF8.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw new ProtocolError('text of a binary frame is not UTF-8');
    }
  }

  /** @param {number} count */
  doubles(count) {
    const at = this.#take(count * 8);
    if (LITTLE_ENDIAN) return new Float64Array(this.#view.buffer.slice(at, at + count * 8));
    return Float64Array.from({ length: count }, (_, i) => this.#view.getFloat64(at + i * 8, true));
  }

  end() {
    if (this.#at !== this.#bytes.length) throw new ProtocolError(`${this.#bytes.length - this.#at} bytes too many in a binary frame`);
  }

  /** @param {number} length */
  #take(length) {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      throw new ProtocolError(`binary frame cut short: ${length} bytes wanted at ${at} of ${this.#bytes.length}`);
    }
    this.#at = at + length;
    return at;
  }
}
