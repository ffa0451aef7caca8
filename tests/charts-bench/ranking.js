/** `GET /api/v1/channels/{channel}/ranking` of a {@link World}. */

import { parseSpan } from '../../charts/live/span.js';
/** @import {World} from './world.js' */

const K_DEFAULT = 100;
const K_MAX = 20_000;
/** @typedef {{value: number, last: number, time: number, inside: boolean}} Figures */

/** @param {World} world @param {URLSearchParams} query */
export function ranking(world, query) {
  const of = query.get('of') ?? 'last';
  const from = moment(world, query.get('from'), -Infinity);
  const to = moment(world, query.get('to'), Infinity);
  const within = { above: number(query, 'above', -Infinity), below: number(query, 'below', Infinity) };
  /** @type {number[]} */
  const steps = [];
  for (let step = world.first; step < world.count; step++) {
    if (world.time(step) >= from && world.time(step) <= to) steps.push(step);
  }
  const found = world.series
    .map((series, index) => ({ series, ...figures(world, index, steps, of, within) }))
    .filter(({ inside }) => inside && steps.length > 0)
    .filter(({ series }) => fits(series.metric, query.get('metric')) && fitsAny(series.name, query));
  const sign = query.get('order') === 'asc' ? 1 : -1;
  found.sort((a, b) => sign * (a.value - b.value));
  const offset = number(query, 'offset', 0);
  const page = found.slice(offset, offset + Math.min(number(query, 'k', K_DEFAULT), K_MAX));
  return {
    channel: world.channel, position: { epoch: 1, offset: world.count * world.sourceCount },
    from: world.time(world.first), to: world.time(world.count - 1), of, total: found.length,
    series: page.map(({ series: { name, metric, unit, source }, value, last, time }) => (
      { name, channel: world.channel, metric, unit, source, value, last, time }
    )),
  };
}

/**
 * @param {World} world
 * @param {number} index
 * @param {number[]} steps
 * @param {string} of
 * @param {{above: number, below: number}} within
 * @returns {Figures}
 */
function figures(world, index, steps, of, { above, below }) {
  let [min, max, sum, inside] = [Infinity, -Infinity, 0, false];
  let [sx, sxx, sxv] = [0, 0, 0];
  const begin = world.time(steps[0] ?? 0);
  for (const step of steps) {
    const value = world.row(step)[index];
    const x = (world.time(step) - begin) / 1000;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sx += x;
    sxx += x * x;
    sxv += x * value;
    inside ||= value >= above && value < below;
  }
  const newest = steps.at(-1) ?? world.count - 1;
  const last = world.row(newest)[index];
  const slope = (steps.length * sxv - sx * sum) / (steps.length * sxx - sx * sx || NaN);
  const value = { min, max, mean: sum / steps.length, slope, last }[of] ?? last;
  return { value, last, time: world.time(newest), inside };
}

/** Ms since 1970, or a span back from now. @param {World} world @param {string|null} text @param {number} otherwise */
function moment(world, text, otherwise) {
  if (!text) return otherwise;
  const span = parseSpan(text);
  return span === null ? Number(text) : world.time(world.count - 1) - span;
}

/** @param {URLSearchParams} query @param {string} name @param {number} otherwise */
function number(query, name, otherwise) {
  const text = query.get(name);
  return text === null || text === '' ? otherwise : Number(text);
}

/** @param {string} text @param {string|null} pattern  `*` stands for any text */
function fits(text, pattern) {
  if (pattern === null) return true;
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(text);
}

/** @param {string} name @param {URLSearchParams} query */
function fitsAny(name, query) {
  const patterns = query.getAll('series').flatMap((list) => list.split(','));
  return patterns.length === 0 || patterns.some((pattern) => fits(name, pattern));
}
