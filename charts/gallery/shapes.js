/** Every shape. The text of each function is shown beside its chart. */

import { chart, Legend } from '../index.js';
import { cloud, times, walk, wave } from './numbers.js';
/** @import {Example} from './gallery.js' */

/** @type {Example['run']} */
function line(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'],
        ['Lisbon', 11.6, 12.7, 14.9, 15.9, 18.0, 21.2],
        ['Oslo', -4.3, -4.0, -0.2, 4.5, 10.8, 15.2],
        ['Nairobi', 19.3, 20.0, null, 19.9, 18.7, 17.4], // null: a gap
      ],
    },
    axis: { y: { unit: '°C' } },
    points: true,
  });
}

/** @type {Example['run']} */
function spline(host) {
  return chart(host, {
    type: 'spline', // monotone: it never shows a value that was not there
    data: {
      columns: [
        ['x', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        ['measured', 0, 2, 9, 14, 12, 12, 15, 22, 20, 11, 4],
        ['expected', 1, 4, 8, 11, 13, 15, 16, 16, 14, 10, 6],
      ],
    },
  });
}

/** @type {Example['run']} */
function step(host) {
  return chart(host, {
    type: 'step', // a value holds until the next one
    data: {
      columns: [
        ['x', ...times('2026-03-02T06:00', 15, 3_600_000)],
        ['workers', 2, 2, 3, 6, 8, 8, 8, 10, 12, 12, 9, 6, 4, 2, 2],
        ['queue', 0, 1, 4, 9, 11, 7, 8, 13, 14, 9, 5, 2, 0, 0, 0],
      ],
    },
  });
}

/** @type {Example['run']} */
function area(host) {
  return chart(host, {
    type: 'area',
    data: {
      columns: [
        ['x', ...times('2026-03-02T00:00', 96, 900_000)],
        ['requests', ...wave(96, { base: 420, swing: 260, noise: 90 })],
      ],
    },
    axis: { y: { unit: 'req/s' } },
  });
}

/** @type {Example['run']} */
function areaSpline(host) {
  return chart(host, {
    type: 'area-spline',
    data: {
      columns: [
        ['x', ...times('2026-03-02T00:00', 24, 3_600_000)],
        ['north', ...wave(24, { base: 30, swing: 18, period: 24, seed: 3 })],
        ['south', ...wave(24, { base: 44, swing: 12, period: 18, seed: 5 })],
      ],
    },
  });
}

/** @type {Example['run']} */
function areaStep(host) {
  return chart(host, {
    type: 'area-step',
    data: {
      columns: [
        ['x', ...times('2026-03-02T00:00', 13, 7_200_000)],
        ['price', 82, 75, 71, 74, 112, 131, 104, 62, 34, 57, 124, 149, 118],
      ],
    },
    axis: { y: { unit: '€/MWh' } },
  });
}

/** @type {Example['run']} */
function scatter(host) {
  return chart(host, {
    type: 'scatter',
    data: {
      columns: [
        ['x', ...cloud(160, { middle: 5.1, spread: 3, seed: 2 })],
        ['payload', ...cloud(160, { middle: 38, spread: 22, seed: 7 })],
      ],
    },
    axis: { x: { label: 'size, kB' }, y: { label: 'time', unit: 'ms' } },
  });
}

/** @type {Example['run']} */
function bar(host) {
  return chart(host, {
    type: 'bar',
    data: {
      columns: [
        ['x', 'Rust', 'Go', 'Python', 'Java', 'Erlang', 'C'],
        ['services', 18, 14, 23, 9, 3, 5],
      ],
    },
  });
}

/** @type {Example['run']} */
function grouped(host) {
  return chart(host, {
    type: 'bar', // several series stand side by side
    data: {
      columns: [
        ['x', 'Q1', 'Q2', 'Q3', 'Q4'],
        ['2024', 41, 48, 52, 60],
        ['2025', 47, 51, 66, 71],
        ['2026', 58, 63, 61, -12],
      ],
    },
    bar: { ratio: 0.7 },
  });
}

/** @type {Example['run']} */
function stacked(host) {
  return chart(host, {
    type: 'bar',
    groups: [['2xx', '4xx', '5xx']], // these stand on each other
    data: {
      columns: [
        ['x', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
        ['2xx', 812, 840, 905, 880, 851, 402, 377],
        ['4xx', 61, 72, 59, 80, 95, 31, 22],
        ['5xx', 4, 2, 38, 12, 3, 1, 1],
      ],
    },
    colours: { '2xx': '#2a9d8f', '4xx': '#e9a23b', '5xx': '#d1495b' },
  });
}

/** @type {Example['run']} */
function stackedAreas(host) {
  return chart(host, {
    type: 'area',
    groups: [['heap', 'code', 'stacks', 'cache']],
    data: {
      columns: [
        ['x', ...times('2026-03-02T08:00', 60, 60_000)],
        ['heap', ...walk(60, { start: 310, seed: 4 })],
        ['code', ...walk(60, { start: 90, step: 0.01, seed: 6 })],
        ['stacks', ...walk(60, { start: 60, seed: 8 })],
        ['cache', ...walk(60, { start: 140, step: 0.09, seed: 9 })],
      ],
    },
    axis: { y: { unit: 'MiB' } },
  });
}

/** @type {Example['run']} */
function mixed(host) {
  return chart(host, {
    type: 'bar',
    types: { average: 'spline', limit: 'step' }, // these are no bars
    data: {
      columns: [
        ['x', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        ['load', 12, 19, 15, 24, 31, 28, 22, 26, 17, 14],
        ['average', 14, 16, 19, 23, 26, 26, 25, 23, 20, 17],
        ['limit', 30, 30, 30, 30, 30, 35, 35, 35, 35, 35],
      ],
    },
  });
}

/** @type {Example['run']} */
function pie(host, { aside }) {
  const shown = chart(host, {
    type: 'pie', // of each series the sum of its values
    data: {
      columns: [
        ['disk', 412],
        ['memory', 238],
        ['network', 164],
        ['queue', 77],
        ['other', 39],
      ],
    },
  });
  const legend = new Legend(aside, shown);
  return { destroy: () => [legend.close(), shown.destroy()] };
}

/** @type {Example['run']} */
function donut(host) {
  return chart(host, {
    type: 'donut',
    donut: { title: 'requests' },
    data: {
      columns: [
        ['eu-west', 5120],
        ['us-east', 3890],
        ['ap-south', 2410],
        ['sa-east', 930],
      ],
    },
  });
}

/** @type {Example['run']} */
function gauge(host) {
  return chart(host, {
    type: 'gauge',
    data: { columns: [['cpu', 34, 48, 71]] }, // its last value
    axis: { y: { unit: '%' } },
    gauge: {
      min: 0,
      max: 100,
      thresholds: [
        { value: 0, colour: '#2a9d8f' },
        { value: 60, colour: '#e9a23b' },
        { value: 85, colour: '#d1495b' },
      ],
    },
  });
}

/** @type {Example['run']} */
function gauges(host) {
  return chart(host, {
    type: 'gauge',
    data: { columns: [['api-1', 22], ['api-2', 68], ['api-3', 93]] },
    gauge: { max: 100, thresholds: [{ value: 85, colour: '#d1495b' }] },
  });
}

/** @type {{id: string, title: string, examples: Example[]}} */
export const SHAPES = {
  id: 'shapes', title: 'Shapes', examples: [
    { run: line, title: 'Line', about: 'Columns as EON and C3 write them: a name, then values. Dates are read as they come.' },
    { run: spline, title: 'Spline', about: 'A smooth curve through all points, without invented peaks.' },
    { run: step, title: 'Step', about: 'For what stays until it changes.' },
    { run: area, title: 'Area', about: 'Stands on zero.' },
    { run: areaSpline, title: 'Area, spline', about: 'Two areas shine through each other.' },
    { run: areaStep, title: 'Area, step', about: 'Hourly prices.' },
    { run: scatter, title: 'Scatter', about: 'x may be a number, in any order.' },
    { run: bar, title: 'Bar', about: 'x may be the name of a category.' },
    { run: grouped, title: 'Grouped bars', about: 'Side by side, below zero too.' },
    { run: stacked, title: 'Stacked bars', about: 'With colours of your own.' },
    { run: stackedAreas, title: 'Stacked areas', about: 'Series of different times are brought onto common steps.' },
    { run: mixed, title: 'Several shapes', about: 'One shape for all, another for some.' },
    { run: pie, title: 'Pie', about: 'Shares of a whole, with the legend that belongs to it.', aside: 'tall' },
    { run: donut, title: 'Donut', about: 'The same with a title in the middle.' },
    { run: gauge, title: 'Gauge', about: 'The last value between two ends, in the colour of the threshold it has passed.' },
    { run: gauges, title: 'Several gauges', about: 'One for each series.' },
  ],
};
