/** The object that a page gets: C3's methods over one chart. `methods.js` lists them. */

import { complain } from './complain.js';
import { transitionMs, TYPES } from './config.js';
import { listOf } from './core.js';
import { axisFace } from './face-axis.js';
import { dataFace } from './face-data.js';
import { givenSeries } from './given-data.js';
/** @import {Core} from './core.js' */

/**
 * @param {Core} core
 * @returns {Record<string, any>}
 */
export function faceOf(core) {
  /** All of them, where none is named. @param {unknown} ids */
  const idsOf = (ids) => (ids === undefined || ids === null ? core.names : listOf(ids));
  /** @param {unknown} ids @param {(hidden: string[], ids: string[]) => string[]} next @param {{withLegend?: boolean}} [options] */
  const setHidden = (ids, next, options) => {
    core.hidden = next(core.hidden, idsOf(ids));
    if (options?.withLegend) for (const id of idsOf(ids)) core.unlisted[core.hidden.includes(id) ? 'add' : 'delete'](id);
    core.changed();
  };
  return {
    ...loadFace(core, idsOf), ...dataFace(core, idsOf), ...axisFace(core), ...zoomFace(core),
    show: (/** @type {unknown} */ ids, /** @type {any} */ options) => setHidden(ids, (hidden, all) => hidden.filter((id) => !all.includes(id)), options),
    hide: (/** @type {unknown} */ ids, /** @type {any} */ options) => setHidden(ids, (hidden, all) => [...new Set([...hidden, ...all])], options),
    toggle: (/** @type {unknown} */ ids, /** @type {any} */ options) => setHidden(ids, (hidden, all) => (
      [...hidden.filter((id) => !all.includes(id)), ...all.filter((id) => !hidden.includes(id))]), options),
    focus: (/** @type {unknown} */ ids) => {
      core.focused = new Set(idsOf(ids));
      core.changed();
    },
    defocus: (/** @type {unknown} */ ids) => {
      const faint = new Set(idsOf(ids));
      core.focused = new Set(core.names.filter((id) => !faint.has(id)));
      core.changed();
    },
    revert: () => {
      core.focused = null;
      core.changed();
    },
    legend: {
      show: (/** @type {unknown} */ ids) => {
        if (ids === undefined) core.config.legend = { ...core.config.legend, show: true };
        for (const id of idsOf(ids)) core.unlisted.delete(id);
        core.changed();
      },
      hide: (/** @type {unknown} */ ids) => {
        for (const id of idsOf(ids)) core.unlisted.add(id);
        core.changed();
      },
    },
    tooltip: { show: (/** @type {any} */ at) => core.point(core.ledger.place(at?.x ?? at?.data?.x)), hide: () => core.point(null) },
    selected: () => {
      complain('selected: points cannot be selected');
      return [];
    },
    select: () => complain('select: points cannot be selected'), unselect: () => complain('unselect: points cannot be selected'),
    resize: (/** @type {{width?: number, height?: number}} */ size) => {
      core.config.size = { ...core.config.size, ...size };
      core.flush();
    },
    flush: () => core.flush(),
    export: () => {
      complain('export: charts/export/index.js makes files of a chart');
      return null;
    },
    destroy: () => {
      core.close();
      return null;
    },
    get element() { return core.place.element; },
  };
}

/** What changes the points. @param {Core} core @param {(ids: unknown) => string[]} idsOf */
function loadFace(core, idsOf) {
  const { config, ledger } = core;
  config.data ??= {};
  const merge = (/** @type {string} */ name, /** @type {any} */ more) => {
    if (typeof more === 'object' && more !== null) config.data[name] = { ...config.data[name], ...more };
  };
  /** @param {any} what */
  const unload = (what) => {
    for (const id of what === true ? core.names : listOf(what)) ledger.table.remove(id);
  };
  return {
    load: (/** @type {any} */ args) => {
      const { names, colors, axes, types, type, categories, hide, done } = args ?? {};
      const loaded = givenSeries(args ?? {}, config.data);
      if (args?.url !== undefined) complain('load: url is not honoured, load the data yourself and hand it over');
      if (Array.isArray(categories)) ledger.setCategories(categories.map(String));
      for (const [name, more] of Object.entries({ names, colors, axes, types })) merge(name, more);
      if (type !== undefined) merge('types', Object.fromEntries(loaded.map(({ id }) => [id, type])));
      if (args?.unload) unload(args.unload === true ? core.names.filter((id) => !loaded.some((one) => one.id === id)) : args.unload);
      ledger.load(loaded);
      if (hide) core.hidden = [...new Set([...core.hidden, ...(hide === true ? loaded.map(({ id }) => id) : listOf(hide))])];
      core.changed({ done, structure: types !== undefined || type !== undefined });
    },
    unload: (/** @type {any} */ args) => {
      const ids = Array.isArray(args) || typeof args === 'string' ? args : args?.ids;
      unload(ids === undefined ? true : ids);
      core.changed({ done: args?.done });
    },
    flow: (/** @type {any} */ args) => {
      const { length, to, duration, done } = args ?? {};
      const grown = ledger.append(givenSeries(args ?? {}, config.data));
      ledger.shift({ to, length: length === undefined ? grown : Math.max(0, Number(length) || 0) });
      core.changed({ done, flowMs: Number(duration) >= 0 && duration !== null ? Number(duration) : transitionMs(config) });
    },
    transform: (/** @type {unknown} */ type, /** @type {unknown} */ ids) => {
      if (!TYPES.includes(/** @type {string} */ (type))) return complain(`transform: ${JSON.stringify(type)} is not one of ${TYPES.join(', ')}`);
      if (ids === undefined || ids === null) Object.assign(config.data, { type, types: {} });
      else merge('types', Object.fromEntries(idsOf(ids).map((id) => [id, type])));
      core.changed({ structure: true });
    },
    groups: (/** @type {unknown} */ groups) => {
      if (groups === undefined) return config.data.groups ?? [];
      config.data.groups = Array.isArray(groups) ? groups : [];
      core.changed();
      return config.data.groups;
    },
  };
}

/** @param {Core} core */
function zoomFace(core) {
  /** As C3 says it. */
  const domain = () => {
    const { range } = core;
    return range ? [range.from, range.to].map((x) => (core.ledger.kind === 'time' ? new Date(x) : x)) : [];
  };
  const zoom = (/** @type {any} */ wanted) => {
    if (!Array.isArray(wanted)) return domain();
    const [from, to] = wanted.map((x) => core.ledger.place(x));
    if (from < to) core.zoom({ from, to });
    else complain('zoom: a range is [from, to], two places on the axis');
    return domain();
  };
  return {
    zoom: Object.assign(zoom, {
      enable: (/** @type {unknown} */ enabled = true) => {
        core.zoomable = Boolean(enabled);
        core.changed();
      },
      max: () => complain('zoom.max is not honoured'), min: () => complain('zoom.min is not honoured'),
      range: () => {
        complain('zoom.range is not honoured');
        return {};
      },
    }),
    unzoom: () => core.zoom(null),
  };
}

