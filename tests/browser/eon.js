/** Old pages on a real bridge: the pages from a server of their own, scripts and messages from the bridge. */

import { connect } from '@nats-io/transport-node';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { launch } from './harness.js';
import { Bridge, Nats, until } from './real.js';
/** @import {Page} from 'playwright-core' */

const PAGES = fileURLToPath(new URL('pages/eon', import.meta.url));

/** In the page: the colours that the canvases of a chart show; from a copy, since reading a canvas moves it out of the GPU's memory. */
export const COLOURS = `(selector) => {
  const copy = new OffscreenCanvas(160, 80).getContext('2d', { willReadFrequently: true });
  copy.imageSmoothingEnabled = false;
  for (const canvas of document.querySelectorAll(selector + ' canvas')) if (canvas.width > 0 && canvas.height > 0) copy.drawImage(canvas, 0, 0, 160, 80);
  const { data } = copy.getImageData(0, 0, 160, 80);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  return seen.size;
}`;

export class EonStage {
  #server;
  origin;
  nats;
  bridge;
  browser;
  publisher;

  /** @param {{server: import('node:http').Server, origin: string, nats: Nats, bridge: Bridge, browser: import('playwright-core').Browser, publisher: import('@nats-io/transport-node').NatsConnection}} parts */
  constructor({ server, origin, nats, bridge, browser, publisher }) {
    this.#server = server;
    this.origin = origin;
    this.nats = nats;
    this.bridge = bridge;
    this.browser = browser;
    this.publisher = publisher;
  }

  static async start() {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const file = PAGES + pathname;
      if (pathname.includes('..') || !existsSync(file)) return void response.writeHead(404).end();
      response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8');
      createReadStream(file).pipe(response);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
    const [browser, nats] = await Promise.all([launch(), Nats.start()]);
    const bridge = await Bridge.start(nats, '--allow-origin', origin, '--pubnub-facade');
    const publisher = await connect({ servers: nats.url });
    return new EonStage({ server, origin, nats, bridge, browser, publisher });
  }

  /** @param {string} channel @param {...unknown} messages  in their order */
  async publish(channel, ...messages) {
    for (const message of messages) this.publisher.publish(`eon.${channel}`, typeof message === 'string' ? message : JSON.stringify(message));
    await this.publisher.flush();
  }

  /** @param {import('playwright-core').BrowserContextOptions} [options] */
  async open(options = {}) {
    const page = await this.browser.newPage({ viewport: { width: 1280, height: 760 }, timezoneId: 'UTC', ...options });
    const shown = new EonPage(page);
    await page.goto(`${this.origin}/page.html?bridge=${encodeURIComponent(this.bridge.origin)}`);
    await page.waitForSelector('body[data-ready]', { state: 'attached', timeout: 10_000 });
    return shown;
  }

  async close() {
    await this.publisher.close();
    await this.browser.close();
    await this.bridge.kill();
    await this.nats.kill();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export class EonPage {
  /** Errors of the page and of its console. @type {string[]} */
  complaints = [];
  /** @type {string[]} */
  warnings = [];

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
      if (message.type() === 'warning') this.warnings.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  close() { return this.page.close(); }

  /** In the page. @param {string} body  of an async function @returns {Promise<any>} */
  run(body) {
    return this.page.evaluate(`(async () => {${body}})()`);
  }

  /** Until an expression is true; what it is in the end is said. @param {string} expression  of the page @param {string} [shown]  said where it never is */
  until(expression, shown = expression) {
    return until(expression, async () => (await this.page.evaluate(`Boolean(${expression})`)) || `${JSON.stringify(await this.page.evaluate(shown))}\n${this.complaints.join('\n')}`);
  }
}
