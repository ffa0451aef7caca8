/** What was chosen in the builder: all of it in one plain object, which the address holds. Pure. */

export const TYPES = ['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter', 'bar', 'donut', 'pie', 'gauge'];
/** They show the newest values, not a time. */
const NEWEST = ['bar', 'donut', 'pie', 'gauge'];

/**
 * @typedef {object} Plan
 * @property {string} channel  empty: none yet
 * @property {string} type
 * @property {number} limit  points of each series
 * @property {number} rate  ms between two draws
 * @property {number} duration  ms that a move takes; 0: none
 * @property {boolean} history
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {boolean} xGrid
 * @property {boolean} yGrid
 * @property {boolean} points
 * @property {boolean} labels  values beside the points
 * @property {boolean} tooltips
 * @property {Record<string, string>} names  by key, in place of its own
 * @property {Record<string, string>} colours  by key
 * @property {string[]} off  keys that are not drawn
 */

/** @type {Readonly<Plan>} */
export const DEFAULTS = Object.freeze({
  channel: '', type: 'spline', limit: 30, rate: 1000, duration: 250, history: true, xLabel: '', yLabel: '', xGrid: false,
  yGrid: false, points: true, labels: false, tooltips: true, names: {}, colours: {}, off: [],
});

/** Smallest and largest of each number. @type {Readonly<Record<'limit'|'rate'|'duration', [number, number]>>} */
export const BOUNDS = Object.freeze({ limit: [1, 10_000], rate: [50, 60_000], duration: [0, 10_000] });
const COLOUR = /^#[0-9a-f]{6}$/i;

/** Does it show a course, or only the newest values? @param {string} type */
export const showsTime = (type) => !NEWEST.includes(type);

/**
 * What an address says; what makes no sense there is the default.
 * @param {string} query
 * @returns {Plan}
 */
export function readPlan(query) {
  const parameters = new URLSearchParams(query);
  /** @type {any} */
  const plan = { ...DEFAULTS, names: {}, colours: {}, off: parameters.getAll('off') };
  for (const [name, fallback] of Object.entries(DEFAULTS)) {
    const said = parameters.get(name);
    if (said === null) continue;
    if (typeof fallback === 'string') plan[name] = said;
    else if (typeof fallback === 'boolean') plan[name] = said === '1';
    else if (typeof fallback === 'number') plan[name] = bounded(/** @type {keyof typeof BOUNDS} */ (name), Number(said));
  }
  if (!TYPES.includes(plan.type)) plan.type = DEFAULTS.type;
  for (const [what, into, fits] of /** @type {const} */ ([['name', plan.names, /./], ['colour', plan.colours, COLOUR]])) {
    for (const pair of parameters.getAll(what)) {
      const at = pair.lastIndexOf('=');
      if (at > 0 && fits.test(pair.slice(at + 1))) into[pair.slice(0, at)] = pair.slice(at + 1);
    }
  }
  return plan;
}

/** The address of a plan: only what is not the default. @param {Plan} plan @returns {string} */
export function writePlan(plan) {
  const parameters = new URLSearchParams();
  for (const [name, fallback] of Object.entries(DEFAULTS)) {
    const value = plan[/** @type {keyof Plan} */ (name)];
    if (typeof fallback === 'object' || value === fallback) continue;
    parameters.set(name, typeof value === 'boolean' ? String(Number(value)) : String(value));
  }
  for (const key of plan.off) parameters.append('off', key);
  for (const [key, name] of Object.entries(plan.names)) parameters.append('name', `${key}=${name}`);
  for (const [key, colour] of Object.entries(plan.colours)) parameters.append('colour', `${key}=${colour}`);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** @param {keyof typeof BOUNDS} name @param {number} value */
export function bounded(name, value) {
  const [low, high] = BOUNDS[name];
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : DEFAULTS[name];
}
