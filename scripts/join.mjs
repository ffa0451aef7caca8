/**
 * Modules joined into one text: one after another in the order of their imports, so that bindings stay live as between modules;
 * names that two of them declare would be an error. Only what d3's files use of `import` and `export` is understood.
 */

import { dirname, posix } from 'node:path';

const IMPORT = /^import\s+(.+?)\s+from\s+["'](.+?)["'];?$/gm;
const DECLARED = /^(?:export )?(?:default )?(?:var|const|let|function|class)\s+([\w$]+)/gm;

/** @typedef {(path: string) => string} Read */

/** @param {string} path @param {Read} read @returns {{default: string|null, names: string[], from: string}[]} */
export function importsOf(path, read) {
  return [...read(path).matchAll(IMPORT)].map(([, what, from]) => {
    const names = /\{(.*)\}/.exec(what)?.[1].split(',').map((name) => name.trim()) ?? [];
    const [, as = null] = /^default as (\w+)$/.exec(names[0] ?? '') ?? [];
    return { default: as ?? (names.length > 0 ? null : what), names: as ? [] : names, from: posix.join(dirname(path), from) };
  });
}

/** A module without its imports and exports. @param {string} path @param {string|null} name  of its default export elsewhere @param {Read} read */
export function bodyOf(path, name, read) {
  const text = read(path).replace(IMPORT, '').trim();
  const body = text
    .replace(/^export default function\s*\(/m, () => `function ${named(path, name)}(`)
    .replace(/^export default (?=\{)/m, () => `var ${named(path, name)} = `)
    .replace(/^export default /m, '')
    .replace(/^export \{[^}]*\};?$/gm, '')
    .replace(/^export (?=var|const|function|class)/gm, '');
  if (/^\s*(import|export)\b/m.test(body)) throw new Error(`${path}: an import or export that scripts/join.mjs does not know`);
  return body;
}

/** @param {string} path @param {string|null} name */
function named(path, name) {
  if (name === null) throw new Error(`${path}: nobody imports its default`);
  return name;
}

/**
 * The modules that some of them need, each behind those that it needs, and as what its default is imported.
 * @param {string[]} entries @param {Read} read @param {string[]} [more]  who imports from them as well
 */
export function ordered(entries, read, more = []) {
  /** @type {Map<string, string|null>} */
  const found = new Map();
  const visit = (/** @type {string} */ path) => {
    if (found.has(path)) return;
    for (const one of importsOf(path, read)) visit(one.from);
    found.set(path, null);
  };
  entries.forEach(visit);
  for (const path of [...more, ...found.keys()]) {
    for (const { default: name, from } of importsOf(path, read)) {
      if (name === null || !found.has(from)) continue;
      const before = found.get(from);
      if (before && before !== name) throw new Error(`${from}: imported as ${before} and as ${name}`);
      found.set(from, name);
    }
  }
  return [...found];
}

/** @param {string[]} entries @param {Read} read @param {string} where @param {string[]} [more]  who imports from them as well */
export function joined(entries, read, where, more = []) {
  const bodies = ordered(entries, read, more).map(([path, as]) => ({ path, body: bodyOf(path, as, read) }));
  const names = bodies.flatMap(({ body }) => [...body.matchAll(DECLARED)].map(([, name]) => name));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`${where}: ${twice.join(', ')} declared twice`);
  return bodies.map(({ path, body }) => `// ${path}\n${body}`).join('\n\n');
}
