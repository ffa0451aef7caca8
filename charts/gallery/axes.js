/** Axes, units and formats. The text of each function is shown beside its chart. */

import { chart } from '../index.js';
import { times, walk, wave } from './numbers.js';
/** @import {Example} from './gallery.js' */

/** @type {Example['run']} */
function logY(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 90, 10_000)],
        ['median', ...walk(90, { start: 0.004, step: 0.3, seed: 3 })],
        ['p99', ...walk(90, { start: 0.21, step: 0.5, seed: 5 })],
        ['longest', ...walk(90, { start: 4, step: 0.6, seed: 11 })],
      ],
    },
    axis: { y: { type: 'log', unit: 's' } },
  });
}

/** @type {Example['run']} */
function logX(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
        ['lines', 1.9, 2, 2.1, 2.6, 6, 13, 32, 88, 300],
        ['density', 5.3, 5.3, 5.3, 5.3, 5.4, 5.5, 5.9, 5.7, 5.5],
      ],
    },
    axis: {
      x: { type: 'log', label: 'series' },
      y: { type: 'log', unit: 'ms', label: 'a picture' },
    },
    points: true,
  });
}

/** @type {Example['run']} */
function category(host) {
  return chart(host, {
    type: 'bar',
    data: {
      columns: [
        ['x', 'checkout', 'search', 'recommendations', 'inventory', 'payments',
          'notifications', 'authentication', 'images', 'reports'],
        ['requests', 320, 910, 540, 210, 260, 430, 780, 690, 60],
      ],
    },
    axis: { x: { type: 'category' }, y: { unit: 'req/s' } },
  });
}

/** @type {Example['run']} */
function second(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 60, 60_000)],
        ['requests', ...wave(60, { base: 900, swing: 300, noise: 80 })],
        ['errors', ...wave(60, { base: 1.4, swing: 0.9, noise: 0.6, seed: 4 })],
      ],
    },
    axes: { errors: 'y2' },
    axis: {
      y: { label: 'requests', unit: 'req/s' },
      y2: { label: 'errors', unit: '%' },
    },
  });
}

/** @type {Example['run']} */
function bytes(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 60, 60_000)],
        ['rss', ...walk(60, { start: 700 * 2 ** 20, step: 0.07, seed: 12 })],
        ['heap', ...walk(60, { start: 420 * 2 ** 20, step: 0.09, seed: 2 })],
      ],
    },
    axis: { y: { unit: 'bytes' } }, // 'kB' and 'MB' count in thousands
  });
}

/** @type {Example['run']} */
function percent(host) {
  return chart(host, {
    type: 'area',
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 60, 60_000)],
        ['hits', ...wave(60, { base: 0.82, swing: 0.1, noise: 0.05 })],
      ],
    },
    axis: { y: { unit: 'ratio', min: 0, max: 1 } }, // 'percent': 82, not 0.82
  });
}

/** @type {Example['run']} */
function rates(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 60, 60_000)],
        ['received', ...walk(60, { start: 42e6, step: 0.2, seed: 3 })],
        ['sent', ...walk(60, { start: 18e6, step: 0.2, seed: 9 })],
      ],
    },
    axis: { y: { unit: 'bit/s' } }, // also B/s, MB/s, req/s, 1/s
  });
}

/** @type {Example['run']} */
function durations(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T00:00', 48, 1_800_000)],
        ['backup', ...walk(48, { start: 5_400, step: 0.12, seed: 5 })],
      ],
    },
    axis: { y: { unit: 's' } }, // ns, µs, ms, s, min, h, d: what suits the size
  });
}

/** @type {Example['run']} */
function formats(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-01-01', 52, 7 * 86_400_000)],
        ['revenue', ...walk(52, { start: 1_240_000, step: 0.12, seed: 8 })],
      ],
    },
    axis: {
      x: { format: '%d %b' }, // d3-time-format
      y: { format: '$,.2s' }, // d3-format
    },
  });
}

/** @type {Example['run']} */
function ownFormat(host) {
  const stars = ['', '★', '★★', '★★★', '★★★★', '★★★★★'];
  return chart(host, {
    type: 'step',
    data: {
      columns: [
        ['x', ...times('2026-03-02', 14, 86_400_000)],
        ['rating', 3, 4, 4, 5, 4, 3, 2, 3, 4, 4, 5, 5, 4, 5],
      ],
    },
    axis: { y: { min: 0, max: 5, format: (value) => stars[value] ?? '' } },
  });
}

/** @type {Example['run']} */
function ends(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 120, 30_000)],
        ['room', ...wave(120, { base: 21, swing: 1.2, noise: 0.4 })],
      ],
    },
    axis: {
      y: {
        label: 'temperature',
        unit: '°C',
        min: 18, // this end is fixed
        padding: { top: 0.3 }, // above: 30 % air
      },
    },
  });
}

/** @type {Example['run']} */
function inverted(host) {
  return chart(host, {
    type: 'area-spline',
    data: {
      columns: [
        ['x', 0, 5, 10, 15, 20, 25, 30, 35, 40, 45],
        ['dive', 0, 9, 18, 24, 28, 26, 21, 12, 5, 0],
      ],
    },
    axis: {
      x: { label: 'minutes' },
      y: { label: 'depth', unit: 'm', inverted: true },
    },
  });
}

/** @type {Example['run']} */
function zones(host) {
  return chart(host, {
    timeZone: 'Europe/Berlin', // or 'local', 'utc'
    data: {
      columns: [
        ['x', ...times('2026-10-24T22:00Z', 25, 900_000)],
        ['load', ...wave(25, { base: 30, swing: 8, period: 20 })],
      ],
    },
  });
}

/** @type {Example['run']} */
function locales(host) {
  return chart(host, {
    locale: 'de-DE',
    type: 'bar',
    data: {
      columns: [
        ['x', 'Köln', 'Graz', 'Bern', 'Ulm'],
        ['Einwohner', 1_084_831, 298_479, 134_506, 128_928],
      ],
    },
    axis: { y: { format: ',d' } },
  });
}

/** @type {{id: string, title: string, examples: Example[]}} */
export const AXES = {
  id: 'axes', title: 'Axes and units', examples: [
    { run: logY, title: 'Logarithmic', about: 'Milliseconds and minutes in one picture.' },
    { run: logX, title: 'Both axes logarithmic', about: 'x is a number here, not a time.' },
    { run: category, title: 'Categories', about: 'Names that do not fit are turned, then thinned.' },
    { run: second, title: 'Second axis', about: 'For what has another size or unit.' },
    { run: bytes, title: 'Bytes', about: 'In the prefixes of memory, with round steps.' },
    { run: percent, title: 'Percent', about: 'A ratio read as percent, both ends fixed.' },
    { run: rates, title: 'Rates', about: 'In thousands, per second.' },
    { run: durations, title: 'Durations', about: 'Ticks at whole quarters of an hour, not at 1,000 s.' },
    { run: formats, title: 'Formats of d3', about: 'Specifiers for numbers and for times.' },
    { run: ownFormat, title: 'A format of your own', about: 'Any function from value to text.' },
    { run: ends, title: 'Ends, air and titles', about: 'min, max, padding and label.' },
    { run: inverted, title: 'Inverted', about: 'The smallest value on top.' },
    { run: zones, title: 'Time zones', about: 'On this night two o’clock comes twice.' },
    { run: locales, title: 'Languages', about: 'Numbers as the reader writes them.' },
  ],
};
