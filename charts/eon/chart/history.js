/** Pages of what is stored, from the newest back, until there is enough. */

/** Of one request: what the original's service gives at most. */
export const PAGE = 100;
/** Of one channel: 20,000 messages. */
const PAGES_MAX = 200;

/**
 * @typedef {{message: unknown, token: unknown}} Stored
 * @typedef {(ask: {count: number, start: unknown}) => Promise<Stored[]>} Page  oldest first; start: only what is older
 */

/**
 * @param {Page} page
 * @param {(entries: Stored[]) => boolean} take  is it enough?
 * @param {() => boolean} goOn  does somebody still wait?
 */
export async function readBack(page, take, goOn) {
  /** @type {unknown} */
  let start = null;
  for (let i = 0; i < PAGES_MAX && goOn(); i++) {
    const entries = await page({ count: PAGE, start });
    if (entries.length === 0 || !goOn() || take(entries)) return;
    const oldest = entries[0].token;
    // Without tokens, or where a service does not page, the same would come for ever.
    if (oldest === undefined || oldest === null || String(oldest) === String(start)) return;
    start = oldest;
  }
}
