/** Many processes that publish for minutes, with all that goes wrong in life: late points, holes, silence, deaths, growth. */

import { random } from '../../../charts/testing.js';
import { T } from './bridge.js';
/** @import {Picture} from './picture.js' */

const INTERVAL_MS = 1_000;
/** Shares of points, or of seconds. */
const LATE = 0.03;
const HOLE = 0.01;
const SILENT = 0.003;
const RESTART = 0.001;

export class Crowd {
  #stage;
  #next;
  #count;
  /** Points that come later than they should. @type {{due: number, point: [string, number, number]}[]} */
  #late = [];
  /** Until when each process says nothing, ms since T. @type {Map<number, number>} */
  #silent = new Map();
  #at = 0;
  growth = 1;

  /** @param {Picture} stage @param {number} count @param {number} seed */
  constructor(stage, count, seed) {
    this.#stage = stage;
    this.#count = count;
    this.#next = random(seed);
    for (let i = 0; i < count; i++) stage.bridge.source(`p-${i}`);
  }

  /** What they published in a stretch of time, without mishaps. @param {number} from  ms since T @param {number} to */
  history(from, to) {
    for (let i = 0; i < this.#count; i++) for (const at of this.#times(i, from, to)) this.#stage.bridge.publish([[`rss-p-${i}`, T + at, this.#value(i, at)]]);
  }

  /** Lets them live so long, in steps of all lengths. @param {number} ms */
  async live(ms) {
    for (const end = this.#at + ms; this.#at < end;) {
      const step = Math.min(end - this.#at, 20 + Math.floor(this.#next() ** 2 * 900));
      const from = this.#at;
      this.#at += step;
      await this.#stage.step(step, this.#happenings(from, this.#at));
    }
  }

  /** Nothing is heard for so long. @param {number} ms */
  async outage(ms) {
    this.#at += ms;
    await this.#stage.step(ms);
    await this.live(1_200);
    this.#stage.bridge.gap();
  }

  /** @param {number} from @param {number} to */
  #happenings(from, to) {
    /** @type {[string, number, number][]} */
    const points = this.#late.filter(({ due }) => due <= to).map(({ point }) => point);
    this.#late = this.#late.filter(({ due }) => due > to);
    const frames = [];
    for (let i = 0; i < this.#count; i++) {
      if ((this.#silent.get(i) ?? 0) > to) continue;
      for (const at of this.#times(i, from, to)) {
        const chance = this.#next();
        /** @type {[string, number, number]} */
        const point = [`rss-p-${i}`, T + at, chance < HOLE ? NaN : this.#value(i, at)];
        if (chance > 1 - LATE) this.#late.push({ due: to + 500 + this.#next() * 6_000, point });
        else points.push(point);
        if (this.#next() < SILENT) this.#silent.set(i, to + 4_000 + this.#next() * 8_000);
        if (this.#next() < RESTART) frames.push(this.#restart(i, at));
      }
    }
    // At least the newest comes in a frame of its own: what is drawn in parts is put together from many.
    const half = Math.floor(points.length / 2);
    for (const part of [points.slice(0, half), points.slice(half)]) if (part.length > 0) frames.push(this.#stage.bridge.publish(part));
    return frames;
  }

  /** @param {number} i @param {number} at */
  #restart(i, at) {
    const lives = this.#stage.bridge.sources.get(`p-${i}`).lives + 1;
    return this.#stage.bridge.presence(`p-${i}`, { epoch: T + at, since: T + at, lives });
  }

  /** Each at its own moment of a second. @param {number} i @param {number} from @param {number} to */
  #times(i, from, to) {
    const phase = (i * 377) % INTERVAL_MS;
    const times = [];
    for (let at = Math.ceil((from - phase + 1) / INTERVAL_MS) * INTERVAL_MS + phase; at <= to; at += INTERVAL_MS) times.push(at);
    return times;
  }

  /** @param {number} i @param {number} at */
  #value(i, at) {
    const wave = 8 * Math.sin(at / (4_000 + 170 * (i % 23)) + i) + 3 * Math.sin(at / 900 + 2 * i);
    return Math.max(0, (20 + (i * 37) % 60 + wave) * (i % 9 === 0 ? this.growth : 1));
  }
}

Object.assign(window, { Crowd });
