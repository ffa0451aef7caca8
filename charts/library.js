/**
 * The chart for any page: the one of chart.js, with what a page needs that hands over options and data of its own. What cannot
 * be meant is a TypeError that names it.
 */

import { Chart as LiveChart } from './chart.js';
import { unfoldPaper } from './draw/paper.js';
import { rulesShape } from './draw/rules.js';
import { Given } from './given.js';
import { checkData, checked, checkOption, checkShape, checkSpeed } from './options-check.js';
import { numberFormat } from './scale/format.js';
import { fillKit } from './scale/full.js';
import { unfoldTable } from './table.js';
/** @import {ChartOptions, Rule} from './options.js' */
/** @import {TimeZone} from './scale/time.js' */
/** @import {Looks, ShapeName} from './scene.js' */

/** Not a member: a chart of chart.js is one of these but for what it checks. @type {WeakMap<LiveChart, string>} */
const locales = new WeakMap();

fillKit();
unfoldPaper();
unfoldTable();

export class Chart extends LiveChart {
  /**
   * @param {HTMLElement} host
   * @param {ChartOptions} options
   * @throws {TypeError} that says of each option what cannot be meant
   */
  constructor(host, options) {
    if (host?.nodeType !== Node.ELEMENT_NODE) throw new TypeError(`chart: its place is not an element but ${host}`);
    super(host, checked(options), Given);
    const { dashed = true, labels = false, rules = [] } = options;
    if (options.locale) locales.set(this, options.locale);
    this.setLooks({ dashed, labels, rules });
  }

  /** What of these options is other than before; the rest stays. @override @param {Pick<ChartOptions, 'axes'|'colours'|'dashed'|'labels'|'names'|'rules'>} looks */
  setLooks({ labels, rules, ...looks }) {
    for (const [name, value] of Object.entries({ ...looks, labels: labels ?? false, rules: rules ?? [] })) checkOption(/** @type {keyof ChartOptions} */ (name), value);
    super.setLooks({
      ...looks, ...(labels === undefined ? {} : { labels: labelsOf(labels, locales.get(this)) }), ...(rules === undefined ? {} : { shapes: shapesOf(rules) }),
    });
  }

  /** @override @param {string} channel */
  setChannel(channel) {
    checkOption('channel', channel);
    super.setChannel(channel);
  }

  /** @override @param {string} span  `15m` */
  setWindow(span) {
    checkOption('window', span);
    super.setWindow(span);
  }

  /** @override @param {'auto'|'lines'|'density'} detail */
  setDetail(detail) {
    checkOption('detail', detail);
    super.setDetail(detail);
  }

  /** @override @param {TimeZone} zone */
  setTimeZone(zone) {
    checkOption('timeZone', zone);
    super.setTimeZone(zone);
  }

  /** How series are drawn. @override @param {ShapeName} type @param {string[]} [names]  of these series only */
  setType(type, names) {
    if (names) checkOption('types', Object.fromEntries(names.map((name) => [name, type])));
    else checkOption('type', type);
    if (this.xKind) checkShape(type, this.xKind);
    super.setType(type, names);
  }

  /** Which series stand on each other. @override @param {string[][]} groups */
  setGroups(groups) {
    checkOption('groups', groups);
    super.setGroups(groups);
  }

  /** Columns of the page's own. @override @param {NonNullable<ChartOptions['data']>} data */
  load(data) {
    checkData(data, this.type);
    super.load(data);
  }

  /** Plays the past from a moment on. @override @param {number} from ms @param {number} speed  times real time, up to 60 */
  replay(from, speed) {
    checkSpeed(speed);
    super.replay(from, speed);
  }

  /** @override @param {number} speed */
  setSpeed(speed) {
    checkSpeed(speed);
    super.setSpeed(speed);
  }
}

/** @param {readonly Rule[]} rules */
function shapesOf(rules) {
  const shape = rulesShape(rules);
  return shape ? [shape] : [];
}

/** @param {NonNullable<ChartOptions['labels']>} labels @param {string} [locale] @returns {Looks['labels']} */
function labelsOf(labels, locale) {
  if (labels === false) return undefined;
  if (typeof labels === 'function') return (value, name) => String(labels(value, name));
  return labels === true ? String : numberFormat(labels, locale);
}

/**
 * Makes a chart in an element and opens it.
 * @param {HTMLElement} host
 * @param {ChartOptions} options
 */
export function chart(host, options) {
  return new Chart(host, options).open();
}
