/**
 * The way from a chart of live lines to what goes beyond them (beyond.js), which is loaded when somebody wants it. Merged
 * columns that come before wait here.
 */

import { Later } from './later.js';
/** @import {Beyond} from './beyond.js' */
/** @import {Connection} from './live/connection.js' */
/** @import {Feed} from './live/feed.js' */
/** @import {LiveModel} from './model.js' */
/** @import {Painter} from './painter.js' */
/** @import {Content, Shown} from './past.js' */
/** @import {TimeView} from './scale/time-view.js' */
/** @import {DensityFrame, PackedFrame} from './types.js' */

/** Frames that wait. */
const PACKED_MAX = 600;

/**
 * @typedef {object} Chart  the parts of it that are reached from
 * @property {Connection} connection
 * @property {Feed} feed
 * @property {LiveModel} model
 * @property {Painter} painter
 */

export class Reach {
  /** How much earlier the range is that lies over the one in sight, ms; 0: none. */
  comparing = 0;
  #chart;
  #later;
  #apply;
  /** @type {{key: string, frame: PackedFrame, at: number}[]} */
  #packed = [];

  /**
   * @param {Chart} chart
   * @param {{load: () => Promise<Beyond>, apply: (key: string, frame: DensityFrame, at: number) => void, onLoad: () => void,
   *   onError: (message: string) => void}} options
   */
  constructor(chart, { load, apply, onLoad, onError }) {
    this.#chart = chart;
    this.#apply = apply;
    this.#later = new Later(load, (beyond) => {
      this.#use(beyond);
      onLoad();
    }, onError);
  }

  /** Null until it was wanted and is here. */
  get part() { return this.#later.part; }
  /** Is a range of the past on its way? */
  get busy() { return this.part?.past.busy ?? this.#later.loading; }
  get pastState() { return this.part ? this.part.past.state : { busy: this.#later.loading, error: '', empty: false }; }

  /** It is on its way from now on. */
  want() {
    return this.#later.want();
  }

  close() {
    this.part?.close();
    this.#packed = [];
  }

  /** @param {string} channel */
  reset(channel) {
    this.part?.reset(channel);
    this.#packed = [];
  }

  /** @param {number} offset ms; 0: nothing is laid over */
  compare(offset) {
    this.comparing = offset;
    this.part?.past.compare(offset);
  }

  /** How many series there are was read; the columns are for a view of them only. @param {string} key @param {PackedFrame} frame @param {number} at */
  take(key, frame, at) {
    const { connection, feed, model } = this.#chart;
    model.clock.observe(frame.now, at);
    if (frame.snapshot) this.#packed = [];
    if (feed.mode === 'lines') return;
    this.#packed.push({ key, frame, at });
    // What reads them cannot be loaded: the snapshot of a new subscription stands for all that is forgotten.
    if (this.#packed.length > PACKED_MAX) connection.again(key);
    this.want();
  }

  /**
   * From where the lines and columns of the picture come.
   * @param {TimeView} view
   * @param {Content} content
   * @returns {Shown}
   */
  show(view, content) {
    const { feed, model, painter } = this.#chart;
    const wanted = (content.mode === 'density' && feed.known) || view.mode !== 'live' || this.comparing > 0;
    return (wanted ? this.want() : null)?.past.show(view, model, painter.plot.columns, content) ?? liveOf(model);
  }

  /** @param {Beyond} beyond */
  #use(beyond) {
    const { connection, feed, painter } = this.#chart;
    feed.rest = beyond.rest;
    connection.columns = beyond.columns;
    painter.summary = beyond.summary;
    beyond.past.compare(this.comparing);
    for (const { key, frame, at } of this.#packed.splice(0)) {
      try {
        this.#apply(key, beyond.unpack(frame), at);
      } catch (error) {
        return connection.unreadable(error);
      }
    }
  }
}

/** @param {LiveModel} model @returns {Shown} */
export const liveOf = ({ store, density }) => ({ key: 'live', store, density, others: null });
