#!/usr/bin/env node
// Prints what is published on an Eontide channel, one JSON line a message, as it arrives.
//
//     npm ci
//     node subscribe.mjs --channel process-memory-demo | jq .message.columns
//
// A channel is the subject `eon.<channel>` and everything below it: sources may publish on the shared subject or on one
// of their own. This is the live stream alone; history is the bridge's (WebSocket `/live`) or a JetStream consumer's.

import { parseArgs } from "node:util";
import { connect } from "@nats-io/transport-node";

const CHANNEL = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** The line for one message. What is no JSON is passed on as a string: a viewer must not fail on it. */
function lineOf(message) {
  const text = message.string();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = text;
  }
  return `${JSON.stringify({ subject: message.subject, message: body })}\n`;
}

async function main() {
  const { url, channel, count } = parseOptions();
  const broker = brokerOf(url);
  say(`connecting to ${broker.servers}`); // the client tries for ever, and in silence
  const connection = await connect({
    ...broker,
    name: "subscribe.mjs",
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 1_000,
    pingInterval: 10_000,
  });
  let seen = 0;
  const close = () => connection.close();
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, close);
  process.stdout.on("error", close); // `| head`: the reader has enough

  const onMessage = (error, message) => {
    if (error) return say(error.message); // a violated permission comes here
    if (count > 0 && seen === count) return undefined;
    seen += 1;
    return process.stdout.write(lineOf(message), seen === count ? close : undefined);
  };
  for (const subject of [`eon.${channel}`, `eon.${channel}.>`]) connection.subscribe(subject, { callback: onMessage });
  await connection.flush(); // the server knows of the subscriptions: nothing published from now on is missed
  say(`listening on eon.${channel} and below`);
  await connection.closed();
}

/** Where and as whom: this client, unlike others, does not read `nats://user:password@host` by itself. */
function brokerOf(url) {
  const { protocol, username, password, host } = new URL(url.includes("://") ? url : `nats://${url}`);
  const credentials = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {};
  return { servers: `${protocol}//${host}`, ...credentials };
}

function say(text) {
  process.stderr.write(`subscribe.mjs: ${text}\n`);
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
    count: { type: "string", default: "0" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    process.stdout.write("subscribe.mjs [--url URL] [--channel NAME] [--count N]\n");
    process.exit(0);
  }
  const count = Number(values.count);
  const wrong = [
    CHANNEL.test(values.channel) || "--channel: tokens of A-Z a-z 0-9 _ - with dots between",
    (Number.isInteger(count) && count >= 0) || "--count: a whole number, 0 for no end",
  ].filter((problem) => problem !== true);
  if (wrong.length > 0) {
    wrong.forEach(say);
    process.exit(64);
  }
  return { url: values.url, channel: values.channel, count };
}

await main().catch((error) => {
  say(error.message);
  process.exit(1);
});
