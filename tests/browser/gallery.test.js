/** The gallery: every example draws, in both themes and on a phone; those of a channel from the real bridge. */

import assert from 'node:assert/strict';
import { test } from './again.js';
import { demo } from './demo.js';
import { Stage } from './harness.js';
import { Bridge, Nats, publishers } from './real.js';
import { browser, server } from './shared.js';
import { Viewer } from './viewer.js';
/** @import {BrowserContextOptions, Locator, Page} from 'playwright-core' */

/** A picture has ground, grid and at least one series. */
const COLOURS_MIN = 3;
const DEADLINE_MS = 15_000;
/** Sight and its margin hold so many, whatever the screen. */
const OPEN_MAX = 10;

/** @param {Page} page @param {string} section */
async function examplesOf(page, section) {
  const found = page.locator(`#${section} [data-testid="example"]`);
  await found.first().waitFor();
  return Promise.all(Array.from({ length: await found.count() }, (_, i) => found.nth(i)));
}

/** Distinct colours on the canvases of an example. @param {Locator} example */
function coloursOf(example) {
  return example.evaluate((root) => {
    const copy = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(320, 160).getContext('2d', { willReadFrequently: true }));
    copy.imageSmoothingEnabled = false;
    for (const canvas of root.querySelectorAll('canvas')) if (canvas.width > 0 && canvas.height > 0) copy.drawImage(canvas, 0, 0, 320, 160);
    const { data } = copy.getImageData(0, 0, 320, 160);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return seen.size;
  });
}

/** Brings it into sight and waits for its picture. @param {Page} page @param {Locator} example */
async function sees(page, example) {
  await example.evaluate((root) => root.scrollIntoView({ block: 'center', behavior: 'instant' }));
  const deadline = performance.now() + DEADLINE_MS;
  while ((await coloursOf(example)) < COLOURS_MIN) {
    const name = await example.getAttribute('data-example');
    assert.ok(performance.now() < deadline, `${name} shows nothing: ${await example.locator('.place').textContent()}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** @param {Page} page */
async function fits(page) {
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= width, `${wide} px of ${width}`);
}

/** @param {string} name @param {BrowserContextOptions} options */
function staticTest(name, options) {
  test(`every example of given data draws: ${name}`, { timeout: 120_000 }, async () => {
    const stage = await Stage.open(browser, `${server.origin}/charts/gallery.html`, demo(5), options);
    const { page } = stage;
    try {
      for (const section of ['shapes', 'axes', 'looks']) {
        for (const example of await examplesOf(page, section)) {
          await sees(page, example);
          assert.ok((await page.locator('[data-open]').count()) <= OPEN_MAX, 'what is out of sight is closed');
        }
        await fits(page);
      }
      assert.deepEqual(stage.complaints, []);
    } finally {
      await page.close();
    }
  });
}

staticTest('light', { colorScheme: 'light' });
staticTest('dark', { colorScheme: 'dark' });
staticTest('a phone', { viewport: { width: 400, height: 800 }, isMobile: true, hasTouch: true });

test('every button of given data does something, and the picture stays one', { timeout: 120_000 }, async () => {
  const stage = await Stage.open(browser, `${server.origin}/charts/gallery.html`, demo(5));
  const { page } = stage;
  try {
    for (const example of await examplesOf(page, 'looks')) {
      const buttons = example.locator('.buttons button');
      await sees(page, example);
      for (let i = 0; i < await buttons.count(); i += 1) {
        await buttons.nth(i).click();
        await sees(page, example);
      }
    }
    assert.deepEqual(stage.complaints, []);
  } finally {
    await page.close();
  }
});

test('the code beside a chart is the function that drew it', { timeout: 60_000 }, async () => {
  const stage = await Stage.open(browser, `${server.origin}/charts/gallery.html`, demo(5));
  try {
    const differing = await stage.page.evaluate(`(async () => {
      const sections = await Promise.all([['shapes', 'SHAPES'], ['axes', 'AXES'], ['looks', 'LOOKS'], ['live', 'LIVE']].map(async ([file, name]) => (await import('/charts/gallery/' + file + '.js'))[name]));
      const runs = new Map(sections.flatMap(({ id, examples }) => examples.map(({ run }) => [id + ' ' + run.name, run])));
      const cards = [...document.querySelectorAll('[data-testid="example"]')];
      const plain = (text) => text.replace(/\\/\\*\\*[^]*?\\*\\/ ?/g, '');
      if (cards.length !== runs.size) return [cards.length, runs.size];
      return cards.filter((card) => card.querySelector('code').textContent !== plain(String(runs.get(card.parentElement.id + ' ' + card.dataset.example)))).map((card) => card.dataset.example);
    })()`);
    assert.deepEqual(differing, []);
    assert.equal(await stage.page.locator('script:not([src]), style, [style]:not(canvas, canvas *, .place *, .aside *)').count(), 0, 'nothing inline');
  } finally {
    await stage.page.close();
  }
});

test('the choice of colours repaints what is in sight, and a button of an example does as well', { timeout: 60_000 }, async () => {
  const stage = await Stage.open(browser, `${server.origin}/charts/gallery.html`, demo(5), { colorScheme: 'light' });
  const { page } = stage;
  const first = page.locator('[data-example="area"]');
  /** The ground of the picture, as it is drawn. */
  const isDark = () => first.evaluate((root) => {
    const place = /** @type {HTMLElement} */ (root.querySelector('.place'));
    return Number(/\d+/.exec(getComputedStyle(place).backgroundColor)?.[0]) < 100 && place.querySelector('canvas') !== null;
  });
  try {
    await sees(page, first);
    const before = await first.locator('.place').screenshot();
    await page.locator('#theme').selectOption('dark');
    await sees(page, first);
    assert.equal(await isDark(), true);
    assert.notDeepEqual(await first.locator('.place').screenshot(), before);
    const themes = page.locator('[data-example="themes"]');
    await sees(page, themes);
    await themes.getByText('Light', { exact: true }).click();
    assert.equal(await page.locator('#theme').inputValue(), 'light');
    await sees(page, first);
    assert.equal(await isDark(), false);
    assert.deepEqual(stage.complaints, []);
  } finally {
    await page.close();
  }
});

test('every example of a channel draws what the real bridge sends, and its buttons work', { timeout: 180_000 }, async () => {
  const nats = await Nats.start();
  const bridge = await Bridge.start(nats);
  const spawned = publishers(nats, '--count', '5', '--interval', '100ms');
  const viewer = await Viewer.open(browser, `${bridge.origin}/charts/gallery.html`);
  const { page } = viewer;
  try {
    for (const example of await examplesOf(page, 'live')) {
      await sees(page, example);
      // Until the numbers are there, not only the axes.
      await example.locator('.eontide-overlay').waitFor({ state: 'hidden' });
      const buttons = example.locator('.buttons button');
      for (let i = 0; i < await buttons.count(); i += 1) {
        await buttons.nth(i).click();
        await sees(page, example);
      }
      await fits(page);
    }
    for (const [name, testid] of [['legend', 'legend-item'], ['sources', 'source-row']]) {
      const example = page.locator(`#live [data-example="${name}"]`);
      await sees(page, example);
      await example.locator(`[data-testid="${testid}"]`).first().waitFor();
    }
    assert.deepEqual(viewer.complaints, []);
    assert.deepEqual([...viewer.hosts], [bridge.address], 'no other host is asked for anything');
  } finally {
    await page.context().close();
    await spawned.kill();
    await bridge.kill();
    await nats.kill();
  }
});
