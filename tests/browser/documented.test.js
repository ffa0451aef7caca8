/** The README names every test file and every page of tests' own, and none that is gone: it once named four of twenty. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const here = (/** @type {string} */ path) => new URL(path, import.meta.url);
const readme = readFileSync(here('README.md'), 'utf8');
const named = [...readme.replace(/^```[^]*?^```$/gm, '').matchAll(/`([\w./-]+\.(?:js|cjs|html))`/g)].map(([, name]) => name);

test('the README names every test file, and nothing that is not here', () => {
  const tests = readdirSync(here('.')).filter((name) => name.endsWith('.test.js'));
  assert.ok(tests.length > 10, 'they are found');
  assert.deepEqual(tests.filter((name) => !named.includes(name)), []);
  assert.deepEqual(named.filter((name) => !existsSync(here(name))), []);
});

test('it says how reference pictures are taken', () => {
  for (const name of ['EONTIDE_UPDATE', 'EONTIDE_SCREENSHOT', 'CHROMIUM', 'NATS_SERVER']) assert.ok(readme.includes(name), name);
});
