/**
 * The picture on any canvas-like context, stroke by stroke, for a file: the same that content.js writes on the screen pixel by
 * pixel. Known to the plot once {@link unfoldPaper} was called.
 */

import { traceCurve } from '../shape/curve.js';
import { dateRange, zoneLabel } from '../scale/time.js';
import { drawTimeLabels } from './axes.js';
import { clip, drawGround, projectionOf, rangeOf, roomOf, stretchOf, ticksOf } from './content.js';
import { MARGIN, projection } from './layout.js';
import { DASHED_MAX, DENSE_ALPHA, endsOf, hasHead, HEAD_PX, lastBefore, readLine, trace } from './lines.js';
import { drawMarks } from './marks.js';
import { DASHES } from './palette.js';
import { paper } from './plot.js';
import { labelPoints } from './labels.js';
import { dotPoints, fillArea } from './shapes.js';
/** @import {Part, Scene} from './content.js' */
/** @import {Projection} from './layout.js' */
/** @import {Line, Stretch} from './lines.js' */
/** @import {Plot} from './plot.js' */

const HALO_ALPHA = 0.7;
const END_PX = 5;
/** From the lower edge to the line that says which day it is. */
const DATE_PX = 15;

/** From now on a picture can be drawn on anything. */
export function unfoldPaper() {
  paper.draw = drawPaper;
}

/** All of it, in CSS pixels. @param {CanvasRenderingContext2D} context @param {Plot} plot */
function drawPaper(context, plot) {
  const { scene, box, width, height } = plot;
  if (!scene || !plot.projection) return;
  const { from, to } = scene.view;
  context.fillStyle = scene.theme.background;
  context.fillRect(0, 0, width, height);
  const range = rangeOf(scene);
  drawContent(context, scene, {
    at: projection(box, range, scene.axis), at2: scene.axis2 ? projection(box, range, scene.axis2) : null, from, to, ratio: 1,
    left: box.left, right: box.left + box.width,
  });
  plot.sidesOn(context, scene, plot.projection, plot.projection2, width - box.left - box.width);
  context.fillStyle = scene.theme.text;
  context.textBaseline = 'top';
  const below = box.top + box.height + plot.foot + 1;
  context.textAlign = 'center';
  if (plot.titles.x) context.fillText(plot.titles.x, box.left + box.width / 2, below);
  if (scene.ticksOf) return;
  const last = height - DATE_PX;
  context.textAlign = 'left';
  context.fillText(dateRange(scene.dates.from, scene.dates.to, scene.zone, scene.locale), box.left, last);
  context.textAlign = 'right';
  context.fillText(zoneLabel(scene.dates.to, scene.zone), width - MARGIN.right, last);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Part} part */
function drawContent(context, scene, part) {
  const { at, from, to, left, right, ratio } = part;
  const { theme } = scene;
  const ticks = ticksOf(scene, part);
  const stretch = stretchOf(scene, from, to);
  const place = (/** @type {number} */ x) => Math.round(at.px(x) * ratio);
  context.save();
  clip(context, at, left, right);
  drawGround(context, scene, part, ticks, place);
  for (const shape of scene.shapes) shape.draw(context, at, stretch, part.at2);
  drawLines(context, scene.lines, (line) => projectionOf(line, part), stretch, { background: theme.background, points: scene.points, solid: scene.solid });
  drawMarks(context, scene.marks, at, stretch, theme, ratio, place);
  context.restore();
  drawTimeLabels(context, at, ticks, theme, { left, right, room: roomOf(scene, at) }, ratio, place);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {{background: string, points?: boolean|number, solid?: boolean}} look  background: behind end marks; solid: without dashes
 */
export function drawLines(context, lines, projectionOf, stretch, { background, points = false, solid = false }) {
  for (const line of lines) if (line.shiftMs) drawShifted(context, line, projectionOf(line), stretch);
  lines = lines.some((line) => line.shiftMs) ? lines.filter((line) => !line.shiftMs) : lines;
  const dense = lines.length > DASHED_MAX;
  // Joins are seen on thick lines only; round ones cost a third more.
  context.lineJoin = dense ? 'bevel' : 'round';
  for (const line of lines) {
    if (!(line.ring.lastX >= stretch.from) && !line.ended) continue;
    const at = projectionOf(line);
    context.strokeStyle = context.fillStyle = line.colour;
    context.lineWidth = line.width ?? (dense ? 1 : 1.5);
    const alpha = line.alpha ?? (dense ? DENSE_ALPHA : 1);
    const dashed = !dense && !solid && line.dash > 0;
    context.setLineDash(dashed ? DASHES[line.dash] : []);
    readLine(line, stretch);
    if (line.area) fillArea(context, line, at, alpha);
    if (line.summary) halo(context, line, at, background);
    context.globalAlpha = alpha;
    if (line.scatter) dotPoints(context, at, points);
    else strokeTrace(context, line, at);
    if (points && !line.scatter) dotPoints(context, at, points);
    if (line.labels) {
      // The stroke of a spline goes through a trace of its own.
      readLine(line, stretch);
      labelPoints(context, line, trace, at);
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (!dense) for (const line of lines) if (hasHead(line, stretch)) drawHead(context, line, projectionOf(line));
  drawEnds(context, lines, projectionOf, stretch, background);
}

/**
 * A line of an earlier range, moved to where the range in sight is.
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {Projection} at
 * @param {Stretch} stretch
 */
function drawShifted(context, line, at, { from, to, columnMs }) {
  const { shiftMs = 0 } = line;
  context.strokeStyle = line.colour;
  context.globalAlpha = line.alpha ?? 1;
  context.lineWidth = line.width ?? 1;
  context.setLineDash([]);
  const linear = at.linear && { ...at.linear, x0: at.linear.x0 + shiftMs * at.linear.dx };
  readLine(line, { from: from - shiftMs, to: to - shiftMs, columnMs });
  strokeTrace(context, line, { ...at, px: (x) => at.px(x + shiftMs), linear });
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Line} line @param {Projection} at */
function strokeTrace(context, { curve = 'line' }, at) {
  context.beginPath();
  traceCurve(context, trace, at, curve);
  context.stroke();
}

/** Over a dense picture a line is seen by its rim. @param {CanvasRenderingContext2D} context @param {Line} line @param {Projection} at @param {string} background */
function halo(context, line, at, background) {
  const { strokeStyle, lineWidth } = context;
  context.globalAlpha = HALO_ALPHA;
  context.strokeStyle = background;
  context.lineWidth = lineWidth + 2;
  strokeTrace(context, line, at);
  context.strokeStyle = strokeStyle;
  context.lineWidth = lineWidth;
}

/** A dot at the newest value: this line goes on. @param {CanvasRenderingContext2D} context @param {Line} line @param {Projection} at */
function drawHead(context, { ring, colour }, { px, py }) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(px(ring.lastX), py(ring.v[ring.end - 1]), HEAD_PX, 0, 2 * Math.PI);
  context.fill();
}

/**
 * Where lines ended.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Line[]} lines
 * @param {(line: Line) => Projection} projectionOf
 * @param {Stretch} stretch
 * @param {string} background
 */
function drawEnds(context, lines, projectionOf, stretch, background) {
  for (const line of lines) {
    if (line.other) continue;
    for (const index of endsOf(line)) drawEnd(context, line, lastBefore(line, index), projectionOf(line), stretch, background);
  }
}

/**
 * A bar with a ring: here it ended, it did not leave the picture.
 * @param {CanvasRenderingContext2D} context
 * @param {Line} line
 * @param {number} at  index of its last point
 * @param {Projection} projection
 * @param {{from: number, to: number}} stretch
 * @param {string} background
 */
function drawEnd(context, { ring, colour }, at, { px, py }, { from, to }, background) {
  if (at < ring.start) return;
  const x = px(ring.x[at]);
  // It reaches into a stretch from beyond.
  if (x < px(from) - END_PX || x > px(to) + END_PX) return;
  const y = py(ring.v[at]);
  context.strokeStyle = colour;
  context.fillStyle = background;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y - 7);
  context.lineTo(x, y + 7);
  context.stroke();
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
