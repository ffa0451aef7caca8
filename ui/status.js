/** What the header says of how it is: connection, counts, latency and rate; and what a screen reader is told. */

import { setAttribute, setText } from '../charts/index.js';
import { Announcer } from './announcer.js';
import { find } from './page.js';
import { badgeText, connectionText, countsText } from './words.js';
/** @import {Page, Part} from './page.js' */

/** How old the description of the chart may be; nobody is told when it changes. */
const SUMMARY_MS = 30_000;

/** @param {Page} page @returns {Part} */
export function status({ chart, locale }) {
  const pill = find('state', HTMLElement);
  const [word] = pill.children;
  const [fine, failed] = find('counts', HTMLElement).children;
  const badge = find('badge', HTMLElement);
  const summary = find('summary', HTMLElement);
  const said = find('announcements', HTMLElement);
  const announcer = new Announcer(locale);
  let channel = chart.channel;
  /** @type {readonly unknown[]} */
  let heard = [];
  let summedAt = -Infinity;
  const summarise = () => {
    summedAt = performance.now();
    setText(summary, chart.summary());
  };
  badge.title = 'How long a value takes from being published to being drawn here, by the newest one, and how many messages come in a '
    + 'second. The clocks of both machines are compared: where they differ, so does the figure.';
  find('chart', HTMLElement).addEventListener('focus', summarise);
  chart.on('alert', (/** @type {{text: string}} */ { text }) => announcer.alert(text));

  return {
    show() {
      const { connection } = chart;
      setAttribute(pill, 'data-state', connection.name);
      setText(word, connectionText(connection, performance.now()));
      const state = chart.state();
      const { well, ill } = countsText(state, locale);
      setText(fine, well);
      setText(failed, ill);
      setText(badge, badgeText(chart.stats(), locale));
      if (channel !== chart.channel) announcer.forget();
      channel = chart.channel;
      const sources = chart.sources();
      if (state.filled && sources !== heard) announcer.presence(heard = sources);
      const text = announcer.take(performance.now());
      if (text !== null) said.textContent = text;
      if (performance.now() - summedAt > SUMMARY_MS && state.filled) summarise();
    },
    actions: {},
  };
}
