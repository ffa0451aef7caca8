/** The charts library as npm would get it: packed, then installed into a folder of its own. Nothing asks the network. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHARTS = fileURLToPath(new URL('../../charts', import.meta.url));

/** @param {string[]} args @param {string} cwd */
function npm(args, cwd) {
  return execFileSync('npm', [...args, '--offline', '--foreground-scripts=false', '--no-update-notifier', '--loglevel=error'], { cwd, encoding: 'utf8' });
}

/**
 * @returns {{folder: string, root: string, files: string[], remove: () => void}} folder: where the package is installed;
 *   root: of the package; files: its content as npm lists it
 */
export function packed() {
  const folder = mkdtempSync(join(tmpdir(), 'eontide-pack-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const cache = ['--cache', join(folder, 'cache')];
    const [{ filename, files }] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder, ...cache], CHARTS));
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    npm(['install', `./${filename}`, '--no-audit', '--no-fund', ...cache], folder);
    const listed = files.map((/** @type {{path: string}} */ { path }) => path).sort();
    return { folder, root: join(folder, 'node_modules/eontide-charts'), files: listed, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @param {string} root @param {string} path */
export function textOf(root, path) {
  return readFileSync(join(root, path), 'utf8');
}
