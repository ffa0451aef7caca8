/** The bridge's own page in a real browser, and whatever it does that it should not. */

import { SHOWN } from './harness.js';
import { difference } from './points.js';
import { until } from './real.js';

/** @import {Browser, BrowserContextOptions, Page} from 'playwright-core' */
/** @import {Series, Subscriber} from './points.js' */

/** What a browser says itself when the bridge is away. */
const AWAY = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED/;

export class Viewer {
  /** Errors on the console, broken policies among them. @type {string[]} */
  complaints = [];
  /** Hosts that were asked for anything, by HTTP or WebSocket. @type {Set<string>} */
  hosts = new Set();
  /** Status and path of every answer. @type {string[]} */
  answers = [];

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && this.#complain(message.text()));
    page.on('pageerror', (error) => this.#complain(String(error)));
    page.on('request', (request) => this.hosts.add(new URL(request.url()).host));
    page.on('websocket', (socket) => this.hosts.add(new URL(socket.url()).host));
  }

  /** @param {Browser} browser @param {string} address @param {BrowserContextOptions} [options] */
  static async open(browser, address, options = {}) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, timezoneId: 'UTC', locale: 'en-GB', ...options });
    const viewer = new Viewer(page);
    await page.goto(address);
    return viewer;
  }

  /** @param {string} text */
  #complain(text) {
    if (!AWAY.test(text)) this.complaints.push(text);
  }

  /** @returns {Promise<any>} connection, position, edges */
  state() { return this.page.evaluate(`${SHOWN}?.state()`); }
  /** @returns {Promise<any>} counters */
  stats() { return this.page.evaluate('window.eontide.chart.stats()'); }
  /** @returns {Promise<Series[]>} every point held */
  data() { return this.page.evaluate('window.eontide.chart.data()'); }

  /** @param {string} name */
  connection(name) {
    return until(`the page is ${name}`, async () => {
      const state = await this.state();
      return state?.connection === name || JSON.stringify(state);
    });
  }

  /** @param {string} selector  something with a `data-testid`, or any selector @returns {Promise<string[]>} texts */
  texts(selector) {
    return this.page.locator(selector).allTextContents();
  }

  /** @param {string} text */
  counts(text) {
    return until(`counts say ${text}`, async () => {
      const [found] = await this.texts('[data-testid="counts"]');
      return found === text || found;
    });
  }

  /** Does the page hold exactly what was published? @param {Subscriber} subscriber */
  async exact(subscriber) {
    await until('the page holds exactly what was published', async () => {
      const published = subscriber.points();
      const [state, held] = await this.page.evaluate('[window.eontide.chart.state(), window.eontide.chart.data()]');
      if (!state.filled || published.size === 0) return 'nothing there';
      return difference(published, held, state.from) ?? true;
    });
  }
}

/** Points of every series after a moment. @param {Subscriber} subscriber @param {number} count @param {number} [after]  ms */
export function published(subscriber, count, after = -Infinity) {
  return until(`${count} more points are published`, () => {
    const all = [...subscriber.points().values()];
    return all.length > 0 && all.every(({ x }) => x.filter((time) => time > after).length >= count);
  });
}
