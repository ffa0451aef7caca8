/** Pages of somebody's own on a real bridge: an address of the bridge answered with HTML that a test writes, all else by the bridge. */

/** @import {Browser, Page} from 'playwright-core' */

/** An answer that no server gave counts as of the public network, whose pages Chromium keeps from this machine's. */
export const OWN_PAGES = '--disable-features=LocalNetworkAccessChecks';

export class OwnPage {
  /** Whatever the page complained about. @type {string[]} */
  complaints = [];
  /** Sockets that are open. */
  sockets = 0;
  /** Sockets there ever were. */
  dialled = 0;

  /** @param {Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * @param {Browser} browser
   * @param {string} address  which is answered with the page
   * @param {string} html
   * @param {{policy?: string, files?: Record<string, string>}} [options]  policy: of its content; files: beside the page, by their path
   */
  static async open(browser, address, html, { policy, files = {} } = {}) {
    const own = new OwnPage(await browser.newPage({ timezoneId: 'UTC', locale: 'en-GB' }));
    const { page } = own;
    page.on('console', (message) => message.type() === 'error' && own.complaints.push(message.text()));
    page.on('pageerror', (error) => own.complaints.push(String(error)));
    page.on('websocket', (socket) => {
      own.sockets += 1;
      own.dialled += 1;
      socket.on('close', () => { own.sockets -= 1; });
    });
    /** @type {Record<string, string>} */
    const headers = policy === undefined ? {} : { 'content-security-policy': policy };
    if (address !== 'about:blank') await page.route(address, (route) => route.fulfill({ contentType: 'text/html', headers, body: `<!doctype html><link rel="icon" href="data:,">${html}` }));
    for (const [path, body] of Object.entries(files)) {
      await page.route(new URL(path, address).href, (route) => route.fulfill({ contentType: 'text/javascript', body }));
    }
    if (address !== 'about:blank') await page.goto(address);
    return own;
  }

  /** What an expression of the page is worth; promises are awaited. @param {string} expression @returns {Promise<any>} */
  ask(expression) {
    return this.page.evaluate(expression);
  }

  close() { return this.page.close(); }
}
