/**
 * The picture in the README: the running page, a minute of real processes, one of which was killed and came back and
 * one of which has just been killed again. `EONTIDE_SCREENSHOT=1 node --test screenshot.test.js` takes it anew.
 */

import { after, before, test } from 'node:test';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './harness.js';
import { Subscriber } from './points.js';
import { Bridge, Nats, publishers, until } from './real.js';
import { published, Viewer } from './viewer.js';
/** @import {Browser} from 'playwright-core' */

const CHANNEL = 'process-memory-demo';
const PICTURE = fileURLToPath(new URL('../../docs/live-chart.png', import.meta.url));
const wanted = process.env.EONTIDE_SCREENSHOT === '1';

/** @type {Browser|null} */
let browser = null;
before(async () => { if (wanted) browser = await launch(); });
after(() => browser?.close());

test('the picture in the README', { timeout: 180_000, skip: wanted ? false : 'only with EONTIDE_SCREENSHOT=1' }, async () => {
  if (!browser) return;
  const nats = await Nats.start();
  const [bridge, subscriber] = await Promise.all([Bridge.start(nats), Subscriber.start(nats.url, CHANNEL)]);
  const processes = publishers(nats, '--count', '5', '--interval', '500ms');
  try {
    const viewer = await Viewer.open(browser, `${bridge.origin}/?window=1m&tz=utc`, { colorScheme: 'light', deviceScaleFactor: 2 });
    /** @param {string} id */
    const find = async (id) => (await bridge.sources(CHANNEL)).find((source) => source.id === id);
    /** @param {number} n  index of a process */
    const kill = async (n) => process.kill((await find(`process-memory-${n}`)).pid, 'SIGKILL');
    const began = Date.now();
    /** @param {number} seconds */
    const run = (seconds) => until(`${seconds} s of data`, () => published(subscriber, 1, began + 1000 * seconds));
    await run(25);
    await kill(1);
    await run(45);
    await kill(3);
    await run(66);
    await kill(3);
    await until('it has been down for a moment', async () => {
      const { state, since } = await find('process-memory-3');
      return state === 'down' && Date.now() - since > 1_200;
    });
    await viewer.counts('15 series · 4 up · 1 down');
    mkdirSync(new URL('../../docs/', import.meta.url), { recursive: true });
    await viewer.page.screenshot({ path: PICTURE });
  } finally {
    await processes.kill();
    await subscriber.close();
    await bridge.kill();
    await nats.kill();
  }
});
