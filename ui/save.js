/** What is shown, saved as a file. */

/** @import {ExportKind} from '../charts/export/index.js' */
/** @import {Page} from './types.js' */

/** @param {Page} page @param {ExportKind} kind */
export async function saveAs({ chart, locale }, kind) {
  const { download, exportChart } = await import('../charts/export/index.js');
  const { blob, name } = await exportChart(chart, kind, { locale });
  download(blob, name);
}
