/** What hands move of a chart, and what a click on it asks. */

import { barsAt, pick } from './draw/pick.js';
/** @import {Engine} from './engine.js' */
/** @import {Target} from './gestures.js' */

/** Where nothing moves with the pointer. */
const NOWHERE = { left: -1, top: -100, width: 0, height: 0 };

/** @param {Engine} engine @returns {Target} */
export function targetOf(engine) {
  const { painter, view, given } = engine;
  const moved = (/** @type {() => void} */ move) => {
    move();
    engine.viewChanged();
  };
  return {
    box: () => (painter.sheetKind ? NOWHERE : painter.plot.box), timeAt: (px) => painter.plot.projection?.x(px) ?? NaN,
    range: () => ({ from: view.from, to: view.to }),
    hold: (from, to) => moved(() => (given ? given.move(from, to) : view.hold(from, to))),
    zoom: (factor, at) => moved(() => (given ?? view).zoom(factor, at)),
    reset: () => moved(() => (given ? given.reset() : view.live())),
    click: (px, py) => click(engine, px, py),
  };
}

/** @param {Engine} engine @param {number} px @param {number} py */
function click({ painter, events, reach, given, options }, px, py) {
  const { plot, densityView } = painter;
  if (!plot.projection) return;
  const time = plot.projection.x(px);
  const [nearest] = pick(painter.lines, time, py, plot, 1, barsAt(plot.scene, time));
  events.emit('click', { x: time, value: plot.projection.value(py), name: nearest?.line.name ?? null });
  if (!densityView) return;
  const { part } = reach;
  if (given) {
    const cell = part && given.cell(part.given, densityView, time, py, plot.projection);
    if (cell) events.emit('cell', cell);
    return;
  }
  void part?.cell.ask(options.channel, densityView, time, py, plot.projection).then((cell) => {
    if (cell) events.emit('cell', cell);
  });
}
