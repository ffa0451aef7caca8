/**
 * The process that feeds the pages: the folders as files, a bridge's `/live` and what of its API a chart asks. Started by
 * the bench, says its port on standard output, and ends with its standard input.
 */

import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { ranking } from './ranking.js';
import { Viewers } from './viewers.js';

const ROOT = new URL('../../', import.meta.url);
/** @type {Record<string, string>} */
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css', svg: 'image/svg+xml' };
const SERVED = /^\/(charts|ui|tests\/charts-bench)\/[\w./-]+$/;
const RANKING = /^\/api\/v1\/channels\/([\w-]+)\/ranking$/;

const viewers = new Viewers();

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const ranked = RANKING.exec(pathname);
  const channel = ranked && viewers.watched(ranked[1]);
  if (channel) {
    response.setHeader('content-type', 'application/json');
    return void response.end(JSON.stringify(ranking(channel.world, searchParams)));
  }
  const file = fileURLToPath(new URL(`.${pathname}`, ROOT));
  if (!SERVED.test(pathname) || pathname.includes('..') || !existsSync(file)) {
    response.statusCode = 404;
    return void response.end();
  }
  response.setHeader('content-type', TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain');
  createReadStream(file).pipe(response);
});

new WebSocketServer({
  server, path: '/live', perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has('eontide.v1.bin') ? 'eontide.v1.bin' : false),
}).on('connection', (socket) => viewers.serve(socket));

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});
process.stdin.on('end', () => process.exit(0)).resume();
