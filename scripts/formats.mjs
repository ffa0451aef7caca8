#!/usr/bin/env node
/**
 * charts/eon/formats.js: charts/eon/d3.js with the vendored modules it imports as one classic script, for pages that write a
 * number before any module can be there.
 *
 *     node scripts/formats.mjs update
 *
 * charts/eon/formats.test.js compares the file with what this makes. Each package becomes a function of its own, its modules
 * one after another in the order of their imports, so that bindings stay live as between modules; names that two of them
 * declare would be an error. Only what these few files use of `import` and `export` is understood.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHARTS = fileURLToPath(new URL('../charts/', import.meta.url));
export const FORMATS = `${CHARTS}eon/formats.js`;
const ENTRY = 'eon/d3.js';
const IMPORT = /^import\s+(.+?)\s+from\s+["'](.+?)["'];?$/gm;
const DECLARED = /^(?:export )?(?:default )?(?:var|const|let|function|class)\s+([\w$]+)/gm;

/** @param {string} path @returns {{default: string|null, names: string[], from: string}[]} */
function importsOf(path) {
  return [...readFileSync(CHARTS + path, 'utf8').matchAll(IMPORT)].map(([, what, from]) => {
    const names = /\{(.*)\}/.exec(what)?.[1].split(',').map((name) => name.trim()) ?? [];
    return { default: names.length > 0 ? null : what, names, from: posix.join(dirname(path), from) };
  });
}

/** A module without its imports and exports. @param {string} path @param {string|null} name  of its default export elsewhere */
function bodyOf(path, name) {
  const text = readFileSync(CHARTS + path, 'utf8').replace(IMPORT, '').trim();
  const body = text
    .replace(/^export default function\s*\(/m, () => `function ${named(path, name)}(`)
    .replace(/^export default (?=\{)/m, () => `var ${named(path, name)} = `)
    .replace(/^export default /m, '')
    .replace(/^export (?=var|const|function|class)/gm, '');
  if (/^\s*(import|export)\b/m.test(body)) throw new Error(`${path}: an import or export that scripts/formats.mjs does not know`);
  return body;
}

/** @param {string} path @param {string|null} name */
function named(path, name) {
  if (name === null) throw new Error(`${path}: nobody imports its default`);
  return name;
}

/** The modules of a package that some of its files need, each behind those that it needs. @param {string[]} entries */
function ordered(entries) {
  /** @type {Map<string, string|null>} */
  const found = new Map();
  const visit = (/** @type {string} */ path) => {
    if (found.has(path)) return;
    for (const one of importsOf(path)) visit(one.from);
    found.set(path, null);
  };
  entries.forEach(visit);
  for (const path of [ENTRY, ...found.keys()]) {
    for (const { default: name, from } of importsOf(path)) {
      if (name === null || !found.has(from)) continue;
      const before = found.get(from);
      if (before && before !== name) throw new Error(`${from}: imported as ${before} and as ${name}`);
      found.set(from, name);
    }
  }
  return [...found];
}

/** @param {string[]} bodies @param {string} where */
function distinct(bodies, where) {
  const names = bodies.flatMap((body) => [...body.matchAll(DECLARED)].map(([, name]) => name));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`${where}: ${twice.join(', ')} declared twice`);
}

export function formats() {
  const imports = importsOf(ENTRY);
  const packages = [...new Set(imports.map(({ from }) => from.split('/')[1]))];
  const parts = packages.map((name) => {
    const used = imports.filter(({ from }) => from.split('/')[1] === name);
    const modules = ordered(used.map(({ from }) => from));
    const bodies = modules.map(([path, as]) => bodyOf(path, as));
    distinct(bodies, name);
    const out = used.flatMap((one) => one.default ?? one.names).join(', ');
    const text = modules.map(([path], at) => `// ${path}\n${bodies[at]}`).join('\n\n');
    return `const { ${out} } = (() => {\n${text}\n\nreturn { ${out} };\n})();`;
  });
  const licences = [...new Set(packages.flatMap((name) => ordered(imports.filter(({ from }) => from.split('/')[1] === name).map(({ from }) => from)).map(([path]) => path.split('/')[1])))];
  const holders = licences.map((name) => `${name}: ${/Copyright.*/.exec(readFileSync(`${CHARTS}vendor/${name}/LICENSE`, 'utf8'))?.[0]}`);
  return `// @ts-nocheck: made by scripts/formats.mjs from charts/eon/d3.js and what it imports; not to be edited.
/*! ISC licence, charts/vendor: ${holders.join(' · ')} */
'use strict';
(() => {
${parts.join('\n\n')}

// ${ENTRY}
${bodyOf(ENTRY, null)}

Object.defineProperty(globalThis, 'eontideFormats', { configurable: true, value: d3 });
})();
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] !== 'update') {
    console.error('usage: node scripts/formats.mjs update');
    process.exit(1);
  }
  writeFileSync(FORMATS, formats());
}
