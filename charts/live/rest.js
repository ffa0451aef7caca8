/**
 * Reads of a bridge's HTTP API, each of which can be called off: history as points or merged columns, rankings, lists.
 * Points and columns come as the binary frames of `/live`.
 */

import { nameMatches } from '../series/filter.js';
import { list, number, object, optional, ProtocolError, string, text } from './check.js';
import { decodeBinary } from './decode.js';
import { readSources } from './frame.js';
/** @import {Block, DensityFrame, Position, Source} from '../types.js' */

/** Names of one request: they stand in its address, of which a bridge reads 64 kB, proxies less. */
const NAMES_MAX = 200;
const NAMES_BYTES_MAX = 6_000;

/**
 * @typedef {object} Range
 * @property {string} channel
 * @property {number|string} [from]  ms, or a span back from now: `5m`
 * @property {number} [to]  ms
 * @property {AbortSignal} [signal]
 *
 * @typedef {object} Selection  patterns, `*` stands for any text; null or absent: all
 * @property {readonly string[]|null} [series]
 * @property {readonly string[]|null} [metric]
 * @property {readonly string[]|null} [source]
 * @property {readonly string[]|null} [host]
 * @property {Readonly<Record<string, string>>} [labels]
 *
 * @typedef {'last'|'max'|'min'|'mean'|'slope'} RankingOf
 * @typedef {object} Ranked
 * @property {string} name
 * @property {string} channel
 * @property {string} metric
 * @property {string|null} unit
 * @property {string|null} source
 * @property {number} value  what it is ranked by
 * @property {number} last
 * @property {number} time  of the last value, ms
 *
 * @typedef {{epoch: number, from: number, to: number, cause: string|null, reason: string|null}} Period  of one life, which is over; ms
 */

/** The bridge said no, or was not there. */
export class RestError extends Error {
  /** @param {string} message  for people @param {number} status  0 where there was no answer @param {string} kind */
  constructor(message, status, kind) {
    super(message);
    this.name = 'RestError';
    this.status = status;
    this.kind = kind;
  }

  /** May the same succeed later? */
  get passes() { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

export class Rest {
  #origin;
  #fetch;

  /**
   * @param {string} origin  of the bridge, `http://host:port`; empty: the page's own
   * @param {(url: string, init: {signal?: AbortSignal}) => Promise<Response>} [fetch]
   */
  constructor(origin, fetch = (url, init) => globalThis.fetch(url, init)) {
    this.#origin = origin;
    this.#fetch = fetch;
  }

  /**
   * Points of a range, cut down to `width` pixels with the extremes kept.
   * @param {Range & Selection & {width?: number}} options
   * @returns {Promise<{blocks: Block[], position: Position, now: number}>}
   */
  async query({ channel, from, to, width, signal, series = null, ...selection }) {
    const parts = series === null ? [null] : partsOf(series);
    const answers = await Promise.all(parts.map(async (names) => {
      const parameters = { from, to, width, format: 'bin', ...wanted({ ...selection, series: names }) };
      const frame = decodeBinary(await this.#bytes(channel, 'query', parameters, signal));
      if (frame.type !== 'snapshot') throw new ProtocolError(`a query is answered with ${frame.type}`);
      return { ...frame, blocks: names?.some(hasComma) ? only(frame.blocks, names) : frame.blocks };
    }));
    if (answers.length === 0) return { blocks: [], position: { epoch: 0, offset: 0 }, now: NaN };
    return { blocks: answers.flatMap(({ blocks }) => blocks), position: answers[0].position, now: answers[0].now };
  }

  /**
   * Merged columns of a range, in the step that fits on `width` pixels.
   * @param {Range & {metric?: readonly string[]|null, width?: number}} options
   * @returns {Promise<DensityFrame>}
   */
  async density({ channel, from, to, width, metric, signal }) {
    const parameters = { from, to, width, format: 'bin', ...wanted({ metric }) };
    const frame = decodeBinary(await this.#bytes(channel, 'density', parameters, signal));
    if (frame.type !== 'density') throw new ProtocolError(`a density is answered with ${frame.type}`);
    const { metrics } = frame;
    return { ...frame, metrics: metric?.some(hasComma) ? metrics.filter(({ name }) => fitsOne(metric, name)) : metrics };
  }

  /**
   * The first series by a figure; with `above` and `below` only those with at least one value in between, above ≤ v < below.
   * @param {Range & Selection & {of?: RankingOf, order?: 'asc'|'desc', above?: number, below?: number, k?: number,
   *   offset?: number}} options
   * @returns {Promise<{total: number, series: Ranked[]}>}
   */
  async ranking({ channel, from, to, of, order, above, below, k, offset, signal, ...selection }) {
    const parameters = { from, to, of, order, above, below, k, offset, ...wanted(selection) };
    const json = await this.#json(pathOf(channel, 'ranking'), parameters, signal);
    return { total: number(json.total, 'total'), series: list(json.series, 'series').map(readRanked) };
  }

  /**
   * @param {string} channel
   * @param {AbortSignal} [signal]
   * @returns {Promise<{name: string, channel: string, points: number, last: number|null, source: string|null,
   *   unit: string|null, metric: string}[]>}
   */
  async series(channel, signal) {
    const json = await this.#json(pathOf(channel, 'series'), {}, signal);
    return list(json.series, 'series').map((value) => {
      const one = object(value, 'series');
      return {
        name: string(one.name), channel: string(one.channel), points: optional(one.points) ?? 0, last: optional(one.last),
        source: text(one.source), unit: text(one.unit), metric: string(one.metric),
      };
    });
  }

  /** @param {string} channel @param {AbortSignal} [signal] @returns {Promise<Source[]>} */
  async sources(channel, signal) {
    return readSources((await this.#json(pathOf(channel, 'sources'), {}, signal)).sources);
  }

  /**
   * Sources of all channels, a page of them: by channel and id.
   * @param {{channel?: string, host?: string|null, state?: readonly string[], id?: string, offset?: number, limit?: number, signal?: AbortSignal}} query
   * @returns {Promise<{total: number, hearing: boolean, asOf: number|null, sources: Source[]}>}
   */
  async sourcesPage({ channel, host, state, id, offset, limit, signal }) {
    const json = await this.#json('sources', { channel, host: host ?? undefined, state: state?.join(), id, offset, k: limit }, signal);
    return {
      total: number(json.total, 'total'), hearing: json.hearing !== false, asOf: optional(json.as_of), sources: readSources(json.sources),
    };
  }

  /**
   * A source with the times it was there, the oldest first: as far as the bridge remembers.
   * @param {string} id
   * @param {string} channel
   * @param {AbortSignal} [signal]
   * @returns {Promise<{source: Source, periods: Period[]}>}
   */
  async lives(id, channel, signal) {
    const json = await this.#json(`sources/${encodeURIComponent(id)}`, { channel }, signal);
    const found = list(json.sources, 'sources');
    // A pattern of channels covers those below it, too.
    const at = Math.max(0, readSources(found).findIndex((source) => source.channel === channel));
    return { source: readSources(found)[at], periods: list(object(found[at], 'source').periods ?? [], 'periods').map(readPeriod) };
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<{channel: string, series: number, points: number, sources: number, last: number|null}[]>}
   */
  async channels(signal) {
    return list((await this.#json('channels', {}, signal)).channels, 'channels').map((value) => {
      const one = object(value, 'channel');
      return {
        channel: string(one.channel), series: optional(one.series) ?? 0, points: optional(one.points) ?? 0,
        sources: optional(one.sources) ?? 0, last: optional(one.last),
      };
    });
  }

  /** @param {string} channel @param {string} what @param {Parameters} parameters @param {AbortSignal} [signal] */
  async #bytes(channel, what, parameters, signal) {
    return (await this.#get(pathOf(channel, what), parameters, signal)).arrayBuffer();
  }

  /** @param {string} path @param {Parameters} parameters @param {AbortSignal} [signal] */
  async #json(path, parameters, signal) {
    const answer = await this.#get(path, parameters, signal);
    let json;
    try {
      json = await answer.json();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ProtocolError('an answer is not JSON');
    }
    return object(json, 'answer');
  }

  /** @param {string} path @param {Parameters} parameters @param {AbortSignal} [signal] */
  async #get(path, parameters, signal) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      // What is endless is no bound.
      if (typeof value === 'number' ? Number.isFinite(value) : value !== undefined) search.set(name, String(value));
    }
    const text = String(search);
    let answer;
    try {
      answer = await this.#fetch(`${this.#origin}/api/v1/${path}${text && `?${text}`}`, { signal });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new RestError('the bridge cannot be reached', 0, 'unreachable');
    }
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }
}

/** @typedef {Record<string, string|number|undefined>} Parameters */

/** @param {Response} answer */
async function refusal(answer) {
  /** @type {unknown} */
  const json = await answer.json().catch(() => null);
  const { error } = /** @type {{error?: {kind?: unknown, message?: unknown}}} */ (json ?? {});
  return new RestError(text(error?.message) ?? `the bridge answered with status ${answer.status}`, answer.status, string(error?.kind));
}

/** @param {string} channel @param {string} what */
const pathOf = (channel, what) => `channels/${encodeURIComponent(channel)}/${what}`;

/** @param {Selection} selection @returns {Parameters} */
function wanted({ labels = {}, ...patterns }) {
  /** @type {Parameters} */
  const parameters = {};
  for (const [name, values] of Object.entries(patterns)) if (values) parameters[name] = values.map(withoutComma).join();
  for (const [name, value] of Object.entries(labels)) parameters[`label.${name}`] = value;
  return parameters;
}

/** The API takes lists with commas: a name that has one is asked for by a pattern that it fits, and others are left out. */
const hasComma = (/** @type {string} */ name) => name.includes(',');
const withoutComma = (/** @type {string} */ name) => name.replaceAll(',', '*');

/** @param {readonly string[]} patterns @param {string} name */
const fitsOne = (patterns, name) => patterns.some((pattern) => nameMatches(pattern, name));

/** @param {Block[]} blocks @param {readonly string[]} patterns */
function only(blocks, patterns) {
  return blocks.map(({ x, columns }) => ({ x, columns: columns.filter(({ name }) => fitsOne(patterns, name)) }));
}

/** Names in lists that one address can hold. @param {readonly string[]} names */
function partsOf(names) {
  /** @type {string[][]} */
  const parts = [];
  let bytes = 0;
  for (const name of names) {
    const length = encodeURIComponent(name).length + 3;
    const part = parts[parts.length - 1];
    if (part && part.length < NAMES_MAX && bytes + length <= NAMES_BYTES_MAX) {
      part.push(name);
      bytes += length;
    } else {
      parts.push([name]);
      bytes = length;
    }
  }
  return parts;
}

/** @param {unknown} value @returns {Ranked} */
function readRanked(value) {
  const one = object(value, 'series');
  return {
    name: string(one.name), channel: string(one.channel), metric: string(one.metric), unit: text(one.unit), source: text(one.source),
    value: number(one.value, 'value'), last: number(one.last, 'last'), time: number(one.time, 'time'),
  };
}

/** @param {unknown} value @returns {Period} */
function readPeriod(value) {
  const one = object(value, 'period');
  return { epoch: optional(one.epoch) ?? 0, from: number(one.from, 'from'), to: number(one.to, 'to'), cause: text(one.cause), reason: text(one.reason) };
}
