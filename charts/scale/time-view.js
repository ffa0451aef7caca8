//# allFunctionsCalledOnLoad
/**
 * Which stretch of x is shown: following the bridge's clock, held still, or replaying the past.
 *
 *     live ── pause, zoom, pan ──▶ held ── replay ──▶ replay
 *       ▲                            │                  │
 *       └───── live, or the right edge comes back to now ┘
 *
 * The right edge moves in whole device pixels. So nothing is drawn until a pixel has moved, lines shift without
 * shimmering, and the columns of the decimation stay the same from one picture to the next.
 */

/** A range that ends this share of itself before now, or later, follows the clock. */
const LIVE_SHARE = 0.01;
export const SPAN_MIN_MS = 100;
export const SPAN_MAX_MS = 400 * 86_400_000;
export const SPEED_MAX = 60;
const SPAN_MIN_SHARE = 1e-12;

/** @typedef {'live'|'held'|'replay'} ViewMode */

export class TimeView {
  /** Asked for by name: what "live" comes back to. */
  #windowMs;
  /** Shown. */
  #spanMs;
  /** @type {ViewMode} */
  #mode = 'live';
  /** The right edge while held. */
  #held = NaN;
  /** Where the replay was at that moment of the bridge's clock. */
  #replay = { from: NaN, at: NaN, speed: 1 };
  #edge = NaN;
  /** Did somebody else than the clock move it since the last picture? */
  #jumped = true;
  #columnMs = 1;
  #now = NaN;
  /** Nothing flows: any range of any numbers, to the last digit. */
  #still;
  /** Its left edge: the right one less the span is not exact where a logarithmic axis goes over many decades. */
  #start = NaN;

  /** @param {number} windowMs @param {{still?: boolean}} [how]  still: of data that a page hands over, x may be no time at all */
  constructor(windowMs, { still = false } = {}) {
    this.#still = still;
    this.#windowMs = this.#spanMs = windowMs;
  }

  get windowMs() { return this.#windowMs; }
  set windowMs(ms) {
    this.#windowMs = this.#spanMs = ms;
  }

  get mode() { return this.#mode; }
  get paused() { return this.#mode !== 'live'; }
  get speed() { return this.#mode === 'replay' ? this.#replay.speed : 0; }
  get spanMs() { return this.#spanMs; }
  /** Right edge in ms, NaN before the first move. */
  get to() { return this.#edge; }
  get from() { return this.#still ? this.#start : this.#edge - this.#spanMs; }
  /** Time per device pixel. */
  get columnMs() { return this.#columnMs; }

  /**
   * @param {number} now  the bridge's time
   * @param {number} columns  device pixels of the plot
   * @returns {boolean} did a pixel move?
   */
  move(now, columns) {
    const before = this.#edge;
    const columnMs = this.#spanMs / Math.max(1, columns);
    const scaled = columnMs !== this.#columnMs;
    this.#columnMs = columnMs;
    this.#now = now;
    if (Number.isNaN(this.#replay.at)) this.#replay.at = now;
    // What stands still needs no whole pixels, and on a logarithmic axis one to the right is half of the picture to the left.
    const wanted = this.#still ? this.#wanted(now) : Math.ceil(this.#wanted(now) / columnMs) * columnMs;
    // The clock is an estimate: a step back of less than a second is noise and would make the lines jump.
    if (this.#mode === 'live' && !scaled && !this.#jumped && wanted < before && wanted > before - 1_000) return false;
    const moved = wanted !== before || scaled || this.#jumped;
    this.#edge = wanted;
    this.#jumped = false;
    return moved;
  }

  /** How long until the next pixel moves; Infinity while nothing does. @param {number} now */
  nextMove(now) {
    if (this.#mode === 'held') return Infinity;
    if (this.#jumped) return 0;
    const rate = this.#mode === 'replay' ? this.#replay.speed : 1;
    return Math.max(0, (this.#edge - this.#wanted(now)) / rate);
  }

  pause() {
    if (Number.isNaN(this.#edge)) return;
    this.#held = this.#edge;
    this.#mode = 'held';
  }

  /** Back to the present, with the window asked for. */
  live() {
    this.#mode = 'live';
    this.#spanMs = this.#windowMs;
    this.#jumpTo(this.#now);
  }

  /**
   * Shows a range; one that reaches the present follows it.
   * @param {number} from
   * @param {number} to
   * @param {boolean} [fixed]  stays where it is even if it reaches the present
   */
  hold(from, to, fixed = this.#still) {
    if (Number.isNaN(to - from)) return;
    const span = this.#clamp(to - from, to);
    const spare = (span - (to - from)) / 2;
    this.#spanMs = span;
    this.#start = from - spare;
    this.#held = to + spare;
    const follows = !fixed && this.#held >= this.#now - span * LIVE_SHARE;
    this.#mode = follows ? 'live' : 'held';
    this.#jumpTo(follows ? this.#now : this.#held);
  }

  /** @param {number} ms  to the future where positive */
  pan(ms) {
    this.hold(this.from + ms, this.to + ms);
  }

  /**
   * @param {number} factor  below 1: closer
   * @param {number} at  the time that stays where it is
   */
  zoom(factor, at) {
    const span = this.#clamp(this.#spanMs * factor, at);
    const share = Math.min(1, Math.max(0, (at - this.from) / this.#spanMs));
    // While the edge follows the clock and the pointer is near it, what is meant is a shorter or longer present.
    const anchored = this.#mode === 'live' && share > 0.9 ? 1 : share;
    const anchor = this.from + anchored * this.#spanMs;
    this.hold(anchor - anchored * span, anchor + (1 - anchored) * span);
  }

  /** @param {number} from  ms; the left edge of the first picture @param {number} speed  times real time */
  replay(from, speed) {
    // Its time begins with the first picture: the last one may be a second old, at 60× a minute of the replay.
    this.#replay = { from: from + this.#spanMs, at: NaN, speed: clampSpeed(speed) };
    this.#mode = 'replay';
    this.#jumpTo(this.#replay.from);
  }

  /** @param {number} speed */
  setSpeed(speed) {
    if (this.#mode !== 'replay') return;
    const replay = { ...this.#replay, speed: clampSpeed(speed) };
    // From where it is now; one that has not begun begins as it would have.
    this.#replay = Number.isNaN(replay.at) ? replay : { ...replay, from: this.#wanted(this.#now), at: this.#now };
  }

  /** How far behind the live edge the picture is. @param {number} now */
  behind(now) {
    return this.#mode === 'live' ? 0 : Math.max(0, now - this.#edge);
  }

  /** @param {number} span @param {number} at  about where */
  #clamp(span, at) {
    // Of numbers that stand still: as long as they can be told apart.
    if (this.#still) return Math.max(span, Math.abs(at) * SPAN_MIN_SHARE || SPAN_MIN_SHARE);
    return Math.min(SPAN_MAX_MS, Math.max(SPAN_MIN_MS, span));
  }

  /** The next picture stands here, whatever the clock says. @param {number} edge */
  #jumpTo(edge) {
    this.#edge = edge;
    this.#jumped = true;
  }

  /** @param {number} now */
  #wanted(now) {
    if (this.#mode === 'live') return now;
    if (this.#mode === 'held') return this.#held;
    const { from, at, speed } = this.#replay;
    const to = from + Math.max(0, now - at) * speed;
    // A replay that has caught up is the present.
    if (to < now) return to;
    this.live();
    return now;
  }
}

/** @param {number} speed */
const clampSpeed = (speed) => Math.min(SPEED_MAX, Math.max(0.1, speed));
