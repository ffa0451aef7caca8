/**
 * Strokes as thick as a few device pixels, made of hairlines. Without a GPU, Skia draws what is up to one device pixel wide
 * as a hairline, and anything wider as the outline of every segment with its joins, filled: measured 6 to 14 times dearer,
 * 12 ms for 15 lines of 600 points at 1.5 px, where two hairlines half a pixel apart take 2 and cannot be told from it by eye.
 */

/** Where the hairlines lie around the line, as a multiple of how far it reaches beyond one pixel to either side. */
const PAIR = [[0, -1], [0, 1]];
/** A pair leaves steep pieces thin, which is seen from two pixels on. */
const CROSS = [[0, 0], [0, -1], [0, 1], [-1, 0], [1, 0]];
const PAIR_MAX = 2;
/** Hairlines further apart than a pixel would show what is between them. */
const CROSS_MAX = 3;

/**
 * Strokes a path in the context's strokeStyle and dashes. For opaque strokes: where hairlines cover each other a translucent
 * one would be darker. The context's transform must scale by `ratio` and may move, but not turn.
 * @param {Pick<CanvasRenderingContext2D, 'lineWidth'|'stroke'|'translate'>} context
 * @param {Path2D} path  the context's own current path would not move with it
 * @param {number} width  CSS pixels
 * @param {number} ratio  device pixels per CSS pixel
 */
export function strokePath(context, path, width, ratio) {
  const reach = (width * ratio - 1) / 2;
  if (reach <= 0 || width * ratio > CROSS_MAX) {
    context.lineWidth = width;
    context.stroke(path);
    return;
  }
  context.lineWidth = 1 / ratio;
  for (const [x, y] of width * ratio <= PAIR_MAX ? PAIR : CROSS) {
    const dx = (x * reach) / ratio;
    const dy = (y * reach) / ratio;
    context.translate(dx, dy);
    context.stroke(path);
    context.translate(-dx, -dy);
  }
}
