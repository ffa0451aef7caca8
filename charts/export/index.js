/**
 * What is shown, as a file: `const { blob, name } = await exportChart(chart, 'png')`. The page loads this folder only when
 * somebody asks for it.
 */

import { DASHES } from '../draw/palette.js';
import { readTheme } from '../theme.js';
import { csvBlob } from './csv.js';
import { fileName } from './download.js';
import { figure } from './figure.js';
import { isoTime } from './iso-time.js';
import { pngBlob } from './png.js';
import { svgBlob } from './svg.js';
/** @import {Chart} from '../chart.js' */
/** @import {Entry, Picture} from './figure.js' */

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
  const { from, to } = chart.view;
  const name = fileName(chart.channel, to, kind);
  if (kind === 'csv') return { blob: csvBlob(chart.table(), chart.timeZone), name };
  const drawn = figureOf(chart, { title, locale, element, from, to });
  const blob = kind === 'png' ? await pngBlob(drawn, window.devicePixelRatio || 1)
    : svgBlob(drawn, { title, description: chart.summary() });
  return { blob, name };
}

/**
 * @param {Chart} chart
 * @param {{title: string, locale: string|undefined, element: Element, from: number, to: number}} about
 * @returns {Picture}
 */
function figureOf(chart, { title, locale, element, from, to }) {
  const theme = readTheme(element);
  const style = getComputedStyle(element);
  const names = chart.names().filter((name) => isDrawn(chart, name));
  const entries = names.slice(0, ENTRIES_MAX).map((name) => entryOf(chart, name, theme.lines));
  const ruler = document.createElement('canvas').getContext('2d');
  return figure(chart.picture(), {
    title, subtitle: `${isoTime(Math.round(from), chart.timeZone)} – ${isoTime(Math.round(to), chart.timeZone)}`,
    entries, more: names.length - entries.length, locale,
    theme: { background: theme.background, ink: style.getPropertyValue('--eontide-ink').trim(), muted: theme.text,
      font: style.getPropertyValue('--eontide-font').trim() },
  }, (text, font) => {
    if (!ruler) return 0;
    ruler.font = font;
    return ruler.measureText(text).width;
  });
}

/** @param {Chart} chart @param {string} name */
function isDrawn(chart, name) {
  const row = chart.row(name);
  return Boolean(row?.visible && row.drawn);
}

/** @param {Chart} chart @param {string} name @param {readonly string[]} colours @returns {Entry} */
function entryOf(chart, name, colours) {
  const { label, style } = chart.row(name);
  return { label, colour: colours[style.colour], dash: DASHES[style.dash] };
}
