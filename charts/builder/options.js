/** A plan as the options of `eon.chart`, and as the code of a page that calls it. Pure; both say the same. */

import { showsTime } from './plan.js';
/** @import {Plan} from './plan.js' */

/**
 * The options, but for `transform`, which is code.
 * @param {Plan} plan
 * @returns {Record<string, any>}
 */
export function optionsOf(plan) {
  const time = showsTime(plan.type);
  const axis = {
    ...(plan.xLabel || !time ? { x: { ...(plan.xLabel ? { label: { text: plan.xLabel } } : {}) } } : {}),
    ...(plan.yLabel ? { y: { label: { text: plan.yLabel, position: 'outer-middle' } } } : {}),
  };
  const grid = { ...(plan.xGrid ? { x: { show: true } } : {}), ...(plan.yGrid ? { y: { show: true } } : {}) };
  const generate = {
    bindto: '#chart',
    data: {
      type: plan.type,
      ...(plan.labels ? { labels: true } : {}),
      ...some('names', plan.names),
      ...some('colors', plan.colours),
    },
    ...some('axis', Object.fromEntries(Object.entries(axis).filter(([, value]) => Object.keys(value).length > 0))),
    ...some('grid', grid),
    ...(plan.points ? {} : { point: { show: false } }),
    ...(plan.tooltips ? {} : { tooltip: { show: false } }),
  };
  return {
    channels: [plan.channel],
    ...(plan.history ? { history: true } : {}),
    ...(time ? { flow: plan.duration > 0 ? { duration: plan.duration } : true, limit: plan.limit } : {}),
    rate: plan.rate,
    generate,
  };
}

/** @param {string} name @param {Record<string, unknown>} value */
const some = (name, value) => (Object.keys(value).length > 0 ? { [name]: value } : {});

/**
 * The message without the keys that are off, and flat. What `transformCode` writes, done here.
 * @param {any} message
 * @param {string[]} off
 * @param {(row: any) => Record<string, unknown>} flatten  `eon.c.flatten`
 */
export function transform(message, off, flatten) {
  const wanted = (/** @type {string} */ name) => off.indexOf(name) < 0;
  if (message.columns) return { columns: message.columns.filter((/** @type {any[]} */ [name]) => wanted(name)) };
  const rows = (message.eons || []).concat(message.eon || [], message.json || []);
  return {
    eons: rows.map((/** @type {any} */ nested) => {
      const row = flatten(nested);
      Object.keys(row).forEach((name) => { if (!wanted(name)) delete row[name]; });
      return row;
    }),
  };
}

/** @param {string[]} off */
export function transformCode(off) {
  return `function (message) {
    var off = ${JSON.stringify(off)};
    function wanted(name) { return off.indexOf(name) < 0; }
    if (message.columns) return { columns: message.columns.filter(function (column) { return wanted(column[0]); }) };
    var rows = (message.eons || []).concat(message.eon || [], message.json || []);
    return {
      eons: rows.map(function (nested) {
        var row = eon.c.flatten(nested);
        Object.keys(row).forEach(function (name) { if (!wanted(name)) delete row[name]; });
        return row;
      })
    };
  }`;
}

/**
 * A page that shows it.
 * @param {Plan} plan
 * @param {boolean} flattens  some keys are inside others
 * @param {string} bridge  its origin
 */
export function codeOf(plan, flattens, bridge) {
  const options = literal(optionsOf(plan), '');
  const code = flattens || plan.off.length > 0 ? options.replace(/\n}$/, `,\n  transform: ${transformCode(plan.off)}\n}`) : options;
  // A name may hold anything; in a page of its own no text may end the script.
  return `<link rel="stylesheet" href="${bridge}/charts/eon.css">
<script src="${bridge}/charts/eon.js"></script>
<div id="chart"></div>
<script>
eon.chart(${code.replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--')});
</script>
`;
}

/** As a person writes an object. @param {unknown} value @param {string} indent @returns {string} */
function literal(value, indent) {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, indent)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? quoted(value) : String(value);
  const inner = `${indent}  `;
  const entries = Object.entries(value).map(([name, item]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${literal(item, inner)}`);
  const line = `{ ${entries.join(', ')} }`;
  return indent !== '' && !line.includes('\n') && line.length + indent.length <= 96 ? line : `{\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}}`;
}

/** @param {string} text */
const quoted = (text) => `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
