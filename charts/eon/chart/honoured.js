/** Which paths of a C3 configuration are honoured. What is not says so once, by name. Pure. */

import { isRecord } from './options.js';

/** 1: as it is, with all below it. */
const axisY = {
  show: 1, min: 1, max: 1, inverted: 1, type: 1, label: 1, padding: { top: 1, bottom: 1, unit: 1 }, tick: { format: 1 },
};
const slices = { title: 1, label: { show: 1, format: 1 } };
const GENERATE = {
  bindto: 1, size: { width: 1, height: 1 }, padding: { left: 1, right: 1, top: 1, bottom: 1 }, title: { text: 1 },
  data: {
    x: 1, xs: 1, xFormat: 1, xLocaltime: 1, columns: 1, rows: 1, json: 1, keys: 1, type: 1, types: 1, labels: 1, colors: 1, names: 1, axes: 1, groups: 1, hide: 1,
    order: 1, onclick: 1, xSort: 1,
  },
  axis: {
    rotated: 1,
    x: { show: 1, type: 1, categories: 1, localtime: 1, min: 1, max: 1, label: 1, tick: { format: 1 } },
    y: axisY, y2: axisY,
  },
  bar: { width: { ratio: 1 } }, gauge: { min: 1, max: 1, label: { show: 1, format: 1 } }, donut: slices, pie: { label: { show: 1, format: 1 } },
  color: { pattern: 1, threshold: { values: 1, unit: 1, max: 1 } }, tooltip: { show: 1, format: { title: 1, name: 1, value: 1 } },
  point: { show: 1, r: 1 }, line: { connectNull: 1 }, transition: { duration: 1 }, grid: { x: { show: 1, lines: 1 }, y: { show: 1, lines: 1 } }, regions: 1,
  legend: { show: 1, hide: 1, position: 1, item: { onclick: 1 } }, zoom: { enabled: 1 }, interaction: { enabled: 1 },
  oninit: 1, onrendered: 1,
};

/**
 * What of a configuration changes nothing here. What is off is not asked for.
 * @param {unknown} config
 * @param {string} [prefix]
 * @param {Record<string, any>} [known]
 * @returns {string[]} paths
 */
export function unhonoured(config, prefix = 'generate', known = GENERATE) {
  if (!isRecord(config)) return [];
  return Object.entries(config).flatMap(([name, value]) => {
    const path = `${prefix}.${name}`;
    if (value === undefined || value === null || value === false) return [];
    const below = Object.hasOwn(known, name) ? known[name] : null;
    if (below === 1) return [];
    if (isRecord(value) && (below || Object.values(value).every((one) => one === false || one === undefined))) return below ? unhonoured(value, path, below) : [];
    // A text as a label of an axis, `tick: 5`: not in the form that C3 has.
    return [path];
  });
}
