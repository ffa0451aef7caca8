import assert from 'node:assert/strict';
import { test } from './again.js';
import { bare, block, demo, presence, source, update } from './demo.js';
import { counts, pageTest, says, theatre } from './on-page.js';

pageTest('one chart merges all processes: fifteen series, drawn', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0 && chart.state().lines === 15);
  await stage.page.waitForFunction(() => document.querySelectorAll('[data-testid="legend-item"]').length === 15);
  assert.equal(await stage.byId('source-row').count(), 5);
  assert.equal(await stage.byId('state').getAttribute('data-state'), 'live');
  assert.equal(await stage.byId('counts').textContent(), '15 series · 5 up');
  assert.equal(await stage.byId('overlay').isVisible(), false);
  const [{ subscribe }] = stage.lines;
  assert.deepEqual([subscribe.channel, subscribe.window], ['process-memory-demo', '5m']);
  assert.ok(subscribe.width > 300 && subscribe.width < 1280);
});

pageTest('that a bridge is waited for is said until its first picture', async (stage) => {
  await says(stage, 'overlay', /^Connecting …127\.0\.0\.1:\d+$/);
  assert.equal(await stage.byId('overlay').isVisible(), true);
  // The next one has something to say.
  stage.answer = demo(5);
  await stage.sockets[0].close();
  const over = await stage.page.evaluate(() => new Promise((resolve) => {
    const { chart } = /** @type {any} */ (window).eontide;
    const look = () => {
      if (!chart.state().filled) return void requestAnimationFrame(look);
      resolve(/** @type {HTMLElement} */ (document.querySelector('[data-testid="overlay"]')).checkVisibility());
    };
    look();
  }));
  assert.equal(over, false);
}, { answer: () => [] });

pageTest('another channel is not announced either, unless its bridge takes long', async (stage) => {
  // What was waited for the first one does not count.
  await stage.until((chart) => chart?.state().filled && performance.now() > 2_000);
  stage.answer = () => [];
  const [title, after] = await stage.page.evaluate(() => new Promise((resolve) => {
    const overlay = /** @type {HTMLElement} */ (document.querySelector('[data-testid="overlay"]'));
    const began = performance.now();
    new MutationObserver(() => { if (!overlay.hidden) resolve([overlay.querySelector('strong')?.textContent, performance.now() - began]); })
      .observe(overlay, { attributes: true });
    /** @type {any} */ (window).eontide.chart.setChannel('other');
  }));
  assert.equal(title, 'Connecting …');
  assert.ok(after >= 500, `${after} ms after it was chosen`);
});

pageTest('updates arrive as they are; the picture has colours in it', async (stage) => {
  await stage.until((chart) => chart?.state().filled);
  stage.send(update(301, [{ columns: [['rss-process-memory-0', 77.5], ['x', Date.now()]] }]));
  await stage.until((chart) => chart.data().find((/** @type {any} */ s) => s.name === 'rss-process-memory-0').v.at(-1) === 77.5);
  await stage.until((chart) => chart.stats().framesDrawn > 1);
  const painted = await stage.page.evaluate(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('.eontide-strip'));
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
    return colours.size;
  });
  assert.ok(painted > 5, `${painted} colours`);
});

pageTest('a process that dies ends visibly and says so', async (stage) => {
  await stage.until((chart) => chart?.state().filled);
  stage.send(presence([source(3, { state: 'down', since: Date.UTC(2026, 0, 1, 12, 3, 4), reason: 'bye: killed' })]));
  const item = stage.page.locator('[data-series="rss-process-memory-3"]');
  await stage.page.waitForSelector('[data-series="rss-process-memory-3"][data-state="down"]');
  assert.match(await item.textContent() ?? '', /down since 12:03:04 · killed/);
  // The table has its own turn to write.
  await stage.page.waitForSelector('[data-source="process-memory-3"][data-state="down"]');
  await says(stage, 'counts', /^15 series · 4 up · 1 down$/);
});

pageTest('a series without a source is called silent when it stops', async (stage) => {
  await stage.page.waitForSelector('[data-series="load"][data-state="silent"]');
  assert.match(await stage.page.locator('[data-series="load"]').textContent() ?? '', /silent for 1 min/);
}, {
  answer: () => {
    const x = [3, 2, 1].map((n) => Date.now() - 60_000 - n * 1000);
    return [bare([['load', 1, 2, 3], ['x', ...x]])];
  },
});

pageTest('metric tabs and legend choose what is drawn, and the address follows', async (stage) => {
  await stage.until((chart) => chart?.state().lines === 15);
  await stage.byId('metric-rss').click();
  await stage.until((chart) => chart.state().lines === 5);
  await stage.page.waitForFunction(() => location.search === '?metric=rss');
  await stage.page.locator('[data-series="rss-process-memory-1"]').click();
  await stage.until((chart) => chart.state().lines === 1);
  await stage.page.locator('[data-series="rss-process-memory-2"]').click({ modifiers: ['Control'] });
  await stage.until((chart) => chart.state().lines === 2);
  await stage.page.locator('[data-series="rss-process-memory-1"]').click({ modifiers: ['Control'] });
  await stage.page.locator('[data-series="rss-process-memory-2"]').click();
  await stage.until((chart) => chart.state().lines === 5);
  await stage.byId('metric-rss').click();
  await stage.until((chart) => chart.state().lines === 15);
  await stage.page.waitForFunction(() => location.search === '');
});

pageTest('Space pauses and resumes; data goes on underneath', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0);
  await stage.page.keyboard.press('Space');
  await stage.until((chart) => chart.state().paused);
  await stage.page.waitForFunction(() => /^Live ▶ \+/.test(document.querySelector('[data-testid="pause"]')?.textContent ?? ''));
  const edge = await stage.page.evaluate('window.eontide.chart.state().to');
  stage.send({ type: 'update', position: { epoch: 1, offset: 301 }, now: Date.now(), blocks: [block(0, [Date.now()])] });
  await stage.until((chart) => chart.data().find((/** @type {any} */ s) => s.name === 'rss-process-memory-0').x.length === 61);
  assert.equal(await stage.page.evaluate('window.eontide.chart.state().to'), edge);
  await stage.byId('pause').click();
  await stage.until((chart) => !chart.state().paused);
  await stage.until((chart, before) => chart.state().to > before, edge);
});

pageTest('hover names the values and does not stop the chart', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0);
  const box = await stage.byId('chart').boundingBox();
  assert.ok(box);
  await stage.page.mouse.move(box.x + box.width - 80, box.y + box.height / 2);
  await stage.byId('tooltip').waitFor({ state: 'visible' });
  for (const column of ['names', 'values']) {
    assert.equal((await stage.page.locator(`.eontide-tooltip-${column}`).innerText()).split('\n').length, 10);
  }
  assert.match(await stage.byId('tooltip').textContent() ?? '', /MiB.*and 5 more/);
  const drawn = Number(await stage.page.evaluate('window.eontide.chart.stats().framesDrawn'));
  await stage.until((chart, before) => chart.stats().framesDrawn > before + 1, drawn);
}, { query: '?window=1m' });

pageTest('the keyboard reads points aloud, and only when asked', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0);
  await stage.byId('chart').focus();
  assert.equal(await stage.page.locator('[aria-live="polite"]').textContent(), '');
  await stage.page.keyboard.press('ArrowLeft');
  const first = await stage.page.locator('[aria-live="polite"]').textContent();
  assert.match(first ?? '', /^rss-process-memory-0: [\d.]+ MiB at \d{4}-/);
  await stage.page.keyboard.press('ArrowDown');
  assert.match(await stage.page.locator('[aria-live="polite"]').textContent() ?? '', /^heap-total-process-memory-0: /);
});

pageTest('a lost connection is said, kept readable, and resumed without repeating', async (stage) => {
  await stage.until((chart) => chart?.state().filled);
  const before = await stage.page.evaluate('window.eontide.chart.data()');
  stage.answer = (subscribe) => {
    assert.deepEqual(subscribe.since, { epoch: 1, offset: 300 });
    return [bare([['rss-process-memory-0', 99], ['x', Date.now()]], { resumed: true, position: { epoch: 1, offset: 301 } })];
  };
  await stage.sockets[0].close({ code: 1012, reason: 'restart' });
  await stage.page.waitForSelector('[data-testid="overlay"][data-kind="stale"]:not([hidden])');
  await stage.until((chart) => chart.state().connection === 'live');
  const after = /** @type {any[]} */ (await stage.page.evaluate('window.eontide.chart.data()'));
  const points = (/** @type {any[]} */ all) => all.reduce((sum, { x }) => sum + x.length, 0);
  assert.equal(points(after), points(/** @type {any[]} */ (before)) + 1);
  assert.equal(after.find(({ name }) => name === 'rss-process-memory-0').v.at(-1), 99);
});

pageTest('a gap is remembered as a stretch', async (stage) => {
  await stage.until((chart) => chart?.state().filled);
  stage.send({ type: 'gap', reason: 'retention', message: 'no longer stored', from: null, to: null });
  for (const frame of demo(5)()) stage.send(frame);
  await stage.until((chart) => chart.state().gaps.length === 1);
});

pageTest('a refusal is final and says why', async (stage) => {
  await stage.page.waitForSelector('[data-testid="overlay"][data-kind="error"]:not([hidden])');
  assert.match(await stage.byId('overlay').textContent() ?? '', /channel is not allowed/);
  assert.equal(stage.sockets.length, 1);
}, { answer: () => [{ type: 'error', kind: 'bad_channel', message: 'this channel is not allowed' }] });

pageTest('an empty channel says how to fill it', async (stage) => {
  await stage.page.waitForSelector('[data-testid="overlay"][data-kind="empty"]:not([hidden])');
  assert.match(await stage.byId('overlay').textContent() ?? '', /No data on channel other yet.*spawn --count 5/);
}, { query: '?channel=other', answer: demo(0) });

pageTest('what publishers send is text, never markup', async (stage) => {
  await stage.page.waitForSelector('[data-testid="legend-item"]');
  assert.equal(await stage.page.locator('.eontide-legend-name').textContent(), '<img src=x onerror=alert(1)>');
  assert.equal(await stage.page.locator('aside img').count(), 0);
}, {
  answer: () => [bare([['<img src=x onerror=alert(1)>', 1], ['x', Date.now()]])],
});

pageTest('a thousand series: only rows in sight are in the page, all can be found', async (stage) => {
  await stage.until((chart) => chart?.state().series === 1002);
  await stage.page.waitForFunction(() => document.querySelector('[data-testid="legend-count"]')?.textContent?.startsWith('1,002'));
  assert.ok(await stage.byId('legend-item').count() < 100);
  await stage.byId('legend-search').fill('rss memory-333');
  await stage.page.locator('[data-series="rss-process-memory-333"]').waitFor();
  await counts(stage, 'legend-item', 1);
  await stage.page.waitForFunction(() => location.search.includes('filter=rss+memory-333'));
}, { processes: 334 });

pageTest('a hidden page draws nothing, keeps all, and repaints when it is seen again', async (stage) => {
  await stage.until((chart) => chart?.stats().framesDrawn > 0);
  const show = (/** @type {string} */ state) => stage.page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  await show('hidden');
  const drawn = await stage.page.evaluate('window.eontide.chart.stats().framesDrawn');
  stage.send({ type: 'update', position: { epoch: 1, offset: 301 }, now: Date.now(), blocks: [block(0, [Date.now()])] });
  await stage.until((chart) => chart.data().find((/** @type {any} */ s) => s.name === 'rss-process-memory-0').x.length === 61);
  assert.equal(await stage.page.evaluate('window.eontide.chart.stats().framesDrawn'), drawn);
  await show('visible');
  await stage.until((chart, before) => chart.stats().framesDrawn > before, drawn);
  assert.deepEqual(stage.requests.at(-1), { ping: 1 }, 'and asks whether the bridge is still there');
}, { query: '?window=1m' });

pageTest('with reduced motion the picture moves with data only', async (stage) => {
  // All of the snapshots are here: each is data, and moves it.
  await stage.until((chart) => chart?.stats().framesDrawn > 0 && chart.state().lines === 15);
  await stage.until((chart) => chart.state().to >= chart.state().now - 1_000 || chart.stats().framesReceived > 1);
  const before = Number(await stage.page.evaluate('window.eontide.chart.state().to'));
  await stage.until((chart, to) => chart.state().now > to + 2_000, before);
  assert.equal(await stage.page.evaluate('window.eontide.chart.state().to'), before);
  stage.send({ type: 'update', position: { epoch: 1, offset: 301 }, now: Date.now(), blocks: [block(0, [Date.now()])] });
  await stage.until((chart, to) => chart.state().to > to + 1_000, before);
}, { query: '?window=1m', options: { reducedMotion: 'reduce' } });

test('opened from disk it explains itself, then goes to the bridge with the same view', { timeout: 40_000 }, async () => {
  const { browser, origin } = theatre();
  const page = await browser.newPage();
  try {
    const file = new URL('../../ui/index.html', import.meta.url).href;
    const bridge = origin.replace('http://', '');
    // Port 1 of this machine: nothing answers there.
    await page.goto(`${file}?bridge=127.0.0.1:1&window=15m`);
    assert.match(await page.locator('.from-file').textContent() ?? '', /127\.0\.0\.1:1\/\?window=15m.*make demo/);
    await page.routeWebSocket('**/live', () => {});
    await page.goto(`${file}?bridge=${bridge}&window=15m`);
    await page.waitForURL(`${origin}/?window=15m`);
  } finally {
    await page.close();
  }
});
