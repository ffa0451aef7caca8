/** What other shapes than lines and steps have: areas below lines, and dots. Known to lines.js once this is loaded, when one is to be drawn. */

import { knowSplines } from '../shape/spline.js';
import { traceArea } from '../shape/area.js';
import { drawPoints } from '../shape/scatter.js';
import { labelPoints } from './labels.js';
import { readLine, shapes, trace } from './lines.js';
/** @import {Projection} from './layout.js' */
/** @import {Line, Stretch} from './lines.js' */

export { shapes };

const AREA_ALPHA = 0.22;
const POINT_PX = 2;

knowSplines();
shapes.fill = fillAreas;
shapes.dots = drawDots;

/**
 * What lies below lines.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 */
export function fillAreas(context, lines, projectionOf, stretch) {
  for (const line of lines) {
    if (!line.area || !(line.ring.lastX >= stretch.from)) continue;
    readLine(line, stretch);
    context.fillStyle = line.colour;
    fillArea(context, line, projectionOf(line), line.alpha ?? 1);
  }
  context.globalAlpha = 1;
}

/**
 * Points, where they are wanted or are all there is.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {boolean|number} all  a number: the radius, px
 */
export function drawDots(context, lines, projectionOf, stretch, all) {
  for (const line of lines) {
    const dots = line.scatter || (all !== false && !line.summary);
    if (!(dots || line.labels) || !(line.ring.lastX >= stretch.from)) continue;
    readLine(line, stretch);
    context.fillStyle = line.colour;
    if (dots) dotPoints(context, projectionOf(line), all);
    if (line.labels) labelPoints(context, line, trace, projectionOf(line));
  }
}

/** Of the line that was read last. @param {CanvasRenderingContext2D} context @param {Line} line @param {Projection} at @param {number} alpha */
export function fillArea(context, { curve = 'line' }, at, alpha) {
  context.globalAlpha = alpha * AREA_ALPHA;
  context.beginPath();
  traceArea(context, trace, at, curve, Math.max(at.value(at.box.top + at.box.height), Math.min(0, at.value(at.box.top))));
  context.fill();
}

/** Of the line that was read last. @param {CanvasRenderingContext2D} context @param {Projection} at @param {boolean|number} [radius] px */
export function dotPoints(context, at, radius) {
  drawPoints(context, trace, at, typeof radius === 'number' ? radius : POINT_PX);
}
