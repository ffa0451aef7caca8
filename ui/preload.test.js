import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

/** The page asks for what a module imports once it has that module: so many times in a row, where index.html does not name it. */
const STEPS_MAX = 4;
const IMPORT = /(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;
const root = fileURLToPath(new URL('..', import.meta.url));
const fileOf = (/** @type {string} */ url) => path.join(root, url.startsWith('/charts/') ? '' : 'ui', url);

/** All that is loaded with a module, and whom each of it imports. @param {string} start @returns {Map<string, string[]>} */
function graph(start) {
  /** @type {Map<string, string[]>} */
  const imports = new Map();
  const queue = [start];
  for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
    if (imports.has(url)) continue;
    const from = url;
    const text = readFileSync(fileOf(url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    const found = [...text.matchAll(IMPORT)].map(([, one, other]) => path.posix.resolve(path.posix.dirname(from), one ?? other));
    imports.set(url, found);
    queue.push(...found);
  }
  return imports;
}

/**
 * What is here only after too many steps.
 * @param {Map<string, string[]>} imports @param {string} start @param {ReadonlySet<string>} ahead  asked for at once, or here already
 */
function late(imports, start, ahead) {
  const here = new Map([[start, 1]]);
  // A handful of steps, a hundred modules.
  for (let changed = true; changed;) {
    changed = false;
    for (const [url, found] of imports) {
      const at = here.get(url);
      if (at === undefined) continue;
      for (const one of found) {
        const step = ahead.has(one) ? at : at + 1;
        if (step >= (here.get(one) ?? Infinity)) continue;
        here.set(one, step);
        changed = true;
      }
    }
  }
  return [...here].filter(([, step]) => step > STEPS_MAX).map(([url]) => url);
}

test('what the first picture needs is found in few steps, and all that is asked for ahead is imported', () => {
  const html = readFileSync(path.join(root, 'ui/index.html'), 'utf8');
  const ahead = new Set([...html.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, href]) => `/${href}`));
  const imports = graph('/app.js');
  assert.deepEqual([...ahead].filter((url) => !imports.has(url)), []);
  assert.deepEqual(late(imports, '/app.js', ahead), [], 'index.html names the modules on the longest ways');
  assert.ok(late(imports, '/app.js', new Set()).length > 0, 'without them it would take longer');
});

test('what stands around the chart is found in few steps', () => {
  const here = new Set(graph('/app.js').keys());
  for (const start of ['/furnish.js', '/embed.js']) assert.deepEqual(late(graph(start), start, here), [], start);
});
