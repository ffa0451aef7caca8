/** The bar below the chart: pause, move, jump, replay, compare, zone; it keeps its height whatever is going on. */

import { element, setAttribute, setText } from '../charts/index.js';
import { Menu } from './menu.js';
import { find, next } from './page.js';
import { compareMs, ZONES } from './url-state.js';
import { pauseText, rangeText } from './words.js';
/** @import {Page, Part} from './page.js' */

const SPEEDS = [1, 2, 5, 10, 30, 60];
const SPEED_DEFAULT = 10;
/** Value, and what the list says. */
const COMPARISONS = [['', 'Compare …'], ['previous', 'with the window before'], ['1h', 'with 1 hour ago'], ['1d', 'with 1 day ago'],
  ['7d', 'with 1 week ago']];
const CUSTOM = 'custom';
/** The scrubber counts in thousandths of the way from the replay's begin to now. */
const SCRUB_STEPS = 1_000;

/** @param {Page} page @returns {Part} */
export function timeBar(page) {
  const { chart, address, changed } = page;
  const pause = find('pause', HTMLButtonElement);
  const speed = find('speed', HTMLSelectElement);
  const jump = jumpMenu(page);
  const replay = new Replay(page, () => Number(speed.value));
  const compare = compareList(page);
  const zone = find('zone', HTMLButtonElement);
  const range = find('range', HTMLElement);
  speed.append(...SPEEDS.map((times) => element('option', { text: `${times}×`, attributes: { value: String(times) } })));
  speed.value = String(address.state.view.mode === 'replay' ? address.state.view.speed : SPEED_DEFAULT);

  const act = (/** @type {() => void} */ action) => () => {
    action();
    changed();
  };
  const span = () => chart.view.to - chart.view.from;
  // Space goes on with what it stopped; the button says Live and means it.
  let replayed = false;
  const togglePause = () => {
    const { mode } = chart.view;
    if (mode === 'held' && replayed) return replay.toggle();
    replayed = mode === 'replay';
    act(() => (mode === 'held' ? chart.live() : chart.pause()))();
  };
  const nextZone = act(() => chart.setTimeZone(next(ZONES, chart.timeZone)));
  pause.addEventListener('click', act(() => (chart.paused ? chart.live() : chart.pause())));
  find('back', HTMLElement).addEventListener('click', act(() => chart.pan(-span())));
  find('forward', HTMLElement).addEventListener('click', act(() => chart.pan(span())));
  speed.addEventListener('change', act(() => chart.setSpeed(Number(speed.value))));
  zone.addEventListener('click', nextZone);

  return {
    show() {
      setText(pause, pauseText(chart.paused, chart.behindMs));
      setAttribute(pause, 'data-paused', String(chart.paused));
      const { mode, from, to } = chart.view;
      setText(range, mode === 'live' || Number.isNaN(from) ? '' : rangeText({ from, to }, chart.timeZone, page.locale));
      replay.show();
      compare.show();
      setText(zone, chart.timeZone === 'utc' ? 'UTC' : 'Local time');
      setAttribute(zone, 'title', 'Times: local or UTC (U)');
    },
    actions: {
      pause: togglePause,
      live: act(() => chart.live()),
      reset: act(() => chart.live()),
      back: act(() => chart.pan(-span() / 2)),
      forward: act(() => chart.pan(span() / 2)),
      zoomIn: act(() => chart.zoom(0.5)),
      zoomOut: act(() => chart.zoom(2)),
      zone: nextZone,
      jump: () => jump.open(),
      replay: () => replay.toggle(),
      compare: () => compare.next(),
    },
  };
}

/** @param {Page} page */
function jumpMenu({ chart, changed }) {
  return new Menu(find('jump', HTMLButtonElement), 'Jump to a time', async (panel, close) => {
    const { JumpForm } = await import('./jump.js');
    const form = new JumpForm(panel, (ms) => {
      chart.jump(ms);
      changed();
      close();
    });
    return { opened: () => form.open((chart.view.from + chart.view.to) / 2, chart.timeZone) };
  });
}

/** Plays what has been, from one window before now or from what is held, and can be pulled to and fro. */
class Replay {
  #page;
  #speed;
  #button = find('replay', HTMLButtonElement);
  #scrub = find('scrub', HTMLInputElement);
  /** Left end of the scrubber. */
  #start = NaN;

  /** @param {Page} page @param {() => number} speed */
  constructor(page, speed) {
    this.#page = page;
    this.#speed = speed;
    this.#button.addEventListener('click', () => this.toggle());
    this.#scrub.addEventListener('input', () => this.#pull());
  }

  toggle() {
    const { chart, changed } = this.#page;
    const { mode, from, to } = chart.view;
    if (mode === 'replay') {
      chart.pause();
    } else {
      this.#start = mode === 'live' ? from - (to - from) : from;
      chart.replay(this.#start, this.#speed());
    }
    changed();
  }

  show() {
    const { chart } = this.#page;
    const { mode, from } = chart.view;
    const playing = mode === 'replay';
    setAttribute(this.#button, 'aria-pressed', String(playing));
    setText(this.#button, playing ? 'Stop replay' : 'Replay');
    if (this.#scrub.hidden === playing) this.#scrub.hidden = !playing;
    if (!playing) {
      this.#start = NaN;
      return;
    }
    if (!(this.#start <= from)) this.#start = from;
    if (document.activeElement === this.#scrub && this.#scrub.matches(':active')) return;
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

/** @param {Page} page */
function compareList({ chart, address, changed }) {
  const { state } = address;
  const list = find('compare', HTMLSelectElement);
  const option = (/** @type {string} */ value, /** @type {string} */ text) => element('option', { text, attributes: { value } });
  const own = option(state.compare, `with ${state.compare} ago`);
  list.append(...COMPARISONS.map(([value, text]) => option(value, text)), own, option(CUSTOM, 'with another time …'));
  const known = () => COMPARISONS.some(([value]) => value === state.compare);
  const set = (/** @type {string} */ compare) => {
    state.compare = compare;
    chart.compare(compareMs(compare, chart.windowMs));
    changed();
  };
  list.addEventListener('change', async () => {
    if (list.value !== CUSTOM) return set(list.value);
    const { askSpan } = await import('./ask-span.js');
    set(await askSpan(state.compare) ?? state.compare);
  });
  return {
    show() {
      own.hidden = own.disabled = known();
      own.value = state.compare;
      setText(own, `with ${state.compare} ago`);
      if (list.value !== state.compare && document.activeElement !== list) list.value = state.compare;
      setAttribute(list, 'data-on', String(state.compare !== ''));
    },
    next: () => set(next(COMPARISONS.map(([value]) => value), known() ? state.compare : '7d')),
  };
}
