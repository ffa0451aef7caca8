import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

/**
 * Asks the browser to compile all of a module, beside what the page does, while it is loaded; otherwise each function is compiled when it is
 * called first, which for a first picture is all of them, one after another. Chromium does, others take it for a comment.
 * https://github.com/WICG/explicit-javascript-compile-hints-file-based
 */
const HINT = '//# allFunctionsCalledOnLoad\n';
const ROOT = fileURLToPath(new URL('.', import.meta.url));
const IMPORT = /^(?:import|export)\s[^;'"]*?from\s*'([^']+)'|^import\s*'([^']+)'/gm;

/** What is loaded with a module, itself included. @param {string} start */
function closure(start) {
  const found = new Set([join(ROOT, start)]);
  for (const file of found) {
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, one, other] of text.matchAll(IMPORT)) found.add(resolve(dirname(file), one ?? other));
  }
  return found;
}

test('most of what a first picture runs through asks to be compiled as a whole, and nothing else does', () => {
  const wanted = closure('chart.js');
  const all = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.js'));
  const hinted = all.map(({ parentPath, name }) => join(parentPath, name)).filter((file) => readFileSync(file, 'utf8').startsWith(HINT));
  assert.deepEqual(hinted.filter((file) => !wanted.has(file)).map((file) => relative(ROOT, file)), []);
  // Not the small ones: the line weighs 20 bytes in each.
  const bytes = (/** @type {Iterable<string>} */ files) => [...files].reduce((sum, file) => sum + statSync(file).size, 0);
  const share = bytes(hinted) / bytes(wanted);
  assert.ok(share > 0.6 && hinted.length < wanted.size / 2, `${hinted.length} of ${wanted.size} modules, ${share.toFixed(2)} of their bytes`);
});
