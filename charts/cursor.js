/**
 * The crosshair and its tooltip, moved by pointer or keyboard. It never stops the chart: under a resting pointer the
 * values go on, in a frozen order.
 *
 * Keys: ← → by point, ↑ ↓ to the next line, S says the point again, Escape puts the cursor away.
 */

import { atOnePlace, barsAt, columnAt, frozenOrder, pick } from './draw/pick.js';
import { marksAt } from './draw/marks.js';
import { DASHES } from './draw/palette.js';
import { element } from './dom.js';
import { Tooltip } from './widgets/tooltip.js';
/** @import {BarsOf} from './draw/content.js' */
/** @import {Painter} from './painter.js' */
/** @import {Hit} from './draw/pick.js' */
/** @import {LiveModel} from './model.js' */
/** @import {TooltipOptions} from './options.js' */

const ROWS_MAX = 10;
/** Less than this is a hand at rest. */
const REST_PX = 2;
/** Under a resting pointer the texts follow the values so often: faster nobody reads, and layout is what they cost. */
const TEXT_MS = 240;
/** `2026-01-02 ` */
const DATE_CHARACTERS = 11;

/** Both ends of a thin cell are often written alike. @param {string} least @param {string} most */
export const rangeText = (least, most) => (least === most ? least : `${least} – ${most}`);

export class Cursor {
  #host;
  #painter;
  #model;
  #tooltip;
  #speech = element('div', { class: 'eontide-visually-hidden', attributes: { 'aria-live': 'polite', role: 'status' } });
  /** In CSS pixels of the host. @type {{px: number, py: number}|null} */
  #at = null;
  /** The keyboard stands on a point, not on a pixel: it travels with the data. @type {{name: string, x: number}|null} */
  #point = null;
  /** @type {string[]} */
  #order = [];
  /** Emphasised from outside (legend). @type {string|null} */
  #highlight = null;
  #shownAt = -Infinity;
  #labelOf;
  #tooltipWanted;
  /** What the page writes itself. @type {TooltipOptions} */
  #written;

  /**
   * @param {HTMLElement} host
   * @param {Painter} painter
   * @param {LiveModel} model
   * @param {{labelOf: (name: string) => string, tooltip: boolean|TooltipOptions}} options
   */
  constructor(host, painter, model, { labelOf, tooltip }) {
    this.#host = host;
    this.#painter = painter;
    this.#model = model;
    this.#labelOf = labelOf;
    this.#tooltipWanted = tooltip !== false;
    this.#written = typeof tooltip === 'object' ? tooltip : {};
    this.#tooltip = new Tooltip(host, 'eontide-of-lines');
    host.append(this.#speech);
  }

  close() {
    this.#tooltip.close();
    this.#speech.remove();
  }

  /** @param {Event} event */
  take(event) {
    if (event instanceof KeyboardEvent) this.#key(event);
    else if (event.type === 'pointermove') this.#move(/** @type {PointerEvent} */ (event));
    else if (event.type === 'pointerleave' || (event.type === 'blur' && this.#point)) this.#clear();
  }

  /** Is somebody reading? */
  get active() { return this.#at !== null; }

  /** @param {string|null} name  a line to emphasise, as long as the pointer rests on its legend entry */
  highlight(name) {
    if (name === this.#highlight) return;
    this.#highlight = name;
    this.draw();
  }

  /** After each picture and each move. @param {boolean} [moved]  by the reader, who waits for the answer */
  draw(moved = true) {
    const { plot, lines } = this.#painter;
    const at = plot.projection;
    if (!at) return;
    if (this.#point) this.#follow();
    const inside = this.#at && this.#at.px >= at.box.left && this.#at.px <= at.box.left + at.box.width;
    if (!this.#at || !inside) {
      this.#tooltip.hide();
      const line = this.#highlight === null ? null : lines.find(({ name }) => name === this.#highlight) ?? null;
      return plot.drawCursor(line ? { px: NaN, line, points: [] } : null);
    }
    const time = at.x(this.#at.px);
    const bars = barsAt(plot.scene, time);
    const found = pick(lines, time, this.#at.py, plot, this.#order.length > 0 ? Infinity : ROWS_MAX, bars);
    const hits = frozenOrder(this.#painter.given ? atOnePlace(found, time) : found, this.#order, ROWS_MAX);
    this.#order = hits.map((hit) => hit.line.name);
    const nearest = hits.find((hit) => hit.line.name === this.#point?.name) ?? hits[0];
    const cell = this.#cell(time);
    plot.drawCursor({
      px: this.#at.px, line: nearest?.line ?? null, band: cell?.frame ?? null,
      points: hits.map((hit) => ({ px: at.px(hit.x), py: plot.projectionOf(hit.line)?.py(hit.v) ?? 0, colour: hit.line.colour })),
    });
    const now = performance.now();
    if (!this.#tooltipWanted || (!moved && now - this.#shownAt < TEXT_MS)) return;
    this.#shownAt = now;
    this.#describe(time, hits, nearest, cell, bars);
  }

  /** @param {number} time @param {Hit[]} hits @param {Hit|undefined} nearest @param {ReturnType<typeof columnAt>} cell @param {BarsOf|null} bars */
  #describe(time, hits, nearest, cell, bars) {
    const { given, plot, lines, notation } = this.#painter;
    if (!this.#at || !plot.projection) return;
    const x = given ? hits[0]?.x ?? time : bars?.from ?? time;
    const place = this.#written.title?.(x) ?? notation.place(x);
    const band = this.#model.gaps.list.find(({ from, to }) => time >= from && time <= to);
    const marks = marksAt(plot.scene?.marks ?? [], this.#at.px, plot.projection);
    const notes = [band?.message ?? '', ...marks.slice(0, 3).map(({ text }) => text), marks.length > 3 ? `and ${marks.length - 3} more` : ''];
    const named = lines.length - hits.length;
    const text = (/** @type {number} */ value) => notation.value(value, this.#painter.densityUnit);
    this.#tooltip.show({
      ...this.#at, width: plot.width, height: plot.height, title: bars ? `${place} – ${notation.place(bars.to).slice(DATE_CHARACTERS)}` : place,
      rows: hits.map((hit) => this.#row(hit, hit === nearest)), more: named > 0 && hits.length === ROWS_MAX ? named : 0, note: notes.filter(Boolean).join(' · '),
      cell: cell && { ...cell.shown, range: rangeText(text(cell.least), text(cell.most)) },
    });
  }

  /** @param {number} time */
  #cell(time) {
    const { plot, densityView } = this.#painter;
    if (!densityView || !this.#at || !plot.projection) return null;
    return columnAt(densityView, time, this.#at.py, plot.projection);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerType === 'touch' && event.buttons === 0) return;
    const box = this.#host.getBoundingClientRect();
    const next = { px: event.clientX - box.left, py: event.clientY - box.top };
    const rests = this.#at && Math.hypot(next.px - this.#at.px, next.py - this.#at.py) < REST_PX;
    if (rests && !this.#point) return;
    this.#point = null;
    this.#order = [];
    this.#at = next;
    this.draw();
  }

  #clear() {
    this.#at = null;
    this.#point = null;
    this.#order = [];
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.#host || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') return this.#clear();
    if (event.key === 's' || event.key === 'S') return this.#speak();
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || event.shiftKey) return;
    event.preventDefault();
    this.#walk(step[0], step[1]);
    this.#order = [];
    this.draw();
    this.#speak();
  }

  /** @param {number} points  along the line @param {number} lines  down the legend */
  #walk(points, lines) {
    const all = this.#painter.lines.filter(({ ring }) => ring.length > 0);
    if (all.length === 0) return;
    const index = all.findIndex(({ name }) => name === this.#point?.name);
    const line = all[index < 0 ? 0 : (index + lines + all.length) % all.length];
    const at = line.ring.nearest(this.#point?.x ?? line.ring.lastX);
    const to = Math.min(line.ring.end - 1, Math.max(line.ring.start, at + (index < 0 ? 0 : points)));
    this.#point = { name: line.name, x: line.ring.x[to] };
  }

  #follow() {
    const { plot } = this.#painter;
    const line = this.#painter.lines.find(({ name }) => name === this.#point?.name);
    const at = line && plot.projectionOf(line);
    if (!at || !line || !this.#point) return;
    const index = line.ring.nearest(this.#point.x);
    if (index >= 0) this.#at = { px: at.px(line.ring.x[index]), py: at.py(line.ring.v[index]) };
  }

  /** Only ever on a key: a live region that spoke with each tick would never be silent. */
  #speak() {
    const line = this.#painter.lines.find(({ name }) => name === this.#point?.name);
    if (!line || !this.#point) return;
    const index = line.ring.nearest(this.#point.x);
    if (index < 0) return;
    const { notation } = this.#painter;
    const value = notation.value(line.ring.v[index], line.unit, line.axis);
    this.#speech.textContent = `${this.#labelOf(line.name)}: ${value} at ${notation.place(line.ring.x[index])}`;
  }

  /** @param {Hit} hit @param {boolean} nearest */
  #row(hit, nearest) {
    const { name, unit, axis, colour, dash } = hit.line;
    const value = this.#written.value?.(hit.v, name, NaN) ?? this.#painter.notation.value(hit.v, unit, axis);
    return { name: this.#written.name?.(name) ?? this.#labelOf(name), value, colour, dash: DASHES[dash], nearest };
  }
}
