/** PubNub's clients of both generations over one bridge. */

import { legacyPubNub } from './v3.js';
import { pubNubOf } from './v4-class.js';
import { Transport } from './transport.js';
/** @import {PubNubClient} from './v4.js' */

/** @type {Map<string, ReturnType<typeof made>>} */
const known = new Map();

/**
 * The same for the same bridge, so that all of a page share its socket.
 * @param {string} bridge  `host:port` or an http(s) origin
 * @throws {TypeError} for what is neither
 */
export function clientsOf(bridge) {
  const origin = originOf(bridge);
  const clients = known.get(origin) ?? made(origin);
  known.set(origin, clients);
  return clients;
}

/** @param {string} bridge */
export function originOf(bridge) {
  const text = /^https?:\/\//.test(bridge) ? bridge : `${globalThis.location?.protocol === 'https:' ? 'https' : 'http'}://${bridge}`;
  try {
    return new URL(text).origin;
  } catch {
    throw new TypeError(`eon: ${JSON.stringify(bridge)} is no bridge: host:port, or http(s)://host:port`);
  }
}

/** @param {string} origin */
function made(origin) {
  const transport = Transport.of(origin);
  const PubNub = pubNubOf(transport);
  /** @type {PubNubClient|null} */
  let shared = null;
  return {
    PubNub, PUBNUB: legacyPubNub(transport), transport,
    /** The client of charts that name none. */
    client: () => shared ??= new PubNub({}),
  };
}
