/** What is shown, as a table: for a screen reader, and for whoever wants the numbers. Made when it is asked for. */

import { element } from '../charts/dom.js';
import { unfoldTable } from '../charts/table.js';
import { momentText } from './dates.js';
import { openDialog } from './dialog.js';
import { saveAs } from './save.js';
import { count } from './words.js';
/** @import {Page} from './types.js' */

unfoldTable();

const ROWS_MAX = 200;
const COLUMNS_MAX = 50;
const DIGITS = 6;

/** @param {Page} page */
export function openTable(page) {
  const { chart, locale } = page;
  const { columns, rows } = chart.table();
  const { last, all } = newest(rows, ROWS_MAX);
  const names = columns.slice(0, COLUMNS_MAX);
  const textOf = (/** @type {number} */ value) => (Number.isFinite(value) ? count(value, locale, DIGITS) : '');
  const head = element('tr', {}, ...['Time', ...names].map((text) => element('th', { text, attributes: { scope: 'col' } })));
  const body = last.map(([ms, ...values]) => element('tr', {},
    element('th', { text: momentText(ms, chart.timeZone, locale), attributes: { scope: 'row' } }),
    ...values.slice(0, COLUMNS_MAX).map((value) => element('td', { text: textOf(value) }))));
  const csv = element('button', {
    class: 'button', text: 'All as CSV', attributes: { type: 'button', 'data-testid': 'table-csv' },
  });
  csv.addEventListener('click', () => void saveAs(page, 'csv'));
  const rowsText = shownText(last.length, all, 'rows', locale);
  const text = `${rowsText}, ${shownText(names.length, columns.length, 'series', locale)}. ${chart.detail.text}`;
  openDialog(`${chart.channel} as a table`, 'values', element('div', { class: 'line' },
    element('p', { class: 'hint', text }), element('span', { class: 'spring' }), csv),
  element('div', { class: 'scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': 'Values' } },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...body))));
}

/** The newest rows, newest first. @param {Iterable<readonly number[]>} rows @param {number} most */
function newest(rows, most) {
  /** @type {(readonly number[])[]} */
  let last = [];
  let all = 0;
  for (const row of rows) {
    all += 1;
    last.push(row);
    if (last.length >= 2 * most) last = last.slice(-most);
  }
  return { last: last.slice(-most).reverse(), all };
}

/** @param {number} shown @param {number} all @param {string} what @param {string} locale */
function shownText(shown, all, what, locale) {
  return shown < all ? `${count(shown, locale)} of ${count(all, locale)} ${what}` : `${count(all, locale)} ${what}`;
}
