#!/usr/bin/env node
/**
 * What charts/ and ui/ import from charts/vendor, and nothing else, from the npm packages below.
 *
 *     node scripts/vendor.mjs update    writes the files and the table in charts/vendor/README.md
 *     node scripts/vendor.mjs check     fails where a file differs from its npm package, is missing, or is needed by nothing
 *
 * A package's own source modules are taken, not its bundle: a page that draws axes needs 4 of the 59 files of d3-array.
 * In a file only the import paths are changed: `import {ticks} from "d3-array"` becomes an import of the module that
 * d3-array's index takes `ticks` from, so that browsers load the files as they lie there. Some are joined into one file: what a
 * page needs before its first picture, where each file costs it some 3 ms.
 *
 * Tarballs are fetched by `npm pack` once and kept in .tools/npm; each must have the integrity that the table names.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf, joined } from './join.mjs';

/** The newest versions that ship `src/`: those after them hold the same code, but only as bundles. */
const PACKAGES = {
  'd3-array': '3.2.4', 'd3-format': '3.1.2', 'd3-path': '3.1.0', 'd3-shape': '3.2.0', 'd3-time': '3.1.0', 'd3-time-format': '4.1.0',
};
/** Files of our own making: what each exports, and which modules that comes from. */
const JOINED = {
  'joined/ticks.js': [
    'import nice from "../d3-array/nice.js";', 'import ticks from "../d3-array/ticks.js";', 'import {tickStep} from "../d3-array/ticks.js";',
    'import {utcTickInterval} from "../d3-time/ticks.js";',
  ].join('\n'),
};
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VENDOR = join(ROOT, 'charts/vendor');
const README = join(VENDOR, 'README.md');
const TARBALLS = join(ROOT, '.tools/npm');
const HEAD = '| package | version | files | npm integrity |\n|---|---|--:|---|\n';

/** An `import` or `export … from` statement: what stands before the path, and the path. */
const STATEMENT = /^((?:import|export)\b[^;"']*?\bfrom\s*)(["'])([^"']+)\2/gm;

/** @param {string} folder @returns {string[]} files below it */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** The files of charts/vendor that our own code names, as `d3-array/ticks.js`. */
function roots() {
  const found = new Set();
  for (const folder of ['charts', 'ui']) {
    for (const file of filesBelow(join(ROOT, folder))) {
      if (!file.endsWith('.js') || file.startsWith(VENDOR) || file.includes('node_modules')) continue;
      for (const [, path] of readFileSync(file, 'utf8').matchAll(/['"]\.[./]*\/vendor\/([^'"]+\.js)['"]/g)) found.add(path);
    }
  }
  return found;
}

class Package {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.version = PACKAGES[name];
    if (!this.version) fail(`${name} is imported, but scripts/vendor.mjs names no version of it`);
    const tarball = this.#fetch();
    this.integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    this.#tarball = tarball;
  }

  #tarball;

  #fetch() {
    const file = join(TARBALLS, `${this.name}-${this.version}.tgz`);
    if (!existsSync(file)) {
      mkdirSync(TARBALLS, { recursive: true });
      const wanted = `${this.name}@${this.version}`;
      execFileSync('npm', ['pack', '--silent', wanted], { cwd: TARBALLS, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    return file;
  }

  /** @param {string} path  within the package */
  read(path) {
    return execFileSync('tar', ['-xzOf', this.#tarball, `package/${path}`], { encoding: 'utf8' });
  }

  /** Which module of the package exports a name, and as what. @param {string} wanted @returns {{file: string, as: string}} */
  exporter(wanted) {
    for (const [, statement, , path] of this.read('src/index.js').matchAll(STATEMENT)) {
      for (const item of /\{([^}]*)\}/.exec(statement)?.[1].split(',') ?? []) {
        const [as, name = as] = item.trim().split(/\s+as\s+/);
        if (name === wanted) return { file: posix.normalize(path), as };
      }
    }
    return fail(`${this.name} does not export ${wanted}`);
  }
}

/** All files to vendor with their text, by path below charts/vendor; and what they are made of. */
function wantedFiles() {
  /** @type {Map<string, Package>} */
  const packages = new Map();
  const [whole, single] = [[], []];
  for (const path of roots()) (path in JOINED ? whole : single).push(path);
  const files = modulesOf(single, packages);
  const sources = new Map(files);
  for (const path of whole) {
    const read = (/** @type {string} */ one) => (one === path ? JOINED[path] : sources.get(one));
    const imports = importsOf(path, read);
    for (const [one, text] of modulesOf(imports.map(({ from }) => from), packages)) sources.set(one, text);
    const exported = imports.flatMap((one) => one.default ?? one.names).join(', ');
    const text = joined(imports.map(({ from }) => from), read, path, [path]);
    // Compiled as a whole while it is loaded: charts/eager.test.js.
    files.set(path, `//# allFunctionsCalledOnLoad\n// Made by scripts/vendor.mjs from modules of d3, ISC licence, see the LICENSE files; not to be edited.\n\n${text}\n\nexport { ${exported} };\n`);
  }
  for (const [name, { read }] of packages) files.set(`${name}/LICENSE`, read.call(packages.get(name), 'LICENSE'));
  return { files, packages, sources };
}

/** Modules and what they import, with their text. @param {string[]} open @param {Map<string, Package>} packages @returns {Map<string, string>} */
function modulesOf(open, packages) {
  const packageOf = (/** @type {string} */ name) => packages.get(name) ?? packages.set(name, new Package(name)).get(name);
  /** @type {Map<string, string>} */
  const files = new Map();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    const [name] = path.split('/', 1);
    const source = packageOf(name).read(`src/${path.slice(name.length + 1)}`);
    files.set(path, source.replace(STATEMENT, (whole, statement, quote, from) => {
      if (from.startsWith('.')) {
        open.push(posix.join(dirname(path), from));
        return whole;
      }
      return fromModules(statement, packageOf(from), path, open, quote);
    }));
  }
  return files;
}

/**
 * `import {a, b as c} from "package"` → one import for each module that a and b stand in. The last has no semicolon: it
 * stands behind the statement already.
 */
function fromModules(statement, from, path, open, quote) {
  const names = /\{([^}]*)\}/.exec(statement);
  if (!names) return fail(`${path} imports ${from.name} as a whole`);
  /** @type {Map<string, string[]>} */
  const modules = new Map();
  for (const item of names[1].split(',').filter((text) => text.trim() !== '')) {
    const [name, local = name] = item.trim().split(/\s+as\s+/);
    const { file, as } = from.exporter(name);
    modules.set(file, [...(modules.get(file) ?? []), as === local ? local : `${as} as ${local}`]);
  }
  return [...modules].map(([file, items]) => {
    const target = posix.join(from.name, file);
    open.push(target);
    return `import {${items.join(', ')}} from ${quote}${posix.relative(dirname(path), target)}${quote}`;
  }).join(';\n');
}

/** @param {ReturnType<typeof wantedFiles>} wanted */
function table({ sources, packages }) {
  return HEAD + [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, version, integrity }) => {
    const count = [...sources.keys()].filter((path) => path.startsWith(`${name}/`)).length;
    return `| [${name}](https://www.npmjs.com/package/${name}/v/${version}) | ${version} | ${count} | \`${integrity}\` |\n`;
  }).join('');
}

/** Files that lie in charts/vendor and are not ours (README.md, *.d.ts). */
function present() {
  const all = filesBelow(VENDOR).map((file) => relative(VENDOR, file));
  return all.filter((path) => path !== 'README.md' && !path.endsWith('.d.ts'));
}

function update() {
  const wanted = wantedFiles();
  for (const path of present()) if (!wanted.files.has(path)) rmSync(join(VENDOR, path));
  for (const [path, text] of wanted.files) {
    mkdirSync(dirname(join(VENDOR, path)), { recursive: true });
    writeFileSync(join(VENDOR, path), text);
  }
  writeFileSync(README, readFileSync(README, 'utf8').split(/^\| /m, 1)[0] + table(wanted));
}

function check() {
  const wanted = wantedFiles();
  const isRight = (/** @type {string} */ path, /** @type {string} */ text) => (
    existsSync(join(VENDOR, path)) && readFileSync(join(VENDOR, path), 'utf8') === text
  );
  const wrong = [...wanted.files].filter(([path, text]) => !isRight(path, text)).map(([path]) => `${path} is missing or differs from npm's`);
  for (const path of present()) if (!wanted.files.has(path)) wrong.push(`${path} is needed by nothing`);
  if (!readFileSync(README, 'utf8').endsWith(table(wanted))) wrong.push('README.md names other versions or integrities');
  if (wrong.length > 0) fail(`charts/vendor: ${wrong.join('\ncharts/vendor: ')}\nrun: node scripts/vendor.mjs update`);
}

/** @param {string} reason @returns {never} */
function fail(reason) {
  console.error(reason);
  process.exit(1);
}

const command = { update, check }[process.argv[2]];
if (command) command();
else fail('usage: node scripts/vendor.mjs update|check');
