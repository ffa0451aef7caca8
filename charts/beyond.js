/**
 * What goes beyond the live lines of a few series: merged columns, the past, and whatever is asked of the bridge over HTTP.
 * Loaded when the first of it is wanted.
 */

import { CellQuestion } from './cell.js';
import { GivenDensity } from './given-density.js';
import { unpack, whole } from './live/columns.js';
import { Rest } from './live/rest.js';
import { Past } from './past.js';
import { Peek } from './peek.js';
import { DensityStore } from './series/density.js';
import { Summary } from './summary.js';
/** @import {Environment} from './live/connection.js' */
/** @import {LiveModel} from './model.js' */

export class Beyond {
  /** Of data that a page hands over. */
  given = new GivenDensity();
  unpack = unpack;
  columns = whole;
  rest;
  past;
  peek;
  cell;
  summary;

  /** @param {{origin: string, channel: string, environment: Environment, model: LiveModel, onChange: () => void}} chart  origin: of its bridge */
  constructor({ origin, channel, environment, model, onChange }) {
    this.rest = new Rest(origin);
    this.past = new Past(this.rest, channel, environment, onChange);
    this.peek = new Peek(this.rest, model);
    this.cell = new CellQuestion(this.rest);
    this.summary = new Summary(model);
    model.density ??= new DensityStore();
  }

  close() {
    this.past.close();
    this.peek.close();
    this.cell.close();
  }

  /** @param {string} channel */
  reset(channel) {
    this.past.reset(channel);
    this.peek.clear();
  }
}
