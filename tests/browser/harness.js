/**
 * What the browser tests stand on: the folders served as the bridge serves them, with its content policy, a real
 * Chromium, and a bridge played by hand through Playwright's WebSocket routing.
 */

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { frameFor, infoOf, kindOf } from './played.js';

const ROOT = new URL('../../', import.meta.url);
/** The whole browser, with tabs that can be hidden: what people have. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** The same engine without the windows around it: a page opens in 0.35 s of the suite's two cores instead of 0.8. */
const SHELL = '/usr/bin/chromium-headless-shell';
export const ARGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-device-scale-factor=1',
];
const CHANNELS = '{"channels":[{"channel":"process-memory-demo","series":15,"sources":5},{"channel":"other","series":0,"sources":0}]}';
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
  + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** @type {Record<string, string>} */
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css', svg: 'image/svg+xml' };

/** The chart of a page whose controls listen; a page of a test's own has none. */
export const SHOWN = "(window.eontide?.furnished === false ? undefined : window.eontide?.chart)";

/** @import {Browser, BrowserContextOptions, Page, WebSocketRoute} from 'playwright-core' */

/** @param {string} path  of a request @returns {string} of the file */
function fileOf(path) {
  // tests/browser/pages are pages of tests' own.
  const relative = path === '/' ? 'ui/index.html' : /^\/(charts|tests)\//.test(path) ? path.slice(1) : `ui${path}`;
  return fileURLToPath(new URL(relative, ROOT));
}

/** By the user agent of its page, which says of a request who asks. @type {Map<string, Stage>} */
const stages = new Map();

/** @returns {Promise<{origin: string, close: () => Promise<void>}>} */
export async function serve() {
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost');
    const { pathname } = address;
    const answer = stages.get(request.headers['user-agent'] ?? '')?.answerTo(address) ?? (pathname === '/api/v1/channels' ? CHANNELS : null);
    if (answer !== null) {
      if (typeof answer === 'string') response.setHeader('content-type', 'application/json');
      return void response.end(answer);
    }
    const file = fileOf(pathname);
    if (pathname.includes('..') || pathname.endsWith('.test.js') || !existsSync(file)) {
      response.statusCode = 404;
      return void response.end();
    }
    response.setHeader('content-type', TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain');
    response.setHeader('content-security-policy', POLICY);
    response.end(readFileSync(file));
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

/** @param {string[]} more  of Chromium's options @returns {Promise<Browser>} */
export function launch(...more) {
  return chromium.launch({ executablePath: process.env.CHROMIUM || !existsSync(SHELL) ? CHROMIUM : SHELL, args: [...ARGS, ...more] });
}

/** A page with a bridge behind it that does what the test says. */
export class Stage {
  /** Whatever the page complained about. @type {string[]} */
  complaints = [];
  /** @type {WebSocketRoute[]} */
  sockets = [];
  /** Requests of the page over all sockets. @type {any[]} */
  requests = [];
  /** What a subscribe to lines is answered with; merged columns are made from it. @type {(subscribe: any) => object[]} */
  answer = () => [];
  /** Of each open socket what is subscribed, by its number: a page may have several charts. @type {Map<WebSocketRoute, Map<number, any>>} */
  #subscribed = new Map();
  /** @type {[RegExp, (address: URL) => string|Buffer][]} */
  #served = [[/^\/api\/v1\/channels\/[^/]+\/ranking$/, ({ searchParams }) => JSON.stringify(this.#ranking(searchParams))]];

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
    const userAgent = `stage ${stages.size}`;
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, timezoneId: 'UTC', locale: 'en-GB', userAgent, ...options });
    const stage = new Stage(page);
    stages.set(userAgent, stage);
    stage.answer = answer;
    page.on('console', (message) => message.type() === 'error' && stage.complaints.push(message.text()));
    page.on('pageerror', (error) => stage.complaints.push(String(error)));
    await page.routeWebSocket('**/live', (socket) => stage.#connect(socket));
    await page.goto(address);
    return stage;
  }

  /** Subscriptions to lines, in their order: what a page with few series asks for. @returns {{sub: number, subscribe: any}[]} */
  get lines() {
    return this.requests.filter(({ subscribe }) => subscribe && kindOf(subscribe) === 'lines');
  }

  /** @param {WebSocketRoute} socket */
  #connect(socket) {
    this.sockets.push(socket);
    /** @type {Map<number, any>} */
    const subscribed = new Map();
    this.#subscribed.set(socket, subscribed);
    socket.onClose((code, reason) => {
      this.#subscribed.delete(socket);
      // Who listens here answers the closing as well.
      void socket.close({ code, reason });
    });
    socket.onMessage((text) => {
      const request = JSON.parse(String(text));
      this.requests.push(request);
      if (request.ping) socket.send(JSON.stringify({ type: 'pong', pong: request.ping }));
      if (request.unsubscribe) subscribed.delete(request.sub);
      if (!request.subscribe) return;
      subscribed.set(request.sub, request.subscribe);
      for (const frame of this.answer(request.subscribe)) this.#deliver(socket, request.sub, request.subscribe, frame, true);
    });
  }

  /**
   * Answers what its page asks its own server for. For what the browser itself answers, it stops every request of the page: a tenth
   * of what a page takes.
   * @param {RegExp} path
   * @param {(address: URL) => string|Buffer} answer  a text: JSON
   */
  serves(path, answer) {
    this.#served.unshift([path, answer]);
  }

  /** @param {URL} address @returns {string|Buffer|null} */
  answerTo(address) {
    const found = this.#served.find(([path]) => path.test(address.pathname));
    return found ? found[1](address) : null;
  }

  /** A frame to every subscription that it concerns, in the form that it has there. @param {any} frame */
  send(frame) {
    for (const [socket, subscribed] of this.#subscribed) {
      for (const [sub, subscribe] of subscribed) this.#deliver(socket, sub, subscribe, frame, false);
    }
  }

  /** @param {WebSocketRoute} socket @param {number} sub @param {any} subscribe @param {any} frame @param {boolean} first  of this subscription */
  #deliver(socket, sub, subscribe, frame, first) {
    const delivered = frameFor(subscribe, frame, first);
    if (delivered) socket.send(JSON.stringify({ sub, ...delivered }));
  }

  /** By the last answer to a subscribe. @param {URLSearchParams} asked */
  #ranking(asked) {
    const snapshot = /** @type {any} */ (this.answer({ channel: '', window: '5m' }).find((/** @type {any} */ frame) => frame.type === 'snapshot'));
    const of = asked.get('of') ?? 'last';
    const [above, below] = [asked.get('above'), asked.get('below')].map((bound) => (bound === null ? null : Number(bound)));
    const metrics = asked.get('metric')?.split(',') ?? null;
    const known = infoOf(snapshot?.sources ?? []);
    const series = (snapshot?.blocks ?? []).flatMap((/** @type {any} */ { columns }) => columns.slice(0, -1).map((/** @type {any[]} */ [name, ...v]) => {
      const info = known.get(name);
      const last = v.at(-1);
      return { name, channel: 'c', metric: info?.metric ?? name, unit: info?.unit ?? null, source: info?.source ?? null, last, time: Date.now(), value: of === 'max' ? Math.max(...v) : last, v };
    })).filter((/** @type {any} */ { v, metric }) => (!metrics || metrics.includes(metric)) && v.some((/** @type {number} */ value) => (above === null || value >= above) && (below === null || value < below)));
    series.sort((/** @type {any} */ a, /** @type {any} */ b) => b.value - a.value);
    return { channel: 'c', position: { epoch: 1, offset: 1 }, from: 0, to: 0, of, total: series.length, series: series.slice(0, Number(asked.get('k') ?? 100)).map((/** @type {any} */ { v, ...one }) => one) };
  }

  /**
   * Waits, frame by frame, until a condition on the page's inspection interface holds. The condition goes to the page as
   * text of the debugger, which the content policy does not forbid; Playwright's own polling would need eval.
   * @param {(chart: any, value: any) => unknown} condition
   * @param {unknown} [value]
   */
  async until(condition, value = null) {
    const deadline = performance.now() + 20_000;
    while (!(await this.page.evaluate(`(${condition})(${SHOWN}, ${JSON.stringify(value)})`))) {
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
