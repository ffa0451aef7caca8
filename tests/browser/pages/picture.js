/**
 * A chart in a page of its own, whose bridge and clock are played: minutes pass in as many frames, and everything that was
 * published is known. The test calls `window.stage`.
 */

import { chart } from '../../../charts/index.js';
import { FakeTime } from '../../../charts/testing.js';
import { Bridge } from './bridge.js';
/** @import {ChartOptions} from '../../../charts/options.js' */
/** @import {Chart} from '../../../charts/chart.js' */

/** Who is silent is looked at every 250 ms, the extremes of the axis every 500. */
const LOOKS_MS = 700;

const host = /** @type {HTMLElement} */ (document.getElementById('chart'));

export class Picture {
  time = new FakeTime();
  bridge = new Bridge(() => this.time.at);
  /** @type {Chart|null} */
  #chart = null;
  /** What the chart told. @type {{event: string, value: any}[]} */
  events = [];

  /** @returns {Chart} */
  get chart() {
    if (!this.#chart) throw new Error('the chart is not open yet');
    return this.#chart;
  }

  /** Opens the chart and waits until it is drawn. @param {ChartOptions} options @param {{width: number, height: number}} [size] */
  async open(options, { width, height } = { width: 900, height: 400 }) {
    host.style.width = `${width}px`;
    host.style.height = `${height}px`;
    window.fetch = async (url) => this.bridge.fetch(String(url));
    this.#chart = chart(host, {
      channel: 'c', window: '1m', timeZone: 'utc', ...options,
      environment: { ...this.time.environment, socket: () => this.bridge.socket() },
    });
    for (const event of /** @type {const} */ (['cell', 'view', 'error'])) this.#chart.on(event, (value) => this.events.push({ event, value: structuredClone(value) }));
    await this.until(() => this.chart.stats().framesDrawn > 0 && (options.data !== undefined || this.chart.state().filled));
  }

  /** @param {() => unknown} condition */
  async until(condition) {
    const deadline = Date.now() + 15_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`never true: ${condition} in ${JSON.stringify([this.chart.state(), this.chart.stats(), this.chart.detail])}`);
      await frame();
    }
  }

  /** Lets time pass, hands over what came, waits for the frame. @param {number} ms @param {object[]} frames */
  async step(ms, frames = []) {
    this.time.pass(ms);
    for (const one of frames) this.bridge.send(one);
    await frame();
  }

  /** Until nothing was drawn for longer than the chart takes to look at everything again. */
  async rest() {
    let drawn = -1;
    let since = 0;
    await this.until(() => {
      const { framesDrawn } = this.chart.stats();
      if (framesDrawn !== drawn) [drawn, since] = [framesDrawn, performance.now()];
      return performance.now() - since > LOOKS_MS;
    });
  }

  /** Lets time pass until what was asked of the past is here. */
  async arrive() {
    // First comes the module that asks, then its question.
    do {
      await this.until(() => this.chart.view.loading || this.bridge.asked.some((url) => !url.includes('ranking')));
      await this.until(() => {
        this.time.pass(20);
        return !this.chart.view.loading;
      });
      await this.rest();
    } while (this.chart.view.loading);
  }

  /** All of it drawn again. */
  async redraw() {
    const { framesDrawn } = this.chart.stats();
    this.chart.refreshTheme();
    await this.until(() => this.chart.stats().framesDrawn > framesDrawn);
  }

  /** What is in sight of the strip. @returns {ImageData} */
  pixels() {
    const canvas = /** @type {HTMLCanvasElement} */ (host.querySelector('.eontide-strip'));
    const ratio = window.devicePixelRatio;
    const shift = Math.round(-ratio * new DOMMatrix(canvas.style.transform === 'none' ? '' : canvas.style.transform).m41);
    const width = Math.min(canvas.width - shift, Math.round(host.clientWidth * ratio));
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(shift, 0, width, canvas.height);
  }

  /** The picture as it came to be beside all of it drawn again. @param {number} levels  of 255: what differs by more is far off */
  async compare(levels) {
    await this.rest();
    const one = this.pixels();
    await this.redraw();
    const other = this.pixels();
    const [p, q] = [one.data, other.data];
    if (p.length !== q.length) throw new Error(`${one.width} by ${one.height}, then ${other.width} by ${other.height}`);
    let [differ, far, most, painted] = [0, 0, 0, 0];
    /** @type {number[][]} */
    const where = [];
    for (let i = 0; i < p.length; i += 4) {
      if (q[i + 3] > 0) painted += 1;
      const by = Math.max(...[0, 1, 2].map((k) => Math.abs(p[i + k] * p[i + 3] - q[i + k] * q[i + 3]) / 255), Math.abs(p[i + 3] - q[i + 3]));
      if (by < 1) continue;
      differ += 1;
      most = Math.max(most, Math.round(by));
      if (by <= levels) continue;
      far += 1;
      if (where.length < 8) where.push([i / 4 % one.width, Math.floor(i / 4 / one.width), ...p.subarray(i, i + 4), ...q.subarray(i, i + 4)]);
    }
    return { differ, far, most, painted, where, width: one.width };
  }
}

export const frame = () => new Promise(requestAnimationFrame);

Object.assign(window, { stage: new Picture() });
