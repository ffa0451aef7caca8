/** How the chart looks: window, shape, detail, metric, theme; and which channel it shows. */

import { element, setAttribute, setText } from '../charts/dom.js';
import { shapeOf } from './address.js';
import { WINDOWS } from './keys.js';
import { find, lazily, next } from './page.js';
import { DETAILS, SORTS, THEMES, TYPES } from './url-state.js';
/** @import {Page, PageState, Part} from './types.js' */

const TYPE_NAMES = {
  line: 'Line', spline: 'Spline', step: 'Step', area: 'Area', stacked: 'Stacked area', scatter: 'Scatter', bar: 'Bar',
};
const THEME_NAMES = { auto: 'Auto', light: 'Light', dark: 'Dark' };

/** @param {Page} page @returns {Part} */
export function look(page) {
  const { chart, address } = page;
  const { state } = address;
  const channel = find('channel', HTMLButtonElement);
  const shape = find('shape', HTMLSelectElement);
  const theme = find('theme', HTMLButtonElement);
  const windows = addWindows(page);
  shape.append(...TYPES.map((value) => element('option', { text: TYPE_NAMES[value], attributes: { value } })));
  lazily('channel', async () => new (await import('./channel-picker.js')).ChannelPicker(page));
  /** @type {(() => void)|null} */
  let stack = null;
  const setShape = (/** @type {PageState['type']} */ type) => {
    state.type = type;
    chart.setType(shapeOf(type));
    page.changed();
  };
  const nextTheme = () => {
    state.theme = next(THEMES, state.theme);
    applyTheme(page);
    page.changed();
  };
  const nextMetric = () => {
    const names = chart.metrics().map(({ name }) => name);
    const [present = ''] = chart.metricsOnly.length === 1 ? chart.metricsOnly : [];
    const wanted = next(['', ...names], present);
    chart.selectMetric(wanted === '' ? { type: 'restore' } : { type: 'only', names: [wanted] });
    page.changed();
  };
  const nextDetail = () => {
    chart.setDetail(next(DETAILS, chart.detail.wanted));
    page.changed();
  };
  shape.addEventListener('change', () => setShape(TYPES[shape.selectedIndex]));
  theme.addEventListener('click', nextTheme);

  return {
    show() {
      setText(channel, chart.channel);
      const { from, to } = chart.view;
      const zoomed = Math.abs(to - from - chart.windowMs) > 0.01 * chart.windowMs;
      for (const [span, button] of windows) setAttribute(button, 'aria-pressed', String(span === chart.window && !zoomed));
      if (shape.value !== state.type) shape.value = state.type;
      if (stack) stack();
      else if (state.type === 'stacked') void import('./stacking.js').then(({ stacking }) => (stack ??= stacking(page))());
      setAttribute(theme, 'data-theme-choice', state.theme);
      setAttribute(theme, 'aria-label', `Colours: ${THEME_NAMES[state.theme]}`);
      setAttribute(theme, 'title', `Colours: ${THEME_NAMES[state.theme]} (T)`);
      document.title = `${chart.channel} · Eontide`;
    },
    actions: {
      window: (index) => windows.get(WINDOWS[index])?.click(),
      shape: () => setShape(next(TYPES, state.type)),
      theme: nextTheme,
      metric: nextMetric,
      detail: nextDetail,
    },
  };
}

/**
 * The legend keeps its own order and the address remembers it; that the legend is all that is drawn the address may say.
 * @param {Page} page
 * @param {HTMLElement} legend
 */
export function rememberLegend({ address: { state }, changed }, legend) {
  const sort = legend.querySelector('select');
  const only = legend.querySelector('[aria-pressed]');
  if (!sort || !(only instanceof HTMLElement)) return;
  if (state.sort !== SORTS[0]) {
    sort.value = state.sort;
    sort.dispatchEvent(new Event('change'));
  }
  if (state.filterShown) only.click();
  sort.addEventListener('change', () => {
    state.sort = SORTS.find((value) => value === sort.value) ?? SORTS[0];
    changed();
  });
}

/** @param {Page} page */
export function applyTheme({ chart, address }) {
  document.documentElement.dataset.theme = address.state.theme;
  chart.refreshTheme();
}

/** @param {Page} page @returns {Map<string, HTMLButtonElement>} by window; one that only the address named is the last */
function addWindows({ chart, changed }) {
  const spans = WINDOWS.includes(chart.window) ? WINDOWS : [...WINDOWS, chart.window];
  const buttons = new Map(spans.map((span) => {
    const button = element('button', { text: span, attributes: { type: 'button', 'data-testid': `window-${span}` } });
    button.addEventListener('click', () => {
      chart.setWindow(span);
      chart.live();
      changed();
    });
    return [span, button];
  }));
  find('windows', HTMLElement).append(...buttons.values());
  return buttons;
}
