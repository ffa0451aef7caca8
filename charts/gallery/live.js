/** Live charts of a channel. The text of each function is shown beside its chart. */

import { CellCard, chart, DetailSwitch, Legend, MetricTabs, SourceTable } from '../index.js';
/** @import {Example} from './gallery.js' */

/** @type {Example['run']} */
function channel(host, { channel, say }) {
  const live = chart(host, { channel, window: '5m' });
  live.on('refresh', () => {
    const { messagesPerSecond: rate } = live.stats();
    say(`${live.connection.name} · ${live.detail.text} · ${rate.toFixed(1)} messages/s`);
  });
  return live;
}

/** @type {Example['run']} */
function legend(host, { aside, channel }) {
  const live = chart(host, { channel, window: '5m' });
  const list = new Legend(aside, live);
  return { destroy: () => [list.close(), live.destroy()] };
}

/** @type {Example['run']} */
function sources(host, { aside, channel }) {
  const live = chart(host, { channel, window: '15m' });
  const table = new SourceTable(aside, live);
  return { destroy: () => [table.close(), live.destroy()] };
}

/** @type {Example['run']} */
function metrics(host, { aside, channel }) {
  const live = chart(host, { channel, type: 'spline' });
  const tabs = new MetricTabs(aside, live);
  return { destroy: () => [tabs.close(), live.destroy()] };
}

/** @type {Example['run']} */
function density(host, { aside, channel, say }) {
  // 'auto', as it is by itself: above 100 series
  const live = chart(host, { channel, detail: 'density' });
  const detail = new DetailSwitch(aside, live);
  const card = new CellCard(host, live); // after a click: which are there?
  live.on('cell', ({ total, series }) => {
    say(`${total} series there, the highest ${series[0]?.name ?? '–'}`);
  });
  return { destroy: () => [card.close(), detail.close(), live.destroy()] };
}

/** @type {Example['run']} */
function pins(host, { button, channel }) {
  const live = chart(host, { channel, detail: 'density' });
  button('Pin the highest', () => {
    live.pin(live.names({ sort: 'max' }).slice(0, 1));
  });
  button('Pin the steepest', () => {
    live.pin(live.names({ sort: 'slope' }).slice(0, 1));
  });
  button('Unpin all', () => live.unpin([...live.pinned]));
  return live;
}

/** @type {Example['run']} */
function hover(host, { channel }) {
  return chart(host, { channel, window: '1m', pauseOnHover: true });
}

/** @type {Example['run']} */
function replay(host, { button, channel, say }) {
  const live = chart(host, { channel, window: '30s' });
  live.on('view', ({ mode, speed }) => say(`${mode}, ${speed}×`));
  button('Replay', () => live.replay(Date.now() - 40_000, 2)); // its left edge
  button('1×', () => live.setSpeed(1));
  button('5×', () => live.setSpeed(5));
  button('Pause', () => live.pause());
  button('Back to live', () => live.live());
  return live;
}

/** @type {Example['run']} */
function compare(host, { button, channel }) {
  const live = chart(host, { channel, window: '2m', series: ['rss-*'] });
  button('With 2 min ago', () => live.compare(120_000));
  button('With 1 h ago', () => live.compare(3_600_000));
  button('With nothing', () => live.compare(0));
  return live;
}

/** @type {Example['run']} */
function stack(host, { button, channel }) {
  const live = chart(host, {
    channel,
    window: '2m',
    series: ['rss-*'],
    type: 'area',
  });
  button('Stack', () => live.setGroups([[...live.names()]]));
  button('Unstack', () => live.setGroups([]));
  button('Bars', () => live.setType('bar'));
  button('Areas', () => live.setType('area'));
  return live;
}

/** @type {Example['run']} */
function shares(host, { channel }) {
  return chart(host, {
    channel,
    series: ['rss-*'],
    type: 'donut', // of the last values
    donut: { title: 'memory' },
  });
}

/** @type {Example['run']} */
function gauges(host, { channel }) {
  return chart(host, {
    channel,
    series: ['rss-*'],
    type: 'gauge',
    gauge: { max: 100, thresholds: [{ value: 85, colour: '#d1495b' }] },
  });
}

/** @type {Example['run']} */
function elsewhere(host, { channel }) {
  // 'host:port' or an origin; it must have been started with --allow-origin
  const bridge = window.location.origin;
  return chart(host, { bridge, channel, window: '30s' });
}

/** @type {{id: string, title: string, examples: Example[]}} */
export const LIVE = {
  id: 'live', title: 'Live', examples: [
    { run: channel, title: 'A channel', about: 'One line is enough: history first, then what comes.', says: true },
    { run: legend, title: 'Legend', about: 'Click isolates, Ctrl and click adds, P pins; search by metric, host, source, label.', aside: 'tall' },
    { run: sources, title: 'Sources', about: 'Every process: its state, since when and why, its last values.', aside: 'tall' },
    { run: metrics, title: 'Metric tabs', about: 'One metric at a time, or several.', aside: 'low' },
    { run: density, title: 'Density', about: 'Any number of series: how many are where, the band that holds 90 %, the median, the highest exactly.', aside: 'low', says: true },
    { run: pins, title: 'Pins', about: 'Drawn as lines whatever else is shown.' },
    { run: hover, title: 'Pause under the pointer', about: 'Point at it: it stands still, and goes on when you leave.' },
    { run: replay, title: 'Replay', about: 'The past at one to sixty times its speed.', says: true },
    { run: compare, title: 'Compare', about: 'An earlier time laid beneath this one.' },
    { run: stack, title: 'Live and stacked', about: 'Every shape is live.' },
    { run: shares, title: 'Live shares', about: 'A donut of the last values.' },
    { run: gauges, title: 'Live gauges', about: 'One for each process.' },
    { run: elsewhere, title: 'Another bridge', about: 'From any page, from any bridge that allows it.' },
  ],
};
