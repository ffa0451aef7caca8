/** The viewer protocol of the bridge, for worlds: subscriptions are answered with a snapshot, then with an update a step. */

import { Columns, densityFrame, linesFrame } from './frames.js';
import { World } from './world.js';
/** @import {WebSocket} from 'ws' */

/**
 * @typedef {{channel: string, series?: string[], view?: string, sources?: boolean}} Subscribe
 * @typedef {{sub: number, chosen: number[], density: boolean, sources: boolean}} Subscription
 */

/** `bench-1500-600-100-1`: series, points of the window, ms a step, speed of its clock. @param {string} channel */
function readChannel(channel) {
  const match = /^bench-(\d+)-(\d+)-(\d+)-(\d+)$/.exec(channel);
  if (!match) return null;
  const [series, points, stepMs, speed] = match.slice(1).map(Number);
  return { channel, series, points, stepMs, speed };
}

/** A world whose clock runs while anybody looks. */
export class Channel {
  /** @type {Map<WebSocket, Map<number, Subscription>>} */
  #viewers = new Map();
  #began = performance.now();
  #base = Date.now();
  #speed;
  #columns;
  /** @type {NodeJS.Timeout|null} */
  #timer = null;

  /** @param {NonNullable<ReturnType<typeof readChannel>>} options */
  constructor(options) {
    this.#speed = options.speed;
    this.world = new World({ ...options, now: this.now });
    this.#columns = new Columns(this.world);
  }

  /** Of this world, ms since 1970. */
  get now() { return this.#base + (performance.now() - this.#began) * this.#speed; }
  get watched() { return this.#viewers.size > 0; }

  /** @param {WebSocket} socket @param {number} sub @param {Subscribe} wanted */
  subscribe(socket, sub, { series = [], view = 'lines', sources = true }) {
    const { world } = this;
    const names = new Set(series);
    const chosen = [...world.series.keys()].filter((index) => names.size === 0 || names.has(world.series[index].name));
    const subscription = { sub, chosen, density: view === 'density', sources };
    const subscriptions = this.#viewers.get(socket) ?? new Map();
    this.#viewers.set(socket, subscriptions.set(sub, subscription));
    socket.send(this.#frame(subscription, true));
    this.#run();
  }

  /** @param {WebSocket} socket @param {number} sub */
  unsubscribe(socket, sub) {
    this.#viewers.get(socket)?.delete(sub);
  }

  /** @param {WebSocket} socket */
  leave(socket) {
    this.#viewers.delete(socket);
    if (this.watched || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @param {Subscription} subscription @param {boolean} snapshot */
  #frame({ sub, chosen, density, sources }, snapshot) {
    const head = { world: this.world, sub, now: this.now };
    return density ? densityFrame(head, this.#columns, snapshot) : linesFrame(head, chosen, { snapshot, sources });
  }

  /** Each step at its time; where this process was late, the missed ones follow at once. */
  #run() {
    if (this.#timer !== null) return;
    const { world } = this;
    const next = world.time(world.count - 1) + world.stepMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      for (let time = next; time <= this.now; time += world.stepMs) this.#step(time);
      this.#run();
    }, Math.max(0, (next - this.now) / this.#speed));
  }

  /** @param {number} time */
  #step(time) {
    this.world.step(time);
    for (const [socket, subscriptions] of this.#viewers) {
      for (const subscription of subscriptions.values()) {
        if (subscription.density || subscription.chosen.length > 0) socket.send(this.#frame(subscription, false));
      }
    }
  }
}

/** All channels that somebody looks at. */
export class Viewers {
  /** @type {Map<string, Channel>} */
  #channels = new Map();

  /** One that somebody looks at. @param {string} name */
  watched(name) {
    return this.#channels.get(name);
  }

  /** @param {string} name @returns {Channel|null} */
  #open(name) {
    const known = this.#channels.get(name);
    if (known) return known;
    const options = readChannel(name);
    if (!options) return null;
    const channel = new Channel(options);
    this.#channels.set(name, channel);
    return channel;
  }

  /** @param {WebSocket} socket */
  serve(socket) {
    /** @type {Map<number, Channel>} */
    const subscribed = new Map();
    socket.on('message', (data) => {
      const request = JSON.parse(String(data));
      if (request.ping) socket.send(JSON.stringify({ type: 'pong', pong: request.ping }));
      if (request.unsubscribe) subscribed.get(request.sub)?.unsubscribe(socket, request.sub);
      if (request.subscribe) {
        const channel = this.#open(request.subscribe.channel);
        const refusal = { type: 'error', sub: request.sub, kind: 'bad_channel', message: 'no such bench' };
        if (!channel) return void socket.send(JSON.stringify(refusal));
        subscribed.set(request.sub, channel);
        channel.subscribe(socket, request.sub, request.subscribe);
      }
    });
    socket.on('close', () => {
      for (const channel of new Set(subscribed.values())) {
        channel.leave(socket);
        // The next page gets a world of its own, from the same seed.
        if (!channel.watched) this.#channels.delete(channel.world.channel);
      }
    });
  }
}
