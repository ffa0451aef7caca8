/** The text format of `/metrics`, and what two readings of it say; pure. */

/** More than a bridge has: what is beyond is left out. */
const SAMPLES_MAX = 2_000;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+([-+]?\d\S*|NaN|[-+]Inf)$/;

/**
 * @typedef {{name: string, labels: string, value: number, help: string, counts: boolean}} Sample  counts: a counter, which only rises
 * @typedef {{title: string, begins: RegExp}} Group
 */

/** What a metric belongs to: the first that fits. @type {readonly Group[]} */
export const GROUPS = [
  { title: 'Presence', begins: /^(sources|presence|transition|hearing|connections_(seen|lost))/ },
  { title: 'Alerts', begins: /^alerts/ },
  { title: 'Monitors and notices', begins: /^(monitor|demonitor|notice|subscribers_gone)/ },
  { title: 'Coming in', begins: /^(messages|message_bytes|rejected|duplicates|stream|nats|ready)/ },
  { title: 'Kept', begins: /^(points|columns|history|series|channels|checkpoint)/ },
  { title: 'Viewers', begins: /^(viewer|view|subscription|frame|update|snapshot|slow|gap|tick|encoded)/ },
  { title: 'Requests', begins: /^(http|export|import|facade|quer|prometheus)/ },
];
const OTHERS = 'Others';

/** @param {string} text @returns {Sample[]} */
export function readExposition(text) {
  /** @type {Map<string, string>} */
  const helps = new Map();
  /** @type {Set<string>} */
  const counters = new Set();
  /** @type {Sample[]} */
  const samples = [];
  for (const line of text.split('\n')) {
    const [, what, name, rest] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (what === 'HELP') helps.set(name, rest);
    else if (what === 'TYPE' && rest === 'counter') counters.add(name);
    const found = line.startsWith('#') ? null : SAMPLE.exec(line);
    if (!found || samples.length >= SAMPLES_MAX) continue;
    const value = Number(found[3]);
    // By its name, where its type says otherwise: what only rises is worth its rate.
    const counts = counters.has(found[1]) || found[1].endsWith('_total');
    samples.push({ name: found[1].replace(/^eontide_/, ''), labels: found[2] ?? '', value, help: helps.get(found[1]) ?? '', counts });
  }
  return samples;
}

/** @param {readonly Sample[]} samples @returns {{title: string, samples: Sample[]}[]} none of them empty */
export function grouped(samples) {
  /** @type {Map<string, Sample[]>} */
  const found = new Map([...GROUPS.map(({ title }) => title), OTHERS].map((title) => [title, []]));
  for (const sample of samples) found.get(GROUPS.find(({ begins }) => begins.test(sample.name))?.title ?? OTHERS)?.push(sample);
  return [...found].filter(([, list]) => list.length > 0).map(([title, list]) => ({ title, samples: list }));
}

/** Tells samples apart. @param {Sample} sample */
export const keyOf = ({ name, labels }) => `${name}{${labels}}`;

/**
 * How fast a counter rises, a second; how a gauge changed. NaN where it is not known: at first, and where the bridge began anew.
 * @param {Sample} sample
 * @param {number|undefined} before
 * @param {number} ms  between both
 */
export function changeOf({ value, counts }, before, ms) {
  if (before === undefined || !(ms > 0)) return NaN;
  if (!counts) return value - before;
  return value < before ? NaN : (value - before) * 1000 / ms;
}
