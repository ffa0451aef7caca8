/** Values for tests: a source and frames with only what a test says about them. Nothing of the page imports this. */

/** @import {Block, DataFrame, SnapshotFrame, Source, UpdateFrame} from './types.js' */

/** @param {string} id @param {Partial<Source>} [more] @returns {Source} */
export function source(id, more = {}) {
  return {
    id, epoch: 0, channel: 'c', state: 'up', since: 0, last_seen: 0, reason: null, host: null, pid: null, program: null,
    version: null, interval_ms: null, lives: 1, lost: 0, dropped: 0, labels: {}, series: [], ...more,
  };
}

/** @param {number[]} x @param {Record<string, number[]>} columns @returns {Block} */
export function block(x, columns) {
  return { x: Float64Array.from(x), columns: Object.entries(columns).map(([name, v]) => ({ name, v: Float64Array.from(v) })) };
}

/** @param {number} now @param {Block[]} blocks @param {Partial<SnapshotFrame>} [more] @returns {SnapshotFrame} */
export function snapshot(now, blocks, more = {}) {
  return { type: 'snapshot', sub: 1, position: { epoch: 1, offset: 1 }, now, window_ms: 300_000, resumed: false, blocks, sources: [], ...more };
}

/** @param {number} now @param {Block[]} blocks @returns {UpdateFrame} */
export function update(now, blocks) {
  return { type: 'update', sub: 1, position: { epoch: 1, offset: 2 }, now, messages: 1, blocks };
}

/** @param {string} reason @returns {DataFrame} */
export function gap(reason) {
  return { type: 'gap', sub: 1, reason, message: `gap: ${reason}`, from: null, to: null };
}
