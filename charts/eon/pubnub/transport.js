/** What the clients of a page share of one bridge: its socket, its history, its facade, the groups that are watched. */

import { liveUrl } from '../../options.js';
import { BROWSER } from '../../live/connection.js';
import { list, object } from '../../live/check.js';
import { readSources } from '../../live/frame.js';
import { asPubNubError, PubNubError } from './errors.js';
import { Facade } from './facade.js';
import { Groups } from './groups.js';
import { readItem } from './raw.js';
import { sayOnce } from './say.js';
import { Wire } from './wire.js';
/** @import {Environment} from '../../live/connection.js' */
/** @import {Position} from '../../types.js' */
/** @import {Asked} from './history.js' */

/** @type {Map<string, Transport>} */
const transports = new Map();

export class Transport {
  /** Was it ever heard of? */
  #heard = false;

  /** @param {string} origin  of the bridge, `http://host:port` @param {Environment} [environment] */
  constructor(origin, environment = BROWSER) {
    this.origin = origin;
    this.environment = environment;
    this.wire = new Wire(liveUrl(new URL(origin)), environment);
    this.facade = new Facade(origin);
    this.groups = new Groups((subscribeKey, group) => this.facade.channels(subscribeKey, group), environment);
  }

  /** The one of a bridge. @param {string} origin */
  static of(origin) {
    const transport = transports.get(origin) ?? new Transport(origin);
    transports.set(origin, transport);
    return transport;
  }

  /**
   * @param {string} pattern  as the bridge takes it
   * @param {Asked} asked
   */
  async messages(pattern, asked) {
    const parameters = Object.entries(asked).map(([name, value]) => [name, String(value)]);
    let answer;
    try {
      answer = await fetch(`${this.origin}/api/v1/channels/${encodeURIComponent(pattern)}/messages?${new URLSearchParams(parameters)}`);
    } catch (error) {
      throw new PubNubError(`the bridge at ${this.origin} cannot be reached, or lets no page of ${location.origin} ask it: see --allow-origin`, 0, error);
    }
    const json = await answer.json().catch(() => null);
    if (!answer.ok) throw new PubNubError(json?.error?.message ?? `the bridge answered with status ${answer.status}`, answer.status, json);
    const { messages, next, position } = object(json, 'answer');
    return {
      messages: list(messages, 'messages').map(readItem), next: /** @type {{before?: number, after?: number}|null} */ (next ?? null),
      position: /** @type {Position} */ (object(position, 'position')),
    };
  }

  /** The sources of a channel; none where that is not known. @param {string} pattern */
  async sources(pattern) {
    const answer = await fetch(`${this.origin}/api/v1/channels/${encodeURIComponent(pattern)}/sources`).catch(() => null);
    const json = answer?.ok ? await answer.json().catch(() => null) : null;
    return json === null ? [] : readSources(json.sources);
  }

  /** Where a raw view begins whose first message is the first after a time. @param {string} pattern @param {string} timetoken */
  async placeAfter(pattern, timetoken) {
    const { messages, position } = await this.messages(pattern, { from: String(BigInt(timetoken) + 1n), order: 'asc', limit: 1 });
    return messages.length > 0 ? { epoch: position.epoch, offset: messages[0].offset - 1 } : position;
  }

  heard() {
    this.#heard = true;
  }

  /** A browser does not say why a socket was refused; what any page may read tells whether the bridge is there at all. */
  async explain() {
    if (this.#heard || this.origin === location.origin) return;
    try {
      await fetch(`${this.origin}/charts/eon.js`, { method: 'HEAD', cache: 'no-store' });
      sayOnce('error', `the bridge at ${this.origin} is there, but takes no page of ${location.origin}: start it with --allow-origin ${location.origin}`);
    } catch (error) {
      const { message } = asPubNubError(error);
      sayOnce('warn', `the bridge at ${this.origin} cannot be reached, it is tried again (${message})`);
    }
  }
}
