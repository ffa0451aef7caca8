/** What the header says of how it is: connection, counts, latency and rate; and what a screen reader is told. */

import { setAttribute, setText } from '../charts/dom.js';
import { find } from './page.js';
import { badgeText, connectionText, countsText } from './words.js';
/** @import {Chart} from '../charts/index.js' */
/** @import {News} from './news.js' */
/** @import {Page, Part} from './types.js' */

/** How old the description of the chart may be; nobody is told when it changes. */
const SUMMARY_MS = 30_000;
/** Where somebody died, or an alert came or went, meanwhile. */
const SUMMARY_SOON_MS = 2_000;
/** Alerts that are written out, the newest. */
const NAMED_MAX = 10;

/** @param {Page} page @returns {Part} */
export function status({ chart, locale }) {
  const pill = find('state', HTMLElement);
  const [word] = pill.children;
  const [fine, failed] = find('counts', HTMLElement).children;
  const badge = find('badge', HTMLElement);
  const summary = find('summary', HTMLElement);
  let named = chart.state().alerts;
  let summedAt = -Infinity;
  /** Who was not well then. @type {unknown[]} */
  let summedOf = [];
  const summarise = () => {
    // What was said of an empty picture is said anew as soon as there is one.
    if (chart.state().lines > 0) summedAt = performance.now();
    summedOf = [failed.textContent, named];
    setText(summary, chart.summary());
  };
  badge.title = 'How long a value takes from being published to being drawn here, by the newest one, and how many messages '
    + 'come in a second. The clocks of both machines are compared: where they differ, so does the figure.';
  find('chart', HTMLElement).addEventListener('focus', summarise);
  const hear = listener(chart, locale);
  const name = (/** @type {typeof named} */ alerts) => {
    if (alerts === named) return;
    named = alerts;
    const rest = alerts.length - NAMED_MAX;
    setAttribute(failed, 'title', [...alerts.slice(-NAMED_MAX).map(({ label }) => label), rest > 0 ? `and ${rest} more` : ''].filter(Boolean).join('\n'));
  };

  return {
    show() {
      const { connection } = chart;
      setAttribute(pill, 'data-state', connection.name);
      setText(word, connectionText(connection, performance.now()));
      const state = chart.state();
      const { well, ill } = countsText(state, locale);
      setText(fine, well);
      setText(failed, ill);
      name(state.alerts);
      setText(badge, badgeText(chart.stats(), locale));
      if (state.filled) hear();
      if (performance.now() - summedAt > (ill === summedOf[0] && named === summedOf[1] ? SUMMARY_MS : SUMMARY_SOON_MS) && state.filled) summarise();
    },
    actions: {},
  };
}

/**
 * Looks whether there is news, and only then loads what finds the words for it.
 * @param {Chart} chart
 * @param {string} locale
 */
function listener(chart, locale) {
  /** @type {News|null} */
  let news = null;
  /** @type {Promise<News>|null} */
  let loading = null;
  let first = { channel: '', sources: chart.sources() };
  const load = () => loading ??= import('./news.js').then(({ News }) => news = new News(chart, locale, first.sources));
  return () => {
    if (news) return news.look();
    const sources = chart.sources();
    // Those that a channel begins with come with its snapshot, a moment after its points.
    if (first.channel !== chart.channel || first.sources.length === 0) first = { channel: chart.channel, sources };
    // Which alerts are of before and which are new the news decides.
    if (chart.alerts().length > 0 || (first.sources !== sources && told(sources) !== told(first.sources))) void load();
  };
}

/** Another number where somebody died or came back. @param {ReturnType<Chart['sources']>} sources */
const told = (sources) => sources.reduce((sum, { lives, state }) => sum + 2 * lives + Number(state === 'down'), 0);
