/**
 * The shapes that several files share. Only types: nothing here runs.
 *
 * @typedef {{epoch: number, offset: number}} Position  where in a channel's stream a viewer is
 *
 * @typedef {{name: string, unit: string|null, metric: string|null}} SeriesInfo
 *
 * @typedef {object} Source  one publishing process, as the bridge describes it
 * @property {string} id
 * @property {number} epoch  start of its latest life
 * @property {string} channel
 * @property {SourceState} state
 * @property {string|null} cause  why it is not there: `exit`, `noconnection`, `timeout`, `nodedown`, `restarted`; null while it is
 * @property {number} since  in this state since, ms
 * @property {number} last_seen  ms
 * @property {string|null} reason  the cause for people: `bye: …`, `connection lost: …`, `silent`, `restarted`
 * @property {string|null} host
 * @property {number|null} pid
 * @property {string|null} program
 * @property {string|null} version
 * @property {number|null} interval_ms
 * @property {number} lives
 * @property {number} lost
 * @property {number} dropped
 * @property {Record<string, string>} labels
 * @property {SeriesInfo[]} series
 *
 * @typedef {'up'|'restarted'|'crash_looping'|'stale'|'down'|'unknown'} SourceState  restarted: in a new life since less than a minute;
 *   crash_looping: there or not, as its cause says; stale: nothing was heard for its lease; unknown: the bridge is cut off
 * @typedef {{channel: string, host: string|null, state: SourceState, cause: string|null, count: number, told: number}} SourceGroup  many
 *   of one machine that came or went at once; told: so many of them one by one, too
 *
 * @typedef {{name: string, v: Float64Array}} Column  NaN is a gap
 * @typedef {{x: Float64Array, columns: Column[]}} Block  x in ms, ascending
 *
 * @typedef {{type: 'snapshot', sub: number, position: Position, now: number, window_ms: number, resumed: boolean,
 *   blocks: Block[], sources: Source[]}} SnapshotFrame
 * @typedef {{type: 'update', sub: number, position: Position, now: number, messages: number, blocks: Block[]}} UpdateFrame
 *   messages: of the stream, that have part in it
 * @typedef {{type: 'density', sub: number, position: Position, now: number, snapshot: boolean, window_ms: number,
 *   sources: {up: number, down: number}|null, messages: number} & DensityData} DensityFrame  snapshot: replaces what is there,
 *   else adds to it; sources: of a snapshot
 * @typedef {{metrics: {name: string, series: number}[], packed: Reader|Record<string, unknown>}} Packed  merged columns that are still to be read
 * @typedef {Omit<DensityFrame, keyof DensityData> & Packed} PackedFrame
 * @typedef {{bytes: (reader: Reader) => DensityData|Packed, text: (json: Record<string, unknown>) => DensityData|Packed}} ColumnReader  of the part of
 *   a frame that has merged columns
 * @typedef {{type: 'presence', sub: number, now: number, sources: Source[], groups?: SourceGroup[], hearing?: boolean|null,
 *   as_of?: number|null}} PresenceFrame  hearing: does the bridge hear who is there, where that changed; as_of: when it did last, ms
 * @typedef {{offset: number, said: number, rule: string, state: 'firing'|'resolved', at: number, channel: string|null, id: string|null,
 *   text: string}} AlertSaid  began or is over; rule, channel (null: all) and id (of a source) name it; at: ms; text for people; offset: of the
 *   message that said it, and when, ms
 * @typedef {AlertSaid & {before: boolean, label: string}} Alert  before: that was before it was watched; label: all of it, for people
 * @typedef {{type: 'alert', sub: number, now: number, snapshot: boolean, alerts: AlertSaid[]}} AlertFrame  in the order in which it was said;
 *   snapshot: all that there is to know, instead of what is known
 * @typedef {{type: 'gap', sub: number, reason: string, message: string, from: Position|null, to: Position|null}} GapFrame
 * @typedef {{type: 'error', sub: number|null, kind: string, message: string}} ErrorFrame
 * @typedef {{type: 'closing', code: number, reason: string, reconnect: boolean}} ClosingFrame
 * @typedef {{type: 'pong', pong: number}} PongFrame
 * @typedef {{type: 'other', name: string}} OtherFrame  of a later version of the protocol; skipped
 * @typedef {SnapshotFrame|UpdateFrame|DensityFrame|PresenceFrame|AlertFrame|GapFrame} LiveFrame  what a model consumes
 * @typedef {LiveFrame|PackedFrame|ErrorFrame|ClosingFrame|PongFrame|OtherFrame} Frame
 *
 * @typedef {'connecting'|'live'|'stale'|'reconnecting'|'closed'} ConnectionName
 * @typedef {object} ConnectionState
 * @property {ConnectionName} name
 * @property {string} reason  for people; empty where all is well
 * @property {number|null} retryAt  when the next attempt starts, on the environment's clock
 * @property {number} attempt  attempts since the last success
 *
 * @typedef {{channel: string, window?: string, series?: string[], width?: number, view?: 'lines'|'density'|'raw',
 *   sources?: boolean, since?: Position}} Subscription  sources: false leaves out presence; since: where the first begins
 *
 * @typedef {'up'|'down'|'stale'|'unknown'|'silent'} SeriesState
 * @typedef {{state: SeriesState, since: number|null, text: string}} SeriesStatus
 */
/** @import {DensityData} from './series/density.js' */
/** @import {Reader} from './live/reader.js' */
export {};
