/** The README names everything that a page can say and ask. Not readme.test.js: npm packs whatever begins with readme. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Chart } from './chart.js';
import * as library from './index.js';

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('README.md');
/** Beginnings of what stands in backquotes. */
const named = new Set([...readme.replace(/^```[^]*?^```$/gm, '').matchAll(/`([^`]+)`/g)].flatMap(([, text]) => text.split(/[^\w.'-]+/)));

/** @param {string} path @param {string} typedef @param {RegExp} property */
function properties(path, typedef, property) {
  const text = read(path).split(`@typedef {object} ${typedef}\n`)[1].split(/@typedef|\*\//)[0];
  return [...text.matchAll(property)].map(([, name]) => name);
}

for (const [what, names] of /** @type {[string, string[]][]} */ ([
  ['option', properties('options.js', 'ChartOptions', /@property \{.*\} \[(\w+)\]/g)],
  ['option of an axis', properties('options.js', 'AxisOptions', /@property \{.*\} \[(\w+)\]/g)],
  ['event', properties('emitter.js', 'ChartEvents', /@property \{?.*\} (\w+)/g)],
  ['member of Chart', Object.getOwnPropertyNames(Chart.prototype).filter((name) => name !== 'constructor')],
  ['widget', Object.keys(library).filter((name) => read('index.js').includes(`{ ${name} } from './widgets/`))],
  ['shape', [...(/@typedef \{(.*)\} ShapeName/.exec(read('scene.js'))?.[1] ?? '').matchAll(/'([\w-]+)'/g)].map(([, name]) => name)],
])) {
  test(`the README names every ${what}`, () => {
    assert.ok(names.length > 4, 'they are found');
    assert.deepEqual(names.filter((name) => !named.has(name)), []);
  });
}

test('the README names every folder, and none that is gone', () => {
  const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const table = readme.split('## How it works')[1].split('\n\n')[1];
  const told = [...table.matchAll(/`([\w-]+)\/`/g)].map(([, name]) => name);
  assert.deepEqual(told.sort(), folders.filter((name) => !['gallery', 'types'].includes(name)).sort());
  for (const [, path] of readme.matchAll(/\]\((?!http)([^)]+)\)/g)) assert.ok(existsSync(new URL(path, import.meta.url)), path);
});
