/** The real thing: nats-server, bridge and publishing processes, release builds where there are any. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Nats, Process, temporaryFolder, until } from '../browser/real.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
export const BUILD = ['release', 'debug'].find((build) => existsSync(join(TARGET, build, 'broker-bridge'))) ?? 'debug';
export const CHANNEL = 'process-memory-demo';

/** @param {string} name */
function program(name) {
  const path = join(TARGET, BUILD, name);
  if (!existsSync(path)) throw new Error(`${name} is not built; \`make bench-charts\` builds it`);
  return path;
}

export class Stack {
  /** @param {Nats} nats @param {Process} bridge @param {string} origin @param {Process} publishers */
  constructor(nats, bridge, origin, publishers) {
    this.nats = nats;
    this.bridge = bridge;
    this.origin = origin;
    this.publishers = publishers;
  }

  /** @param {string[]} load  options of spawn */
  static async start(...load) {
    const nats = await Nats.start();
    const folder = temporaryFolder();
    const options = ['--listen', '127.0.0.1:0', '--nats', nats.url, '--data-dir', folder];
    const bridge = new Process(program('broker-bridge'), options, folder);
    const [, address] = await bridge.says(/open http:\/\/([^/\s]+)\//);
    const publishers = new Process(program('spawn'), ['--nats', nats.url, '--channel', CHANNEL, ...load]);
    const stack = new Stack(nats, bridge, `http://${address}`, publishers);
    await until('the bridge is ready', async () => (await fetch(`${stack.origin}/readyz`)).status === 200);
    return stack;
  }

  /** As JSON. @param {string} path  below the channel @returns {Promise<any>} */
  async ask(path) {
    const address = `${this.origin}/api/v1/channels/${CHANNEL}/${path}`;
    // A kept connection that the bridge closes just as it is used again is no fault of the bridge's.
    const response = await fetch(address).catch(() => fetch(address));
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async stop() {
    await this.publishers.kill();
    await this.bridge.kill();
    await this.nats.kill();
  }
}
