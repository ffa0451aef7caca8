/** The classic script before its modules are here: in a page that never gets them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';
import { methods } from './chart/methods.js';
import { flatten } from './chart/flatten.js';
import * as whole from './d3.js';
import { METHODS } from './pubnub/v3.js';
import { PubNubClient } from './pubnub/v4.js';

const text = readFileSync(new URL('../eon.js', import.meta.url), 'utf8');

/** What a page has after the script. @param {Record<string, unknown>} [before]  globals of its own */
function page(before = {}) {
  /** @type {string[]} */
  const said = [];
  const say = (/** @type {string} */ words) => said.push(words);
  const globals = vm.createContext({
    document: { currentScript: { src: 'http://bridge:8080/charts/eon.js', nonce: '', dataset: {} } }, URL, structuredClone, crypto, console: { error: say, warn: say, info: say, log: say },
    // Its modules never come, and it stops trying.
    setTimeout: () => 0, ...before,
  });
  vm.runInContext('globalThis.window = globalThis', globals);
  vm.runInContext(text, globals);
  return { globals: /** @type {any} */ (globals), said };
}

/** The methods of an object by path, those of classes among them. @param {any} object @param {string} [path] @returns {string[]} */
function paths(object, path = '') {
  const own = Object.entries(Object.getOwnPropertyDescriptors(object)).filter(([, { get }]) => !get).map(([name]) => name);
  return own.filter((name) => !['length', 'name', 'prototype', 'arguments', 'caller', 'constructor'].includes(name)).flatMap((name) => {
    const [value, at] = [object[name], path ? `${path}.${name}` : name];
    if (value === null || !['function', 'object'].includes(typeof value) || Array.isArray(value)) return [];
    return [...(typeof value === 'function' ? [at] : []), ...paths(value, at)];
  }).sort();
}

/** @param {unknown} value  of another realm */
const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

test('a chart answers what methods.js says, as a copy, by each of its methods and no other', () => {
  const { globals } = page();
  for (const chart of [globals.eon.chart({}), globals.c3.generate({}), globals.eon.c.create({})]) {
    assert.deepEqual(paths(chart), Object.keys(methods).sort());
    for (const [path, answer] of Object.entries(methods)) {
      const call = () => path.split('.').reduce((at, name) => at[name], chart)();
      assert.deepEqual(plain(call()), plain(answer), path);
      if (typeof answer === 'object' && answer !== null) assert.notEqual(call(), call(), path);
    }
    assert.equal(chart.element, null);
  }
});

test('clients of both generations have the methods of those that will stand behind them', () => {
  const { globals } = page();
  const offered = new PubNubClient({}, /** @type {any} */ ({ facade: {}, groups: {}, wire: {} }));
  const refused = Object.getOwnPropertyNames(offered).filter((name) => name !== 'channelGroups');
  const all = [...Object.getOwnPropertyNames(PubNubClient.prototype).filter((name) => name !== 'constructor'), ...Object.keys(offered.channelGroups).map((name) => `channelGroups.${name}`)];
  const client = new globals.PubNub({ subscribeKey: 'demo' });
  const own = [...paths(client), ...Object.getOwnPropertyNames(globals.PubNub.prototype).filter((name) => name !== 'constructor')];
  assert.deepEqual(own.sort(), [...all, ...refused].sort());
  assert.deepEqual(paths(globals.PUBNUB), [...METHODS, 'init', 'secure'].sort());
  assert.deepEqual(paths(globals.PUBNUB.init({})), paths(globals.PUBNUB));
  assert.deepEqual(paths(globals.PUBNUB({})), paths(globals.PUBNUB));
});

test('what clients answer at once', async () => {
  const { globals } = page();
  const client = new globals.PubNub({ uuid: 'me' });
  assert.equal(client.getUUID(), 'me');
  client.setUUID('you');
  assert.equal(client.getUUID(), 'you');
  assert.match(new globals.PubNub().getUUID(), /^[0-9a-f-]{36}$/);
  assert.deepEqual(plain(client.getSubscribedChannels()), []);
  assert.equal(client.subscribe({ channels: ['c'] }), undefined);
  assert.equal(typeof client.history({ channel: 'c' }).then, 'function');
  assert.equal(client.history({ channel: 'c' }, () => {}), undefined);
  assert.ok(client instanceof globals.PubNub);
  let told = '';
  assert.equal(globals.PUBNUB.uuid((/** @type {string} */ made) => { told = made; }), told);
  assert.equal(globals.PUBNUB.init({ uuid: 'me' }).get_uuid(), 'me');
});

test('flatten is the one of the modules', () => {
  const { globals } = page();
  for (const nested of [{ a: { b: 1, c: [2, { d: 3 }] }, e: null }, {}, [1], 'text', null]) {
    assert.deepEqual(plain(globals.eon.c.flatten(nested)), plain(flatten(nested)));
  }
});

test('d3 has what the modules have', () => {
  assert.deepEqual(Object.keys(page().globals.d3).sort(), Object.keys(whole.d3).sort());
});

test('what the page has already stays, and where that matters it is said', () => {
  const [PubNub, d3, c3] = [class {}, { select: 1 }, { generate: 2 }];
  const { globals, said } = page({ PubNub, d3, c3, eon: { mine: 3 } });
  assert.deepEqual([globals.PubNub, globals.d3, globals.c3, globals.eon.mine, typeof globals.PUBNUB, typeof globals.eon.chart], [PubNub, d3, c3, 3, 'function', 'function']);
  assert.match(said[0], /brings PubNub of its own/);
});

test('loaded twice it is there once', () => {
  const { globals, said } = page();
  const { PubNub, eon } = globals;
  const { chart } = eon;
  vm.runInContext(text, globals);
  assert.deepEqual([globals.PubNub, globals.eon.chart], [PubNub, chart]);
  assert.match(said.join(), /is loaded already/);
});
