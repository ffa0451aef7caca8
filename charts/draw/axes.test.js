import assert from 'node:assert/strict';
import test from 'node:test';
import { stripTicks } from './axes.js';

test('labels of time do not touch, in whichever clock they are written and however far one looks in', () => {
  const at = Date.UTC(2026, 10, 22, 21, 58, 31);
  const pxOf = (/** @type {string} */ label) => label.length * 6;
  for (const locale of [null, 'en-GB', 'en-US', 'de-DE', 'ja-JP']) {
    for (const seconds of [10, 20, 40, 60, 300, 900, 3_600, 21_600, 86_400, 604_800]) {
      for (const width of [300, 780, 1_080]) {
        const view = { from: at - 1_000 * seconds, to: at };
        const ticks = stripTicks(view.from, view.to, view, width, { zone: 'utc', format: null, locale });
        const what = `${locale}, ${seconds} s in ${width} px`;
        assert.ok(ticks.length >= 2, what);
        const step = (ticks[1].x - ticks[0].x) * width / (1_000 * seconds);
        for (const { label } of ticks) assert.ok(step >= pxOf(label), `${what}: ${label} every ${step} px`);
        // A part of the picture has the ticks of the whole.
        const middle = (view.from + view.to) / 2;
        const part = stripTicks(middle, view.to, view, width, { zone: 'utc', format: null, locale });
        assert.deepEqual(part, ticks.filter(({ x }) => x >= middle), what);
      }
    }
  }
});

test('a page that writes its labels itself is asked about times in sight only, and as many as ever', () => {
  const view = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 0, 1) };
  const format = (/** @type {number} */ ms) => {
    assert.ok(ms >= view.from && ms <= view.to, String(ms));
    return `${(ms - view.from) / 1_000} seconds after the beginning`;
  };
  const ticks = stripTicks(view.from, view.to, view, 1_080, { zone: 'utc', format, locale: 'en-US' });
  assert.deepEqual([ticks.length, ticks[1].label], [13, '5 seconds after the beginning']);
});
