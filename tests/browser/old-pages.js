/**
 * Pages as they were written for PubNub's EON, in both of its eras, and what each must show: figured out from what was
 * published in the plainest way there is. Our own re-creations, from the list of features.
 */

/** @import {Recorded} from './stream-recorder.js' */

/**
 * @typedef {(message: any, at: Recorded) => [string, number, number|string][]} Read  the points in a message: name, x, value
 *
 * @typedef {object} OldPage
 * @property {string} page  the file in pages/old
 * @property {string} channels  as the page names them; a pattern ends with `*`
 * @property {number} [history]  messages that are there before it opens
 * @property {number} [live]  messages that come while it is open; 30
 * @property {((n: number) => [string, unknown])|null} publish  the nth message and its channel; null: the page does it
 * @property {Record<string, {limit: number, read: Read|(() => Read), fresh?: boolean, rate?: number}>} charts  by the name of the page's variable;
 *   fresh: `read` makes one that counts
 * @property {'ms'|'index'|'category'} [x]
 */

const START = Date.UTC(2025, 10, 21);

/** @param {any} value */
const number = (value) => Number(value);

/** A row of an object, at the broker's time. @type {Read} */
const eon = (message, { ms }) => Object.entries(message.eon).map(([name, value]) => [name, ms, number(value)]);

/** Columns with x in seconds. @type {Read} */
const columns = (message) => {
  const x = message.columns.find((/** @type {any[]} */ [name]) => name === 'x')[1];
  return message.columns.filter((/** @type {any[]} */ [name]) => name !== 'x').map((/** @type {any[]} */ [name, value]) => [name, Math.round(x * 1000), value]);
};

/** Columns at the broker's time. @type {Read} */
const bare = (message, { ms }) => message.columns.map((/** @type {any[]} */ [name, value]) => [name, ms, value]);

/** Rows that say their x. @param {string} id @param {(x: any) => number} ms @returns {Read} */
const custom = (id, ms) => (message) => {
  const rows = [...(message.eons ?? []), ...(message.eon ? [message.eon] : [])];
  return rows.flatMap(({ [id]: x, ...row }) => Object.entries(row).map(([name, value]) => /** @type {[string, number, number]} */ ([name, ms(x), number(value)])));
};

/** The five processes of the demo, one after the other. @param {number} n */
const process = (n) => ({ id: n % 5, step: Math.floor(n / 5) });

/** @param {number} n @param {(x: number) => unknown} x @returns {any} */
function memory(n, x) {
  const { id, step } = process(n);
  return ['rss', 'heap-total', 'heap'].map((metric, i) => [`${metric}-process-memory-${id}`, 100 * id + step + i]).concat(/** @type {any} */ (x(START + 1000 * step + 10 * id)));
}

/** The votes so far, of all messages. */
function votes() {
  /** @type {Record<string, number>} */
  const counted = {};
  /** @type {Read} */
  return ({ color }, { ms }) => {
    counted[color] = (counted[color] ?? 0) + 1;
    return Object.entries(counted).map(([name, value]) => [name, ms, value]);
  };
}

/** @type {OldPage[]} */
export const PAGES = [
  {
    page: 'distributed', channels: 'eon-distributed', history: 60, live: 60,
    publish: (n) => ['eon-distributed', { columns: memory(n, (ms) => [['x', ms / 1000]]) }],
    charts: { chart: { limit: 30, read: columns } },
  },
  {
    page: 'distributed-broker-time', channels: 'eon-broker-time', history: 20, live: 40,
    publish: (n) => ['eon-broker-time', { columns: memory(n, () => []) }],
    charts: { chart: { limit: 100, read: bare } },
  },
  { page: 'spline', channels: 'eon-spline', publish: null, charts: { chart: { limit: 20, read: eon } } },
  {
    page: 'bar', channels: 'eon-bar', publish: (n) => ['eon-bar', { eon: { Austin: n, 'New York': `${2 * n}`, Tokyo: n * n } }],
    charts: { chart: { limit: 1, read: eon } },
  },
  {
    page: 'donut', channels: 'eon-donut', publish: (n) => ['eon-donut', { eon: { one: n + 1, two: 2 * n + 1, three: 5 } }],
    charts: { chart: { limit: 1, read: eon } },
  },
  {
    page: 'pie', channels: 'eon-pie', history: 5, live: 10, publish: (n) => ['eon-pie', { eon: { yes: n + 1, no: 20 - n } }],
    charts: { chart: { limit: 1, read: eon } },
  },
  {
    page: 'gauge', channels: 'eon-gauge', publish: (n) => ['eon-gauge', { eon: { load: (7 * n) % 100 } }],
    charts: { chart: { limit: 1, read: eon } },
  },
  {
    page: 'double', channels: 'eon-double',
    publish: (n) => ['eon-double', { eon: n % 2 === 0 ? { 'first a': n, 'first b': 2 * n } : { 'second a': -n, 'second b': n / 2 } }],
    charts: { chart: { limit: 10, read: eon } },
  },
  {
    page: 'distributed-eon', channels: 'eon-objects', history: 60, live: 60,
    publish: (n) => ['eon-objects', { eon: Object.fromEntries(memory(n, (ms) => [['x', ms]])) }],
    charts: { chart: { limit: 25, read: custom('x', Number) } },
  },
  {
    page: 'eons', channels: 'eon-rows', history: 5, live: 10,
    publish: (n) => ['eon-rows', { eons: [0, 1, 2].map((i) => ({ when: START + 3000 * n + 1000 * i, a: n + i, b: n * i })) }],
    charts: { chart: { limit: 40, read: custom('when', Number) } },
  },
  {
    page: 'history-several', channels: 'eon-many-1,eon-many-2,eon-many-3', history: 1_050, live: 30,
    publish: (n) => [`eon-many-${1 + (n % 3)}`, { eon: { [`series ${1 + (n % 3)}`]: n } }],
    charts: { chart: { limit: 300, read: eon } },
  },
  {
    page: 'groups', channels: 'eon-group-a,eon-group-b', history: 10, live: 20,
    publish: (n) => [n % 2 === 0 ? 'eon-group-a' : 'eon-group-b', { eon: { [n % 2 === 0 ? 'a' : 'b']: n } }],
    charts: { chart: { limit: 50, read: eon } },
  },
  {
    page: 'reject', channels: 'eon-reject', publish: (n) => ['eon-reject', { temperature: 15 + (n % 10) }],
    charts: { chart: { limit: 50, read: ({ temperature }, { ms }) => (temperature > 20 ? [['temperature', ms, temperature]] : []) } },
  },
  {
    page: 'transform', channels: 'eon-transform', history: 10, live: 20,
    publish: (n) => ['eon-transform', { sensor: 'roof', reading: { air: { temperature: 20 + n / 10, humidity: 50 + (n % 7) }, battery: 3.3 } }],
    charts: {
      chart: {
        limit: 50, read: ({ reading: { air, battery } }, { ms }) => [['air.temperature', ms, air.temperature], ['air.humidity', ms, air.humidity], ['battery', ms, battery]],
      },
    },
  },
  {
    page: 'votes', channels: 'eon-votes', publish: (n) => ['eon-votes', { color: ['red', 'green', 'blue', 'red'][n % 4] }],
    charts: { chart: { limit: 1, read: votes, fresh: true } },
  },
  {
    page: 'category', channels: 'eon-category', x: 'category', publish: (n) => ['eon-category', { eon: { north: n, south: 2 * n, west: 30 - n } }],
    charts: {
      chart: {
        // The newest message is all there is.
        limit: 3, read: ({ eon: row }) => Object.values(row).map((value, i) => ['value', i, number(value)]),
      },
    },
  },
  {
    page: 'x-seconds', channels: 'eon-seconds', history: 10, live: 20,
    publish: (n) => ['eon-seconds', { eon: { x: START / 1000 + n * 0.5, load: n } }],
    charts: { chart: { limit: 30, read: custom('x', (x) => x * 1000) } },
  },
  {
    page: 'x-text', channels: 'eon-dates', history: 10, live: 12,
    publish: (n) => ['eon-dates', { eon: { day: new Date(START + n * 86_400_000).toISOString().slice(0, 10), visits: 100 + n } }],
    charts: { chart: { limit: 30, read: custom('day', (day) => new Date(`${day}T00:00:00`).getTime()) } },
  },
  {
    page: 'x-none', channels: 'eon-index', x: 'index', publish: (n) => ['eon-index', { eon: { a: n, b: 3 * n } }],
    charts: { chart: { limit: 12, read: eon } },
  },
  {
    page: 'wildcard', channels: 'eon-wild.*', publish: (n) => [`eon-wild.${['kitchen', 'cellar', 'roof'][n % 3]}`, { eon: { [['kitchen', 'cellar', 'roof'][n % 3]]: n } }],
    charts: { chart: { limit: 60, read: eon } },
  },
  {
    page: 'two-charts', channels: 'eon-two', publish: (n) => ['eon-two', { eon: { up: n, down: 100 - n } }],
    charts: { chart1: { limit: 20, read: eon }, chart2: { limit: 1, read: eon, rate: 500 } },
  },
  {
    page: 'three-charts', channels: 'eon-three', history: 8, live: 20,
    publish: (n) => ['eon-three', { temperature: 20 + n, humidity: 50 - n / 2, light: (n * 37) % 100 }],
    charts: Object.fromEntries(['temperature', 'humidity', 'light'].map((id, i) => [
      `chart${i + 1}`, { limit: 20, read: /** @type {Read} */ ((message, { ms }) => [[id, ms, message[id]]]) },
    ])),
  },
  {
    page: 'quotes', channels: 'eon-quotes',
    publish: (n) => ['eon-quotes', [{ symbol: 'ABC', price: (100 + n / 3).toFixed(2) }, { symbol: 'XYZ', price: (50 - n / 7).toFixed(2) }]],
    charts: { chart: { limit: 15, read: (message, { ms }) => message.map((/** @type {any} */ { symbol, price }) => [symbol, ms, number(price)]) } },
  },
];

/** Does a page's list of channels hold this one? @param {string} channels @param {string} channel */
export function listens(channels, channel) {
  return channels.split(',').some((name) => (name.endsWith('.*') ? channel.startsWith(name.slice(0, -1)) : name === channel));
}

/**
 * Every point of the messages, in the order of the stream.
 * @param {Recorded[]} messages
 * @param {OldPage['charts'][string]} chart
 * @returns {{name: string, x: number, value: number, at: Recorded}[]}
 */
export function points(messages, { read, fresh }) {
  const take = /** @type {Read} */ (fresh ? (/** @type {() => Read} */ (read))() : read);
  return messages.flatMap((at) => take(at.message, at).map(([name, x, value]) => ({ name, x, value: number(value), at })));
}

/**
 * The points of each series, in order of x; of more than `limit` the newest.
 * @param {Recorded[]} messages
 * @param {OldPage['charts'][string]} chart
 * @param {OldPage['x']} [x]
 * @returns {Record<string, [number, number][]>}
 */
export function expected(messages, chart, x = 'ms') {
  /** @type {Record<string, [number, number][]>} */
  const series = {};
  for (const { name, x: at, value } of points(x === 'category' ? messages.slice(-1) : messages, chart)) (series[name] ??= []).push([at, value]);
  for (const list of Object.values(series)) {
    list.sort((a, b) => a[0] - b[0]);
    list.splice(0, list.length - chart.limit);
  }
  return series;
}
