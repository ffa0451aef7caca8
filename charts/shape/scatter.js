/** @param {any} context @param {any} trace @param {any} at @param {number} radius */
export function drawPoints(context, trace, at, radius) {
  const { x, v } = trace;
  for (let i = 0; i < trace.length; i++) if (!Number.isNaN(v[i])) context.fillRect(at.px(x[i]) - radius, at.py(v[i]) - radius, 2 * radius, 2 * radius);
}
