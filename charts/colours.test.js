import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { LINE_COLOURS } from './theme.js';

const css = readFileSync(new URL('colours.css', import.meta.url), 'utf8');

/** @param {RegExp} opening */
function colours(opening) {
  const body = css.slice(css.search(opening)).split('}')[0];
  return Object.fromEntries([...body.matchAll(/--eontide-([a-z0-9-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]));
}

const light = colours(/:root \{/);
const dark = colours(/:root\[data-theme="dark"\] \{/);

/** WCAG relative luminance. @param {string} hex */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test('dark by choice and dark by system are the same colours', () => {
  assert.deepEqual(colours(/:root:not\(\[data-theme="light"\]\) \{/), dark);
  assert.deepEqual(Object.keys(dark).sort(), Object.keys(light).filter((name) => name !== 'font').sort());
});

for (const [theme, of] of Object.entries({ light, dark })) {
  test(`every line can be seen on its ground, ${theme}`, () => {
    for (let i = 0; i < LINE_COLOURS; i++) assert.ok(contrast(of[`line-${i}`], of.surface) >= 3, `line-${i}: ${contrast(of[`line-${i}`], of.surface)}`);
  });
  test(`text can be read, ${theme}`, () => {
    for (const name of ['ink', 'muted', 'accent', 'good', 'bad', 'warn']) {
      assert.ok(contrast(of[name], of.surface) >= 4.5, `${name}: ${contrast(of[name], of.surface)}`);
    }
  });
}
