#!/usr/bin/env node
// Publishes this process's own memory to an Eontide channel, once a second.
//
//     npm ci
//     node publish.mjs --url nats://127.0.0.1:4222 --channel process-memory-demo
//
// An example to copy from. What makes it a good citizen, in order of importance:
//
// * One message holds all series of one moment: columns are cheap, messages are not.
// * `from` says who measured (`id`), in which life (`epoch`) and the how-manieth message it is (`seq`), so that whoever
//   reads can tell loss and repetition from silence.
// * Measuring never waits for the network: a bounded queue stands between, and when it is full the oldest message goes.
// * Publishing is acknowledged. A JetStream publish is a NATS request on the data subject, answered by the stream once
//   it has the message. Repeated after silence, it is stored once, because `Nats-Msg-Id` names it.
// * Hello and bye tell a chart what to expect and that an end was meant.

import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, headers, NoRespondersError, TimeoutError } from "@nats-io/transport-node";

const CHANNEL = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const SOURCE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const HELLO_INTERVAL_MS = 60_000;
const QUEUE_MAX = 600; // messages kept while the broker is away: ten minutes at one a second
const ACK_TIMEOUT_MS = 2_000;
const RETRY_PAUSE_MAX_MS = 5_000;
// Where no stream takes the channel, messages go out unacknowledged for this long before we look again.
const NO_STREAM_PAUSE_MS = 30_000;
const STOP_TIMEOUT_MS = 3_000;

/** What this process is measured by; the same three series as the demo's. */
const METRICS = [
  { metric: "rss", field: "rss" },
  { metric: "heap-total", field: "heapTotal" },
  { metric: "heap", field: "heapUsed" },
];

/** One source of one channel. */
class Publisher {
  /** Kept by `watch`: the client does not tell. */
  connected = true;
  #connection;
  #channel;
  #id;
  #epoch = Date.now(); // a later life of the same id has a greater one
  #seq = 0;
  #intervalMs;
  #queue = [];
  #delivering = null;
  #unacknowledgedUntil = 0;
  #streamSeen = false;

  constructor(connection, { channel, id, intervalMs }) {
    this.#connection = connection;
    this.#channel = channel;
    this.#id = id;
    this.#intervalMs = intervalMs;
  }

  /** Measures now and queues one message. Never waits. */
  record() {
    const usage = process.memoryUsage();
    const columns = METRICS.map(({ metric, field }) => [`${metric}-${this.#id}`, mebibytes(usage[field])]);
    const message = {
      columns: [...columns, ["x", Date.now() / 1000]],
      from: { id: this.#id, epoch: this.#epoch, seq: ++this.#seq },
    };
    // Full: the oldest goes, and a gap in `seq` shows it.
    if (this.#queue.length === QUEUE_MAX) this.#queue.shift();
    this.#queue.push({ seq: this.#seq, payload: JSON.stringify(message) });
    this.#delivering ??= this.#deliverAll().finally(() => (this.#delivering = null));
  }

  hello() {
    this.#sayPresence("hello", {
      id: this.#id,
      epoch: this.#epoch,
      host: hostname(),
      pid: process.pid,
      program: "publish.mjs",
      interval_ms: this.#intervalMs,
      series: METRICS.map(({ metric }) => ({ name: `${metric}-${this.#id}`, unit: "MiB", metric })),
    });
  }

  /** Gives what is queued a last chance to arrive, then says bye. */
  async finish(reason) {
    await within(STOP_TIMEOUT_MS, this.#delivering);
    this.#sayPresence("bye", { id: this.#id, epoch: this.#epoch, reason });
  }

  /** Messages that wait, the one under way included. */
  get undelivered() {
    return this.#queue.length + (this.#delivering ? 1 : 0);
  }

  async #deliverAll() {
    while (this.#queue.length > 0) await this.#deliver(this.#queue.shift());
  }

  /** Sends one message until it is acknowledged; messages go out one after the other, so in order. */
  async #deliver({ seq, payload }) {
    const subject = `eon.${this.#channel}`;
    let pauseMs = 100;
    let said;
    for (;;) {
      const messageHeaders = headers();
      messageHeaders.set("Nats-Msg-Id", `${this.#channel}:${this.#id}:${this.#epoch}:${seq}`);
      let problem;
      try {
        if (Date.now() < this.#unacknowledgedUntil) {
          return this.#connection.publish(subject, payload, { headers: messageHeaders });
        }
        const options = { timeout: ACK_TIMEOUT_MS, headers: messageHeaders };
        const acknowledgement = (await this.#connection.request(subject, payload, options)).json();
        if (!acknowledgement.error) {
          this.#streamSeen = true;
          return undefined;
        }
        problem = acknowledgement.error.description ?? "refused";
      } catch (error) {
        if (this.#connection.isClosed()) return undefined;
        const cause = error.cause ?? error;
        // Somebody received it but no stream answered. If none ever did, there is none.
        if (cause instanceof TimeoutError && !this.#streamSeen && this.connected) return this.#goUnacknowledged();
        // Nobody heard it, no stream and no subscriber: it waits, as while disconnected. A bridge that starts after its
        // publishers makes the stream, and then misses nothing.
        const nobody = "nobody listens and no stream stores it (a bridge creates the stream)";
        problem = cause instanceof NoRespondersError ? nobody : cause.message;
      }
      // Once for each reason, not once an attempt.
      if (problem !== said) say(`message ${seq}: ${problem}, trying again`);
      said = problem;
      await sleep(pauseMs * (0.5 + Math.random())); // many publishers must not retry in step
      pauseMs = Math.min(2 * pauseMs, RETRY_PAUSE_MAX_MS);
      // Not while disconnected: the client would keep a copy of every attempt and send them all.
      while (!this.connected && !this.#connection.isClosed()) await sleep(100);
    }
  }

  #goUnacknowledged() {
    // The request that got no answer did reach whoever subscribes: nothing is sent twice.
    if (this.#unacknowledgedUntil === 0) {
      say(`no stream stores eon.${this.#channel}: publishing unacknowledged (a bridge creates the stream)`);
    }
    this.#unacknowledgedUntil = Date.now() + NO_STREAM_PAUSE_MS;
    this.#streamSeen = false;
  }

  #sayPresence(kind, body) {
    if (this.connected) this.#connection.publish(`eon-presence.${this.#channel}.${kind}`, JSON.stringify(body));
  }
}

/** Follows the connection: hello again after each reconnect, and errors said aloud (violated permissions come here). */
async function watch(connection, publisher) {
  for await (const status of connection.status()) {
    if (status.type === "disconnect") {
      publisher.connected = false;
      say("disconnected, reconnecting: messages wait");
    }
    if (status.type === "reconnect") {
      publisher.connected = true;
      say("connected again");
      publisher.hello();
    }
    if (status.type === "error") say(status.error.message);
  }
}

async function main() {
  const options = parseOptions();
  let stop;
  const stopped = new Promise((resolve) => (stop = resolve));
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => stop(name));

  const broker = brokerOf(options.url);
  say(`connecting to ${broker.servers}`); // the client tries for ever, and in silence
  const connection = await Promise.race([
    connect({
      ...broker,
      name: options.id,
      inboxPrefix: `_INBOX.${options.id}`, // answers come to subjects of our own: a server can grant exactly those
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1, // for ever
      reconnectTimeWait: 1_000,
      pingInterval: 10_000, // a dead connection is noticed in 20 to 30 s
    }),
    stopped,
  ]);
  if (typeof connection === "string") process.exit(0); // stopped before the broker ever answered

  const publisher = new Publisher(connection, options);
  const watching = watch(connection, publisher);
  publisher.hello();
  const hellos = setInterval(() => publisher.hello(), HELLO_INTERVAL_MS);
  say(`publishing ${options.id} to eon.${options.channel} every ${options.intervalMs / 1000} s`);

  let recorded = 0;
  const measuring = setInterval(() => {
    publisher.record();
    if (++recorded === options.count) stop("finished");
  }, options.intervalMs);

  const reason = await stopped;
  clearInterval(measuring);
  clearInterval(hellos);
  await publisher.finish(reason);
  if (publisher.undelivered > 0) say(`${publisher.undelivered} messages were not delivered`);
  // Without drain, what is still in the client's buffer would be lost with the process. Where there is no connection there
  // is nobody to give it to.
  await within(STOP_TIMEOUT_MS, connection.drain()).catch(() => {});
  if (publisher.connected) await within(STOP_TIMEOUT_MS, watching);
  process.exit(0);
}

/** Where and as whom: this client, unlike others, does not read `nats://user:password@host` by itself. */
function brokerOf(url) {
  const { protocol, username, password, host } = new URL(url.includes("://") ? url : `nats://${url}`);
  const credentials = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {};
  return { servers: `${protocol}//${host}`, ...credentials };
}

/** Waits for the promise, but not longer than that. */
function within(milliseconds, promise) {
  return Promise.race([promise, sleep(milliseconds)]);
}

function mebibytes(bytes) {
  return Math.round((bytes / 2 ** 20) * 1000) / 1000;
}

function say(text) {
  process.stderr.write(`publish.mjs: ${text}\n`);
}

/** The options as given; ends the program where one is unknown. */
function parsed(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    say(error.message);
    return process.exit(64);
  }
}

function parseOptions() {
  const values = parsed({
    url: { type: "string", default: "nats://127.0.0.1:4222" },
    channel: { type: "string", default: "process-memory-demo" },
    id: { type: "string", default: `node-${process.pid}` },
    interval: { type: "string", default: "1" },
    count: { type: "string", default: "0" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    process.stdout.write("publish.mjs [--url URL] [--channel NAME] [--id ID] [--interval SECONDS] [--count N]\n");
    process.exit(0);
  }
  const intervalMs = Number(values.interval) * 1000;
  const count = Number(values.count);
  const wrong = [
    CHANNEL.test(values.channel) || "--channel: tokens of A-Z a-z 0-9 _ - with dots between",
    SOURCE_ID.test(values.id) || "--id: 1 to 128 characters of A-Z a-z 0-9 _ -",
    intervalMs > 0 || "--interval: a number of seconds, more than 0",
    (Number.isInteger(count) && count >= 0) || "--count: a whole number, 0 for no end",
  ].filter((problem) => problem !== true);
  if (wrong.length > 0) {
    wrong.forEach(say);
    process.exit(64);
  }
  return { url: values.url, channel: values.channel, id: values.id, intervalMs, count };
}

await main().catch((error) => {
  say(error.message);
  process.exit(1);
});
