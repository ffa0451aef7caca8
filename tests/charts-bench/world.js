/**
 * What the bench measures with: processes whose memory wanders, three series each, all at the same moments, one point a
 * step. The same seed gives the same numbers to every library.
 */

const METRICS = ['rss', 'heap', 'external'];
const UNIT = 'MiB';
/** Of a lognormal distribution of MiB: the median process has 55, one in a thousand has 500. */
const MEDIAN_LOG = 4;
const SPREAD_LOG = 0.7;
/** Of its base, a step; and how strongly a process is drawn back to it. */
const STEP = 0.004;
const RETURN = 0.01;

/** Small, quick and repeatable (mulberry32). @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @typedef {{name: string, bytes: Buffer, metric: string, unit: string, source: string}} WorldSeries */

export class World {
  /** In blocks of three: those of a source stand together. @type {WorldSeries[]} */
  series = [];
  /** Steps done since the beginning; the newest is `count - 1`. */
  count = 0;
  #random = random(7);
  #base;
  #values;
  /** A ring of rows, one row all values of a step. */
  #rows;
  #times;

  /** @param {{channel: string, series: number, points: number, stepMs: number, now: number}} options */
  constructor({ channel, series, points, stepMs, now }) {
    this.channel = channel;
    this.points = points;
    this.stepMs = stepMs;
    this.sourceCount = Math.ceil(series / METRICS.length);
    for (let i = 0; i < series; i++) this.series.push(describe(i));
    this.#base = Float64Array.from({ length: series }, () => Math.exp(MEDIAN_LOG + SPREAD_LOG * this.#normal()));
    this.#values = this.#base.slice();
    this.#rows = new Float64Array(series * points);
    this.#times = new Float64Array(points);
    const end = Math.floor(now / stepMs) * stepMs;
    for (let i = points - 1; i >= 0; i--) this.step(end - i * stepMs);
  }

  get first() { return Math.max(0, this.count - this.points); }
  /** @param {number} step */
  time(step) { return this.#times[step % this.points]; }
  /** All values of a step, in the order of the series. @param {number} step */
  row(step) {
    const at = (step % this.points) * this.series.length;
    return this.#rows.subarray(at, at + this.series.length);
  }

  /** @param {number} time  ms */
  step(time) {
    const values = this.#values;
    for (let i = 0; i < values.length; i++) {
      const base = this.#base[i];
      values[i] = Math.max(1, values[i] + base * STEP * this.#normal() + (base - values[i]) * RETURN);
    }
    this.#times[this.count % this.points] = time;
    this.count += 1;
    this.row(this.count - 1).set(values);
  }

  /** As the bridge describes publishing processes. */
  sources() {
    const since = this.time(this.first);
    return Array.from({ length: this.sourceCount }, (_, i) => ({
      id: `worker-${i}`, epoch: since, channel: this.channel, state: 'up', since, last_seen: this.time(this.count - 1),
      host: `host-${i % 40}`, pid: 1000 + i,
      program: 'worker', version: '1.0.0', interval_ms: this.stepMs, lives: 1, lost: 0, dropped: 0, labels: {},
      series: this.series.slice(i * METRICS.length, (i + 1) * METRICS.length)
        .map(({ name, unit, metric }) => ({ name, unit, metric })),
    }));
  }

  /** Nearly normal, and far cheaper than a logarithm. */
  #normal() {
    const next = this.#random;
    return (next() + next() + next() + next() - 2) * Math.sqrt(3);
  }
}

World.metrics = METRICS;

/** @param {number} i @returns {WorldSeries} */
function describe(i) {
  const metric = METRICS[i % METRICS.length];
  const source = `worker-${Math.floor(i / METRICS.length)}`;
  const name = `${metric}-${source}`;
  return { name, bytes: Buffer.from(name), metric, unit: UNIT, source };
}
