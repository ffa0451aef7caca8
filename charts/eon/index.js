/**
 * What old pages of EON know, as a module: charts, PubNub's clients of both generations, and what they use of C3 and d3.
 *
 *     eon.chart({ channels: ['memory'], pubnub: new PubNub({}) });     // over the bridge that serves this file
 *     const { eon, PubNub } = forBridge('bridge.example:8080');        // over another one
 *
 * `../eon.js` is the same for pages that have globals and no modules.
 */

import { c, chart, generate } from './chart/index.js';
import { d3 } from './d3.js';
import { clientsOf, originOf } from './pubnub/index.js';
import { sayOnce } from './pubnub/say.js';
import { subsub } from './subsub.js';

export { d3 };

/**
 * @param {string} bridge  `host:port` or an http(s) origin
 * @throws {TypeError} for what is neither
 */
export function forBridge(bridge) {
  const { PubNub, PUBNUB, transport, client } = clientsOf(bridge);
  const context = { bridge: originOf(bridge), client, transport };
  return {
    eon: {
      /** @param {unknown} options */
      chart: (options) => chart(options, context),
      c: {
        /** @param {unknown} options */
        create: (options) => c.create(options, context), flatten: c.flatten,
      },
      subsub,
      map: () => sayOnce('error', 'eon.map is not offered: a bridge draws charts, no maps'),
    },
    PubNub, PUBNUB, d3,
    c3: {
      /** @param {unknown} config */
      generate: (config) => generate(config, context),
    },
  };
}

export const { eon, PubNub, PUBNUB, c3 } = forBridge(new URL(import.meta.url).origin);
