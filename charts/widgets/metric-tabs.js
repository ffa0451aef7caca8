/**
 * One tab a metric: a click shows only that one, Ctrl or ⌘ adds or removes, a second click or "All" restores. Arrows lead
 * from tab to tab, Enter or Space chooses: a choice may ask the bridge, a look must not.
 */

import { element, setAttribute, setText } from '../dom.js';
import { number } from './count.js';
/** @import {ChartFace} from './chart-face.js' */

/** More are reached by the legend's filter. */
const TABS_MAX = 60;
/** Where names end and "all" begins: no metric is called so. */
const ALL = '';

/**
 * Which tabs there are and which are chosen.
 * @param {readonly {name: string, count: number, visible: boolean}[]} metrics
 * @param {number} [most]
 * @returns {{name: string, text: string, title: string, selected: boolean}[]}
 */
export function tabsOf(metrics, most = TABS_MAX) {
  const every = metrics.every(({ visible }) => visible);
  const tabs = metrics.slice(0, most).map(({ name, count, visible }) => ({
    name, text: name, selected: visible && (!every || metrics.length === 1),
    title: `${number(count)} series · click: only these, Ctrl: add or remove`,
  }));
  if (metrics.length < 2) return tabs;
  return [{ name: ALL, text: 'All', selected: every, title: `All ${number(metrics.length)} metrics` }, ...tabs];
}

export class MetricTabs {
  #chart;
  #root = element('div', {
    class: 'eontide-tabs',
    attributes: { role: 'tablist', 'aria-label': 'Metrics', 'aria-multiselectable': 'true', 'data-testid': 'metrics' },
  });
  #more = element('span', { class: 'eontide-tabs-more', attributes: { 'aria-hidden': 'true' } });
  /** @type {HTMLButtonElement[]} */
  #tabs = [];
  /** In the tab order. */
  #stop = 0;
  #off;

  /**
   * @param {Element} host
   * @param {ChartFace} chart
   */
  constructor(host, chart) {
    this.#chart = chart;
    this.#root.addEventListener('click', (event) => this.#click(event));
    this.#root.addEventListener('keydown', (event) => this.#key(event));
    this.#root.addEventListener('focusin', (event) => this.#stand(this.#tabs.findIndex((tab) => tab === event.target)));
    host.append(this.#root, this.#more);
    this.#off = chart.on('refresh', () => this.#update());
    this.#update();
  }

  close() {
    this.#off();
    this.#root.remove();
    this.#more.remove();
  }

  #update() {
    const metrics = this.#chart.metrics();
    const tabs = tabsOf(metrics);
    while (this.#tabs.length > tabs.length) this.#tabs.pop()?.remove();
    while (this.#tabs.length < tabs.length) this.#add();
    tabs.forEach(({ name, text, title, selected }, i) => {
      const tab = this.#tabs[i];
      setText(tab, text);
      setAttribute(tab, 'title', title);
      setAttribute(tab, 'data-metric', name);
      setAttribute(tab, 'data-testid', name === ALL ? 'metrics-all' : `metric-${name}`);
      setAttribute(tab, 'aria-selected', String(selected));
    });
    if (this.#stop >= tabs.length) this.#stop = 0;
    if (!this.#root.contains(document.activeElement)) this.#stand(Math.max(0, tabs.findIndex(({ selected }) => selected)));
    setText(this.#more, metrics.length > TABS_MAX ? `+${number(metrics.length - TABS_MAX)}` : '');
  }

  #add() {
    const tab = element('button', { class: 'eontide-tab', attributes: { type: 'button', role: 'tab', tabindex: '-1' } });
    this.#tabs.push(tab);
    this.#root.append(tab);
  }

  /** @param {number} index */
  #stand(index) {
    if (index < 0) return;
    this.#stop = index;
    this.#tabs.forEach((tab, i) => setAttribute(tab, 'tabindex', i === index ? '0' : '-1'));
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const name = this.#tabs.find((tab) => tab === event.target)?.getAttribute('data-metric');
    if (name === undefined || name === null) return;
    if (name === ALL) this.#chart.selectMetric({ type: 'restore' });
    else this.#chart.selectMetric({ type: event.ctrlKey || event.metaKey ? 'toggle' : 'isolate', name });
    this.#update();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = this.#tabs.length - 1;
    const to = { ArrowRight: this.#stop + 1, ArrowLeft: this.#stop - 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#tabs[to < 0 ? last : to > last ? 0 : to].focus();
  }
}
