/**
 * What is shown, as a file: `const { blob, name } = await exportChart(chart, 'png')`. The page loads this folder only when
 * somebody asks for it.
 */

import { DASHES } from '../draw/palette.js';
import { unfoldPaper } from '../draw/paper.js';
import { unfoldTable } from '../table.js';
import { readTheme } from '../theme.js';
import { csvBlob } from './csv.js';
import { fileName } from './download.js';
import { figure } from './figure.js';
import { isoTime } from './iso-time.js';
import { pngBlob } from './png.js';
import { svgBlob } from './svg.js';
/** @import {Chart} from '../chart.js' */
/** @import {ChartRow} from '../lists.js' */
/** @import {Picture} from './figure.js' */

unfoldPaper();
unfoldTable();

export { download } from './download.js';

/** @typedef {'png'|'svg'|'csv'} ExportKind */

/** More names than this nobody reads in a picture. */
const ENTRIES_MAX = 60;

/**
 * @param {Chart} chart
 * @param {ExportKind} kind
 * @param {{title?: string, locale?: string, element?: Element}} [options]  element: whose colours; the document's otherwise
 * @returns {Promise<{blob: Blob, name: string}>}
 */
export async function exportChart(chart, kind, { title = chart.channel, locale, element = document.documentElement } = {}) {
  const table = chart.table();
  const { from, to } = table.range;
  // Data of the page's own has no channel, and perhaps no time.
  const name = chart.channel === '' ? fileName('chart', Date.now(), kind) : fileName(chart.channel, to, kind);
  if (kind === 'csv') return { blob: csvBlob(table, chart.timeZone), name };
  const when = (/** @type {number} */ x) => table.place?.(x) ?? isoTime(Math.round(x), chart.timeZone);
  const drawn = figureOf(chart, { title, locale, element, subtitle: from === to ? '' : `${when(from)} – ${when(to)}` });
  const blob = kind === 'png' ? await pngBlob(drawn, window.devicePixelRatio || 1)
    : svgBlob(drawn, { title, description: chart.summary() });
  return { blob, name };
}

/**
 * @param {Chart} chart
 * @param {{title: string, locale: string|undefined, element: Element, subtitle: string}} about
 * @returns {Picture}
 */
function figureOf(chart, { title, locale, element, subtitle }) {
  const theme = readTheme(element);
  const style = getComputedStyle(element);
  const rows = drawn(chart);
  const entries = rows.slice(0, ENTRIES_MAX).map(({ label, style, colour }) => ({
    label, colour: colour ?? theme.lines[style.colour], dash: DASHES[style.dash],
  }));
  const ruler = document.createElement('canvas').getContext('2d');
  return figure(chart.picture(), {
    title, detail: chart.detail.mode === 'density' ? chart.detail.text : '', subtitle,
    entries, more: rows.length - entries.length, locale,
    theme: { background: theme.background, ink: style.getPropertyValue('--eontide-ink').trim(), muted: theme.text,
      font: style.getPropertyValue('--eontide-font').trim() },
  }, (text, font) => {
    if (!ruler) return 0;
    ruler.font = font;
    return ruler.measureText(text).width;
  });
}

/** What has a line of its own in the picture. @param {Chart} chart @returns {ChartRow[]} */
function drawn(chart) {
  return chart.names().flatMap((name) => {
    const row = chart.row(name);
    return row?.drawn ? [row] : [];
  });
}
