/** A Chromium with one page, and the process that feeds it. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGS, CHROMIUM } from '../browser/harness.js';
import { breakdown, FRAMES, reduceFrames, reduceTrace, TASKS } from './trace.js';
/** @import {ChildProcess} from 'node:child_process' */
/** @import {Browser, CDPSession, Page} from 'playwright-core' */
/** @import {TraceEvent} from './trace.js' */

export const PLOT = { left: 80, top: 30, width: 1080, height: 420 };
const VIEWPORT = { width: 1280, height: 720 };
const MOVE_MS = 100;
const OPEN_MS = 120_000;
const HEAP_LOOKS = 5;
const HEAP_LOOK_MS = 170;

/**
 * @typedef {object} Case
 * @property {'ours'|'uplot'|'c3'} library
 * @property {string} variant  detail of ours, flavour of C3
 * @property {number} series
 * @property {number} [points]  of the window
 * @property {number} [stepMs]
 * @property {number} [speed]  of the clocks
 */

export class Bench {
  /** @type {ChildProcess} */
  #server;
  /** @type {Browser} */
  #browser;

  /** @param {ChildProcess} server @param {Browser} browser @param {string} origin */
  constructor(server, browser, origin) {
    this.#server = server;
    this.#browser = browser;
    this.origin = origin;
  }

  static async start() {
    const script = fileURLToPath(new URL('server.js', import.meta.url));
    const server = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const port = await new Promise((resolve, reject) => {
      server.stdout.once('data', (text) => resolve(Number(text)));
      server.once('exit', () => reject(new Error('the server of the bench ended')));
    });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    return new Bench(server, browser, `http://127.0.0.1:${port}`);
  }

  get version() { return this.#browser.version(); }

  async close() {
    await this.#browser.close();
    this.#server.stdin?.end();
  }

  /** @param {Case} wanted @returns {Promise<BenchPage>} once the first history is drawn */
  async open({ library, variant, series, points = 600, stepMs = 100, speed = 1 }) {
    const page = await this.#browser.newPage({ viewport: VIEWPORT, timezoneId: 'UTC', locale: 'en-GB' });
    const cdp = await page.context().newCDPSession(page);
    const opened = new BenchPage(this.#browser, page, cdp, await this.#browser.newBrowserCDPSession());
    const channel = `bench-${series}-${points}-${stepMs}-${speed}`;
    const window = String(points * stepMs);
    const query = new URLSearchParams({ channel, detail: variant, variant, window, speed: String(speed) });
    await page.goto(`${this.origin}/tests/charts-bench/pages/${library}.html?${query}`);
    const drawn = page.waitForFunction('Number.isFinite(window.bench?.drawnAt)', null, { timeout: OPEN_MS });
    await Promise.race([drawn, opened.broken]);
    return opened;
  }
}

export class BenchPage {
  /** @type {string[]} */
  complaints = [];
  /** Where the mouse is: it moves over the chart, rests on it with its tooltip shown, or is away. */
  pointer = 'moves';
  /** Ends, badly, with the first complaint: a page whose scripts do not load would never draw. @type {Promise<never>} */
  broken;
  #browser;
  #system;
  #moves = 0;
  #break = (/** @type {Error} */ _) => {};

  /** @param {Browser} browser @param {Page} page @param {CDPSession} cdp @param {CDPSession} system  of the whole browser */
  constructor(browser, page, cdp, system) {
    this.#browser = browser;
    this.#system = system;
    this.page = page;
    this.cdp = cdp;
    this.broken = new Promise((_, reject) => { this.#break = reject; });
    page.on('console', (message) => message.type() === 'error' && this.#complain(message.text()));
    page.on('pageerror', (error) => this.#complain(String(error)));
    // Nobody may be waiting when it happens.
    this.broken.catch(() => {});
  }

  /** @param {string} text */
  #complain(text) {
    this.complaints.push(text);
    this.#break(new Error(text));
  }

  /** From the snapshot's arrival to its picture. */
  firstDraw() {
    return /** @type {Promise<number>} */ (this.page.evaluate('bench.drawnAt - bench.snapshotAt'));
  }

  /** What the page says of itself, for a person. @returns {Promise<any>} */
  more() { return this.page.evaluate('bench.more()'); }
  /** @returns {Promise<string>} */
  tooltip() { return this.page.evaluate('bench.tooltip()'); }

  /** A pointer that wanders over the plot for a while. @param {number} ms */
  async wander(ms) {
    if (this.pointer === 'away') await this.#point(PLOT.left, VIEWPORT.height - 1);
    if (this.pointer === 'rests') await this.#point(PLOT.left + 0.7 * PLOT.width, PLOT.top + 0.5 * PLOT.height);
    if (this.pointer !== 'moves') return pause(ms);
    const end = performance.now() + ms;
    for (let next = performance.now(); next < end; next += MOVE_MS) {
      const turn = this.#moves++ / 17;
      const x = PLOT.left + PLOT.width * (0.5 + 0.5 * Math.sin(turn));
      const y = PLOT.top + PLOT.height * (0.5 + 0.5 * Math.sin(1.7 * turn));
      // Not awaited: a page that cannot keep up must not slow the hand that moves the mouse.
      void this.#point(x, y);
      await pause(Math.max(0, next + MOVE_MS - performance.now()));
    }
  }

  /** @param {number} x @param {number} y */
  async #point(x, y) {
    await this.cdp.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y }).catch(() => {});
  }

  /** Animation frames a second that the page could have. @param {number} ms @returns {Promise<number>} */
  async fps(ms) {
    const counted = this.page.evaluate(`new Promise((resolve) => {
      let frames = -1;
      let began = 0;
      const count = (now) => {
        frames += 1;
        if (frames === 0) began = now;
        if (now - began >= ${ms}) resolve(1000 * frames / (now - began));
        else requestAnimationFrame(count);
      };
      requestAnimationFrame(count);
    })`);
    await this.wander(ms);
    return /** @type {Promise<number>} */ (counted);
  }

  /** What the main thread does while updates arrive and the pointer moves. @param {number} ms */
  async trace(ms) {
    return reduceTrace(await this.#traced(ms, TASKS));
  }

  /** What that consists of. @param {number} ms @param {string[]} more  categories */
  async breakdown(ms, more) {
    return breakdown(await this.#traced(ms, [...TASKS, ...more]));
  }

  /**
   * Time of the processor in all processes of the browser, as a share: what was moved off the main thread is in it.
   * @param {number} ms
   */
  async processor(ms) {
    const [before, began] = [await this.#cpuSeconds(), performance.now()];
    await this.wander(ms);
    return (1000 * ((await this.#cpuSeconds()) - before)) / (performance.now() - began);
  }

  async #cpuSeconds() {
    const { processInfo } = await this.#system.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }

  /** What reaches the screen. @param {number} ms */
  async frames(ms) {
    return reduceFrames(await this.#traced(ms, FRAMES), ms / 1000);
  }

  /** @param {number} ms @param {string[]} categories @returns {Promise<TraceEvent[]>} */
  async #traced(ms, categories) {
    await this.#browser.startTracing(this.page, { categories });
    await this.wander(ms);
    const buffer = await this.#browser.stopTracing();
    return JSON.parse(buffer.toString()).traceEvents;
  }

  /**
   * Bytes after garbage collection: of objects, and of the buffers that arrays stand in. The least of several looks: a
   * picture or a frame in the making is there for a moment only.
   */
  async heap() {
    let least = { objects: Infinity, buffers: Infinity };
    for (let look = 0; look < HEAP_LOOKS; look++) {
      for (let i = 0; i < 2; i++) await this.cdp.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize } = await this.cdp.send('Runtime.getHeapUsage');
      const smaller = usedSize + backingStorageSize < least.objects + least.buffers;
      if (smaller) least = { objects: usedSize, buffers: backingStorageSize };
      await pause(HEAP_LOOK_MS);
    }
    return least;
  }

  close() { return this.page.close(); }
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
