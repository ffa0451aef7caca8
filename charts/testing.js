/** Values for tests: a source and frames with only what a test says about them. Nothing of the page imports this. */

import { DensityColumn } from './series/density.js';
/** @import {Block, LiveFrame, SnapshotFrame, Source, UpdateFrame} from './types.js' */

/** @param {string} id @param {Partial<Source>} [more] @returns {Source} */
export function source(id, more = {}) {
  return {
    id, epoch: 0, channel: 'c', state: 'up', since: 0, last_seen: 0, reason: null, host: null, pid: null, program: null,
    version: null, interval_ms: null, lives: 1, lost: 0, dropped: 0, labels: {}, series: [], ...more,
  };
}

/** @param {number[]} x @param {Record<string, number[]>} columns @returns {Block} */
export function block(x, columns) {
  return { x: Float64Array.from(x), columns: Object.entries(columns).map(([name, v]) => ({ name, v: Float64Array.from(v) })) };
}

/** @param {number} now @param {Block[]} blocks @param {Partial<SnapshotFrame>} [more] @returns {SnapshotFrame} */
export function snapshot(now, blocks, more = {}) {
  return { type: 'snapshot', sub: 1, position: { epoch: 1, offset: 1 }, now, window_ms: 300_000, resumed: false, blocks, sources: [], ...more };
}

/** @param {number} now @param {Block[]} blocks @returns {UpdateFrame} */
export function update(now, blocks) {
  return { type: 'update', sub: 1, position: { epoch: 1, offset: 2 }, now, messages: 1, blocks };
}

/** @param {string} reason @returns {LiveFrame} */
export function gap(reason) {
  return { type: 'gap', sub: 1, reason, message: `gap: ${reason}`, from: null, to: null };
}

/** Writes what density.rs writes. */
export class Writer {
  /** @type {number[]} */
  bytes = [];

  /** @param {number[]} bytes */
  raw(...bytes) { this.bytes.push(...bytes); }
  /** @param {number} value @param {number} length */
  whole(value, length) { for (let i = 0; i < length; i++) this.bytes.push(Math.floor(value / 2 ** (8 * i)) % 256); }
  /** @param {number} value */
  f64(value) { this.bytes.push(...new Uint8Array(Float64Array.of(value).buffer)); }
  /** @param {string} text @param {number} length */
  text(text, length) {
    const bytes = new TextEncoder().encode(text);
    this.whole(bytes.length, length);
    this.raw(...bytes);
  }
  /** @param {number} value */
  varint(value) {
    for (; value >= 0x80; value = Math.floor(value / 128)) this.bytes.push((value % 128) + 128);
    this.bytes.push(value);
  }
  /** @param {number} value */
  zigzag(value) { this.varint(value < 0 ? -2 * value - 1 : 2 * value); }
  /** @param {number} value */
  short(value) {
    const bytes = [...new Uint8Array(Float64Array.of(value).buffer)].reverse();
    while (bytes.at(-1) === 0) bytes.pop();
    this.raw(bytes.length, ...bytes);
  }
  buffer() { return new Uint8Array(this.bytes).buffer; }
}

/** @typedef {{slot: number, min: number, max: number, sum: number, buckets: [number, number][]}} Written */

/** A density frame, subscription 7. @param {number} kind @param {number} messages @param {string} sources @param {number} step @param {[string, number, Written[]][]} metrics */
export function densityBytes(kind, messages, sources, step, metrics) {
  const out = new Writer();
  out.raw(0xe0, kind);
  out.whole(messages, 2);
  out.whole(7, 4);
  out.whole(1_763_683_100_000, 8);
  out.whole(42, 8);
  out.f64(1_763_683_200_500);
  out.whole(kind === 4 ? 60_000 : 0, 8);
  out.text(sources, 4);
  out.whole(step, 4);
  out.whole(metrics.length, 4);
  for (const [name, series, columns] of metrics) {
    out.text(name, 2);
    out.whole(series, 4);
    out.whole(columns.length, 4);
    let before = 0;
    for (const { slot, min, max, sum, buckets } of columns) {
      out.zigzag(slot - before);
      before = slot;
      for (const value of [min, max, sum]) out.short(value);
      out.varint(buckets.length);
      buckets.forEach(([bucket, count], i) => {
        if (i === 0) out.zigzag(bucket);
        else out.varint(bucket - buckets[i - 1][0]);
        out.varint(count);
      });
    }
  }
  return out.buffer();
}

/** What is written of some values. @param {number} slot @param {number[]} values @returns {Written} */
export function written(slot, values) {
  const { min, max, sum, buckets, counts } = DensityColumn.of(values);
  return { slot, min, max, sum, buckets: [...buckets].map((bucket, i) => [bucket, counts[i]]) };
}
