/** What npm gets: exactly what the library needs, with types that hold what it says. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packed, textOf } from '../tests/browser/packed.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TSC = join(ROOT, 'tests/browser/node_modules/.bin/tsc');
const ENTRIES = ['index.js', 'eon/index.js', 'eon.js', 'eon/formats.js', 'eon.css', 'export/index.js', 'chart.css', 'colours.css', 'widgets.css'];
/** Not reached by an import, and wanted. */
const PAPERS = ['LICENSE', 'README.md', 'package.json', 'vendor/README.md'];
/** Static, dynamic, re-exporting, of a type in a comment, of a sheet, also one that a script adds. */
const IMPORTS = /(?:\bfrom|\bimport|@import url|new URL(?=\('[\w-]+\.css', import))\s*\(?\s*(['"])(\.{0,2}[^'"\s]+)\1/g;

/** @type {ReturnType<typeof packed>} */
let pack;
before(() => { pack = packed(); });
after(() => pack?.remove());

/** What the entries reach. @param {string[]} entries @param {(path: string) => string} nameOf  of an import */
function reached(entries, nameOf = (path) => path) {
  const found = new Set(entries);
  for (const path of found) {
    for (const [, , target] of textOf(pack.root, path).matchAll(IMPORTS)) found.add(posix.join(posix.dirname(path), nameOf(target)));
  }
  return [...found];
}

/** Whose code a vendored file holds: its folder's, or, joined, that of the modules it names. @param {string} file */
function packagesOf(file) {
  const [, folder] = file.split('/');
  return folder === 'joined' ? [...textOf(pack.root, file).matchAll(/^\/\/ (d3-[a-z-]+)\//gm)].map(([, name]) => name) : [folder];
}

test('the package holds what its entries reach, its papers and licences, and nothing else', () => {
  const code = reached(ENTRIES);
  const vendored = new Set(code.filter((path) => path.startsWith('vendor/')).flatMap(packagesOf).map((name) => `vendor/${name}/LICENSE`));
  const types = reached(['types/index.d.ts', 'types/eon/index.d.ts', 'types/export/index.d.ts'], (target) => target.replace(/\.js$/, '.d.ts'));
  assert.deepEqual(pack.files, [...code, ...PAPERS, ...vendored, ...types].sort());
});

test('nothing in it is of this machine, and no test is in it', () => {
  const paths = [ROOT, homedir(), tmpdir(), process.cwd()].filter((path) => path.length > 2);
  for (const file of pack.files) {
    const text = textOf(pack.root, file);
    for (const path of paths) assert.ok(!text.includes(path), `${file} names ${path}`);
    assert.doesNotMatch(file, /test|gallery|^\.|\.html$|\.mjs$/);
  }
});

test('what it says of itself is what the repository says', () => {
  const about = JSON.parse(textOf(pack.root, 'package.json'));
  const [, version] = /** @type {RegExpExecArray} */ (/\[workspace\.package\]\nversion = "([^"]+)"/.exec(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8')));
  const [, license] = /** @type {RegExpExecArray} */ (/^license = "([^"]+)"/m.exec(readFileSync(join(ROOT, 'Cargo.toml'), 'utf8')));
  assert.deepEqual([about.name, about.version, about.license, about.type], ['eontide-charts', version, license, 'module']);
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) assert.equal(about[kind], undefined, kind);
  assert.equal(textOf(pack.root, 'LICENSE'), readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  const targets = Object.values(about.exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
  for (const target of targets) assert.ok(existsSync(join(pack.root, target)), `${target} is exported and not there`);
});

test('packing leaves nothing behind in charts/', () => {
  assert.deepEqual(['types', 'LICENSE'].filter((name) => existsSync(join(ROOT, 'charts', name))), []);
});

test('node resolves it by its name; what needs no page runs there', () => {
  const script = `
    import { chart, decodeText, formatDuration, parseSpan } from 'eontide-charts';
    const stranger = await import('eontide-charts/live/frame.js').catch(({ code }) => code);
    const sheet = import.meta.resolve('eontide-charts/chart.css').endsWith('/eontide-charts/chart.css');
    console.log(JSON.stringify([typeof chart, formatDuration(90_000), parseSpan('15m'), decodeText('{"type":"pong","pong":7}').pong, stranger, sheet]));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: pack.folder, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(said), ['function', '1 min 30 s', 900_000, 7, 'ERR_PACKAGE_PATH_NOT_EXPORTED', true]);
});

const CONSUMER = `
import { chart, Chart, Legend, SourceTable, type AxisOptions, type ChartEvents, type ChartOptions, type ChartRow, type Source } from 'eontide-charts';
import { eon, forBridge, PubNub } from 'eontide-charts/eon';
import { download, exportChart } from 'eontide-charts/export';

const old = new PubNub({ subscribeKey: 'demo' });
old.addListener({ message: ({ timetoken }) => console.log(timetoken) });
old.subscribe({ channels: ['a', 'b.*'], withPresence: true });
void old.history({ channel: 'a', count: 5 })?.then(({ messages }) => messages.length);
eon.chart({ channels: ['a'], pubnub: old }).destroy();
forBridge('bridge:8080').eon.c.flatten({});
const y: AxisOptions = { unit: 'MiB', format: (value) => value.toFixed(1), padding: { top: 0.1 } };
const options: ChartOptions = {
  channel: 'process-memory-demo', window: '15m', series: ['rss-*'], type: 'area-spline', types: { load: 'bar' }, groups: [['a', 'b']], axes: { load: 'y2' },
  axis: { x: { type: 'time', format: '%H:%M' }, y }, detail: 'auto', timeZone: 'utc', pauseOnHover: true, gauge: { max: 10, thresholds: [{ value: 5, colour: 'red' }] },
};
const live: Chart = chart(document.body, options);
const given = chart(document.body, { data: { columns: [['x', '2026-01-01', null], ['a', 1, '2']] } });
given.load({ columns: [['b', 1, null, 3]] });
given.unload(['b']);
const undo: () => void = live.on('cell', ({ from, series }) => console.log(from.toFixed(), series.map(({ name }) => name)));
live.on('refresh', () => {
  const row: ChartRow | null = live.row(live.names({ sort: 'max' })[0]);
  if (row) console.log(row.value.length, row.status.state === 'down', row.style.colour);
});
live.on('view', (view: ChartEvents['view']) => live.hold(view.from, view.to));
const sources: readonly Source[] = live.sources();
const [legend, table] = [new Legend(document.body, live), new SourceTable(document.body, live)];
live.select({ type: 'only', names: ['a'] });
void exportChart(live, 'png').then(({ blob, name }) => download(blob, name));
undo(); legend.close(); table.close(); live.destroy();
export { sources };
`;

/** Each line is one mistake. */
const MISTAKES = [
  "chart(document.body, { type: 'lines' });", "chart(document.body, { window: 5 });", "chart('#chart', {});", "chart(document.body, { colors: {} });",
  "chart(document.body, { axis: { y: { type: 'square' } } });", "chart(document.body, { data: { columns: [[1, 2]] } });", "live.on('nothing', () => {});",
  "live.on('cell', ({ nothing }) => nothing);", 'live.replay();', "live.select({ type: 'isolate' });", 'new Legend(document.body, {});', 'live.row(1);',
  'const text: string = live.windowMs; void text;', 'live.engine;', "live.setDetail('much');", "import { LiveModel } from 'eontide-charts'; void LiveModel;",
];

/** What tsc complains about, by line. @param {string} name @param {string} text @param {string} resolution */
function complaints(name, text, resolution) {
  writeFileSync(join(pack.folder, name), text);
  // Without skipLibCheck: the declarations themselves must hold too.
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', '--types', '', ...resolution.split(' ')];
  const { stdout, status } = spawnSync(process.execPath, [TSC, ...options, name], { cwd: pack.folder, encoding: 'utf8' });
  return { lines: [...new Set([...stdout.matchAll(/\((\d+),\d+\): error/g)].map(([, line]) => Number(line)))], stdout, status };
}

for (const resolution of ['--module es2022 --moduleResolution bundler', '--module nodenext']) {
  test(`a strict TypeScript page compiles against its types: ${resolution}`, () => {
    const { stdout, status } = complaints('page.ts', CONSUMER, resolution);
    assert.deepEqual([stdout, status], ['', 0]);
  });
}

test('mistakes do not compile, each of them', () => {
  const head = "import { chart, Legend } from 'eontide-charts'; const live = chart(document.body, {});";
  const { lines } = complaints('mistakes.ts', [head, ...MISTAKES].join('\n'), '--module es2022 --moduleResolution bundler');
  const missed = MISTAKES.filter((_, i) => !lines.includes(i + 2));
  assert.deepEqual(missed, []);
});
