/**
 * Real processes for the live tests: nats-server with the shipped nats.conf, bridge, spawn. Whatever a test starts ends
 * with it, and with the run however that ends.
 */

import { spawn as startProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @import {ChildProcess} from 'node:child_process' */

/** How long anything may take on a loaded machine with two cores. */
const DEADLINE_MS = 30_000;
const POLL_MS = 25;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @type {Set<Process>} */
const running = new Set();
/** @type {Set<string>} */
const folders = new Set();

process.on('exit', () => {
  for (const one of running) one.signal('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => process.exit(1));

/**
 * Asks until the answer is no longer false, null, undefined or a text; a text says why not yet.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} condition
 * @returns {Promise<Exclude<T, false|null|undefined|string>>}
 */
export async function until(what, condition) {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await condition();
    if (answer !== false && answer !== null && answer !== undefined && typeof answer !== 'string') {
      return /** @type {any} */ (answer);
    }
    if (performance.now() > deadline) throw new Error(`still not: ${what}${typeof answer === 'string' ? `\n${answer}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A folder that goes with the run. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'eontide-'));
  folders.add(folder);
  return folder;
}

const PORTS = 22_000;
let nextPort = Math.floor(Math.random() * PORTS);

/**
 * Below those that the system gives away, and never the same twice: while a server is down nobody may have its port. Test files are
 * processes beside each other, and begin elsewhere, or most likely do.
 *
 * @returns {Promise<number>} a port of 127.0.0.1 that nobody uses at the moment
 */
async function freePort() {
  for (let tries = 0; tries < PORTS; tries += 1) {
    const port = 10_000 + (nextPort++ % PORTS);
    const server = createServer();
    /** @type {boolean} */
    const free = await new Promise((resolve) => server.on('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('no port of 127.0.0.1 is free');
}

/** @param {string} name  of a program of this workspace */
function built(name) {
  const path = join(ROOT, 'target/debug', name);
  if (!existsSync(path)) throw new Error(`${name} is not built: run \`cargo build --workspace --bins\` first, as \`make browser\` does`);
  return path;
}

/** A running program whose standard error is kept. */
export class Process {
  /** What it said so far. */
  said = '';
  /** @type {ChildProcess} */
  #child;
  #ended;

  /** @param {string} program @param {string[]} args @param {string} [folder] */
  constructor(program, args, folder = ROOT) {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EONTIDE_')));
    const child = startProcess(program, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text) => { this.said += text; });
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => { this.said += String(error); });
      child.on('close', resolve);
    });
    running.add(this);
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** Waits for words on its standard error. @param {RegExp} words */
  says(words) {
    return until(`${this.#child.spawnfile} says ${words}`, () => words.exec(this.said) ?? this.said);
  }

  /** SIGKILL, and waits for the end. */
  async kill() {
    this.signal('SIGKILL');
    await this.#ended;
    running.delete(this);
  }
}

/** A server on its own port with its own data. */
export class Nats {
  #folder = temporaryFolder();
  /** @type {Process|null} */
  #process = null;
  port = 0;

  static async start() {
    const nats = new Nats();
    nats.port = await freePort();
    await nats.restart();
    return nats;
  }

  get url() { return `nats://127.0.0.1:${this.port}`; }

  /** The same port, the same data. */
  async restart() {
    await this.kill();
    const installed = join(ROOT, '.tools/bin/nats-server');
    const program = process.env.NATS_SERVER ?? (existsSync(installed) ? installed : 'nats-server');
    const args = ['-c', join(ROOT, 'nats.conf'), '-a', '127.0.0.1', '-p', String(this.port), '-m', '0'];
    this.#process = new Process(program, args, this.#folder);
    await this.#process.says(/Server is ready/);
  }

  async kill() {
    await this.#process?.kill();
    this.#process = null;
  }
}

/** A bridge that reads one server. */
export class Bridge {
  #nats;
  #options;
  #listen = '127.0.0.1:0';
  /** @type {Process|null} */
  #process = null;

  /** @param {Nats} nats @param {string[]} options  of its command line */
  constructor(nats, options = []) {
    this.#nats = nats;
    this.#options = options;
  }

  /** @param {Nats} nats @param {string[]} options  of its command line */
  static async start(nats, ...options) {
    const bridge = new Bridge(nats, options);
    await bridge.restart();
    return bridge;
  }

  /** `host:port` */
  get address() { return this.#listen; }
  get origin() { return `http://${this.#listen}`; }

  /** At the same address. */
  async restart() {
    await this.kill();
    this.#process = new Process(built('broker-bridge'), ['--listen', this.#listen, '--nats', this.#nats.url, ...this.#options], temporaryFolder());
    const [, address] = await this.#process.says(/open http:\/\/([^/\s]+)\//);
    this.#listen = address;
    await until('the bridge is ready', async () => (await this.#status('/readyz')) === 200);
  }

  async kill() {
    await this.#process?.kill();
    this.#process = null;
  }

  /** @param {boolean} wanted */
  async ready(wanted) {
    await until(`the bridge is ${wanted ? '' : 'not '}ready`, async () => ((await this.#status('/readyz')) === 200) === wanted);
  }

  /** @param {string} path */
  async #status(path) {
    try {
      return (await fetch(this.origin + path)).status;
    } catch {
      return 0;
    }
  }

  /** The sources of a channel, as the API has them. @param {string} channel @returns {Promise<any[]>} */
  async sources(channel) {
    const response = await fetch(`${this.origin}/api/v1/channels/${channel}/sources`);
    return (await response.json()).sources;
  }
}

/** Publishing processes; those it started end by themselves when it is killed. @param {Nats} nats @param {string[]} args */
export function publishers(nats, ...args) {
  return new Process(built('spawn'), ['--nats', nats.url, ...args]);
}
