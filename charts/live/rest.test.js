import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { densityBytes, written } from '../testing.js';
import { ProtocolError } from './check.js';
import { Rest, RestError } from './rest.js';

const FIXTURES = new URL('../../publisher/wire/fixtures/frames.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(FIXTURES, 'utf8'));
/** Series `rss-a` and `größe` in one block, `b` in another. */
const SNAPSHOT = Buffer.from(cases.find((/** @type {{name: string}} */ one) => one.name === 'snapshot').binary_hex, 'hex');
const DENSITY = densityBytes(4, 0, '{"up":2,"down":0}', 1000, [['rss', 2, [written(5, [1, 2])]], ['a,b', 1, []], ['axb', 1, []]]);

/** A bridge that gives one answer, and what it was asked. @param {() => Response|Promise<Response>} answer @param {string} [origin] */
function bridge(answer, origin = 'http://b:1') {
  /** @type {string[]} */
  const asked = [];
  const rest = new Rest(origin, async (url, { signal }) => {
    asked.push(url);
    signal?.throwIfAborted();
    return answer();
  });
  return { rest, asked };
}

/** @param {unknown} json @param {number} [status] */
const said = (json, status = 200) => new Response(JSON.stringify(json), { status });

test('points are asked for in the form of the live frames', async () => {
  const { rest, asked } = bridge(() => new Response(SNAPSHOT));
  const { blocks, position } = await rest.query({ channel: 'a.b', from: 1000, to: 2000.5, width: 300, series: ['rss-*', 'b'] });
  assert.deepEqual(asked, ['http://b:1/api/v1/channels/a.b/query?from=1000&to=2000.5&width=300&format=bin&series=rss-*%2Cb']);
  assert.deepEqual(blocks.map(({ columns }) => columns.map(({ name }) => name)), [['rss-a', 'größe'], ['b']]);
  assert.equal(position.offset, 42);
});

test('the own bridge, all there is, all filters', async () => {
  const { rest, asked } = bridge(() => new Response(SNAPSHOT), '');
  await rest.query({ channel: 'c' });
  await rest.query({ channel: 'c', series: null, metric: ['rss'], source: ['w-*'], host: ['h'], labels: { zone: 'eu-*' } });
  assert.deepEqual(asked, [
    '/api/v1/channels/c/query?format=bin', '/api/v1/channels/c/query?format=bin&metric=rss&source=w-*&host=h&label.zone=eu-*',
  ]);
});

test('no names are no points, and no question', async () => {
  const { rest, asked } = bridge(() => new Response(SNAPSHOT));
  assert.deepEqual((await rest.query({ channel: 'c', series: [] })).blocks, []);
  assert.deepEqual(asked, []);
});

test('many names are asked for in parts that an address can hold', async () => {
  const { rest, asked } = bridge(() => new Response(SNAPSHOT));
  const names = Array.from({ length: 450 }, (_, i) => `n${i}`);
  assert.equal((await rest.query({ channel: 'c', series: names })).blocks.length, 6);
  assert.deepEqual(asked.map((url) => (new URL(url).searchParams.get('series') ?? '').split(',').length), [200, 200, 50]);
  asked.length = 0;
  await rest.query({ channel: 'c', series: Array.from({ length: 100 }, (_, i) => `${i} ${'ü'.repeat(100)}`) });
  for (const url of asked) assert.ok(url.length < 6_200, String(url.length));
  assert.deepEqual(asked.flatMap((url) => (new URL(url).searchParams.get('series') ?? '').split(',')).length, 100);
});

test('a name with a comma is found, and no other that fits the pattern asked for', async () => {
  const { rest, asked } = bridge(() => new Response(DENSITY));
  const frame = await rest.density({ channel: 'c', from: 0, to: 9, width: 10, metric: ['a,b'] });
  assert.equal(new URL(asked[0]).searchParams.get('metric'), 'a*b');
  assert.deepEqual(frame.metrics.map(({ name }) => name), ['a,b']);
  const points = bridge(() => new Response(SNAPSHOT));
  const { blocks } = await points.rest.query({ channel: 'c', series: ['r,a', 'b'] });
  assert.equal(new URL(points.asked[0]).searchParams.get('series'), 'r*a,b');
  assert.deepEqual(blocks.map(({ columns }) => columns.map(({ name }) => name)), [[], ['b']]);
});

test('merged columns come as the live frame', async () => {
  const { rest, asked } = bridge(() => new Response(DENSITY));
  const frame = await rest.density({ channel: 'c', from: 1000, to: 2000, width: 300 });
  assert.deepEqual(asked, ['http://b:1/api/v1/channels/c/density?from=1000&to=2000&width=300&format=bin']);
  assert.deepEqual([frame.type, frame.snapshot, frame.metrics.length], ['density', true, 3]);
});

test('a ranking, with bounds where they are some', async () => {
  const row = { name: 'a', channel: 'c', metric: 'm', unit: 'By', source: 's', value: 1.5, last: 2, time: 3 };
  const { rest, asked } = bridge(() => said({ channel: 'c', total: 7, series: [row, { ...row, unit: null, source: null }] }));
  const ranking = await rest.ranking({ channel: 'c', of: 'max', order: 'desc', from: 1, to: 2, above: -1e-300, below: Infinity, k: 15, offset: 30, metric: ['m'] });
  assert.deepEqual(asked, ['http://b:1/api/v1/channels/c/ranking?from=1&to=2&of=max&order=desc&above=-1e-300&k=15&offset=30&metric=m']);
  assert.deepEqual(ranking, { total: 7, series: [row, { ...row, unit: null, source: null }] });
  const odd = bridge(() => said({ total: 1, series: [{ ...row, value: null }] }));
  await assert.rejects(odd.rest.ranking({ channel: 'c' }), /value is not a number/);
});

test('lists', async () => {
  const { rest, asked } = bridge(() => said({
    channels: [{ channel: 'c', series: 3, points: 9, sources: 1, last: 5 }], series: [{ name: 'n', metric: 'm' }], sources: [{ id: 's' }],
  }));
  assert.deepEqual(await rest.channels(), [{ channel: 'c', series: 3, points: 9, sources: 1, last: 5 }]);
  assert.deepEqual(await rest.series('c'), [{ name: 'n', channel: '', points: 0, last: null, source: null, unit: null, metric: 'm' }]);
  assert.equal((await rest.sources('c'))[0].id, 's');
  assert.deepEqual(asked.map((url) => new URL(url).pathname), ['/api/v1/channels', '/api/v1/channels/c/series', '/api/v1/channels/c/sources']);
});

test('a refusal says why, and whether it passes', async () => {
  for (const [response, message, kind, passes] of /** @type {[() => Response, string, string, boolean][]} */ ([
    [() => said({ error: { kind: 'too_large', message: 'ask for less' } }, 413), 'ask for less', 'too_large', false],
    [() => said({ error: { kind: 'busy', message: 'later' } }, 503), 'later', 'busy', true],
    [() => new Response('<html>', { status: 502 }), 'the bridge answered with status 502', '', true],
    [() => said(null, 404), 'the bridge answered with status 404', '', false],
  ])) {
    await assert.rejects(bridge(response).rest.channels(), (error) => {
      assert.ok(error instanceof RestError);
      assert.deepEqual([error.message, error.kind, error.passes], [message, kind, passes]);
      return true;
    });
  }
  const away = bridge(() => { throw new TypeError('fetch failed'); });
  await assert.rejects(away.rest.channels(), (error) => error instanceof RestError && error.passes && error.status === 0);
});

test('an answer that is none is an error of the protocol', async () => {
  await assert.rejects(bridge(() => new Response('hello')).rest.channels(), ProtocolError);
  await assert.rejects(bridge(() => said([])).rest.channels(), ProtocolError);
  await assert.rejects(bridge(() => new Response('hello')).rest.query({ channel: 'c' }), ProtocolError);
  await assert.rejects(bridge(() => new Response(DENSITY)).rest.query({ channel: 'c' }), ProtocolError);
  await assert.rejects(bridge(() => new Response(SNAPSHOT)).rest.density({ channel: 'c' }), ProtocolError);
});

test('what is called off is no error of the bridge', async () => {
  const { rest } = bridge(() => new Response(SNAPSHOT));
  const off = new AbortController();
  off.abort();
  await assert.rejects(rest.query({ channel: 'c', signal: off.signal }), { name: 'AbortError' });
});
