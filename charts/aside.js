/**
 * What the first picture of a channel where all are well does without, loaded when it is first wanted: what happened to many as a line,
 * who flaps, those that were only counted, alerts,
 * filters, orders by figures.
 */

import { Counted } from './counted.js';
import { Alerts } from './series/alerts.js';
import { figureOf } from './series/figures.js';
import { parseFilter } from './series/filter.js';
import { Happenings } from './series/happenings.js';
import { Steady } from './series/steady.js';
/** @import {ChartEvents, Emitter} from './emitter.js' */
/** @import {Lists} from './lists.js' */
/** @import {LiveModel} from './model.js' */
/** @import {Selection} from './selection.js' */
/** @import {PresenceFrame} from './types.js' */

export class Aside {
  /** @type {Counted|null} */
  #counted = null;

  /** @param {{model: LiveModel, selection: Selection, lists: Lists, origin: string, events: Emitter<ChartEvents>, changed: () => void}} chart @param {PresenceFrame[]} crowds  with groups */
  help(chart, crowds) {
    const { model, selection, lists, origin, events } = chart;
    if (model.sources.uneasy) model.sources.calm({ happenings: new Happenings(), steady: new Steady() });
    if (selection.wantsFilter) selection.readFilters(parseFilter);
    if (model.wantsAlerts) {
      model.alerts ??= new Alerts();
      for (const frame of model.unheard.splice(0)) {
        model.alerts.add(frame);
        if (model.alerts.news.length > 0) events.emit('alert', model.alerts.news);
      }
    }
    lists.figureOf = figureOf;
    lists.wantsFigures = false;
    chart.changed();
    this.#counted ??= new Counted(origin, model, () => chart.changed());
    // What the bridge does not answer now the next snapshot says.
    for (const frame of crowds) void this.#counted.take(frame).catch(() => {});
  }
}
