/** Everything real, and a site of somebody else's beside it: pages of another origin that use a bridge, and what the stream holds. */

import { createServer } from 'node:http';
import { launch } from './harness.js';
import { Bridge, Nats } from './real.js';
import { StreamRecorder } from './stream-recorder.js';
/** @import {AddressInfo} from 'node:net' */
/** @import {RequestListener} from 'node:http' */
/** @import {Browser} from 'playwright-core' */

export class Guest {
  /** @type {Browser} */
  browser;
  /** @type {Bridge} */
  bridge;
  /** @type {StreamRecorder} */
  recorder;
  /** Of the site. @type {string} */
  origin;
  /** @type {import('node:http').Server} */
  #site;
  /** @type {Nats} */
  #nats;

  /** @param {import('node:http').Server} site @param {Nats} nats @param {Browser} browser @param {Bridge} bridge @param {StreamRecorder} recorder */
  constructor(site, nats, browser, bridge, recorder) {
    [this.#site, this.#nats, this.browser, this.bridge, this.recorder] = [site, nats, browser, bridge, recorder];
    this.origin = originOf(site);
  }

  /** @param {RequestListener} answer  of the site @param {(origin: string) => string[]} options  of the bridge, by the site's origin */
  static async start(answer, options) {
    const site = createServer(answer);
    await new Promise((resolve) => site.listen(0, '127.0.0.1', () => resolve(undefined)));
    const [browser, nats] = await Promise.all([launch(), Nats.start()]);
    const bridge = await Bridge.start(nats, ...options(originOf(site)));
    return new Guest(site, nats, browser, bridge, await StreamRecorder.start(nats.url));
  }

  async close() {
    this.#site.close();
    this.#site.closeAllConnections();
    await Promise.all([this.browser.close(), this.recorder.close(), this.bridge.kill()]);
    await this.#nats.kill();
  }
}

/** @param {import('node:http').Server} site */
const originOf = (site) => `http://127.0.0.1:${/** @type {AddressInfo} */ (site.address()).port}`;
