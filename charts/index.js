/**
 * Eontide charts: one live chart of every process of a channel. Plain ES modules.
 *
 *     const live = chart(document.querySelector('#chart'), { channel: 'process-memory-demo', window: '5m' });
 *     // … live.destroy() gives everything back
 *
 * Data flows down this list: live (socket, frames) → series (rings, sources) → scale, decimate → draw; widgets stand
 * around the chart and only ask it.
 */

export { chart, Chart } from './library.js';
export { liveUrl } from './options.js';
export { CellCard } from './widgets/cell-card.js';
export { DetailSwitch } from './widgets/detail-switch.js';
export { Legend } from './widgets/legend.js';
export { MetricTabs } from './widgets/metric-tabs.js';
export { SourceTable } from './widgets/source-table.js';
export { element, setAttribute, setText } from './dom.js';
export { decodeBinary, decodeText } from './live/decode.js';
export { ProtocolError } from './live/check.js';
export { formatDuration, parseSpan } from './live/span.js';
export { clockTime } from './scale/time.js';
