/** The tips of lines, pixel by pixel as the lines themselves: a dot where one goes on, a bar with a ring where one ended. */

import { rgbOf } from './colour.js';
import { DASHED_MAX, endsOf, hasHead, HEAD_PX, lastBefore } from './lines.js';
/** @import {Raster} from '../shape/raster.js' */
/** @import {Projection} from './layout.js' */
/** @import {Line, Stretch} from './lines.js' */

const BAR_PX = 7;
/** To the middle of its stroke, which is as wide as the bar. */
const RING_PX = 3.5;
const HALF_PX = 1;

/**
 * @param {Raster} raster
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {{ratio: number, left: number, top: number, background: string}} to  left, top: of the image, in device pixels
 */
export function paintTips(raster, lines, projectionOf, stretch, { ratio, left, top, background }) {
  const dense = lines.length > DASHED_MAX;
  const place = (/** @type {Line} */ line, /** @type {number} */ at) => {
    const { px, py } = projectionOf(line);
    return { x: px(line.ring.x[at]) * ratio - left, y: py(line.ring.v[at]) * ratio - top };
  };
  if (!dense) {
    for (const line of lines) {
      if (!hasHead(line, stretch)) continue;
      const { x, y } = place(line, line.ring.end - 1);
      raster.disc(x, y, HEAD_PX * ratio, rgbOf(line.colour));
    }
  }
  for (const line of lines) {
    if (line.other) continue;
    for (const end of endsOf(line)) {
      const at = lastBefore(line, end);
      if (at < line.ring.start) continue;
      const { x, y } = place(line, at);
      const colour = rgbOf(line.colour);
      raster.bar(x, y, HALF_PX * ratio, BAR_PX * ratio, colour);
      raster.disc(x, y, (RING_PX + HALF_PX) * ratio, colour);
      raster.disc(x, y, (RING_PX - HALF_PX) * ratio, rgbOf(background));
    }
  }
}
