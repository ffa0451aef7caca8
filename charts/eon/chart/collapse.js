/** Bars of one moment each, as `limit: 1` leaves them: side by side at one place, not a blink apart on an axis of time. Pure. */

/** @import {Snapshot} from './ledger.js' */

/** @param {Snapshot} snapshot @param {string} type @returns {boolean} */
export function isOneMoment({ kind, series }, type) {
  return type === 'bar' && kind === 'time' && series.length > 0 && series.every(({ x }) => x.length <= 1);
}

/** @param {Snapshot} snapshot @param {(ms: number) => string} write @returns {Snapshot} */
export function collapsed({ series }, write) {
  const newest = series.reduce((most, { x }) => (x.length > 0 && !(x[0] <= most) ? x[0] : most), NaN);
  return { kind: 'category', categories: [Number.isNaN(newest) ? '' : write(newest)], series: series.map(({ id, x, v }) => ({ id, x: x.map(() => 0), v })) };
}

/** Series of the same places together: they are handed over at once. @param {Snapshot['series']} all @returns {Snapshot['series'][]} */
export function byPlaces(all) {
  /** @type {Map<string, Snapshot['series']>} */
  const groups = new Map();
  for (const series of all) {
    const { x } = series;
    const key = `${x.length} ${x[0]} ${x[x.length - 1]}`;
    // What begins and ends alike need not be alike between.
    let name = key;
    for (let n = 0; ; n++, name = `${key} ${n}`) {
      const group = groups.get(name);
      if (!group) {
        groups.set(name, [series]);
        break;
      }
      if (group[0].x.every((place, i) => place === x[i])) {
        group.push(series);
        break;
      }
    }
  }
  return [...groups.values()];
}
