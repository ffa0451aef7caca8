/** Lines as rows of a table: one column a series, one row a point in time. A chart has it once {@link unfoldTable} was called. */

import { kit } from './scale/kit.js';
/** @import {Line} from './draw/lines.js' */

/** From now on a chart gives what is shown as a table. */
export function unfoldTable() {
  kit.tableOf = tableOf;
}

/**
 * @param {readonly Line[]} lines
 * @param {number} from ms
 * @param {number} to ms
 * @returns {{columns: string[], rows: Iterable<number[]>}} rows: time in ms, then a value for each column; NaN where it has none then
 */
export function tableOf(lines, from, to) {
  return { columns: lines.map(({ name }) => name), rows: rowsOf(lines, from, to) };
}

/** @param {readonly Line[]} lines @param {number} from @param {number} to @returns {Iterable<number[]>} */
function* rowsOf(lines, from, to) {
  const next = lines.map(({ ring }) => ring.lowerBound(from));
  for (;;) {
    let time = Infinity;
    lines.forEach(({ ring }, i) => {
      if (next[i] < ring.end && ring.x[next[i]] < time) time = ring.x[next[i]];
    });
    if (!(time <= to)) return;
    yield [time, ...lines.map(({ ring }, i) => (next[i] < ring.end && ring.x[next[i]] === time ? ring.v[next[i]++] : NaN))];
  }
}
