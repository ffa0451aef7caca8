/**
 * The part of the time bar that matters away from the present: from when to when, and the replay, which plays what has
 * been from one window before now or from what is held, and can be pulled to and fro. Loaded when somebody leaves live.
 */

import { setAttribute, setText } from '../charts/dom.js';
import { rangeText } from './dates.js';
import { find } from './page.js';
/** @import {Page} from './types.js' */

/** The scrubber counts in thousandths of the way from the replay's begin to now. */
const SCRUB_STEPS = 1_000;

export class Past {
  #page;
  #speed;
  #range = find('range', HTMLElement);
  #button = find('replay', HTMLButtonElement);
  #scrub = find('scrub', HTMLInputElement);
  #list = find('speed', HTMLSelectElement);
  /** Left end of the scrubber. */
  #start = NaN;

  /** @param {Page} page @param {() => number} speed */
  constructor(page, speed) {
    this.#page = page;
    this.#speed = speed;
    this.#scrub.addEventListener('input', () => this.#pull());
  }

  toggleReplay() {
    const { chart, changed } = this.#page;
    const { mode, from, to } = chart.view;
    if (Number.isNaN(from)) return;
    if (mode === 'replay') {
      chart.pause();
    } else {
      this.#start = mode === 'live' ? from - (to - from) : from;
      chart.replay(this.#start, this.#speed());
    }
    changed();
  }

  show() {
    const { chart, locale } = this.#page;
    const { mode, from, to } = chart.view;
    const playing = mode === 'replay';
    setText(this.#range, mode === 'live' || Number.isNaN(from) ? '' : rangeText({ from, to }, chart.timeZone, locale));
    setAttribute(this.#button, 'aria-pressed', String(playing));
    setText(this.#button, playing ? 'Stop' : 'Replay');
    for (const control of [this.#scrub, this.#list]) if (control.hidden === playing) control.hidden = !playing;
    if (!playing) {
      this.#start = NaN;
      return;
    }
    if (!(this.#start <= from)) this.#start = from;
    // While a finger holds it, it is the finger's.
    if (this.#scrub.matches(':active')) return;
    const value = String(Math.round((SCRUB_STEPS * (from - this.#start)) / (from + chart.behindMs - this.#start)));
    if (this.#scrub.value !== value) this.#scrub.value = value;
  }

  #pull() {
    const { chart, changed } = this.#page;
    const end = chart.view.from + chart.behindMs;
    chart.replay(this.#start + (Number(this.#scrub.value) / SCRUB_STEPS) * (end - this.#start), this.#speed());
    changed();
  }
}
