/**
 * The values under the crosshair, beside it, never under the pointer itself: the nearest few lines, and in a density how
 * many are here and where they stand among all. It is placed by CSS alone (percentages of its own size), so that moving it
 * asks the browser for no layout.
 *
 * Under a moving pointer all of it changes each time. So names are one text of many lines, values another, and the pieces of
 * lines before them one background: ten rows of three elements each cost the main thread three times as much.
 */

import { element, rewrite, setHidden, setStyle } from '../dom.js';
import { number } from './count.js';

const AWAY_PX = 14;
const EDGE_PX = 4;
/** Of a row; late.css says it, too. */
const ROW_PX = 18;
const SWATCH_PX = 2;
/** What would begin another row. */
const BREAKS = /[\n\r\u2028\u2029]/g;

/**
 * @typedef {object} TooltipCell  of the density under the pointer
 * @property {number} count  values in it
 * @property {number} total  values in its column
 * @property {string} range  of its values: `12 – 14 MiB`
 * @property {number} low  share of the column below it, 0 … 1
 * @property {number} high  share below its upper edge
 *
 * @typedef {object} TooltipContent
 * @property {number} px
 * @property {number} py
 * @property {number} width  of the chart
 * @property {number} height
 * @property {string} title
 * @property {{name: string, value: string, colour: string, dash?: readonly number[], nearest: boolean}[]} rows  nearest first
 * @property {number} more  lines not listed
 * @property {string} note  on what is under the pointer besides lines
 * @property {TooltipCell|null} [cell]
 */

/**
 * `312 of 15,000 values · 12 – 14 MiB` and `p41 – p43 · click to see which`
 * @param {TooltipCell} cell
 * @returns {[string, string]}
 */
export function cellTexts({ count, total, range, low, high }) {
  const [from, to] = [percentile(low), percentile(high)];
  const where = from === to ? `p${from}` : `p${from} – p${to}`;
  const values = total === 1 ? 'value' : 'values';
  const click = count > 0 ? ` · click to see ${count === 1 ? 'it' : 'which'}` : '';
  return [`${number(count)} of ${number(total)} ${values} · ${range}`, where + click];
}

/** Of the outermost hundredth the tenths are told apart: those are the ones looked at. @param {number} share */
function percentile(share) {
  const hundredths = 100 * Math.min(1, Math.max(0, share));
  return Number(hundredths.toFixed(Math.min(hundredths, 100 - hundredths) < 1 ? 1 : 0));
}

/**
 * Where it stands, as a CSS transform: right of the pointer in the left half, left of it in the right one, inside the chart.
 * @param {{px: number, py: number, width: number, height: number}} at
 */
export function placement({ px, py, width, height }) {
  const x = px > width / 2 ? `${Math.round(px - AWAY_PX)}px - 100%` : `${Math.round(px + AWAY_PX)}px`;
  const inside = (/** @type {string} */ wish, /** @type {number} */ room) => (
    `clamp(${EDGE_PX}px, ${wish}, max(${EDGE_PX}px, ${room - EDGE_PX}px - 100%))`
  );
  return `translate(${inside(x, width)}, ${inside(`${Math.round(py)}px - 50%`, height)})`;
}

/**
 * A piece of each line, below each other, as a CSS background.
 * @param {readonly {colour: string, dash?: readonly number[]}[]} rows
 */
export function swatches(rows) {
  return rows.map(({ colour, dash = [] }, i) => {
    let at = 0;
    const stops = dash.map((length, place) => `${place % 2 === 0 ? colour : 'transparent'} ${at}px ${at += length}px`);
    const image = stops.length > 0 ? `repeating-linear-gradient(90deg, ${stops.join(', ')})` : `linear-gradient(${colour}, ${colour})`;
    return `${image} 0 ${i * ROW_PX + (ROW_PX - SWATCH_PX) / 2}px / 100% ${SWATCH_PX}px no-repeat`;
  }).join(', ');
}

export class Tooltip {
  #title = element('div', { class: 'eontide-tooltip-title' });
  #cell = element('div', { class: 'eontide-tooltip-cell' }, element('b'), element('span'));
  #nearest = element('div', { class: 'eontide-tooltip-nearest' });
  #swatches = element('div', { class: 'eontide-tooltip-swatches' });
  #names = element('div', { class: 'eontide-tooltip-names' });
  #values = element('div', { class: 'eontide-tooltip-values' });
  #rows = element('div', { class: 'eontide-tooltip-rows' }, this.#nearest, this.#swatches, this.#names, this.#values);
  #foot = element('div', { class: 'eontide-tooltip-foot' });
  #root;

  /** @param {Element} host @param {string} [of]  a class of what it is about */
  constructor(host, of = '') {
    this.#root = element('div', { class: `eontide-tooltip ${of}`, attributes: { 'aria-hidden': 'true', 'data-testid': 'tooltip' } },
      this.#title, this.#cell, this.#rows, this.#foot);
    this.#root.hidden = true;
    host.append(this.#root);
  }

  close() {
    this.#root.remove();
  }

  hide() {
    setHidden(this.#root, true);
  }

  /** @param {TooltipContent} content */
  show(content) {
    const { title, rows, more, note, cell } = content;
    rewrite(this.#title, title);
    setHidden(this.#cell, !cell);
    if (cell) cellTexts(cell).forEach((text, i) => rewrite(this.#cell.children[i], text));
    this.#list(rows);
    rewrite(this.#foot, [more > 0 ? `and ${number(more)} more` : '', note].filter(Boolean).join(' · '));
    setHidden(this.#foot, more <= 0 && note === '');
    setStyle(this.#root, 'transform', placement(content));
    setHidden(this.#root, false);
  }

  /** @param {TooltipContent['rows']} rows */
  #list(rows) {
    setHidden(this.#rows, rows.length === 0);
    rewrite(this.#names, rows.map(({ name }) => name.replace(BREAKS, ' ')).join('\n'));
    rewrite(this.#values, rows.map(({ value }) => value.replace(BREAKS, ' ')).join('\n'));
    setStyle(this.#swatches, 'background', swatches(rows));
    const nearest = rows.findIndex((row) => row.nearest);
    setHidden(this.#nearest, nearest < 0);
    setStyle(this.#nearest, 'transform', `translateY(${Math.max(0, nearest) * ROW_PX}px)`);
  }
}
