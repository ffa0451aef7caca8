/**
 * Moving in time with the pointer: drag zooms to what was dragged over, Shift or the middle button or two fingers pan, the
 * wheel zooms where the pointer is, a double click goes back to the present, a click asks what is there.
 */

import { element, setStyle } from './dom.js';

/** Less than this is a click of an unsteady hand. */
const DRAG_PX = 5;
/** One notch of a wheel. */
const WHEEL_FACTOR = 1.2;
const WHEEL_NOTCH_PX = 100;

/**
 * @typedef {object} Target  what is moved
 * @property {() => {left: number, width: number, top: number, height: number}} box  of the plot, CSS pixels in the host
 * @property {(px: number) => number} timeAt
 * @property {() => {from: number, to: number}} range
 * @property {(from: number, to: number) => void} hold
 * @property {(factor: number, at: number) => void} zoom
 * @property {() => void} reset
 * @property {(px: number, py: number) => void} click
 */

export class Gestures {
  #host;
  #target;
  #shade = element('div', { class: 'eontide-selection', attributes: { 'aria-hidden': 'true' } });
  /** Fingers and buttons that are down, by their pointer. @type {Map<number, {px: number, py: number}>} */
  #down = new Map();
  /** @type {{kind: 'zoom'|'pan'|'pinch', px: number, py: number, from: number, to: number, spread: number, middle: number}|null} */
  #drag = null;
  #moved = false;

  /** @param {HTMLElement} host @param {Target} target */
  constructor(host, target) {
    this.#host = host;
    this.#target = target;
    this.#shade.hidden = true;
    host.append(this.#shade);
  }

  /** @param {Event} event */
  take(event) {
    if (event instanceof WheelEvent) return this.#wheel(event);
    const pointer = /** @type {PointerEvent} */ (event);
    if (event.type === 'pointerdown') this.#press(pointer);
    else if (event.type === 'pointermove') this.#move(pointer);
    else if (event.type === 'pointerup' || event.type === 'pointercancel') this.#release(pointer, event.type === 'pointerup');
    else if (event.type === 'dblclick' && this.#isInside(pointer)) this.#target.reset();
  }

  close() {
    this.#shade.remove();
  }

  /** @param {MouseEvent} event */
  #at(event) {
    const box = this.#host.getBoundingClientRect();
    return { px: event.clientX - box.left, py: event.clientY - box.top };
  }

  /** @param {MouseEvent} event */
  #isInside(event) {
    const { px, py } = this.#at(event);
    const { left, width, top, height } = this.#target.box();
    // Whatever lies over the plot has its own clicks.
    const own = event.target === this.#host || (event.target instanceof Element && event.target.tagName === 'CANVAS');
    return own && px >= left && px <= left + width && py >= top - 8 && py <= top + height + 20;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (!this.#isInside(event) || (event.pointerType === 'mouse' && event.button > 1)) return;
    this.#down.set(event.pointerId, this.#at(event));
    this.#capture(event.pointerId);
    this.#moved = this.#down.size > 1 && this.#moved;
    const pans = event.shiftKey || event.button === 1 || (event.pointerType === 'touch' && this.#down.size === 1);
    this.#begin(this.#down.size > 1 ? 'pinch' : pans ? 'pan' : 'zoom');
  }

  /** @param {number} pointer */
  #capture(pointer) {
    try {
      this.#host.setPointerCapture(pointer);
    } catch {
      // A finger that was lifted before this was here to see it.
    }
  }

  /** @param {'zoom'|'pan'|'pinch'} kind */
  #begin(kind) {
    const fingers = [...this.#down.values()];
    const { from, to } = this.#target.range();
    const [a, b = a] = fingers;
    this.#drag = { kind, px: a.px, py: a.py, from, to, spread: Math.max(24, Math.abs(a.px - b.px)), middle: (a.px + b.px) / 2 };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#down.has(event.pointerId) || !this.#drag) return;
    const at = this.#at(event);
    this.#down.set(event.pointerId, at);
    const { kind, px, py } = this.#drag;
    if (!this.#moved && Math.hypot(at.px - px, at.py - py) < DRAG_PX) return;
    // A finger that moves up or down scrolls the page.
    if (!this.#moved && kind === 'pan' && event.pointerType === 'touch' && Math.abs(at.py - py) > Math.abs(at.px - px)) return;
    this.#moved = true;
    if (kind === 'zoom') this.#select(at.px);
    else if (kind === 'pan') this.#pan(at.px - px);
    else this.#pinch();
  }

  /** @param {number} px */
  #select(px) {
    const { left, width, top, height } = this.#target.box();
    const clamp = (/** @type {number} */ at) => Math.min(left + width, Math.max(left, at));
    const [a, b] = [clamp(/** @type {{px: number}} */ (this.#drag).px), clamp(px)].sort((x, y) => x - y);
    this.#shade.hidden = false;
    setStyle(this.#shade, 'left', `${a}px`);
    setStyle(this.#shade, 'width', `${b - a}px`);
    setStyle(this.#shade, 'top', `${top}px`);
    setStyle(this.#shade, 'height', `${height}px`);
  }

  /** @param {number} px */
  #pan(px) {
    const { from, to } = /** @type {{from: number, to: number}} */ (this.#drag);
    const ms = (px * (to - from)) / this.#target.box().width;
    this.#target.hold(from - ms, to - ms);
  }

  #pinch() {
    const [a, b] = [...this.#down.values()];
    if (!a || !b || !this.#drag) return;
    const { from, to, spread, middle } = this.#drag;
    const { left, width } = this.#target.box();
    const factor = spread / Math.max(24, Math.abs(a.px - b.px));
    const share = (middle - left) / width;
    const anchor = from + share * (to - from);
    const span = (to - from) * factor;
    const now = ((a.px + b.px) / 2 - left) / width;
    this.#target.hold(anchor - now * span, anchor + (1 - now) * span);
  }

  /** @param {PointerEvent} event @param {boolean} meant */
  #release(event, meant) {
    if (!this.#down.delete(event.pointerId) || !this.#drag) return;
    const { kind, px } = this.#drag;
    const at = this.#at(event);
    this.#shade.hidden = true;
    if (this.#down.size > 0) return this.#begin('pan');
    this.#drag = null;
    if (!meant) return;
    if (!this.#moved) return this.#target.click(at.px, at.py);
    this.#moved = false;
    if (kind !== 'zoom' || Math.abs(at.px - px) < DRAG_PX) return;
    const [from, to] = [this.#target.timeAt(px), this.#target.timeAt(at.px)].sort((a, b) => a - b);
    const { from: first, to: last } = this.#target.range();
    this.#target.hold(Math.max(first, from), Math.min(last, to));
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.#isInside(event)) return;
    event.preventDefault();
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 400;
    const { from, to } = this.#target.range();
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      const ms = (sideways * scale * (to - from)) / this.#target.box().width;
      return this.#target.hold(from + ms, to + ms);
    }
    this.#target.zoom(WHEEL_FACTOR ** ((event.deltaY * scale) / WHEEL_NOTCH_PX), this.#target.timeAt(this.#at(event).px));
  }
}
