/**
 * uPlot at its best: typed arrays, no points, no legend of thousands of rows; y adapts, x follows the newest point, and a
 * tooltip names the values nearest to the pointer, as ours does.
 */

import uPlot from 'uplot';
import { asked, bench, feed, HEIGHT, stampSnapshot, Table, watchDrawn, WIDTH } from './page.js';

const TOOLTIP_ROWS = 10;
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#000000'];
const host = /** @type {HTMLElement} */ (document.querySelector('#chart'));
/** @type {Table|null} */
let table = null;
/** @type {uPlot|null} */
let plot = null;

stampSnapshot();
feed((frame) => {
  table = new Table(frame, 1000);
  plot = draw(table);
  let drawn = false;
  requestAnimationFrame(() => { drawn = true; });
  watchDrawn(() => drawn);
}, (frame) => {
  table?.add(frame);
  plot?.setData(/** @type {any} */ (table?.columns));
});
bench.tooltip = () => document.querySelector('.tip')?.textContent ?? '';

/** @param {Table} data */
function draw(data) {
  return new uPlot({
    width: WIDTH, height: HEIGHT, legend: { show: false }, cursor: { points: { show: false } },
    scales: { x: { time: true, range: (_, __, max) => [max - asked.windowMs / 1000, max] }, y: { auto: true } },
    series: [{}, ...data.names.map((label, i) => (
      { label, stroke: COLOURS[i % COLOURS.length], width: 1, points: { show: false } }
    ))],
    plugins: [tooltip()],
  }, /** @type {any} */ (data.columns), host);
}

/** @returns {uPlot.Plugin} */
function tooltip() {
  const tip = document.createElement('div');
  tip.className = 'tip';
  return {
    hooks: {
      init: (chart) => void chart.over.append(tip),
      setCursor: (chart) => {
        const { left = -1, top = -1, idx } = chart.cursor;
        tip.hidden = left < 0 || idx === null || idx === undefined;
        if (tip.hidden) return;
        tip.textContent = nearest(chart, /** @type {number} */ (idx), chart.posToVal(top, 'y')).join('\n');
        tip.style.transform = `translate(${left + 12}px, ${top + 12}px)`;
      },
    },
  };
}

/**
 * The rows of the tooltip: the values nearest to the pointer's.
 * @param {uPlot} chart
 * @param {number} index
 * @param {number} value
 */
function nearest(chart, index, value) {
  /** @type {{label: string, v: number, far: number}[]} */
  const best = [];
  for (let i = 1; i < chart.data.length; i++) {
    const v = Number(chart.data[i][index]);
    const far = Math.abs(v - value);
    if (best.length === TOOLTIP_ROWS && far >= best[TOOLTIP_ROWS - 1].far) continue;
    best.push({ label: String(chart.series[i].label), v, far });
    best.sort((a, b) => a.far - b.far);
    best.length = Math.min(best.length, TOOLTIP_ROWS);
  }
  return best.map(({ label, v }) => `${label}  ${v.toFixed(1)}`);
}
