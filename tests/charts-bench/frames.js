/** Frames of sub-protocol `eontide.v1.bin` as the bridge writes them: charts/live/binary.js has the layout. */

import { World } from './world.js';

const MAGIC = 0xe0;
const SNAPSHOT = 1;
const UPDATE = 2;
const DENSITY_SNAPSHOT = 4;
const DENSITY_UPDATE = 5;
const U16_MAX = 65_535;
const HEAD_BYTES = 44;

/** A buffer that grows, and a place in it. */
class Writer {
  #buffer;
  #at = 0;

  /** @param {number} bytes  expected */
  constructor(bytes) {
    this.#buffer = Buffer.allocUnsafe(bytes + HEAD_BYTES);
  }

  /** @param {number} value */
  u8(value) { this.#at = this.#room(1).writeUInt8(value, this.#at); }
  /** @param {number} value */
  u16(value) { this.#at = this.#room(2).writeUInt16LE(value, this.#at); }
  /** @param {number} value */
  u32(value) { this.#at = this.#room(4).writeUInt32LE(value, this.#at); }
  /** @param {number} value */
  u64(value) { this.#at = this.#room(8).writeBigUInt64LE(BigInt(value), this.#at); }
  /** @param {number} value */
  f64(value) { this.#at = this.#room(8).writeDoubleLE(value, this.#at); }
  /** @param {Uint8Array} bytes */
  bytes(bytes) {
    this.#room(bytes.length).set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** LEB128. @param {number} value */
  varint(value) {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.u8((rest % 0x80) | 0x80);
    this.u8(rest);
  }

  /** @param {number} value  whole */
  zigzag(value) { this.varint(value < 0 ? -2 * value - 1 : 2 * value); }

  /** A double without the zero bytes at its end. @param {number} value */
  number(value) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    const length = 8 - [...bytes].reverse().concat(1).findIndex((byte) => byte !== 0);
    this.u8(length);
    this.bytes(bytes.subarray(0, length));
  }

  end() { return this.#buffer.subarray(0, this.#at); }

  /** @param {number} bytes */
  #room(bytes) {
    if (this.#at + bytes <= this.#buffer.length) return this.#buffer;
    const larger = Buffer.allocUnsafe(2 * this.#buffer.length + bytes);
    larger.set(this.#buffer);
    this.#buffer = larger;
    return larger;
  }
}

/** @typedef {{world: World, sub: number, now: number}} Head */

/**
 * @param {Writer} out
 * @param {number} kind
 * @param {Head} head
 * @param {{messages?: number, windowMs?: number, sources?: unknown}} [more]
 */
function writeHead(out, kind, { world, sub, now }, { messages = 0, windowMs = 0, sources = null } = {}) {
  out.u8(MAGIC);
  out.u8(kind);
  out.u16(Math.min(messages, U16_MAX));
  out.u32(sub);
  out.u64(1);
  out.u64(world.count * world.sourceCount);
  out.f64(now);
  out.u64(windowMs);
  const text = Buffer.from(sources === null ? '' : JSON.stringify(sources));
  out.u32(text.length);
  out.bytes(text);
}

/**
 * Lines of some series, one block a source, because the series of a source share their times.
 * @param {Head} head
 * @param {number[]} chosen  indices of series, ascending
 * @param {{snapshot: boolean, sources: boolean}} what
 */
export function linesFrame(head, chosen, { snapshot, sources }) {
  const { world } = head;
  const first = snapshot ? world.first : world.count - 1;
  const points = world.count - first;
  const out = new Writer(chosen.length * (32 + 12 * points));
  writeHead(out, snapshot ? SNAPSHOT : UPDATE, head, {
    messages: snapshot ? 0 : world.sourceCount, windowMs: snapshot ? world.points * world.stepMs : 0,
    sources: snapshot ? (sources ? world.sources() : []) : null,
  });
  const blocks = bySource(world, chosen);
  const rows = Array.from({ length: points }, (_, i) => world.row(first + i));
  out.u32(blocks.length);
  for (const block of blocks) {
    out.u32(block.length);
    out.u32(points);
    for (let i = 0; i < points; i++) out.f64(world.time(first + i));
    for (const index of block) {
      const { bytes } = world.series[index];
      out.u16(bytes.length);
      out.bytes(bytes);
      for (const row of rows) out.f64(row[index]);
    }
  }
  return out.end();
}

/** @param {World} world @param {number[]} chosen */
function bySource(world, chosen) {
  /** @type {number[][]} */
  const blocks = [];
  let source = '';
  for (const index of chosen) {
    if (world.series[index].source !== source) blocks.push([]);
    source = world.series[index].source;
    blocks[blocks.length - 1].push(index);
  }
  return blocks;
}

/**
 * Merged columns of the whole window or of the newest step.
 * @param {Head} head
 * @param {Columns} columns
 * @param {boolean} snapshot
 */
export function densityFrame(head, columns, snapshot) {
  const { world } = head;
  const first = snapshot ? world.first : world.count - 1;
  const out = new Writer((world.count - first) * World.metrics.length * 300);
  writeHead(out, snapshot ? DENSITY_SNAPSHOT : DENSITY_UPDATE, head, {
    messages: snapshot ? 0 : world.sourceCount, windowMs: snapshot ? world.points * world.stepMs : 0,
    sources: snapshot ? { up: world.sourceCount, down: 0 } : null,
  });
  out.u32(world.stepMs);
  out.u32(World.metrics.length);
  World.metrics.forEach((metric, index) => {
    out.u16(metric.length);
    out.bytes(Buffer.from(metric));
    out.u32(snapshot ? Math.ceil((world.series.length - index) / World.metrics.length) : 0);
    out.u32(world.count - first);
    let before = 0;
    for (let step = first; step < world.count; step++) {
      const slot = Math.floor(world.time(step) / world.stepMs);
      out.zigzag(slot - before);
      before = slot;
      out.bytes(columns.of(step)[index]);
    }
  });
  return out.end();
}

/** The merged column of each metric and step, as bytes; each made once. Values of this world are above 0. */
export class Columns {
  #world;
  #counts = new Int32Array(65_536);
  #high = new Int32Array(2);
  #value = new Float64Array(this.#high.buffer);
  /** @type {Map<number, Buffer[]>} */
  #made = new Map();

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
  }

  /** @param {number} step @returns {Buffer[]} by metric */
  of(step) {
    const made = this.#made.get(step);
    if (made) return made;
    const row = this.#world.row(step);
    const columns = World.metrics.map((_, metric) => this.#column(row, metric));
    this.#made.set(step, columns);
    this.#made.delete(step - this.#world.points);
    return columns;
  }

  /** @param {Float64Array} row @param {number} metric */
  #column(row, metric) {
    let [min, max, sum] = [Infinity, -Infinity, 0];
    /** @type {number[]} */
    const buckets = [];
    for (let i = metric; i < row.length; i += World.metrics.length) {
      const value = row[i];
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      // A bucket is the upper 16 bits below the sign: 11 of the exponent, 5 of the mantissa.
      this.#value[0] = value;
      const bucket = this.#high[1] >>> 15;
      if (this.#counts[bucket]++ === 0) buckets.push(bucket);
    }
    buckets.sort((a, b) => a - b);
    const out = new Writer(300);
    for (const value of [min, max, sum]) out.number(value);
    out.varint(buckets.length);
    let before = 0;
    buckets.forEach((bucket, i) => {
      if (i === 0) out.zigzag(bucket);
      else out.varint(bucket - before);
      before = bucket;
      out.varint(this.#counts[bucket]);
      this.#counts[bucket] = 0;
    });
    return Buffer.from(out.end());
  }
}
