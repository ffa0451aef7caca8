/** Values for tests: a source and frames with only what a test says about them. Nothing of the page imports this. */

import { FullNotation } from './full-notation.js';
import { DensityColumn } from './series/density.js';
/** @import {Block, LiveFrame, SnapshotFrame, Source, UpdateFrame} from './types.js' */

/** @param {string} id @param {Partial<Source>} [more] @returns {Source} */
export function source(id, more = {}) {
  return {
    id, epoch: 0, channel: 'c', state: 'up', cause: null, since: 0, last_seen: 0, reason: null, host: null, pid: null, program: null,
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

/** How values are written, in UTC. @param {import('./options.js').ChartOptions} [options] @param {import('./given.js').Given|null} [given] */
export function notation(options = {}, given = null) {
  return new FullNotation(options, { given, zone: 'utc' });
}

/** The same numbers on every run, 0 to 1. @param {number} seed */
export function random(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** What waits for an answer goes on in microtasks. */
export async function settled() {
  for (let i = 0; i < 8; i++) await null;
}

/**
 * A bridge's HTTP API that answers when the test says so; what is called off fails as fetch does.
 * @typedef {{what: string, query: any, answer: (value: any) => Promise<void>, fail: (error?: Error) => Promise<void>}} Question
 */
export class FakeRest {
  /** @type {Question[]} */
  asked = [];
  query = this.#ask('query');
  density = this.#ask('density');
  ranking = this.#ask('ranking');

  get last() { return this.asked[this.asked.length - 1]; }

  /** @param {string} what @returns {(query: any) => Promise<any>} */
  #ask(what) {
    return (query) => new Promise((resolve, reject) => {
      query.signal?.addEventListener('abort', () => reject(query.signal.reason));
      this.asked.push({
        what, query,
        answer: async (value) => {
          resolve(value);
          await settled();
        },
        fail: async (error = new Error('no bridge')) => {
          reject(error);
          await settled();
        },
      });
    });
  }
}

/** Timers and a clock that the test moves. */
export class FakeTime {
  /** @type {Map<number, {at: number, run: () => void}>} */
  timers = new Map();
  at = 0;
  #ids = 0;
  environment = {
    after: (/** @type {() => void} */ run, /** @type {number} */ ms) => {
      this.#ids += 1;
      this.timers.set(this.#ids, { at: this.at + ms, run });
      return this.#ids;
    },
    cancel: (/** @type {number} */ id) => void this.timers.delete(id),
    now: () => this.at,
    random: () => 0.5,
    socket: () => { throw new Error('no socket'); },
  };

  /** Timers fire in order. @param {number} ms */
  pass(ms) {
    const until = this.at + ms;
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.at = due[1].at;
      due[1].run();
    }
    this.at = until;
  }
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

/** A canvas context that writes down what is drawn on it. */
export class Recorder {
  /** @type {[string, ...(number|string)[]][]} */
  calls = [];
  fillStyle = '';
  strokeStyle = '';
  lineWidth = 1;
  globalAlpha = 1;
  font = '';
  textAlign = '';
  textBaseline = '';

  /** @param {string} name @param {(number|string)[]} values */
  #note(name, ...values) {
    this.calls.push([name, ...values.map((value) => (typeof value === 'number' ? Math.round(value * 1e3) / 1e3 : value))]);
  }

  beginPath() { this.#note('begin'); }
  closePath() { this.#note('close'); }
  save() { this.#note('save'); }
  restore() { this.#note('restore'); }
  fill() { this.#note('fill', this.fillStyle); }
  stroke() { this.#note('stroke', this.strokeStyle); }
  /** @param {number} x @param {number} y */
  translate(x, y) { this.#note('translate', x, y); }
  /** @param {number} x @param {number} y */
  moveTo(x, y) { this.#note('move', x, y); }
  /** @param {number} x @param {number} y */
  lineTo(x, y) { this.#note('line', x, y); }
  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {number} x @param {number} y */
  bezierCurveTo(x1, y1, x2, y2, x, y) { this.#note('curve', x1, y1, x2, y2, x, y); }
  /** @param {number} x @param {number} y @param {number} radius @param {number} from @param {number} to @param {boolean} [back] */
  arc(x, y, radius, from, to, back = false) { this.#note('arc', x, y, radius, from, to, back ? 'back' : ''); }
  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) { this.#note('rect', x, y, width, height); }
  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) { this.#note('fillRect', x, y, width, height, this.fillStyle); }
  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) { this.#note('text', text, x, y); }
  /** @param {string} text */
  measureText(text) { return { width: text.length * 6 }; }

  /** What was drawn, a word a call: `move 0 1, line 2 3`. */
  get text() {
    return this.calls.map((call) => call.filter((part) => part !== '').join(' ')).join(', ');
  }
}

/**
 * A plot of 100 by 100 pixels at the origin, y upwards.
 * @param {{xMax?: number, yMax?: number, isLinear?: boolean}} [domain]
 */
export function square({ xMax = 10, yMax = 10, isLinear = true } = {}) {
  const dx = 100 / xMax;
  const dy = -100 / yMax;
  return {
    px: (/** @type {number} */ x) => x * dx, py: (/** @type {number} */ v) => 100 + v * dy,
    linear: isLinear ? { x0: 0, dx, y0: 100, dy } : null,
  };
}

/** @param {[number, number][]} points */
export const traceOf = (points) => ({ x: points.map(([x]) => x), v: points.map(([, v]) => v), length: points.length });
