/**
 * What the browser tests stand on: the folders served as the bridge serves them, with its content policy, a real
 * Chromium, and a bridge played by hand through Playwright's WebSocket routing.
 */

import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = new URL('../../', import.meta.url);
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const ARGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-device-scale-factor=1',
];
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
  + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** @type {Record<string, string>} */
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css', svg: 'image/svg+xml' };

/** @import {Browser, BrowserContextOptions, Page, WebSocketRoute} from 'playwright-core' */

/** @param {string} path  of a request @returns {string} of the file */
function fileOf(path) {
  const relative = path === '/' ? 'ui/index.html' : path.startsWith('/charts/') ? path.slice(1) : `ui${path}`;
  return fileURLToPath(new URL(relative, ROOT));
}

/** @returns {Promise<{origin: string, close: () => Promise<void>}>} */
export async function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/api/v1/channels') {
      response.setHeader('content-type', 'application/json');
      return void response.end('{"channels":[{"channel":"process-memory-demo","series":15,"sources":5},{"channel":"other","series":0,"sources":0}]}');
    }
    const file = fileOf(pathname);
    if (pathname.includes('..') || pathname.endsWith('.test.js') || !existsSync(file)) {
      response.statusCode = 404;
      return void response.end();
    }
    response.setHeader('content-type', TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain');
    response.setHeader('content-security-policy', POLICY);
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

/** @returns {Promise<Browser>} */
export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/** A page with a bridge behind it that does what the test says. */
export class Stage {
  /** Whatever the page complained about. @type {string[]} */
  complaints = [];
  /** @type {WebSocketRoute[]} */
  sockets = [];
  /** Requests of the page over all sockets. @type {any[]} */
  requests = [];
  /** What a subscribe is answered with. @type {(subscribe: any) => object[]} */
  answer = () => [];

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * @param {Browser} browser
   * @param {string} address
   * @param {(subscribe: any) => object[]} answer
   * @param {BrowserContextOptions} [options]
   */
  static async open(browser, address, answer, options = {}) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, timezoneId: 'UTC', ...options });
    const stage = new Stage(page);
    stage.answer = answer;
    page.on('console', (message) => message.type() === 'error' && stage.complaints.push(message.text()));
    page.on('pageerror', (error) => stage.complaints.push(String(error)));
    await page.routeWebSocket('**/live', (socket) => stage.#connect(socket));
    await page.goto(address);
    return stage;
  }

  /** @param {WebSocketRoute} socket */
  #connect(socket) {
    this.sockets.push(socket);
    socket.onMessage((text) => {
      const request = JSON.parse(String(text));
      this.requests.push(request);
      if (request.ping) socket.send(JSON.stringify({ type: 'pong', pong: request.ping }));
      if (request.subscribe) for (const frame of this.answer(request.subscribe)) socket.send(JSON.stringify({ sub: request.sub, ...frame }));
    });
  }

  /** @param {object} frame */
  send(frame) {
    this.sockets.at(-1)?.send(JSON.stringify({ sub: 1, ...frame }));
  }

  /**
   * Waits, frame by frame, until a condition on the page's inspection interface holds. The condition goes to the page as
   * text of the debugger, which the content policy does not forbid; Playwright's own polling would need eval.
   * @param {(chart: any, value: any) => unknown} condition
   * @param {unknown} [value]
   */
  async until(condition, value = null) {
    const deadline = performance.now() + 10_000;
    while (!(await this.page.evaluate(`(${condition})(window.eontide?.chart, ${JSON.stringify(value)})`))) {
      if (performance.now() > deadline) {
        const state = await this.page.evaluate('JSON.stringify([window.eontide?.chart.state(), window.eontide?.chart.stats()])');
        throw new Error(`never true: ${condition} in ${state}`);
      }
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** @param {string} id */
  byId(id) {
    return this.page.locator(`[data-testid="${id}"]`);
  }
}
