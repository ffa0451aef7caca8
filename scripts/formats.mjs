#!/usr/bin/env node
/**
 * charts/eon/formats.js: charts/eon/d3.js with the vendored modules it imports as one classic script, for pages that write a
 * number before any module can be there.
 *
 *     node scripts/formats.mjs update
 *
 * charts/eon/formats.test.js compares the file with what this makes. Each package becomes a function of its own.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bodyOf, importsOf, joined, ordered } from './join.mjs';

const CHARTS = fileURLToPath(new URL('../charts/', import.meta.url));
export const FORMATS = `${CHARTS}eon/formats.js`;
const ENTRY = 'eon/d3.js';
const read = (/** @type {string} */ path) => readFileSync(CHARTS + path, 'utf8');

export function formats() {
  const imports = importsOf(ENTRY, read);
  const packages = [...new Set(imports.map(({ from }) => from.split('/')[1]))];
  const parts = packages.map((name) => {
    const used = imports.filter(({ from }) => from.split('/')[1] === name);
    const out = used.flatMap((one) => one.default ?? one.names).join(', ');
    const text = joined(used.map(({ from }) => from), read, name, [ENTRY]);
    return `const { ${out} } = (() => {\n${text}\n\nreturn { ${out} };\n})();`;
  });
  const licences = [...new Set(packages.flatMap((name) => ordered(imports.filter(({ from }) => from.split('/')[1] === name).map(({ from }) => from), read).map(([path]) => path.split('/')[1])))];
  const holders = licences.map((name) => `${name}: ${/Copyright.*/.exec(readFileSync(`${CHARTS}vendor/${name}/LICENSE`, 'utf8'))?.[0]}`);
  return `// @ts-nocheck: made by scripts/formats.mjs from charts/eon/d3.js and what it imports; not to be edited.
/*! ISC licence, charts/vendor: ${holders.join(' · ')} */
'use strict';
(() => {
${parts.join('\n\n')}

// ${ENTRY}
${bodyOf(ENTRY, null, read)}

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
