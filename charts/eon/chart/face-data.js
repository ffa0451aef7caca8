/** What the object of a page answers about its data, in C3's forms. */

import { lookOf } from '../../scene.js';
import { isRecord } from './options.js';
/** @import {Core} from './core.js' */

/** @param {Core} core @param {(ids: unknown) => string[]} idsOf */
export function dataFace(core, idsOf) {
  const { config, ledger } = core;
  const all = (/** @type {unknown} */ ids) => {
    const { kind, series } = ledger.snapshot();
    const wanted = new Set(idsOf(ids));
    return series.filter(({ id }) => wanted.has(id)).map(({ id, x, v }) => ({
      id, id_org: id, values: x.map((place, index) => ({ x: kind === 'time' ? new Date(place) : place, value: v[index], id, index })),
    }));
  };
  /** A part of the configuration by name, read and changed. @param {'names'|'axes'} part @param {(id: string) => string} otherwise */
  const byName = (part, otherwise) => (/** @type {unknown} */ more) => {
    if (isRecord(more)) {
      config.data[part] = { ...config.data[part], ...more };
      core.changed();
    }
    return Object.fromEntries(core.names.map((id) => [id, lookOf(config.data[part] ?? {}, id) ?? otherwise(id)]));
  };
  const colors = (/** @type {unknown} */ more) => {
    if (isRecord(more)) {
      config.data.colors = { ...config.data.colors, ...more };
      core.changed();
    }
    return Object.fromEntries(core.names.map((id) => [id, core.colourOf(id)]));
  };
  const xs = (/** @type {unknown} */ more) => {
    if (isRecord(more)) setPlaces(core, Object.entries(more));
    return Object.fromEntries(all(undefined).map(({ id, values }) => [id, values.map(({ x }) => x)]));
  };
  return {
    data: Object.assign(all, {
      shown: (/** @type {unknown} */ ids) => all(ids).filter(({ id }) => !core.hidden.includes(id)),
      values: (/** @type {string} */ id) => all([id])[0]?.values.map(({ value }) => value) ?? null,
      names: byName('names', (id) => id), colors, axes: byName('axes', () => 'y'),
    }),
    x: (/** @type {unknown} */ places) => {
      if (Array.isArray(places)) setPlaces(core, core.names.map((id) => [id, places]));
      return xs(undefined);
    },
    xs,
    color: (/** @type {string} */ id) => core.colourOf(String(id)),
    category: (/** @type {number} */ i, /** @type {unknown} */ name) => {
      const names = ledger.snapshot().categories ?? [];
      if (name === undefined || !(i in names)) return names[i];
      setCategories(core, names.with(i, String(name)));
      return String(name);
    },
    categories: (/** @type {unknown} */ names) => {
      if (Array.isArray(names)) setCategories(core, names.map(String));
      return ledger.snapshot().categories ?? [];
    },
  };
}

/** @param {Core} core @param {[id: string, places: unknown][]} all */
function setPlaces(core, all) {
  const { ledger } = core;
  for (const [id, x] of all) {
    const series = ledger.table.get(id);
    if (series && Array.isArray(x)) ledger.load([{ id, x, v: [...series.v] }]);
  }
  core.changed();
}

/** @param {Core} core @param {string[]} names  in the order of the places */
function setCategories(core, names) {
  const { ledger } = core;
  const { series } = ledger.snapshot();
  ledger.setCategories(names);
  // By place: what was the second category still is.
  for (const { id, x, v } of series) ledger.table.set(id, x, v);
  core.changed({ structure: true });
}
