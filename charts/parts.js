/** The library as the bridge's own page uses it: without data of a page's own and what reads frames from elsewhere (index.js). */

export { Chart } from './chart.js';
export { element, setAttribute, setText } from './dom.js';
export { formatDuration, parseSpan } from './live/span.js';
export { clockTime } from './scale/time.js';
export { CellCard } from './widgets/cell-card.js';
export { DetailSwitch } from './widgets/detail-switch.js';
export { Legend } from './widgets/legend.js';
export { MetricTabs } from './widgets/metric-tabs.js';
export { SourceTable } from './widgets/source-table.js';
