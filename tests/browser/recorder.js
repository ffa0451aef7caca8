/** A plain NATS client that publishes whatever a test says and writes down, in order, what everybody published. */

import { connect } from '@nats-io/transport-node';

/** @import {NatsConnection} from '@nats-io/transport-node' */

export class Recorder {
  #connection;
  /** Every message of any channel, in the order of the server. @type {{channel: string, message: any}[]} */
  messages = [];

  /** @param {NatsConnection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** @param {string} url */
  static async start(url) {
    const recorder = new Recorder(await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 }));
    recorder.#connection.subscribe('eon.>', {
      callback: (_, message) => { recorder.messages.push({ channel: message.subject.slice(4), message: message.json() }); },
    });
    await recorder.#connection.flush();
    return recorder;
  }

  close() { return this.#connection.close(); }

  /** Returns once the server has them all. @param {[channel: string, message: unknown][]} messages */
  async publish(...messages) {
    for (const [channel, message] of messages) this.#connection.publish(`eon.${channel}`, JSON.stringify(message));
    await this.#connection.flush();
  }

  /** Begins anew: what an attempt that failed left is not expected of the next one. */
  forget() { this.messages.length = 0; }

  /** Those of some channels. @param {string[]} channels */
  of(...channels) { return this.messages.filter(({ channel }) => channels.includes(channel)); }
}
