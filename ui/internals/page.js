/** The bridge's own instruments, read from `/metrics` every two seconds while somebody looks. */

import { element, setText } from '../../charts/dom.js';
import { changeOf, grouped, keyOf, readExposition } from './exposition.js';
/** @import {Sample} from './exposition.js' */

const EVERY_MS = 2_000;
const NUMBERS = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 1 });

/** @param {string} id */
function find(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`internals.html has no #${id}`);
  return found;
}

const [state, pause, groups] = ['state', 'pause', 'groups'].map(find);
/** Of each sample its row. @type {Map<string, {value: HTMLElement, change: HTMLElement}>} */
const rows = new Map();
/** Of the last reading. @type {{at: number, values: Map<string, number>}} */
let before = { at: NaN, values: new Map() };
let shown = '';
/** @type {number|undefined} */
let timer;
let reading = false;
let paused = false;

/** How many notices are handed out, and how often: a setting, no metric. @returns {Promise<Sample[]>} */
async function throttle() {
  const answer = await fetch('/api/v1/monitors/throttle');
  if (!answer.ok) return [];
  const { demand, interval_ms: ms } = await answer.json();
  return [['monitor_throttle_demand', demand, 'Notices handed out at once at most, now.'], ['monitor_throttle_interval_ms', ms, 'How often, in ms, now.']]
    .map(([name, value, help]) => ({ name, value: Number(value), help, labels: '', counts: false }));
}

async function read() {
  const [answer, more] = await Promise.all([fetch('/metrics'), throttle()]);
  if (!answer.ok) throw new Error(`the bridge answered with status ${answer.status}`);
  return [...readExposition(await answer.text()), ...more];
}

/** @param {readonly Sample[]} samples */
function show(samples) {
  const at = performance.now();
  const key = samples.map(keyOf).join('\n');
  if (key !== shown) build(samples);
  shown = key;
  for (const sample of samples) {
    const row = rows.get(keyOf(sample));
    const change = changeOf(sample, before.values.get(keyOf(sample)), at - before.at);
    if (!row) continue;
    setText(row.value, NUMBERS.format(sample.value));
    setText(row.change, Number.isNaN(change) ? '–' : sample.counts ? `${NUMBERS.format(change)}/s` : `${change > 0 ? '+' : ''}${NUMBERS.format(change)}`);
  }
  before = { at, values: new Map(samples.map((sample) => [keyOf(sample), sample.value])) };
}

/** @param {readonly Sample[]} samples */
function build(samples) {
  rows.clear();
  groups.replaceChildren(...grouped(samples).map(({ title, samples: list }) => {
    const head = ['Metric', 'Now', 'Change'].map((text) => element('th', { text, attributes: { scope: 'col' } }));
    const body = list.map((sample) => {
      const row = { value: element('td'), change: element('td') };
      rows.set(keyOf(sample), row);
      const name = `${sample.name}${sample.labels && ` {${sample.labels}}`}`;
      const cell = element('th', { attributes: { scope: 'row' } }, element('span', { text: name }), element('small', { text: sample.help }));
      return element('tr', { attributes: { 'data-metric': keyOf(sample) } }, cell, row.value, row.change);
    });
    const heading = element('h2', { text: title });
    heading.id = `group-${title.replaceAll(' ', '-').toLowerCase()}`;
    return element('section', { attributes: { 'aria-labelledby': heading.id } }, heading,
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)));
  }));
}

async function tick() {
  clearTimeout(timer);
  if (paused || reading || document.visibilityState !== 'visible') return;
  reading = true;
  try {
    show(await read());
    setText(state, 'Read every 2 s while this page is seen; changes are since the reading before.');
    state.dataset.failed = 'false';
  } catch (error) {
    setText(state, `Cannot be read: ${error instanceof Error ? error.message : error}. Tried again.`);
    state.dataset.failed = 'true';
  } finally {
    reading = false;
  }
  timer = window.setTimeout(tick, EVERY_MS);
}

pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', String(paused));
  void tick();
});
// Nobody is asked while nobody looks; rates across such a pause are averages over it.
document.addEventListener('visibilitychange', () => void tick());
void tick();
