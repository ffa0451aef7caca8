/** Axes, and lines and bands across the plot, as the object of a page changes them. */

import { isRecord } from './options.js';
/** @import {Core} from './core.js' */

const SIDES = /** @type {const} */ (['x', 'y', 'y2']);

/** @param {Core} core */
export function axisFace(core) {
  const { config } = core;
  const set = (/** @type {'label'|'min'|'max'} */ what, /** @type {unknown} */ value) => {
    config.axis ??= {};
    // A number alone is of y.
    const bySide = /** @type {Record<string, unknown>} */ (isRecord(value) ? value : { y: value });
    for (const side of SIDES) if (side in bySide) config.axis[side] = { ...config.axis[side], [what]: bySide[side] ?? undefined };
    core.changed({ structure: true });
  };
  const get = (/** @type {'label'|'min'|'max'} */ what) => Object.fromEntries(SIDES.map((side) => [side, config.axis?.[side]?.[what]]));
  const end = (/** @type {'min'|'max'} */ what) => (/** @type {unknown} */ value) => {
    if (value !== undefined) set(what, value);
    return get(what);
  };
  return {
    axis: {
      labels: (/** @type {unknown} */ labels) => {
        if (isRecord(labels)) set('label', labels);
        return get('label');
      },
      min: end('min'), max: end('max'),
      range: (/** @type {any} */ range) => {
        if (range?.min !== undefined) set('min', range.min);
        if (range?.max !== undefined) set('max', range.max);
        return { min: get('min'), max: get('max') };
      },
    },
    xgrids: gridFace(core, 'x'), ygrids: gridFace(core, 'y'), regions: regionFace(core),
  };
}

/** @param {Core} core @param {'x'|'y'} axis */
function gridFace(core, axis) {
  const { config } = core;
  return listFace(core, () => listOf(config.grid?.[axis]?.lines), (lines) => {
    config.grid = { ...config.grid, [axis]: { ...config.grid?.[axis], lines } };
  }, (line, { value, class: named }) => (value !== undefined && line.value === value) || (named !== undefined && line.class === named));
}

/** @param {Core} core */
function regionFace(core) {
  const { config } = core;
  return listFace(core, () => listOf(config.regions), (regions) => {
    config.regions = regions;
  }, (region, { classes = [] }) => classes.includes(region.class));
}

/**
 * C3's three ways to change a list: all of it, more of it, less of it.
 * @param {Core} core
 * @param {() => any[]} read
 * @param {(list: any[]) => void} write
 * @param {(one: any, wanted: any) => boolean} fits
 */
function listFace(core, read, write, fits) {
  const change = (/** @type {any[]} */ list) => {
    write(list);
    core.changed({ structure: true });
    return list;
  };
  return Object.assign((/** @type {unknown} */ list) => (list === undefined ? read() : change(listOf(list))), {
    add: (/** @type {unknown} */ more) => void change([...read(), ...listOf(more)]),
    remove: (/** @type {unknown} */ wanted) => void change(wanted === undefined ? [] : read().filter((one) => !listOf(wanted).some((of) => fits(one, of)))),
  });
}

/** @param {unknown} value @returns {any[]} */
const listOf = (value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
