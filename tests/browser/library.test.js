/** The charts as a library of other people's pages: from another origin, from npm, and giving everything back. */

import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from './again.js';
import { demo } from './demo.js';
import { Stage } from './harness.js';
import { packed } from './packed.js';
import { until } from './real.js';
import { browser, server } from './shared.js';
/** @import {CDPSession, Page} from 'playwright-core' */

const CHARTS = fileURLToPath(new URL('../../charts', import.meta.url));
const CHARTS_MADE = 200;
/** What compiled code and the browser's own books move a heap of four megabytes by; measured: 200 kB. */
const HEAP_MORE_BYTES = 400_000;
/** @type {Record<string, string>} */
const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html; charset=utf-8' };

/**
 * A server of somebody else: pages by their path, files of a folder below /charts.
 * @param {{pages?: Record<string, string>, folder?: string, allow?: string}} what  allow: origin whose pages may load the files
 */
async function elsewhere({ pages = {}, folder = '', allow = '' }) {
  const made = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname.startsWith('/charts/') && folder && !pathname.includes('..') ? join(folder, pathname.slice(8)) : '';
    response.setHeader('content-type', TYPES[pathname.split('.').at(-1) ?? ''] ?? TYPES.html);
    if (allow && request.headers.origin === allow) response.setHeader('access-control-allow-origin', allow);
    if (file && existsSync(file)) return void createReadStream(file).pipe(response);
    response.statusCode = pathname in pages ? 200 : 404;
    response.end(pages[pathname] ?? '');
  });
  await new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (made.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    set: (/** @type {typeof pages} */ more) => Object.assign(pages, more),
    close: () => new Promise((resolve) => {
      made.closeAllConnections();
      made.close(resolve);
    }),
  };
}

/** Colours that the canvases in an element show; in the page. Read from a copy: reading a canvas moves it out of the GPU's memory. */
const COLOURS = `(selector) => {
  const copy = new OffscreenCanvas(160, 80).getContext('2d', { willReadFrequently: true });
  copy.imageSmoothingEnabled = false;
  for (const canvas of document.querySelectorAll(selector + ' canvas')) if (canvas.width > 0 && canvas.height > 0) copy.drawImage(canvas, 0, 0, 160, 80);
  const { data } = copy.getImageData(0, 0, 160, 80);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  return seen.size;
}`;

/** @param {Page} page @param {string} selector */
async function drawn(page, selector) {
  const deadline = performance.now() + 10_000;
  while (Number(await page.evaluate(`(${COLOURS})(${JSON.stringify(selector)})`)) < 4) {
    assert.ok(performance.now() < deadline, `${selector} shows nothing`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

test('a page of another origin imports it from one server and watches a bridge that is a third', { timeout: 60_000 }, async () => {
  const home = await elsewhere({});
  const library = await elsewhere({ folder: CHARTS, allow: home.origin });
  home.set({
    '/': `<!doctype html><link rel="stylesheet" href="${library.origin}/charts/chart.css"><div id="chart" style="height:300px"></div>
      <script type="module">
        import { chart } from '${library.origin}/charts/index.js';
        window.eontide = { chart: chart(document.querySelector('#chart'), { channel: 'process-memory-demo', bridge: 'bridge.example:8443' }) };
      </script>`,
  });
  const stage = await Stage.open(browser, 'about:blank', demo(5));
  try {
    /** @type {string[]} */
    const asked = [];
    stage.page.on('request', (request) => asked.push(new URL(request.url()).origin));
    await stage.page.goto(home.origin);
    await stage.until((chart) => chart?.state().filled && chart.state().series === 15);
    await drawn(stage.page, '#chart');
    assert.deepEqual(stage.sockets.map((socket) => socket.url()), ['ws://bridge.example:8443/live']);
    assert.deepEqual([...new Set(asked)].filter((origin) => ![home.origin, library.origin, 'http://bridge.example:8443'].includes(origin)), []);
    assert.deepEqual(stage.complaints.filter((text) => !text.includes('404')), []);
  } finally {
    await stage.page.close();
    await Promise.all([home.close(), library.close()]);
  }
});

test('what npm packs draws in a browser, by its bare name', { timeout: 60_000 }, async () => {
  const pack = packed();
  const map = JSON.stringify({ imports: { 'eontide-charts': '/charts/index.js', 'eontide-charts/export': '/charts/export/index.js' } });
  const home = await elsewhere({
    folder: pack.root,
    pages: {
      '/': `<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="/charts/chart.css"><div id="chart" style="height:300px"></div>
        <script type="importmap">${map}</script>
        <script type="module">
          import { chart } from 'eontide-charts';
          import { exportChart } from 'eontide-charts/export';
          const shown = chart(document.querySelector('#chart'), { type: 'bar', data: { columns: [['x', 'one', 'two'], ['a', 3, 5], ['b', 4, 1]] } });
          window.eontide = { chart: shown, csv: async () => (await exportChart(shown, 'csv')).blob.text() };
        </script>`,
    },
  });
  const stage = await Stage.open(browser, home.origin, demo(0));
  try {
    await drawn(stage.page, '#chart');
    assert.match(String(await stage.page.evaluate('window.eontide.csv()')), /a.*b/);
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.page.close();
    await home.close();
    pack.remove();
  }
});

/** A page of the harness that has the library and nothing else on it. @param {() => object[]} [answer] */
async function blank(answer = demo(5)) {
  const stage = await Stage.open(browser, 'about:blank', answer, { viewport: { width: 800, height: 600 } });
  await stage.page.addInitScript(() => {
    // What a chart may hold beyond its element: sockets, timers, frames.
    const held = { sockets: new Set(), timers: new Set(), frames: new Set(), framesMost: 0 };
    Object.assign(window, { held });
    const { WebSocket: Socket, setTimeout: later, clearTimeout: never, requestAnimationFrame: ask, cancelAnimationFrame: leave } = window;
    window.WebSocket = class extends Socket {
      /** @param {string|URL} url @param {string|string[]} [protocols] */
      constructor(url, protocols) {
        super(url, protocols);
        held.sockets.add(this);
        this.addEventListener('close', () => held.sockets.delete(this));
      }
    };
    Object.assign(window, {
      setTimeout: (/** @type {(...all: any[]) => void} */ act, /** @type {number} */ ms, /** @type {any[]} */ ...all) => {
        const id = later(() => {
          held.timers.delete(id);
          act(...all);
        }, ms);
        held.timers.add(id);
        return id;
      },
      clearTimeout: (/** @type {number} */ id) => {
        held.timers.delete(id);
        never(id);
      },
      requestAnimationFrame: (/** @type {FrameRequestCallback} */ act) => {
        const id = ask((now) => {
          held.frames.delete(id);
          act(now);
        });
        held.frames.add(id);
        held.framesMost = Math.max(held.framesMost, held.frames.size);
        return id;
      },
      cancelAnimationFrame: (/** @type {number} */ id) => {
        held.frames.delete(id);
        leave(id);
      },
    });
  });
  // A page without anything: its policy lets the library in and nothing else.
  await stage.page.route(`${server.origin}/blank`, (route) => route.fulfill({
    contentType: 'text/html', headers: { 'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:" },
    body: '<!doctype html><link rel="icon" href="data:,"><link rel="stylesheet" href="/charts/chart.css">',
  }));
  await stage.page.goto(`${server.origin}/blank`);
  return stage;
}

test('history is drawn as it comes, without waiting for an animation frame', { timeout: 60_000 }, async () => {
  const stage = await blank();
  try {
    await stage.page.evaluate(`(async () => {
      const { chart } = await import('/charts/index.js');
      window.requestAnimationFrame = () => 0;
      const host = document.createElement('div');
      host.id = 'host';
      host.style.height = '240px';
      document.body.append(host);
      window.shown = chart(host, { channel: 'process-memory-demo' });
    })()`);
    await until('history is here', () => stage.page.evaluate('shown.state().filled'));
    assert.equal(await stage.page.evaluate('shown.stats().framesDrawn'), 1);
    assert.ok(Number(await stage.page.evaluate(`(${COLOURS})('#host')`)) >= 3);
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.page.close();
  }
});

/** Every kind of chart that there is; in the page. */
const KINDS = `(() => {
  const x = Array.from({ length: 300 }, (_, i) => Date.UTC(2026, 0, 1) + i * 60_000);
  const wave = (k) => x.map((_, i) => 50 + 20 * Math.sin(i / 20 + k));
  const columns = [['x', ...x], ['a', ...wave(0)], ['b', ...wave(1)], ['c', ...wave(2)]];
  const few = [['x', 'one', 'two', 'three'], ['a', 3, 5, 4], ['b', 2, 6, 1]];
  return [
    ...['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter'].map((type) => ({ type, data: { columns } })),
    ...['bar', 'donut', 'pie', 'gauge'].map((type) => ({ type, data: { columns: few } })),
    { type: 'bar', groups: [['a', 'b']], data: { columns: few } }, { type: 'area', groups: [['a', 'b', 'c']], data: { columns } },
    { data: { columns }, axes: { b: 'y2' }, axis: { y: { type: 'log', label: 'y' }, y2: { unit: 'bytes' } } },
    { channel: 'process-memory-demo' }, { channel: 'process-memory-demo', detail: 'density', window: '1m' }, { channel: 'process-memory-demo', detail: 'lines', type: 'area' },
    { channel: 'process-memory-demo', type: 'donut' },
  ];
})()`;

/** Makes and destroys so many charts, each drawn and used before it goes; in the page. @param {number} many */
const churn = (many) => `(async () => {
  const { chart, CellCard, DetailSwitch, Legend, MetricTabs, SourceTable } = await import('/charts/index.js');
  const kinds = ${KINDS};
  const colours = ${COLOURS};
  const frame = () => new Promise(requestAnimationFrame);
  const changed = [];
  for (let i = 0; i < ${many}; i += 1) {
    const options = kinds[i % kinds.length];
    const host = document.createElement('div');
    host.id = 'host';
    host.style.height = '240px';
    if (i % 2) for (const [name, value] of [['class', 'mine'], ['tabindex', '-1'], ['role', 'img'], ['aria-label', 'mine']]) host.setAttribute(name, value);
    host.append(document.createElement('p'));
    document.body.append(host);
    const before = host.outerHTML;
    const made = chart(host, options);
    const aside = document.createElement('div');
    document.body.append(aside);
    const widgets = i % 5 ? [] : [new Legend(aside, made), new SourceTable(aside, made), new MetricTabs(aside, made), new DetailSwitch(aside, made), new CellCard(host, made)];
    const undo = made.on('refresh', () => made.names({ sort: 'last' }).slice(0, 3).forEach((name) => made.row(name)));
    const deadline = performance.now() + 8_000;
    while (colours('#host') < 3) {
      if (performance.now() > deadline) throw new Error('never drawn: ' + JSON.stringify(options).slice(0, 200) + JSON.stringify(made.state()));
      await frame();
    }
    const box = host.getBoundingClientRect();
    host.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + 300, clientY: box.top + 100, bubbles: true }));
    made.zoom(0.5, made.view.to);
    made.pause();
    await frame();
    // Some go while something is still under way.
    if (i % 3) made.live();
    if (i % 7 === 0) undo();
    for (const widget of widgets) widget.close();
    made.destroy();
    if (host.outerHTML !== before) changed.push([options.type ?? 'live', before, host.outerHTML]);
    if (aside.childNodes.length > 0) changed.push([options.type ?? 'live', '', aside.innerHTML]);
    host.remove();
    aside.remove();
  }
  return changed;
})()`;

/** @param {CDPSession} session @param {Page} page */
async function held(session, page) {
  // Twice: what the first collection finalises, the second frees.
  for (let i = 0; i < 3; i += 1) {
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await session.send('HeapProfiler.collectGarbage');
  }
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners, documents } = await session.send('Memory.getDOMCounters');
  return { usedSize, nodes, jsEventListeners, documents };
}

test(`destroy() gives back everything: ${CHARTS_MADE} charts leave the heap, the document and the sockets as they were`, { timeout: 240_000 }, async (t) => {
  const stage = await blank();
  try {
    const session = await stage.page.context().newCDPSession(stage.page);
    // Modules that are loaded when they are first needed, and caches with bounds, are here to stay.
    await stage.page.evaluate(churn(CHARTS_MADE / 2));
    const before = await held(session, stage.page);
    const changed = /** @type {string[][]} */ (await stage.page.evaluate(churn(CHARTS_MADE)));
    const after = await held(session, stage.page);
    t.diagnostic(`heap ${before.usedSize} → ${after.usedSize} bytes, nodes ${before.nodes} → ${after.nodes}, listeners ${before.jsEventListeners} → ${after.jsEventListeners}`);
    assert.ok(after.usedSize - before.usedSize < HEAP_MORE_BYTES, `${after.usedSize - before.usedSize} bytes more`);
    assert.deepEqual([after.nodes, after.jsEventListeners, after.documents], [before.nodes, before.jsEventListeners, before.documents]);
    const left = await stage.page.evaluate('[held.sockets.size, held.timers.size, held.frames.size, document.body.children.length]');
    assert.deepEqual(left, [0, 0, 0, 0], 'sockets, timers, frames, elements');
    // The played bridge has no history to ask for.
    assert.deepEqual(stage.complaints.filter((text) => !text.includes('404')), []);
    assert.deepEqual(changed.slice(0, 4), [], 'hosts are as they were before');
  } finally {
    await stage.page.close();
  }
});

test('two charts of a page share one frame loop, which ends with the last of them', { timeout: 60_000 }, async () => {
  const stage = await blank();
  try {
    const seen = await stage.page.evaluate(`(async () => {
      const { chart } = await import('/charts/index.js');
      const hosts = [0, 1].map(() => Object.assign(document.createElement('div'), { style: 'height:200px' }));
      document.body.append(...hosts);
      const charts = [];
      for (const host of hosts) {
        charts.push(chart(host, { channel: 'process-memory-demo', window: '10s' }));
        while (!charts.at(-1).state().filled) await new Promise((done) => charts.at(-1).on('refresh', done));
      }
      const before = charts.map((one) => one.stats().framesDrawn);
      held.framesMost = 0;
      // Refreshes are the charts' own steps: waiting for them asks for no frame.
      while (charts.some((one, i) => one.stats().framesDrawn < before[i] + 10)) await new Promise((done) => charts[0].on('refresh', done));
      const both = held.framesMost;
      charts[0].destroy();
      const alone = charts[1].stats().framesDrawn;
      while (charts[1].stats().framesDrawn < alone + 5) await new Promise((done) => charts[1].on('refresh', done));
      charts[1].destroy();
      return [both, held.frames.size, held.timers.size, held.sockets.size];
    })()`);
    assert.deepEqual(/** @type {number[]} */ (seen).slice(0, 3), [1, 0, 0], 'frames asked for at a time; frames and timers left');
  } finally {
    await stage.page.close();
  }
});

test('a mistake in the options is said, and nothing is left of the attempt', { timeout: 60_000 }, async () => {
  const stage = await blank();
  try {
    const said = await stage.page.evaluate(`(async () => {
      const { chart } = await import('/charts/index.js');
      const attempt = (options, host = document.body.appendChild(document.createElement('div'))) => {
        try {
          chart(host, options);
          return 'nothing was said';
        } catch (error) {
          return error.name + ': ' + error.message + (host?.outerHTML === '<div></div>' || host === null ? '' : ' ' + host?.outerHTML);
        }
      };
      const data = { columns: [['x', 1, 2], ['a', 1, 2]] };
      return [
        attempt({ channel: 'c', window: '5 minutes' }), attempt({ channel: 'c', bridge: '::' }), attempt({ data, type: 'lines' }), attempt({ data, colors: {} }), attempt({}),
        attempt({ data: { columns: [['x', 1], ['a', 1, 2]] } }), attempt({ data }, null),
      ];
    })()`);
    const expected = [
      /^TypeError: chart options: window: "5 minutes" is not a span as 30s, 5m or 24h$/, /^TypeError: chart options: bridge: "::" is not host:port/,
      /^TypeError: chart options: type: "lines" is not one of line, /, /^TypeError: chart options: colors: there is no such option/,
      /^TypeError: chart options: channel: none is given/, /^TypeError: chart options: data\.columns: "a" has 2 values and "x" 1$/, /^TypeError: chart: .*element/,
    ];
    /** @type {string[]} */ (said).forEach((text, i) => assert.match(text, expected[i]));
    assert.equal(await stage.page.evaluate('held.sockets.size + held.timers.size + held.frames.size'), 0);
  } finally {
    await stage.page.close();
  }
});

test('a chart that goes while a part of it is still loading leaves nothing either', { timeout: 60_000 }, async () => {
  const stage = await blank();
  try {
    /** @type {(() => void)[]} */
    const waiting = [];
    await stage.page.route(/\/(round|stacks)\.js$/, async (route) => {
      await new Promise((resolve) => waiting.push(() => resolve(undefined)));
      await route.continue();
    });
    await stage.page.evaluate(`(async () => {
      const { chart } = await import('/charts/index.js');
      const data = { columns: [['x', 'one', 'two'], ['a', 1, 2], ['b', 2, 1]] };
      window.late = ['pie', 'bar'].map((type) => {
        const host = document.body.appendChild(document.createElement('div'));
        host.style.height = '200px';
        return { host, chart: chart(host, { type, data }) };
      });
    })()`);
    const deadline = performance.now() + 10_000;
    while (waiting.length < 2 && performance.now() < deadline) await stage.page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(waiting.length, 2, 'both parts are asked for');
    await stage.page.evaluate('late.forEach(({ chart }) => chart.destroy())');
    for (const go of waiting) go();
    // Until the modules are there, and whoever waited for them has gone on.
    await stage.page.evaluate("Promise.all([import('/charts/round.js'), import('/charts/draw/stacks.js')]).then(() => new Promise(requestAnimationFrame))");
    assert.deepEqual(await stage.page.evaluate('late.map(({ host }) => host.outerHTML)'), Array(2).fill('<div style="height: 200px;"></div>'));
    assert.deepEqual(await stage.page.evaluate('[held.timers.size, held.frames.size]'), [0, 0]);
    assert.deepEqual(stage.complaints, []);
  } finally {
    await stage.page.close();
  }
});
