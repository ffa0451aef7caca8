#!/usr/bin/env node
/**
 * The TypeScript declarations of the charts library, made from its JSDoc: `node scripts/types.mjs [folder]`, charts/types
 * where no folder is named. They are made when the package is packed (`prepack` in charts/package.json) and never
 * committed, so that they cannot fall behind the code.
 */

import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHARTS = fileURLToPath(new URL('../charts', import.meta.url));
const TSC = fileURLToPath(new URL('../tests/browser/node_modules/.bin/tsc', import.meta.url));
const ENTRIES = ['index.js', 'eon/index.js', 'export/index.js'];
const OPTIONS = [
  '--declaration', '--emitDeclarationOnly', '--allowJs', '--strict', '--target', 'es2022', '--module', 'es2022',
  '--moduleResolution', 'bundler', '--lib', 'es2023,dom,dom.iterable', '--types', '',
];
/**
 * Types that a page names, by the file they stand in. Here and not in index.js: there they would be bytes that every page
 * loads for nothing.
 */
const PUBLIC = {
  'cell.js': ['Cell'],
  'draw/marks.js': ['Mark'],
  'emitter.js': ['ChartEvents'],
  'lists.js': ['ChartRow', 'Sort'],
  'live/connection.js': ['Environment'],
  'options.js': ['AxisOptions', 'ChartOptions'],
  'scale/time.js': ['TimeZone'],
  'scene.js': ['ShapeName'],
  'series/visibility.js': ['VisibilityAction'],
  'types.js': ['ConnectionName', 'ConnectionState', 'Frame', 'Position', 'SeriesStatus', 'Source'],
  'widgets/chart-face.js': ['ChartFace'],
};

/** @param {string} folder  of which nothing stays */
export function writeTypes(folder) {
  if (!existsSync(TSC)) throw new Error('typescript is not installed: run `npm ci` in tests/browser first, as `make lint` does');
  rmSync(folder, { recursive: true, force: true });
  execFileSync(process.execPath, [TSC, ...OPTIONS, '--rootDir', CHARTS, '--outDir', folder, ...ENTRIES.map((entry) => join(CHARTS, entry))], { stdio: 'inherit' });
  // Our own declarations of vendored modules are not of JSDoc: tsc reads them and leaves them where they are.
const vendor = join(CHARTS, 'vendor');
  for (const file of declarations(vendor)) cpSync(file, join(folder, 'vendor', relative(vendor, file)), { recursive: true });
  for (const file of declarations(folder)) {
    const text = readFileSync(file, 'utf8');
    // tsc has made imports of them, and left the comments.
    writeFileSync(file, text.replace(/^\/\*\* @import [^\n]*\*\/\n/gm, ''));
  }
  const exported = Object.entries(PUBLIC).map(([file, names]) => `export type { ${names.join(', ')} } from './${file}';\n`);
  appendFileSync(join(folder, 'index.d.ts'), exported.join(''));
  prune(folder);
}

/** What no entry reaches is no one's type. @param {string} folder */
function prune(folder) {
  const reached = new Set(ENTRIES.map((entry) => join(folder, entry.replace(/js$/, 'd.ts'))));
  for (const file of reached) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.js['"]/g)) reached.add(`${resolve(dirname(file), path)}.d.ts`);
  }
  for (const file of declarations(folder)) if (!reached.has(file)) rmSync(file);
  removeEmpty(folder);
}

/** @param {string} folder @returns {string[]} */
function declarations(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts')).map((path) => join(folder, path));
}

/** @param {string} folder @returns {boolean} is it empty now? */
function removeEmpty(folder) {
  const left = readdirSync(folder, { withFileTypes: true }).filter((entry) => !(entry.isDirectory() && removeEmpty(join(folder, entry.name))));
  if (left.length === 0) rmSync(folder, { recursive: true });
  return left.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? join(CHARTS, 'types'));
  writeTypes(folder);
  console.error(`${declarations(folder).length} declarations in ${relative(process.cwd(), folder) || folder}`);
}
