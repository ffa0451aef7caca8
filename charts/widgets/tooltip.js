/**
 * The values under the crosshair, beside it, never under the pointer itself: the nearest few lines, and in a density how
 * many are here and where they stand among all. It is placed by CSS alone (percentages of its own size), so that moving it
 * asks the browser for no layout.
 */

import { element, setStyle, setText } from '../dom.js';
import { number } from './count.js';
import { Swatch } from './swatch.js';
import { setHidden } from './write.js';

const AWAY_PX = 14;
const EDGE_PX = 4;
/** @type {readonly number[]} */
const SOLID = [];

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

export class Tooltip {
  #title = element('div', { class: 'eontide-tooltip-title' });
  #cell = element('div', { class: 'eontide-tooltip-cell' }, element('b'), element('span'));
  #list = element('div', { class: 'eontide-tooltip-rows' });
  #foot = element('div', { class: 'eontide-tooltip-foot' });
  /** @type {TooltipRow[]} */
  #rows = [];
  #root;

  /** @param {Element} host @param {string} [of]  a class of what it is about */
  constructor(host, of = '') {
    this.#root = element('div', { class: `eontide-tooltip ${of}`, attributes: { 'aria-hidden': 'true', 'data-testid': 'tooltip' } },
      this.#title, this.#cell, this.#list, this.#foot);
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
    setText(this.#title, title);
    setHidden(this.#cell, !cell);
    if (cell) cellTexts(cell).forEach((text, i) => setText(this.#cell.children[i], text));
    while (this.#rows.length > rows.length) this.#rows.pop()?.root.remove();
    while (this.#rows.length < rows.length) this.#add();
    rows.forEach((row, i) => this.#rows[i].show(row));
    setText(this.#foot, [more > 0 ? `and ${number(more)} more` : '', note].filter(Boolean).join(' · '));
    setHidden(this.#foot, more <= 0 && note === '');
    setStyle(this.#root, 'transform', placement(content));
    setHidden(this.#root, false);
  }

  #add() {
    const row = new TooltipRow();
    this.#rows.push(row);
    this.#list.append(row.root);
  }
}

class TooltipRow {
  #swatch = new Swatch();
  #name = element('span');
  #value = element('b');
  root = element('div', { class: 'eontide-tooltip-row' }, this.#swatch.root, this.#name, this.#value);

  /** @param {TooltipContent['rows'][number]} row */
  show({ name, value, colour, dash, nearest }) {
    this.#swatch.paint(colour, dash ?? SOLID);
    this.root.classList.toggle('eontide-nearest', nearest);
    setText(this.#name, name);
    setText(this.#value, value);
  }
}
