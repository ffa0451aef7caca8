/** A bridge inside the page: remembers what was published, answers subscriptions, rankings and history from it. */

import { densityBytes, Writer, written } from '../../../charts/testing.js';
import { frameFor } from '../played.js';

/** When the tests begin: 2026-01-02 12:00 UTC. */
export const T = Date.UTC(2026, 0, 2, 12);
const STEP_MS = 1_000;
const EPOCH = 7;

/** @typedef {{name: string, metric: string, unit: string|null, source: string|null, points: Map<number, number>}} Series  points: value by ms, NaN a gap */

export class Bridge {
  /** @type {Map<string, Series>} */
  series = new Map();
  /** @type {Map<string, any>} */
  sources = new Map();
  /** Addresses that were asked for. @type {string[]} */
  asked = [];
  /** @type {any[]} */
  requests = [];
  #clock;
  #offset = 1;
  /** @type {any} */
  #socket = null;
  /** @type {Map<number, any>} */
  #subscribed = new Map();

  /** @param {() => number} clock  ms since T */
  constructor(clock) {
    this.#clock = clock;
  }

  get now() { return T + this.#clock(); }

  /** A process with one series a metric. @param {string} id @param {{metrics?: string[], unit?: string|null}} [options] @param {object} [more] */
  source(id, { metrics = ['rss'], unit = 'MiB' } = {}, more = {}) {
    const series = metrics.map((metric) => ({ name: `${metric}-${id}`, metric, unit }));
    const source = {
      id, epoch: T - 3_600_000, channel: 'c', state: 'up', since: T - 3_600_000, last_seen: this.now, reason: null, host: 'h', pid: 1, program: null,
      version: null, interval_ms: 1_000, lives: 1, lost: 0, dropped: 0, labels: {}, series, ...this.sources.get(id), ...more,
    };
    this.sources.set(id, source);
    for (const { name, metric } of series) if (!this.series.has(name)) this.series.set(name, { name, metric, unit, source: id, points: new Map() });
    return source;
  }

  /** Something of a process changed, and everybody is told. @param {string} id @param {object} more */
  presence(id, more) {
    const source = { ...this.sources.get(id), ...more };
    this.sources.set(id, source);
    return { type: 'presence', now: this.now, sources: [source] };
  }

  /** Points of some series, remembered. @param {[name: string, ms: number, value: number][]} points @returns {object} the frame that brings them */
  publish(points) {
    /** @type {Map<string, [number, number][]>} */
    const byName = new Map();
    for (const [name, ms, value] of points) {
      this.#one(name).points.set(ms, value);
      byName.set(name, [...byName.get(name) ?? [], [ms, value]]);
    }
    this.#offset += 1;
    return { type: 'update', position: this.#position, now: this.now, messages: byName.size, blocks: [...byName].map(([name, list]) => blockOf(name, list)) };
  }

  /** What was said meanwhile is lost: each viewer hears so, and has a new beginning. */
  gap() {
    for (const [sub, subscribe] of this.#subscribed) {
      this.#deliver(sub, subscribe, { type: 'gap', reason: 'retention', message: 'no longer stored', from: null, to: null }, false);
      this.#deliver(sub, subscribe, this.#snapshot(subscribe), false);
    }
  }

  /** @param {object} frame  to whom it concerns */
  send(frame) {
    for (const [sub, subscribe] of this.#subscribed) this.#deliver(sub, subscribe, frame, false);
  }

  /** What is needed of a WebSocket. */
  socket() {
    this.#subscribed.clear();
    const socket = { send: (/** @type {string} */ text) => this.#hear(JSON.parse(text)), close: () => {}, onopen: null, onmessage: null, onclose: null, binaryType: /** @type {const} */ ('blob') };
    this.#socket = socket;
    queueMicrotask(() => this.#socket?.onopen?.({}));
    return socket;
  }

  /** @param {string} address */
  async fetch(address) {
    this.asked.push(address);
    const url = new URL(address, location.origin);
    const what = url.pathname.split('/').at(-1);
    if (what === 'ranking') return new Response(JSON.stringify(this.#ranking(url.searchParams)));
    if (what === 'query') return new Response(this.#query(url.searchParams));
    if (what === 'density') return new Response(this.#density(url.searchParams));
    return new Response('{}', { status: 404 });
  }

  /** @param {any} request */
  #hear(request) {
    this.requests.push(request);
    if (request.ping) queueMicrotask(() => this.#say({ type: 'pong', pong: request.ping }));
    if (request.unsubscribe) this.#subscribed.delete(request.sub);
    if (!request.subscribe) return;
    const { sub, subscribe } = request;
    this.#subscribed.set(sub, subscribe);
    queueMicrotask(() => this.#subscribed.get(sub) === subscribe && this.#deliver(sub, subscribe, this.#snapshot(subscribe), true));
  }

  /** @param {any} subscribe */
  #snapshot({ window }) {
    const ms = Number.parseFloat(window) * (window.endsWith('ms') ? 1 : window.endsWith('s') ? 1_000 : 60_000);
    const blocks = [...this.series.values()].flatMap(({ name, points }) => {
      const list = inRange(points, this.now - ms, this.now);
      return list.length > 0 ? [blockOf(name, list)] : [];
    });
    return { type: 'snapshot', position: this.#position, now: this.now, window_ms: ms, blocks, sources: [...this.sources.values()] };
  }

  get #position() { return { epoch: EPOCH, offset: this.#offset }; }

  /** @param {number} sub @param {any} subscribe @param {any} frame @param {boolean} first */
  #deliver(sub, subscribe, frame, first) {
    const delivered = frameFor(subscribe, frame, first);
    if (delivered) this.#say({ sub, ...delivered });
  }

  /** @param {object} message */
  #say(message) {
    this.#socket?.onmessage?.({ data: JSON.stringify(message) });
  }

  /** @param {string} name */
  #one(name) {
    const series = this.series.get(name) ?? { name, metric: name, unit: null, source: null, points: new Map() };
    this.series.set(name, series);
    return series;
  }

  /** @param {URLSearchParams} asked */
  #range(asked) {
    const from = asked.get('from') ?? '';
    const to = asked.has('to') ? Number(asked.get('to')) : this.now;
    const names = asked.get('series')?.split(',') ?? null;
    const metrics = asked.get('metric')?.split(',') ?? null;
    const series = [...this.series.values()].filter(({ name, metric }) => (names?.includes(name) ?? true) && (metrics?.includes(metric) ?? true));
    return { from: from.endsWith('ms') ? to - Number.parseFloat(from) : Number(from), to, series };
  }

  /** @param {URLSearchParams} asked */
  #ranking(asked) {
    const { from, to, series } = this.#range(asked);
    const [above, below] = [Number(asked.get('above') ?? -Infinity), Number(asked.get('below') ?? Infinity)];
    const found = series.flatMap(({ name, metric, unit, source, points }) => {
      const values = inRange(points, from, to).map(([, value]) => value).filter((value) => !Number.isNaN(value));
      if (!values.some((value) => value >= above && value < below)) return [];
      const last = values[values.length - 1];
      return [{ name, channel: 'c', metric, unit, source, value: asked.get('of') === 'max' ? Math.max(...values) : last, last, time: to }];
    }).sort((a, b) => b.value - a.value);
    return { channel: 'c', position: this.#position, from, to, of: asked.get('of'), total: found.length, series: found.slice(0, Number(asked.get('k') ?? 100)) };
  }

  /** @param {URLSearchParams} asked */
  #query(asked) {
    const { from, to, series } = this.#range(asked);
    const found = series.map(({ name, points }) => ({ name, points: inRange(points, from, to) })).filter(({ points }) => points.length > 0);
    const out = this.#head(1);
    out.whole(found.length, 4);
    for (const { name, points } of found) {
      out.whole(1, 4);
      out.whole(points.length, 4);
      for (const [ms] of points) out.f64(ms);
      out.text(name, 2);
      for (const [, value] of points) out.f64(value);
    }
    return out.buffer();
  }

  /** @param {number} kind */
  #head(kind) {
    const out = new Writer();
    out.raw(0xe0, kind);
    out.whole(0, 2);
    out.whole(0, 4);
    out.whole(EPOCH, 8);
    out.whole(this.#offset, 8);
    out.f64(this.now);
    out.whole(0, 8);
    out.text('', 4);
    return out;
  }

  /** @param {URLSearchParams} asked */
  #density(asked) {
    const { from, to, series } = this.#range(asked);
    /** @type {Map<string, {names: number, slots: Map<number, number[]>}>} */
    const metrics = new Map();
    for (const { metric, points } of series) {
      const one = metrics.get(metric) ?? { names: 0, slots: new Map() };
      metrics.set(metric, one);
      one.names += 1;
      for (const [ms, value] of inRange(points, from, to)) {
        const slot = Math.floor(ms / STEP_MS);
        if (!Number.isNaN(value)) one.slots.set(slot, [...one.slots.get(slot) ?? [], value]);
      }
    }
    return densityBytes(4, 0, JSON.stringify({ up: this.sources.size, down: 0 }), STEP_MS, [...metrics].map(([name, { names, slots }]) => (
      [name, names, [...slots].sort(([a], [b]) => a - b).map(([slot, values]) => written(slot, values))])));
  }
}

/** @param {Map<number, number>} points @param {number} from @param {number} to @returns {[number, number][]} */
function inRange(points, from, to) {
  return [...points].filter(([ms]) => ms >= from && ms <= to).sort(([a], [b]) => a - b);
}

/** In JSON a gap is null. @param {string} name @param {[number, number][]} points */
function blockOf(name, points) {
  return { columns: [[name, ...points.map(([, value]) => (Number.isNaN(value) ? null : value))], ['x', ...points.map(([ms]) => ms)]] };
}
