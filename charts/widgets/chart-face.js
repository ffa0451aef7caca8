/**
 * What the widgets ask of a chart, and nothing else: whatever has this face can stand behind a legend or a table.
 * Only types: nothing here runs.
 */

/** @import {Style} from '../draw/palette.js' */
/** @import {TimeZone} from '../scale/time.js' */
/** @import {VisibilityAction} from '../series/visibility.js' */
/** @import {SeriesStatus, Source} from '../types.js' */

/**
 * @typedef {'name'|'last'|'max'|'slope'} SortKey
 * @typedef {'auto'|'lines'|'density'} DetailChoice
 * @typedef {{mode: 'lines'|'density', wanted: DetailChoice, text: string}} Detail
 * @typedef {{x: ArrayLike<number>, v: ArrayLike<number>, start: number, end: number}} Points  those in [start, end)
 *
 * @typedef {object} SeriesRow
 * @property {string} name
 * @property {string} label  what it is called here
 * @property {string} metric
 * @property {string} entity
 * @property {string|null} unit
 * @property {Style} style
 * @property {string|null} [colour]  its own, in place of the style's
 * @property {string} value  its last, for people
 * @property {SeriesStatus} status
 * @property {boolean} visible
 * @property {boolean} pinned
 *
 * @typedef {object} DensityCell  what a click on the density names
 * @property {number} from  ms
 * @property {number} to
 * @property {number} low
 * @property {number} high
 * @property {readonly string[]} metrics
 * @property {number} total
 * @property {{name: string, value: number, unit: string|null, source: string|null}[]} series  the first of them, highest first
 * @property {string} error  why the bridge could not say which; empty where it did
 *
 * @typedef {object} ChartFace
 * @property {TimeZone} timeZone
 * @property {string} [origin]  of the bridge; absent: the page's own
 * @property {{mode: string, from: number, to: number}} view
 * @property {Detail} detail
 * @property {string} filter
 * @property {ReadonlySet<string>} pinned
 * @property {(options: {sort: SortKey, text?: string}) => readonly string[]} names  those that fit a text (the chart's filter
 *   where absent); the same array until something changes
 * @property {(name: string) => SeriesRow|null|undefined} row
 * @property {() => readonly {name: string, count: number, visible: boolean}[]} metrics
 * @property {() => readonly Source[]} sources  by id; the same array until one changes
 * @property {(names: string[]) => void} peek
 * @property {(name: string) => Points|null} recent
 * @property {(action: VisibilityAction) => void} select
 * @property {(action: VisibilityAction) => void} selectMetric
 * @property {(text: string) => void} setFilter
 * @property {(shown: boolean) => void} setFilterShown
 * @property {(detail: DetailChoice) => void} setDetail
 * @property {(names: string[]) => void} pin
 * @property {(names: string[]) => void} unpin
 * @property {(name: string|null) => void} highlight
 * @property {(event: any, listener: (detail?: any) => void) => () => void} on
 */
export {};
