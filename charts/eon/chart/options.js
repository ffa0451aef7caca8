/** What `eon.chart()` was told, in either dialect, as one wish; and what of it cannot be meant, in words. Pure. */

/**
 * @typedef {'time'|'category'|'linear'} Kind  of the x axis
 *
 * @typedef {object} Wish
 * @property {string[]} channels
 * @property {string[]} groups  of channels
 * @property {'message'|'keys'|'count'} x  where x comes from: a message (or the time it was sent), the names of the newest values, counting
 * @property {string[]} xNames  which of a message's names is x: the first that is there
 * @property {Kind|null} kind  null: what the first x looks like
 * @property {boolean} flow
 * @property {number|null} flowMs  how long the picture takes to move on; null: as C3 would
 * @property {number} limit  points of a series
 * @property {number} rate  ms between two pictures
 * @property {boolean} history
 * @property {((message: any) => unknown)|null} transform
 * @property {((message: unknown, token: unknown, channel: string) => unknown)|null} message
 * @property {(() => unknown)|null} connect
 * @property {boolean} debug
 * @property {any} pubnub  null: the page's own
 * @property {Record<string, any>} generate
 */

/** Shapes that go on in time, of which the last ten points are shown; of others the last one. */
const FLOWING = new Set([undefined, 'line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter']);
const LIMIT_FLOWING = 10;
/** As many as a series of a chart holds. */
export const LIMIT_MAX = 20_000;
const RATE_MS = 1_000;
const RATE_MIN_MS = 10;
/** The library's own names of x, which a `transform` may set as well. */
export const OWN_X = ['_eonDatetime', '_eon_datetime'];
/** A channel that has no name of x in its options has this one, in messages of columns. */
export const COLUMN_X = 'x';
const KNOWN = new Set([
  'channel', 'channels', 'channelGroups', 'generate', 'flow', 'limit', 'rate', 'history', 'xcolumn', 'x_type', 'xType', 'x_id', 'xId', 'message', 'transform',
  'connect', 'pubnub', 'debug', 'subscribe_key',
]);
/** @type {Record<string, Kind>} */
const KINDS = { timeseries: 'time', category: 'category', indexed: 'linear' };

/**
 * @param {unknown} options
 * @returns {{wish: Wish, complaints: string[], errors: string[]}} complaints: what is not honoured; errors: what is missing
 */
export function wishOf(options) {
  const given = /** @type {Record<string, any>} */ (isRecord(options) ? options : {});
  /** @type {string[]} */
  const complaints = [];
  for (const [name, value] of Object.entries(given)) if (!KNOWN.has(name) && isSaid(value)) complaints.push(`${name}: there is no such option, it changes nothing`);
  if (given.subscribe_key && !given.pubnub) complaints.push('subscribe_key: a bridge has no keys, it changes nothing');
  const generate = isRecord(given.generate) ? given.generate : {};
  if (given.generate && !isRecord(given.generate)) complaints.push('generate: not an object, it changes nothing');
  const channels = namesOf(given.channels || given.channel);
  const groups = namesOf(given.channelGroups);
  const errors = channels.length + groups.length === 0
    ? ['No channels or channel groups supplied. Say which to watch: eon.chart({ channels: ["my-channel"], … })'] : [];
  return {
    wish: {
      channels, groups, ...xOf(given, generate, complaints), ...flowOf(given.flow, complaints),
      limit: numberOf('limit', given.limit, { otherwise: limitOf(generate), least: 1, most: LIMIT_MAX }, complaints, Math.floor),
      rate: numberOf('rate', given.rate, { otherwise: RATE_MS, least: RATE_MIN_MS, most: Infinity }, complaints),
      history: Boolean(given.history), transform: functionOf('transform', given, complaints), message: functionOf('message', given, complaints),
      connect: functionOf('connect', given, complaints), debug: Boolean(given.debug), pubnub: given.pubnub || null, generate,
    },
    complaints, errors,
  };
}

/** @param {Record<string, any>} given @param {Record<string, any>} generate @param {string[]} complaints @returns {Pick<Wish, 'x'|'xNames'|'kind'>} */
function xOf(given, generate, complaints) {
  const type = given.xType ?? given.x_type ?? 'auto';
  const id = given.xId ?? given.x_id;
  const known = ['auto', 'custom', 'category', false].includes(type);
  if (!known) complaints.push(`xType: ${JSON.stringify(type)} is not one of "auto", "custom", "category", false; "auto" it is`);
  const axis = generate.axis?.x?.type;
  // Who says how times are written has times.
  const kind = KINDS[axis] ?? (axis === undefined && generate.data?.xFormat ? 'time' : null);
  if (axis !== undefined && !KINDS[axis]) complaints.push(`generate.axis.x.type: ${JSON.stringify(axis)} is not one of "timeseries", "category", "indexed"`);
  if (type === 'category') return { x: 'keys', xNames: [], kind: 'category' };
  if (type === false) return { x: 'count', xNames: [], kind: 'linear' };
  const named = [given.xcolumn, id, generate.data?.x].filter((name) => typeof name === 'string' && name !== '');
  if (type === 'custom' && id === undefined) named.push(COLUMN_X);
  // By the time it was sent it is time, whatever the axis was to be.
  const sent = named.length === 0 && kind !== 'category';
  return { x: 'message', xNames: [...new Set([...named, ...OWN_X])], kind: sent ? 'time' : kind };
}

/** @param {any} flow @param {string[]} complaints */
function flowOf(flow, complaints) {
  if (!isRecord(flow)) return { flow: Boolean(flow), flowMs: null };
  for (const name of Object.keys(flow)) if (name !== 'duration' && isSaid(flow[name])) complaints.push(`flow.${name}: how far the picture moves follows from limit, it changes nothing`);
  const { duration } = flow;
  return { flow: true, flowMs: Number(duration) >= 0 && duration !== null ? Number(duration) : null };
}

/** @param {Record<string, any>} generate */
function limitOf({ data }) {
  return FLOWING.has(isRecord(data) ? data.type : undefined) ? LIMIT_FLOWING : 1;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {{otherwise: number, least: number, most: number}} range
 * @param {string[]} complaints
 * @param {(value: number) => number} [whole]
 */
function numberOf(name, value, { otherwise, least, most }, complaints, whole = Number) {
  if (value === undefined || value === null || value === false) return otherwise;
  const number = whole(Number(value));
  const held = Math.min(most, Math.max(least, number));
  if (Number.isNaN(number) || typeof value === 'object') {
    complaints.push(`${name}: ${JSON.stringify(value)} is not a number; ${otherwise} it is`);
    return otherwise;
  }
  if (held !== number) complaints.push(`${name}: ${number} is ${number < least ? 'below' : 'above'} what can be; ${held} it is`);
  return held;
}

/** @param {string} name @param {Record<string, any>} given @param {string[]} complaints */
function functionOf(name, given, complaints) {
  const value = given[name];
  if (typeof value === 'function') return value;
  if (isSaid(value)) complaints.push(`${name}: not a function, it changes nothing`);
  return null;
}

/** @param {unknown} value @returns {string[]} */
function namesOf(value) {
  const all = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return [...new Set(all.map((name) => String(name).trim()).filter((name) => name !== ''))];
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** What is false or nothing asks for nothing. @param {unknown} value */
const isSaid = (value) => value !== undefined && value !== null && value !== false;
