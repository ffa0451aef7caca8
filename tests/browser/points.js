/** What was published, seen by a plain NATS client that knows nothing of Eontide, and how a page's points differ from it. */

import { connect } from '@nats-io/transport-node';

/** @import {NatsConnection} from '@nats-io/transport-node' */

/**
 * @typedef {{x: number[], v: number[]}} Points  of one series; x in ms with three decimals, ascending
 * @typedef {{name: string} & Points} Series
 */

/** Seconds, ms, µs or ns since 1970, told apart by their size; in whole µs, as the channel keeps time. @param {number} x */
function micros(x) {
  if (x < 1e11) return Math.round(x * 1e6);
  if (x < 1e14) return Math.round(x * 1e3);
  return Math.round(x < 1e17 ? x : x / 1e3);
}

/** A plain subscriber of one channel. */
export class Subscriber {
  #connection;
  #subject;
  /** Of every source and life, the numbers of its messages. @type {Map<string, Set<number>>} */
  lives = new Map();
  /** By series: µs and value of all its points, in the order in which they came. @type {Map<string, [number, number][]>} */
  #series = new Map();

  /** @param {NatsConnection} connection @param {string} subject */
  constructor(connection, subject) {
    this.#connection = connection;
    this.#subject = subject;
  }

  /** Returns once the server knows. @param {string} url @param {string} channel */
  static async start(url, channel) {
    const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const subscriber = new Subscriber(connection, `eon.${channel}`);
    connection.subscribe(subscriber.#subject, { callback: (_, message) => subscriber.#take(message.json()) });
    await connection.flush();
    return subscriber;
  }

  close() {
    return this.#connection.close();
  }

  /** Reads from the stream what passed by while the server or this client was away. */
  async catchUp() {
    const info = (await this.#connection.request('$JS.API.STREAM.INFO.EON', '', { timeout: 5_000 })).json();
    const { first_seq: first, last_seq: last } = /** @type {any} */ (info).state;
    for (let seq = first; seq <= last; seq++) {
      const answer = await this.#connection.request('$JS.API.STREAM.MSG.GET.EON', JSON.stringify({ seq }), { timeout: 5_000 });
      const { message } = /** @type {any} */ (answer.json());
      if (message.subject === this.#subject) this.#take(JSON.parse(Buffer.from(message.data, 'base64').toString()));
    }
  }

  /** So far, in order of time; of equal times the point that came last, as the history keeps them. */
  points() {
    return this.#sorted((points) => [...new Map(points)]);
  }

  /** The same with every point of equal times: a publisher may sample twice in one ms. */
  everyPoint() {
    return this.#sorted((points) => points);
  }

  /** @param {(points: [number, number][]) => [number, number][]} chosen @returns {Map<string, Points>} */
  #sorted(chosen) {
    return new Map([...this.#series].map(([name, points]) => {
      const sorted = [...chosen(points)].sort((a, b) => a[0] - b[0]);
      return [name, { x: sorted.map(([us]) => us / 1000), v: sorted.map(([, value]) => value) }];
    }));
  }

  /** The publishers' own count of messages: is each there? @returns {string[]} what is missing */
  missing() {
    return [...this.lives].flatMap(([life, numbers]) => {
      const all = Math.max(...numbers) - Math.min(...numbers) + 1;
      return all === numbers.size ? [] : [`${life}: ${all - numbers.size} of ${all}`];
    });
  }

  /** A message that was sent twice counts once. @param {any} message */
  #take({ columns, from }) {
    const life = `${from.id} ${from.epoch}`;
    const numbers = this.lives.get(life) ?? new Set();
    if (numbers.has(from.seq)) return;
    this.lives.set(life, numbers.add(from.seq));
    const times = columns.find((/** @type {any[]} */ column) => column[0] === 'x').slice(1).map(micros);
    for (const [name, ...values] of columns) {
      if (name === 'x') continue;
      const series = this.#series.get(name) ?? [];
      values.forEach((/** @type {number|null} */ value, /** @type {number} */ i) => series.push([times[i], value ?? NaN]));
      this.#series.set(name, series);
    }
  }
}

/**
 * The first difference between what was published and what a page holds, up to the last point published; null where
 * there is none. Every point counts: lost, doubled, moved, changed or invented.
 * @param {Map<string, Points>} published
 * @param {Series[]} held
 * @param {number} since  ms; what the page keeps no longer is not asked for
 * @returns {string|null}
 */
export function difference(published, held, since) {
  const names = [...published.keys()].sort();
  const heldNames = held.map(({ name }) => name).sort();
  if (names.join() !== heldNames.join()) return `series ${names}\n  held ${heldNames}`;
  for (const { name, x, v } of held) {
    const right = /** @type {Points} */ (published.get(name));
    const last = right.x[right.x.length - 1];
    const wanted = [...right.x.keys()].filter((i) => right.x[i] >= since);
    const found = [...x.keys()].filter((i) => x[i] >= since && x[i] <= last);
    for (let k = 0; k < Math.max(wanted.length, found.length); k++) {
      const [i, j] = [wanted[k], found[k]];
      if (right.x[i] === x[j] && Object.is(right.v[i], v[j])) continue;
      return `${name}, point ${k} of ${wanted.length}: published ${right.x[i]} ${right.v[i]}, held ${x[j]} ${v[j]} of ${found.length}`;
    }
  }
  return null;
}
