/** Charts without axes: pie, donut, gauge. They show what each series is now (live) or is in all (data of the page's own). */

import { element, setStyle } from './dom.js';
import { formatValue } from './scale/units.js';
import { drawGauge } from './shape/gauge.js';
import { DONUT_INNER, drawPie, sliceAt, slices } from './shape/pie.js';
import { Tooltip } from './widgets/tooltip.js';
/** @import {Line} from './draw/lines.js' */
/** @import {ChartOptions} from './options.js' */
/** @import {Slice} from './shape/pie.js' */
/** @import {ShapeName} from './scene.js' */
/** @import {Theme} from './theme.js' */

const MARGIN_PX = 14;
const GAUGES_MAX = 24;
const GAUGE_PX = 220;
const PAD_ANGLE = 0.008;
const GAUGE_MAX = 100;

export class Round {
  #canvas = element('canvas', { class: 'eontide-round', attributes: { 'aria-hidden': 'true' } });
  #host;
  #options;
  #tooltip;
  #off = new AbortController();
  /** @type {Slice[]} */
  #slices = [];
  #inner = 0;
  /** @type {string|null} */
  #highlight = null;
  #key = '';
  #labelOf;

  /** @param {HTMLElement} host @param {ChartOptions} options @param {(name: string) => string} labelOf */
  constructor(host, options, labelOf) {
    this.#host = host;
    this.#options = options;
    this.#labelOf = labelOf;
    host.append(this.#canvas);
    host.classList.add('eontide-is-round');
    this.#tooltip = new Tooltip(host);
    const { signal } = this.#off;
    host.addEventListener('pointermove', (event) => this.#hover(event), { signal });
    host.addEventListener('pointerleave', () => this.#point(null), { signal });
  }

  close() {
    this.#off.abort();
    this.#tooltip.close();
    this.#canvas.remove();
    this.#canvas.width = this.#canvas.height = 0;
    this.#host.classList.remove('eontide-is-round');
  }

  /**
   * @param {readonly Line[]} lines
   * @param {{type: ShapeName, theme: Theme, width: number, height: number, ratio: number, sums: boolean}} how  sums: all values of a
   *   series together, in place of its last
   * @returns {boolean} is it another picture?
   */
  draw(lines, { type, theme, width, height, ratio, sums }) {
    const values = lines.map(({ ring }) => (sums && type !== 'gauge' ? sumOf(ring) : ring.lastValue));
    const key = [type, theme.background, width, height, ratio, this.#highlight, ...lines.map(({ name, colour }, i) => `${name} ${colour} ${values[i]}`)].join();
    if (key === this.#key) return false;
    this.#key = key;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    setStyle(this.#canvas, 'width', `${width}px`);
    setStyle(this.#canvas, 'height', `${height}px`);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawOn(context, lines, values, { type, theme, width, height });
    return true;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {readonly Line[]} lines
   * @param {readonly number[]} values
   * @param {{type: ShapeName, theme: Theme, width: number, height: number}} how
   */
  drawOn(context, lines, values, { type, theme, width, height }) {
    if (type === 'gauge') return this.#gauges(context, lines, values, theme, width, height);
    this.#inner = type === 'donut' ? DONUT_INNER : 0;
    this.#slices = slices(lines.map(({ name, colour }, i) => ({ name, colour, value: values[i] })), { padAngle: PAD_ANGLE });
    const title = type === 'donut' ? this.#options.donut?.title ?? '' : '';
    drawPie(context, this.#slices, boxOf(width, height), { inner: this.#inner, theme, title, highlight: this.#highlight });
  }

  /** @param {CanvasRenderingContext2D} context @param {readonly Line[]} lines @param {readonly number[]} values @param {Theme} theme @param {number} width @param {number} height */
  #gauges(context, lines, values, theme, width, height) {
    const { min = 0, max = GAUGE_MAX, thresholds = [] } = this.#options.gauge ?? {};
    const shown = lines.slice(0, GAUGES_MAX);
    const across = Math.max(1, Math.min(shown.length, Math.floor(width / GAUGE_PX)));
    const down = Math.max(1, Math.ceil(shown.length / across));
    const cell = { width: width / across, height: height / down };
    shown.forEach(({ name, colour, unit }, i) => {
      const box = { left: (i % across) * cell.width + MARGIN_PX, top: Math.floor(i / across) * cell.height + MARGIN_PX, width: cell.width - 2 * MARGIN_PX, height: cell.height - 2 * MARGIN_PX };
      const text = formatValue(values[i], unit);
      drawGauge(context, { value: values[i], min, max, thresholds, colour, text, label: this.#labelOf(name), ends: [formatValue(min, unit), formatValue(max, unit)] }, box, theme);
    });
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const box = this.#host.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const slice = sliceAt(this.#slices, boxOf(box.width, box.height), this.#inner, px, py);
    this.#point(slice?.name ?? null);
    if (!slice) return;
    const value = `${formatValue(slice.value, { kind: 'plain', factor: 1, suffix: '' })} · ${(slice.share * 100).toFixed(1)} %`;
    this.#tooltip.show({
      px, py, width: box.width, height: box.height, title: '', rows: [{ name: this.#labelOf(slice.name), value, colour: slice.colour, nearest: true }], more: 0, note: '',
    });
  }

  /** @param {string|null} name */
  #point(name) {
    this.#highlight = name;
    if (name === null) this.#tooltip.hide();
  }
}

/** @param {number} width @param {number} height */
const boxOf = (width, height) => ({ left: MARGIN_PX, top: MARGIN_PX, width: Math.max(1, width - 2 * MARGIN_PX), height: Math.max(1, height - 2 * MARGIN_PX) });

/** @param {Line['ring']} ring */
function sumOf({ v, start, end }) {
  let sum = 0;
  for (let i = start; i < end; i++) if (!Number.isNaN(v[i])) sum += v[i];
  return sum;
}
