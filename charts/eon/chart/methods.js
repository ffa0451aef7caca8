/**
 * What the object of `chart()` and `generate()` can be asked, and what each answers while nothing is loaded yet. A classic
 * script that calls before the modules are here answers by this table, with a copy, and has the call made once they are.
 * `methods.test.js` holds the object itself to it.
 */

/** By path below the object; undefined: nothing is answered. @type {Readonly<Record<string, unknown>>} */
export const methods = Object.freeze({
  load: undefined, unload: undefined, flow: undefined, transform: undefined,
  show: undefined, hide: undefined, toggle: undefined, focus: undefined, defocus: undefined, revert: undefined,
  data: [], 'data.shown': [], 'data.values': null, 'data.names': {}, 'data.colors': {}, 'data.axes': {},
  x: {}, xs: {}, category: undefined, categories: [], color: undefined, groups: [],
  'axis.labels': {}, 'axis.min': {}, 'axis.max': {}, 'axis.range': {},
  xgrids: [], 'xgrids.add': undefined, 'xgrids.remove': undefined,
  ygrids: [], 'ygrids.add': undefined, 'ygrids.remove': undefined,
  regions: [], 'regions.add': undefined, 'regions.remove': undefined,
  'legend.show': undefined, 'legend.hide': undefined,
  'tooltip.show': undefined, 'tooltip.hide': undefined,
  zoom: [], 'zoom.enable': undefined, 'zoom.max': undefined, 'zoom.min': undefined, 'zoom.range': {}, unzoom: undefined,
  selected: [], select: undefined, unselect: undefined,
  resize: undefined, flush: undefined, export: null, destroy: null,
});
