/** What the stream holds, read by a plain NATS client that knows nothing of Eontide: every message with the server's time. */

import { connect } from '@nats-io/transport-node';
/** @import {NatsConnection} from '@nats-io/transport-node' */

/** @typedef {{channel: string, seq: number, ms: number, message: any}} Recorded  ms: the server's time, whole */

export class StreamRecorder {
  /** In the order of the stream. @type {Recorded[]} */
  messages = [];
  #connection;

  /** @param {NatsConnection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** Reads from the first message on. The stream must be there. @param {string} url */
  static async start(url) {
    const connection = await connect({ servers: url });
    const recorder = new StreamRecorder(connection);
    connection.subscribe('recorded', { callback: (_, message) => recorder.#take(message) });
    const config = { deliver_subject: 'recorded', deliver_policy: 'all', ack_policy: 'none' };
    const answer = await connection.request('$JS.API.CONSUMER.CREATE.EON', JSON.stringify({ stream_name: 'EON', config }));
    const { error } = /** @type {any} */ (answer.json());
    if (error) throw new Error(error.description);
    return recorder;
  }

  /** Publishes, as any NATS client may. @param {string} channel @param {unknown} message */
  publish(channel, message) {
    this.#connection.publish(`eon.${channel}`, JSON.stringify(message));
  }

  /** Returns once the server has read what was published. */
  flush() {
    return this.#connection.flush();
  }

  close() {
    return this.#connection.close();
  }

  /** @param {{subject: string, reply?: string, json: () => any}} delivered */
  #take(delivered) {
    // $JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.<consumer sequence>.<ns>.<pending>
    const words = (delivered.reply ?? '').split('.');
    this.messages.push({
      channel: delivered.subject.slice('eon.'.length), seq: Number(words[5]), ms: Number(BigInt(words[7]) / 1_000_000n), message: delivered.json(),
    });
  }
}
