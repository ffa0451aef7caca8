/** Charts without axes: pie, donut, gauge. They show what each series is now (live) or is in all (data of the page's own). */

import { drawGauge, ring } from './shape/gauge.js';
import { DONUT_INNER, drawPie, sliceAt, slices } from './shape/pie.js';
import { Sheet } from './sheet.js';
/** @import {Line} from './draw/lines.js' */
/** @import {PieLook, Slice} from './shape/pie.js' */
/** @import {SheetView} from './sheet.js' */

const MARGIN_PX = 14;
const GAUGES_MAX = 24;
const PAD_ANGLE = 0.008;
const GAUGE_MAX = 100;

export class Round extends Sheet {
  /** @type {Slice[]} */
  #slices = [];

  /** @override @param {CanvasRenderingContext2D} context @param {readonly Line[]} lines @param {SheetView} view */
  paint(context, lines, view) {
    this.#slices = [];
    if (view.type === 'gauge') return this.#gauges(context, lines, view);
    const parts = lines.map((line) => ({ name: line.name, colour: line.colour, value: view.given ? sumOf(line.ring) : line.ring.lastValue }));
    this.#slices = slices(parts, { padAngle: PAD_ANGLE });
    drawPie(context, this.#slices, boxOf(0, 0, view.width, view.height), {
      inner: innerOf(view), theme: view.theme, title: view.type === 'donut' ? this.face.options.donut?.title ?? '' : '',
      highlight: this.highlight, names: ({ name }) => this.face.labelOf(name), ...this.#labels(),
    });
  }

  /** What its slices say, where the page says it. @returns {Pick<PieLook, 'labels'>} */
  #labels() {
    const { label = true } = this.face.options.donut ?? {};
    if (typeof label === 'function') return { labels: ({ name, value, share }) => String(label(value, share, name)) };
    return label ? {} : { labels: null };
  }

  /** @param {CanvasRenderingContext2D} context @param {readonly Line[]} lines @param {SheetView} view */
  #gauges(context, lines, { theme, width, height }) {
    const { min = 0, max = GAUGE_MAX, thresholds = [], format } = this.face.options.gauge ?? {};
    const shown = lines.slice(0, GAUGES_MAX);
    const across = gaugesAcross(shown.length, width, height);
    const cell = { width: width / across, height: height / Math.max(1, Math.ceil(shown.length / across)) };
    shown.forEach(({ name, colour, unit, axis, ring: { lastValue: value } }, i) => {
      const box = boxOf((i % across) * cell.width, Math.floor(i / across) * cell.height, cell.width, cell.height);
      const text = (/** @type {number} */ of) => this.face.notation.value(of, unit, axis);
      const said = format && !Number.isNaN(value) ? format(value, (value - min) / (max - min)) : text(value);
      drawGauge(context, { value, min, max, thresholds, colour, text: said, label: this.face.labelOf(name), ends: [text(min), text(max)] }, box, theme);
    });
  }

  /** @override @param {number} px @param {number} py @param {readonly Line[]} lines @param {SheetView} view */
  at(px, py, lines, view) {
    const slice = sliceAt(this.#slices, boxOf(0, 0, view.width, view.height), innerOf(view), px, py);
    const line = lines.find(({ name }) => name === slice?.name);
    if (!slice || !line) return null;
    const { written } = this;
    const value = written.value?.(slice.value, slice.name, slice.share)
      ?? `${this.face.notation.value(slice.value, line.unit, line.axis)} · ${(slice.share * 100).toFixed(1)}\u202f%`;
    return { highlight: slice.name, title: '', rows: [{ name: written.name?.(slice.name) ?? this.face.labelOf(slice.name), value, colour: slice.colour, nearest: true }] };
  }
}

/** @param {SheetView} view */
const innerOf = ({ type }) => (type === 'donut' ? DONUT_INNER : 0);

/** @param {number} left @param {number} top @param {number} width @param {number} height */
const boxOf = (left, top, width, height) => ({
  left: left + MARGIN_PX, top: top + MARGIN_PX, width: Math.max(1, width - 2 * MARGIN_PX), height: Math.max(1, height - 2 * MARGIN_PX),
});

/**
 * How many side by side, so that their rings are as large as can be.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 */
export function gaugesAcross(count, width, height) {
  let best = 1;
  let largest = 0;
  for (let across = 1; across <= count; across++) {
    const { outer } = ring(boxOf(0, 0, width / across, height / Math.ceil(count / across)));
    if (outer > largest) [best, largest] = [across, outer];
  }
  return best;
}

/** @param {Line['ring']} ring */
function sumOf({ v, start, end }) {
  let sum = 0;
  for (let i = start; i < end; i++) if (!Number.isNaN(v[i])) sum += v[i];
  return sum;
}
