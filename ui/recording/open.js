/** Opens a recorded file over the page: the whole of it, and played like the live chart. Nothing leaves the browser. */

import { chart as makeChart } from '../../charts/index.js';
import { element, setText } from '../../charts/dom.js';
import { Legend } from '../../charts/widgets/legend.js';
import { momentText } from '../dates.js';
import { openDialog } from '../dialog.js';
import { count } from '../words.js';
import { Play } from './play.js';
import { readRecording } from './read.js';
/** @import {Chart} from '../../charts/index.js' */
/** @import {Page} from '../types.js' */
/** @import {Rows} from './rows.js' */

/** Largest file, in bytes: it is read as one text. */
const BYTES_MAX = 256 * 2 ** 20;
const SPEEDS = [1, 2, 5, 10, 30, 60];
const SPEED_DEFAULT = 10;
const STEPS = 1_000;
/** 1990. */
const EARLIEST_MS = 631_152_000_000;
/** Who wants less motion sees it move so often, in ms. */
const CALM_MS = 1_000;
const STYLE = 'recording/style.css';

/** Asks which file. @param {Page} page */
export function chooseRecording(page) {
  const input = element('input', { attributes: { type: 'file', accept: '.ndjson,.jsonl,.json,.csv,.tsv,.txt', 'data-testid': 'recording-file' } });
  input.hidden = true;
  document.body.append(input);
  const forget = () => input.remove();
  input.addEventListener('cancel', forget);
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    forget();
    if (file) void openRecording(page, file);
  });
  input.click();
}

/** @param {Page} page @param {File} file */
export async function openRecording(page, file) {
  try {
    if (file.size > BYTES_MAX) throw new RangeError(`larger than ${BYTES_MAX / 2 ** 20} MiB: play this file with spawn --replay`);
    const rows = readRecording(file.name, await file.text());
    if (rows.points === 0) throw new RangeError(`no value in it (${rows.unread.named[0] ?? 'it is empty'}): write a message, an object of numbers, a CSV row or a number on each line`);
    await styled();
    new Recording(page, file.name, rows);
  } catch (error) {
    const text = error instanceof RangeError ? error.message : `it cannot be read: ${error instanceof Error ? error.message : error}`;
    openDialog(file.name, 'recording-error', element('p', { text, attributes: { role: 'alert' } }));
  }
}

/** The style sheet of it, once. @returns {Promise<void>} */
function styled() {
  if (document.querySelector(`link[href="${STYLE}"]`)) return Promise.resolve();
  const link = element('link', { attributes: { rel: 'stylesheet', href: STYLE } });
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

class Recording {
  #page;
  #chart;
  #play;
  #kind;
  /** Of the animation frame that is asked for; 0: none. */
  #frame = 0;
  #drawnAt = 0;
  #button = element('button', { class: 'button recording-play', text: 'Play', attributes: { type: 'button', autofocus: '', 'data-testid': 'recording-play' } });
  #scrub = element('input', {
    class: 'recording-scrub', attributes: { type: 'range', min: '0', max: String(STEPS), value: String(STEPS), 'aria-label': 'Position', 'data-testid': 'recording-scrub' },
  });
  #place = element('span', { class: 'figure', attributes: { 'data-testid': 'recording-place' } });

  /** @param {Page} page @param {string} name @param {Rows} rows */
  constructor(page, name, rows) {
    this.#page = page;
    this.#kind = kindOf(rows);
    const host = element('div', { class: 'recording-chart' });
    const list = element('div', { class: 'recording-legend' });
    const whole = element('button', { class: 'button quiet', text: 'Whole', attributes: { type: 'button', 'data-testid': 'recording-whole' } });
    const bar = element('div', { class: 'row' }, this.#button, whole, this.#scrub, this.#place, this.#speeds());
    const dialog = openDialog(name, 'recording', note(rows, page.locale), element('div', { class: 'recording' }, host, list), bar);
    this.#chart = shown(host, rows, page);
    const legend = new Legend(list, this.#chart);
    const { from, to } = extent(rows);
    this.#play = new Play(from, to, this.#rate(SPEED_DEFAULT));
    this.#button.addEventListener('click', () => (this.#play.playing ? this.#stop() : this.#start()));
    whole.addEventListener('click', () => this.#whole());
    this.#scrub.addEventListener('input', () => this.#seek());
    dialog.addEventListener('close', () => {
      this.#stop();
      legend.close();
      this.#chart.destroy();
    });
    this.#show();
    Object.assign(window, { eontideRecording: this.#chart });
  }

  #speeds() {
    const list = element('select', { class: 'eontide-select', attributes: { 'aria-label': 'Speed', 'data-testid': 'recording-speed' } },
      ...SPEEDS.map((times) => element('option', { text: `${times}×`, attributes: { value: String(times) } })));
    list.value = String(SPEED_DEFAULT);
    list.addEventListener('change', () => { this.#play.speed = this.#rate(Number(list.value)); });
    return list;
  }

  /** Units of x in a second: ms, or seconds or lines. @param {number} times */
  #rate(times) {
    return this.#kind === 'time' ? times * 1_000 : times;
  }

  #start() {
    const { from, to } = this.#chart.view;
    this.#play.start(to - from);
    this.#drawnAt = performance.now();
    this.#next();
  }

  #next() {
    this.#show();
    this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  /** @param {number} now */
  #step(now) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (calm && now - this.#drawnAt < CALM_MS) return this.#next();
    const goesOn = this.#play.advance(Math.max(0, now - this.#drawnAt) / 1_000);
    this.#drawnAt = now;
    this.#hold();
    if (goesOn) this.#next();
    else this.#stop();
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    this.#play.stop();
    this.#show();
  }

  #whole() {
    this.#stop();
    this.#play.seek(1);
    this.#chart.live();
    this.#show();
  }

  #seek() {
    this.#play.seek(Number(this.#scrub.value) / STEPS);
    this.#hold();
    this.#show();
  }

  #hold() {
    const { from, to } = this.#play.view;
    this.#chart.hold(from, to);
  }

  #show() {
    const { playing, share, at } = this.#play;
    setText(this.#button, playing ? 'Pause' : 'Play');
    this.#scrub.value = String(Math.round(share * STEPS));
    setText(this.#place, this.#kind === 'time' ? momentText(at, this.#chart.timeZone, this.#page.locale) : `${count(at, this.#page.locale, 6)}${this.#kind === 'seconds' ? ' s' : ''}`);
  }
}

/**
 * What x is: moments, seconds since some begin (times before 1990 are none of this kind of software), or the numbers of lines.
 * @typedef {'time'|'seconds'|'lines'} Kind
 * @param {Rows} rows
 * @returns {Kind}
 */
function kindOf({ series, timed }) {
  if (!timed) return 'lines';
  return [...series.values()].some(({ x }) => x.some((at) => at >= EARLIEST_MS)) ? 'time' : 'seconds';
}

/** @param {HTMLElement} host @param {Rows} rows @param {Page} page @returns {Chart} */
function shown(host, rows, { locale, chart }) {
  const kind = kindOf(rows);
  const label = kind === 'time' ? undefined : kind;
  const made = makeChart(host, { data: { columns: [] }, axis: { x: { type: kind === 'time' ? 'time' : 'linear', label } }, locale, timeZone: chart.timeZone });
  for (const { x, columns } of alike(rows)) made.load({ columns: [['x', ...x.map((at) => at / unitOf(kind))], ...columns] });
  return made;
}

/** @param {Kind} kind */
const unitOf = (kind) => (kind === 'time' ? 1 : 1_000);

/**
 * Series that share their times, together.
 * @param {Rows} rows
 * @returns {{x: number[], columns: [string, ...number[]][]}[]}
 */
function alike({ series }) {
  /** @type {{x: number[], columns: [string, ...number[]][]}[]} */
  const groups = [];
  for (const [name, { x, v }] of series) {
    const last = groups.at(-1);
    if (last && last.x.length === x.length && last.x.every((at, i) => at === x[i])) last.columns.push([name, ...v]);
    else groups.push({ x, columns: [[name, ...v]] });
  }
  return groups;
}

/** @param {Rows} rows */
function extent(rows) {
  let [from, to] = [Infinity, -Infinity];
  for (const { x } of rows.series.values()) {
    for (const at of x) {
      if (at < from) from = at;
      if (at > to) to = at;
    }
  }
  const unit = unitOf(kindOf(rows));
  return { from: from / unit, to: to / unit };
}

/** What is in it, and what could not be read. @param {Rows} rows @param {string} locale */
function note({ series, points, unread }, locale) {
  const held = element('p', { class: 'hint', text: `${count(series.size, locale)} series, ${count(points, locale)} values`, attributes: { 'data-testid': 'recording-note' } });
  if (unread.total === 0) return held;
  const passed = element('p', {
    class: 'hint ill', text: `${unread.total === 1 ? '1 line was' : `${count(unread.total, locale)} lines were`} not read: ${unread.named.join('; ')}${unread.total > unread.named.length ? ' …' : ''}`,
    attributes: { role: 'status', 'data-testid': 'recording-unread' },
  });
  return element('div', {}, held, passed);
}
