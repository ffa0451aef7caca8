import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

/** The page asks for what a module imports once it has that module: so many times in a row. */
const STEPS_MAX = 4;
const IMPORT = /(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;
const root = fileURLToPath(new URL('..', import.meta.url));
const fileOf = (/** @type {string} */ url) => path.join(root, url.startsWith('/charts/') ? '' : 'ui', url);

/** What the first load asks for, and whom each of it imports. @returns {Map<string, string[]>} */
function graph() {
  /** @type {Map<string, string[]>} */
  const imports = new Map();
  const queue = ['/app.js'];
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

/** In which step each module is here. @param {Map<string, string[]>} imports @param {ReadonlySet<string>} ahead  asked for at once */
function steps(imports, ahead) {
  const here = new Map([['/app.js', 1]]);
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
  return here;
}

test('what the page imports is found in few steps, and all that is asked for ahead is imported', () => {
  const html = readFileSync(path.join(root, 'ui/index.html'), 'utf8');
  const ahead = new Set([...html.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, href]) => `/${href}`));
  const imports = graph();
  assert.deepEqual([...ahead].filter((url) => !imports.has(url)), []);
  const here = steps(imports, ahead);
  const late = [...here].filter(([, step]) => step > STEPS_MAX).map(([url]) => url);
  assert.deepEqual(late, [], 'index.html names the modules on the longest ways');
  assert.ok(Math.max(...steps(imports, new Set()).values()) > STEPS_MAX, 'without them it would take longer');
});
