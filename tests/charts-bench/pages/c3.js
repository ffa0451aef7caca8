/**
 * C3: plain (no points, no transition, no legend) or, as `?variant=eon`, as the original EON calls it: points, its default
 * transition of 350 ms, a legend. Both load the whole window with each update, which is what EON does.
 */

import { asked, bench, feed, HEIGHT, stampSnapshot, Table, watchDrawn, WIDTH } from './page.js';

/** C3 has no types. @type {any} */
const c3 = Reflect.get(window, 'c3');
const asEon = asked.variant === 'eon';
/** @type {Table|null} */
let table = null;
/** @type {any} */
let chart = null;

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
  if (!table) return;
  table.add(frame);
  chart.load({ columns: columns(table) });
});
bench.tooltip = () => document.querySelector('.c3-tooltip-container')?.textContent ?? '';

/** @param {Table} data */
function columns(data) {
  return ['x', ...data.names].map((name, i) => [name, ...data.columns[i]]);
}
