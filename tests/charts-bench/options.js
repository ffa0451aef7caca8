/** What the bench is asked to do. */

import { parseArgs } from 'node:util';

export const HELP = `node bench.js [options]
  --only NAMES     of uplot, c3, lines (ours, every line drawn), auto (ours as shown by default); all
  --series COUNTS  of 15,150,1500,15000; all
  --parts NAMES    of updates, first, heap, page; all
  --updates N      measured per case (200)
  --pointer HOW    of moves, rests (over the chart, its tooltip shown), away; moves,rests
  --profile        for each case: in which functions the main thread spends its time, instead of the tables
  --soak           instead: an hour of data in minutes; --only lines or auto, --speed of the clock (10)
  --json           figures as JSON, too
For a quick look: node bench.js --only auto --series 1500 --parts updates --updates 50`;

const NAMES = ['c3', 'uplot', 'lines', 'auto'];
const SERIES = [15, 150, 1500, 15_000];
const POINTER = ['moves', 'rests', 'away'];
const PARTS = ['updates', 'first', 'heap', 'page'];

/** @typedef {ReturnType<typeof readOptions>} Options */

/** @param {string[]} args */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' }, series: { type: 'string' }, parts: { type: 'string' },
      updates: { type: 'string', default: '200' },
      speed: { type: 'string', default: '10' }, pointer: { type: 'string', default: 'moves,rests' },
      profile: { type: 'boolean', default: false }, soak: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const updates = whole(values.updates, '--updates');
  return {
    names: some(values.only, NAMES, '--only'), series: some(values.series, SERIES.map(String), '--series').map(Number),
    parts: some(values.parts, PARTS, '--parts'), pointer: some(values.pointer, POINTER, '--pointer'),
    updates, speed: whole(values.speed, '--speed'),
    profile: values.profile, soak: values.soak, json: values.json, help: values.help,
  };
}

/** @param {string|undefined} list @param {string[]} all @param {string} option */
function some(list, all, option) {
  if (list === undefined) return all;
  const wanted = list.split(',');
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`${option} ${unknown}: one of ${all.join(', ')}`);
  return all.filter((name) => wanted.includes(name));
}

/** @param {string} text @param {string} option */
function whole(text, option) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} ${text}: a whole number from 1`);
  return number;
}
