/** The bar below the chart: pause, move, jump, replay, compare, zone; it keeps its height whatever is going on. */

import { element, setAttribute, setText } from '../charts/dom.js';
import { find, lazily, next } from './page.js';
import { compareMs } from './url-state.js';
import { pauseText } from './words.js';
/** @import {Page, Part} from './types.js' */
/** @import {Past} from './past.js' */

const SPEEDS = [1, 2, 5, 10, 30, 60];
const SPEED_DEFAULT = 10;
/** Value, and what the list says. */
const COMPARISONS = [
  ['', 'Compare'], ['previous', 'vs before'], ['1h', 'vs 1 hour ago'], ['1d', 'vs 1 day ago'], ['7d', 'vs 1 week ago'],
];
const CUSTOM = 'custom';

/** @param {Page} page @returns {Part} */
export function timeBar(page) {
  const { chart, address, changed } = page;
  const pause = find('pause', HTMLButtonElement);
  const speed = find('speed', HTMLSelectElement);
  const compare = compareList(page);
  const zone = find('zone', HTMLButtonElement);
  speed.append(...SPEEDS.map((times) => element('option', { text: `${times}×`, attributes: { value: String(times) } })));
  speed.value = String(address.state.view.mode === 'replay' ? address.state.view.speed : SPEED_DEFAULT);
  /** @type {Past|null} */
  let past = null;
  const loadPast = async () => {
    const { Past } = await import('./past.js');
    return past ??= new Past(page, () => Number(speed.value) || SPEED_DEFAULT);
  };
  const toggleReplay = () => void loadPast().then((loaded) => loaded.toggleReplay());
  const act = (/** @type {() => void} */ action) => () => {
    action();
    changed();
  };
  const on = (/** @type {string} */ id, /** @type {() => void} */ action) => {
    find(id, HTMLElement).addEventListener('click', action);
  };
  const span = () => chart.view.to - chart.view.from;
  // Space goes on with what it stopped; the button says Live and means it.
  let replayed = false;
  const togglePause = () => {
    const { mode } = chart.view;
    if (mode === 'held' && replayed) return toggleReplay();
    replayed = mode === 'replay';
    act(() => (mode === 'held' ? chart.live() : chart.pause()))();
  };
  // A third one is there where the address named it.
  const zones = [...new Set(['local', 'utc', address.state.zone])];
  const nextZone = act(() => chart.setTimeZone(next(zones, chart.timeZone)));
  on('pause', act(() => (chart.paused ? chart.live() : chart.pause())));
  on('back', act(() => chart.pan(-span())));
  on('forward', act(() => chart.pan(span())));
  on('replay', toggleReplay);
  on('zone', nextZone);
  speed.addEventListener('change', act(() => chart.setSpeed(Number(speed.value))));
  const jump = lazily('jump', async () => (await import('./jump.js')).jumpMenu(page));

  return {
    show() {
      setText(pause, pauseText(chart.paused, chart.behindMs));
      setAttribute(pause, 'data-paused', String(chart.paused));
      if (past) past.show();
      else if (chart.view.mode !== 'live') void loadPast().then((loaded) => loaded.show());
      compare.show();
      setText(zone, chart.timeZone === 'utc' ? 'UTC' : chart.timeZone === 'local' ? 'Local' : chart.timeZone);
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
      jump,
      replay: toggleReplay,
      compare: compare.next,
    },
  };
}

/** @param {Page} page */
function compareList({ chart, address: { state }, changed }) {
  const list = find('compare', HTMLSelectElement);
  const option = (/** @type {string} */ value, /** @type {string} */ text) => element('option', { text, attributes: { value } });
  const own = option('', '');
  list.append(...COMPARISONS.map(([value, text]) => option(value, text)), own, option(CUSTOM, 'vs another time …'));
  const known = () => COMPARISONS.some(([value]) => value === state.compare);
  const set = (/** @type {string} */ compare) => {
    state.compare = compare;
    chart.compare(compareMs(compare, chart.windowMs));
    changed();
  };
  let asking = false;
  list.addEventListener('change', async () => {
    if (list.value !== CUSTOM) return set(list.value);
    asking = true;
    const { askSpan } = await import('./ask-span.js');
    const span = await askSpan(state.compare);
    asking = false;
    set(span ?? state.compare);
  });
  return {
    show() {
      own.hidden = own.disabled = known();
      setText(own, `vs ${state.compare} ago`);
      setAttribute(own, 'value', state.compare);
      if (!asking && list.value !== state.compare) list.value = state.compare;
      setAttribute(list, 'data-on', String(state.compare !== ''));
    },
    next: () => set(next(COMPARISONS.map(([value]) => value), known() ? state.compare : '7d')),
  };
}
