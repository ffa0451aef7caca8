/** Looks, and charts that change. The text of each function is shown beside its chart. */

import { generate } from '../eon/chart/index.js';
import { chart } from '../index.js';
import { times, walk, wave } from './numbers.js';
/** @import {Example} from './gallery.js' */

/** @type {Example['run']} */
function names(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', 1, 2, 3, 4, 5, 6],
        ['a', 3, 5, 4, 6, 8, 7],
        ['b', 2, 3, 5, 4, 5, 6],
      ],
    },
    names: { a: 'Vienna', b: 'Prague' },
    colours: { a: '#c1121f', b: '#669bbc' },
    points: true,
  });
}

/** @type {Example['run']} */
function palette(host) {
  const x = times('2026-03-02T10:00', 80, 30_000);
  const shown = chart(host, { data: { columns: [['x', ...x]] } });
  for (let i = 0; i < 8; i += 1) {
    const values = wave(80, { base: 10 + 6 * i, swing: 2.5, noise: 1, seed: i });
    shown.load({ columns: [['x', ...x], [`worker-${i}`, ...values]] });
  }
  return shown;
}

/** @type {Example['run']} */
function quiet(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02T10:00', 120, 30_000)],
        ['load', ...walk(120, { seed: 21 })],
      ],
    },
    grid: { x: false, y: false },
    interactive: false, // no zoom, no pan
    tooltip: false,
  });
}

/** @type {Example['run']} */
function themes(host, { button }) {
  const shown = chart(host, {
    type: 'area',
    data: {
      columns: [
        ['x', ...times('2026-03-02', 30, 86_400_000)],
        ['visits', ...walk(30, { start: 400, step: 0.3 })],
      ],
    },
  });
  const paint = (/** @type {string} */ theme) => {
    document.documentElement.dataset.theme = theme; // '': as the system
    shown.refreshTheme(); // the colours are those of colours.css
  };
  button('Light', () => paint('light'));
  button('Dark', () => paint('dark'));
  button('As the system', () => paint(''));
  return shown;
}

/** @type {Example['run']} */
function loading(host, { button }) {
  const x = times('2026-03-02T10:00', 60, 60_000);
  const monday = wave(60, { base: 100 });
  const tuesday = wave(60, { base: 130, seed: 5 });
  const another = wave(60, { base: 90, seed: 9 });
  const shown = chart(host, { data: { columns: [['x', ...x], ['monday', ...monday]] } });
  button('Load Tuesday', () => {
    shown.load({ columns: [['x', ...x], ['tuesday', ...tuesday]] });
  });
  button('Another Monday', () => {
    shown.load({ columns: [['x', ...x], ['monday', ...another]] });
  });
  button('Unload Tuesday', () => shown.unload(['tuesday']));
  return shown;
}

/** @type {Example['run']} */
function transform(host, { button }) {
  const shown = chart(host, {
    data: {
      columns: [
        ['x', 1, 2, 3, 4, 5, 6, 7, 8],
        ['a', 30, 20, 50, 40, 60, 50, 35, 45],
        ['b', 20, 13, 14, 40, 15, 30, 24, 28],
      ],
    },
  });
  button('Line', () => shown.setType('line'));
  button('Spline', () => shown.setType('spline'));
  button('Area', () => shown.setType('area-step'));
  button('Bar', () => shown.setType('bar'));
  button('Scatter', () => shown.setType('scatter'));
  button('Donut', () => shown.setType('donut'));
  button('Only b as bars', () => shown.setType('bar', ['b']));
  return shown;
}

/** @type {Example['run']} */
function regroup(host, { button }) {
  const shown = chart(host, {
    type: 'bar',
    data: {
      columns: [
        ['x', 'one', 'two', 'three', 'four'],
        ['read', 40, 55, 38, 61],
        ['write', 22, 30, 41, 18],
        ['scan', 9, 14, 6, 12],
      ],
    },
  });
  button('Stack all', () => shown.setGroups([['read', 'write', 'scan']]));
  button('Stack two', () => shown.setGroups([['read', 'write']]));
  button('Side by side', () => shown.setGroups([]));
  return shown;
}

/** @type {Example['run']} */
function choose(host, { button }) {
  const x = times('2026-03-02T10:00', 90, 20_000);
  const shown = chart(host, {
    data: {
      columns: [
        ['x', ...x],
        ['one', ...wave(90)],
        ['two', ...wave(90, { base: 140, seed: 3 })],
        ['three', ...wave(90, { base: 60, seed: 6 })],
      ],
    },
  });
  button('Only two', () => shown.select({ type: 'only', names: ['two'] }));
  button('Toggle three', () => shown.select({ type: 'toggle', name: 'three' }));
  button('All', () => shown.select({ type: 'restore' }));
  button('Highlight one', () => shown.highlight('one'));
  return shown;
}

/** @type {Example['run']} */
function moving(host, { button, say }) {
  const shown = chart(host, {
    data: {
      columns: [
        ['x', ...times('2026-03-02', 1_440, 60_000)],
        ['load', ...walk(1_440, { seed: 17 })],
      ],
    },
  });
  const noon = Date.parse('2026-03-02T12:00');
  const time = (/** @type {number} */ ms) => new Date(ms).toLocaleTimeString();
  shown.on('view', ({ from, to }) => say(`${time(from)} – ${time(to)}`));
  shown.on('click', ({ x, value }) => say(`${value.toFixed(1)} at ${time(x)}`));
  button('Closer', () => shown.zoom(0.5, noon));
  button('Farther', () => shown.zoom(2, noon));
  button('‹', () => shown.pan(-3_600_000));
  button('›', () => shown.pan(3_600_000));
  button('Noon', () => shown.hold(noon - 3_600_000, noon + 3_600_000));
  button('All', () => shown.live());
  return shown;
}

/** @type {Example['run']} */
function labelled(host) {
  return chart(host, {
    data: {
      columns: [
        ['x', 1, 2, 3, 4, 5, 6],
        ['requests', 31, 58, 44, 67, 83, 71],
      ],
    },
    labels: ',d', // a specifier, or a function of value and name
    points: 3,
    rules: [
      { axis: 'y', at: 80, text: 'limit', colour: '#c1121f' },
      { axis: 'x', from: 4, to: 5 },
    ],
  });
}

/** @type {Example['run']} */
function c3(host) {
  return /** @type {any} */ (generate({
    bindto: host,
    data: {
      x: 'x',
      columns: [
        ['x', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'],
        ['data1', 30, 200, 100, 400],
        ['data2', 50, 20, 10, 40],
      ],
      axes: { data2: 'y2' },
      types: { data1: 'area-spline' },
    },
    axis: { x: { type: 'timeseries', tick: { format: '%Y-%m-%d' } } },
  }));
}

/** @type {{id: string, title: string, examples: Example[]}} */
export const LOOKS = {
  id: 'looks', title: 'Looks and changes', examples: [
    { run: names, title: 'Names and colours', about: 'Of your own, by series.' },
    { run: palette, title: 'The eight colours', about: 'Told apart with every kind of colour vision, on light and dark ground.' },
    { run: quiet, title: 'Quiet', about: 'A picture only: no grid, no pointer.' },
    { run: themes, title: 'Light and dark', about: 'Custom properties decide; an attribute overrides the system.' },
    { run: loading, title: 'Load and unload', about: 'A column of the same name takes the place of the one before.' },
    { run: transform, title: 'Transform', about: 'Another shape for all series or for some.' },
    { run: regroup, title: 'Stack and unstack', about: 'The axis follows.' },
    { run: choose, title: 'Choose series', about: 'Isolate, toggle, restore, highlight.' },
    { run: moving, title: 'Move', about: 'By code as by hand; events say where it stands and what was clicked.', says: true },
    { run: labelled, title: 'Values and rules', about: 'Values at their points, lines and bands across the plot.' },
    { run: c3, title: 'As C3 has it', about: 'A configuration of C3; eon.chart() of old pages is the same, live.' },
  ],
};
