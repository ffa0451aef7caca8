/**
 * C3: plain (no points, no transition, no legend) or, as `?variant=eon`, as the original EON calls it: points, its default
 * transition of 350 ms, a legend. Both load the whole window, which is what EON does, as often as they can.
 */

import { asked, bench, feed, HEIGHT, stampSnapshot, Table, watchDrawn, WIDTH } from './page.js';

const MARK = 'bench-update';
const TRANSITION_MS = 350;

/** C3 has no types. @type {any} */
const c3 = Reflect.get(window, 'c3');
const asEon = asked.variant === 'eon';
/** @type {Table|null} */
let table = null;
/** @type {any} */
let chart = null;
let loading = false;

stampSnapshot();
feed((frame) => {
  table = new Table(frame, 1);
  let drawn = false;
  chart = c3.generate({
    bindto: '#chart', size: { width: WIDTH, height: HEIGHT }, data: { x: 'x', columns: columns(table) },
    axis: { x: { type: 'timeseries', tick: { count: 8, format: '%H:%M:%S' } } },
    oninit: () => { drawn = true; },
    ...(asEon ? {} : { transition: { duration: 0 }, point: { show: false }, legend: { show: false } }),
  });
  watchDrawn(() => drawn);
}, (frame) => {
  table?.add(frame);
  load();
});
bench.tooltip = () => document.querySelector('.c3-tooltip-container')?.textContent ?? '';

/** One picture after the other: C3 cannot keep up, and a queue of old ones would help nobody. */
function load() {
  if (!table || loading) return;
  loading = true;
  performance.mark(MARK);
  chart.load({ columns: columns(table) });
  // What it says of being done cannot be built on: it is said when a transition begins, and under a moving pointer not at all.
  setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => { loading = false; })), asEon ? TRANSITION_MS : 0);
}

/** @param {Table} data */
function columns(data) {
  return ['x', ...data.names].map((name, i) => [name, ...data.columns[i]]);
}
