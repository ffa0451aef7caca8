/** @param {any} context @param {any} trace @param {any} at @param {string} curve @param {any} base */
export function traceArea(context, trace, at, curve, base) {
  const { x, v } = trace; const b = at.py(base); let start = -1;
  for (let i = 0; i <= trace.length; i++) {
    if (i === trace.length || Number.isNaN(v[i])) { if (start >= 0) { context.lineTo(at.px(x[i-1]), b); context.closePath(); } start = -1; }
    else { if (start < 0) { start = i; context.moveTo(at.px(x[i]), b); } else if (curve === 'step') context.lineTo(at.px(x[i]), at.py(v[i-1])); context.lineTo(at.px(x[i]), at.py(v[i])); }
  }
}
