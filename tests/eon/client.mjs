// One of PubNub's own clients, driven by lines of JSON: node client.mjs v3|v4 HOST:PORT
//
// In: {"id":1,"call":"channelGroups.addChannels","args":{…}}. Out: {"id":1,"error":…,"result":…} for each call that answers,
// and {"event":"message"|"status",…} for what the client tells by itself.
import http from 'node:http';
import { createInterface } from 'node:readline';
// @ts-expect-error it has no types
import PubNub from 'pubnub';

// v3 was written for a Node whose agents said this of themselves.
Object.assign(http.Agent, { super_: { EventEmitter: true } });
// @ts-expect-error it has no types
const { default: PUBNUB } = await import('pubnub3');

/** @typedef {(error: any, result: any) => void} Answer */
/** @typedef {(call: string, args: any, answer: Answer) => void} Client */

/** @param {object} line */
function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/**
 * @param {string} origin
 * @returns {Client}
 */
function v4(origin) {
  const pubnub = new PubNub({ publishKey: 'demo', subscribeKey: 'demo', origin, ssl: false, uuid: 'tester' });
  pubnub.addListener({
    /** @param {any} told */
    message({ channel, subscription, timetoken, message }) {
      say({ event: 'message', channel, subscription, timetoken, message });
    },
    /** @param {any} told */
    status({ category, error = false }) {
      say({ event: 'status', category, error });
    },
  });
  return (call, args, answer) => {
    const path = call.split('.');
    const method = path.pop() ?? '';
    const owner = path.reduce((object, name) => object[name], pubnub);
    if (['subscribe', 'unsubscribe'].includes(method)) {
      owner[method](args);
      answer(null, null);
      return;
    }
    /** @type {(status: any, result: any) => void} */
    const told = (status, result) => {
      const { response, status: code } = status.errorData ?? {};
      answer(status.error ? { status: code, text: response?.text } : null, result);
    };
    if (['time', 'listGroups'].includes(method)) owner[method](told);
    else owner[method](args, told);
  };
}

/**
 * @param {string} origin
 * @returns {Client}
 */
function v3(origin) {
  // In Node it knows no port but by a proxy's; in a page it does.
  const [hostname, port] = origin.split(':');
  const keys = { publish_key: 'demo', subscribe_key: 'demo', uuid: 'tester' };
  const pubnub = PUBNUB.init({ ...keys, origin: hostname, ssl: false, proxy: { hostname, port: Number(port) } });
  return (call, args, answer) => {
    if (call === 'subscribe') {
      /** @type {(message: any, env: any, subscription: string, latency: number, channel: string) => void} */
      const message = (text, env, subscription, _, channel) =>
        say({ event: 'message', channel, subscription, timetoken: env[1], message: text });
      pubnub.subscribe({ ...args, message, connect: () => say({ event: 'status', category: 'connect' }) });
      answer(null, null);
    } else {
      /** @type {(result: any) => void} */
      const callback = (result) => answer(null, result);
      /** @type {(error: any) => void} */
      const error = (what) => answer(what, null);
      pubnub[call]({ ...args, callback, error });
    }
  };
}

const [version, origin = ''] = process.argv.slice(2);
const client = version === 'v3' ? v3(origin) : v4(origin);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, call, args } = JSON.parse(line);
  client(call, args, (error, result) => say({ id, error, result }));
});
lines.on('close', () => process.exit(0));
say({ event: 'open' });
