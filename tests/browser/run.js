/**
 * Runs the test files given, else all of this folder, some at a time. `node --test` takes them by name, so that a long one that
 * comes last has the machine for itself: here the longest begin.
 */

import { readdirSync } from 'node:fs';
import { run } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/** Half a minute and more each; the order of the rest does not matter. */
const LONGEST = ['same-picture', 'moving', 'eon-chart', 'given', 'live', 'old-pages', 'screens', 'controls', 'eon-client', 'library', 'widgets'];
const CONCURRENCY = 3;
/** Several times as long as the longest takes: one that hangs is a failure that names it, not a run without an end. */
const FILE_MS = 600_000;

const folder = fileURLToPath(new URL('.', import.meta.url));
const all = readdirSync(folder).filter((name) => name.endsWith('.test.js'));
const files = [...new Set([...LONGEST.map((name) => `${name}.test.js`), ...all])].map((name) => folder + name);

const given = process.argv.slice(2);
const tests = run({ files: given.length > 0 ? given : files, concurrency: CONCURRENCY, timeout: FILE_MS });
tests.on('test:fail', () => { process.exitCode = 1; });
// As `node --test` does.
tests.compose(process.stdout.isTTY ? new spec() : tap).pipe(process.stdout);
