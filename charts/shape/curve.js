/** @param {any} context @param {any} trace @param {any} at @param {string} curve */
export function traceCurve(context, trace, at, curve) {
  const { x, v } = trace; let run = 0;
  for (let i = 0; i <= trace.length; i++) {
    if (i === trace.length || Number.isNaN(v[i])) {
      if (run === 1) { const px = at.px(x[i-1]), py = at.py(v[i-1]); context.moveTo(px+1.25, py); context.arc(px, py, 1.25, 0, 7); }
      run = 0;
    } else {
      const px = at.px(x[i]), py = at.py(v[i]);
      if (run === 0) context.moveTo(px, py);
      else { if (curve === 'step') context.lineTo(px, at.py(v[i-1])); context.lineTo(px, py); }
      run += 1;
    }
  }
}
