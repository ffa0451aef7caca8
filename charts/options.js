/** What a chart can be told, with what holds where it is not. */

import { parseSpan } from './live/span.js';
/** @import {Environment} from './live/connection.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {ShapeName} from './scene.js' */

export const WINDOW = '5m';

/**
 * @typedef {object} AxisOptions
 * @property {'time'|'linear'|'log'|'category'} [type]
 * @property {string} [label]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number|{top?: number, bottom?: number}} [padding]  as a share of the range
 * @property {string|((value: number) => string)} [format]  a d3 specifier, or a function
 * @property {string} [unit]  of values that do not say theirs
 * @property {boolean} [inverted]
 *
 * @typedef {object} TooltipOptions  how it is written, where not as the axes are
 * @property {(x: number) => string} [title]
 * @property {(name: string) => string} [name]
 * @property {(value: number, name: string, share: number) => string} [value]  share of the whole: of a slice, else NaN
 *
 * @typedef {{axis: 'x'|'y'|'y2', at: number, text?: string, colour?: string} | {axis: 'x'|'y'|'y2', from?: number, to?: number, colour?: string}} Rule
 *   a line, or a band that goes on where an end is missing; of a second axis only where it is shown
 *
 * @typedef {object} ChartOptions
 * @property {string} [channel]  what is watched
 * @property {string} [window]  `5m`
 * @property {string[]} [series]  patterns, `rss-*`; all where absent
 * @property {string} [bridge]  `host:port` or an http(s) origin; the page's own bridge where absent
 * @property {string} [url]  of the bridge's `/live`, where it is not the bridge's usual one
 * @property {{x?: string, columns: [string, ...(number|string|null)[]][], categories?: string[]}} [data]  instead of a channel
 * @property {ShapeName} [type]
 * @property {Record<string, ShapeName>} [types]  by series
 * @property {string[][]} [groups]  stacked together
 * @property {Record<string, 'y'|'y2'>} [axes]
 * @property {Record<string, string>} [names]  shown instead of the series' own
 * @property {Record<string, string>} [colours]
 * @property {{x?: AxisOptions, y?: AxisOptions, y2?: AxisOptions, rotated?: boolean}} [axis]
 * @property {'auto'|'lines'|'density'} [detail]
 * @property {TimeZone} [timeZone]
 * @property {boolean} [pauseOnHover]
 * @property {boolean} [interactive]  zoom, pan and keys
 * @property {boolean|TooltipOptions} [tooltip]
 * @property {boolean} [markers]  starts, deaths, restarts and alerts at the foot
 * @property {boolean|number} [points]  a dot at each point; a number: its radius, px
 * @property {boolean|string|((value: number, name: string) => string)} [labels]  the value at each point and bar, by specifier or function
 * @property {boolean} [dashed]  beyond as many series as there are colours lines are told apart by dashes
 * @property {readonly Rule[]} [rules]  lines and bands across the plot
 * @property {{x?: boolean, y?: boolean}} [grid]
 * @property {{min?: number, max?: number, thresholds?: {value: number, colour: string}[], format?: (value: number, share: number) => string}} [gauge]
 * @property {{title?: string, label?: boolean|((value: number, share: number, name: string) => string)}} [donut]  label: in its slices, and those of a pie
 * @property {{ratio?: number}} [bar]
 * @property {string} [locale]
 * @property {Environment} [environment]  sockets, timers and clocks, for tests
 */

/** @param {string|undefined} span */
export function windowMs(span) {
  return parseSpan(span ?? WINDOW) ?? 300_000;
}

/**
 * Where the bridge is: its HTTP origin and its WebSocket.
 * @param {Pick<ChartOptions, 'bridge'|'url'>} options
 * @param {{protocol: string, host: string, origin: string}} location
 * @returns {{origin: string, live: string}}
 */
export function addresses({ bridge, url }, location) {
  if (url) {
    const live = new URL(url);
    return { origin: `${live.protocol === 'wss:' ? 'https:' : 'http:'}//${live.host}`, live: url };
  }
  if (!bridge) return { origin: location.origin, live: liveUrl(location) };
  const { origin, protocol, host } = new URL(/^https?:\/\//.test(bridge) ? bridge : `http://${bridge}`);
  return { origin, live: liveUrl({ protocol, host }) };
}

/** @param {{protocol: string, host: string}} location */
export function liveUrl({ protocol, host }) {
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/live`;
}
