/** The bridge sends scripts without comments, indentation and needless blanks: what they mean, line by line, is the source. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Bridge, Nats } from './real.js';

const ROOT = new URL('../../', import.meta.url);
const TOKENS = fileURLToPath(new URL('tokens.cjs', import.meta.url));

/** @param {string} folder @param {RegExp} ending */
function files(folder, ending) {
  const all = readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' });
  return all.filter((path) => ending.test(path) && !/\.test\.js$|^(testing\.js|node_modules|scratch)/.test(path)).map((path) => `${folder}${path}`);
}

/** Of the page at its root, of the library below. @param {Bridge} bridge @param {string[]} paths */
async function sent(bridge, paths) {
  const answers = await Promise.all(paths.map((path) => fetch(`${bridge.origin}/${path.replace(/^ui\//, '')}`)));
  for (const { status, url } of answers) assert.equal(status, 200, url);
  return Promise.all(answers.map((answer) => answer.text()));
}

/** @param {string[]} scripts @returns {string[][]} */
function tokensOf(scripts) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-internals', TOKENS], { input: JSON.stringify(scripts), encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('every script has the tokens of its source in the lines of its source, and weighs less', { timeout: 60_000 }, async () => {
  const nats = await Nats.start();
  const bridge = await Bridge.start(nats);
  try {
    const paths = [...files('charts/', /\.js$/), ...files('ui/', /\.js$/)];
    assert.ok(paths.length > 150, `${paths.length} scripts`);
    const sources = paths.map((path) => readFileSync(new URL(path, ROOT), 'utf8'));
    const lean = await sent(bridge, paths);
    const [wanted, found] = [tokensOf(sources), tokensOf(lean)];
    paths.forEach((path, i) => assert.deepEqual(found[i], wanted[i], path));
    const [before, after] = [sources, lean].map((texts) => texts.join('').length);
    assert.ok(after < before * 0.7, `${after} of ${before} characters`);
  } finally {
    await bridge.kill();
    await nats.kill();
  }
});

test('style sheets have the rules of their source', { timeout: 60_000 }, async () => {
  const nats = await Nats.start();
  const bridge = await Bridge.start(nats);
  try {
    const paths = [...files('charts/', /\.css$/), ...files('ui/', /\.css$/)];
    const lean = await sent(bridge, paths);
    const plain = (/** @type {string} */ text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ').trim();
    paths.forEach((path, i) => assert.equal(plain(lean[i]), plain(readFileSync(new URL(path, ROOT), 'utf8')), path));
  } finally {
    await bridge.kill();
    await nats.kill();
  }
});
