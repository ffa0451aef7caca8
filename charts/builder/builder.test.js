import assert from 'node:assert/strict';
import test from 'node:test';
import { Keys, keysOf } from './keys.js';
import { codeOf, optionsOf, transform, transformCode } from './options.js';
import { bounded, DEFAULTS, readPlan, TYPES, writePlan } from './plan.js';

/** @import {Plan} from './plan.js' */

/** What `eon.c.flatten` does. @param {any} row @param {string} [prefix] @returns {Record<string, unknown>} */
const flatten = (row, prefix = '') => Object.assign({}, ...Object.entries(row).map(([name, value]) => (
  value !== null && typeof value === 'object' ? flatten(value, `${prefix}${name}.`) : { [prefix + name]: value })));

/** @param {Partial<Plan>} more @returns {Plan} */
const plan = (more) => ({ ...DEFAULTS, channel: 'weather', ...more });

test('an address holds a plan, whatever its keys are called', () => {
  const made = plan({
    type: 'bar', limit: 7, rate: 500, duration: 0, history: false, xLabel: 'a & b', yGrid: true, points: false,
    names: { 'a=b': 'Röme', c: '1' }, colours: { 'a=b': '#00ff00' }, off: ['x y', 'd&e'],
  });
  assert.deepEqual(readPlan(writePlan(made)), made);
  assert.deepEqual(readPlan(''), { ...DEFAULTS, names: {}, colours: {}, off: [] });
  assert.equal(writePlan({ ...DEFAULTS }), '');
});

test('what makes no sense in an address is the default', () => {
  for (const [query, name, value] of /** @type {[string, keyof Plan, unknown][]} */ ([
    ['?type=cake', 'type', 'spline'], ['?limit=many', 'limit', 30], ['?limit=0', 'limit', 1], ['?rate=1', 'rate', 50],
    ['?duration=1e9', 'duration', 10_000], ['?history=yes', 'history', false], ['?colour=a=red', 'colours', {}], ['?name=a', 'names', {}],
  ])) assert.deepEqual(readPlan(query)[name], value, query);
  assert.equal(bounded('limit', 3.6), 4);
});

test('keys are what can be drawn of a message', () => {
  for (const [message, keys, nested, form] of /** @type {const} */ ([
    [{ columns: [['a', 1], ['b', 'text'], ['x', 5], ['c', null, '7']] }, ['a', 'c'], false, 'columns'],
    [{ eon: { a: 1, b: '2.5', c: 'no', d: null, x: 9, _eonDatetime: 3 } }, ['a', 'b'], false, 'rows'],
    [{ eon: { air: { t: 1, inner: { h: 2 } }, list: [3] } }, ['air.t', 'air.inner.h', 'list.0'], true, 'rows'],
    [{ eons: [{ a: 1 }, { b: 2 }] }, ['a', 'b'], false, 'rows'],
    [{ json: { a: 1 } }, ['a'], false, 'rows'],
    ['text', [], false, null], [null, [], false, null], [{ columns: 5 }, [], false, null],
  ])) assert.deepEqual(keysOf(message), { keys, nested, form }, JSON.stringify(message));
});

test('a channel is known by all its messages, and has a bound', () => {
  const keys = new Keys();
  assert.equal(keys.take({ eon: { a: 1 } }), true);
  assert.equal(keys.take({ eon: { a: 2 } }), false);
  assert.equal(keys.take({ eon: { b: { c: 2 } } }), true);
  assert.equal(keys.take('nothing'), false);
  assert.deepEqual([keys.names, keys.nested, keys.messages, keys.empty], [['a', 'b.c'], true, 4, 1]);
  keys.take({ eon: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i])) });
  assert.equal(keys.names.length, 500);
});

test('the code is a page that says the same as the options', () => {
  for (const type of TYPES) {
    const made = plan({ type, xLabel: "it's", yLabel: 'a "b"', yGrid: true, points: false, tooltips: false, labels: true, names: { 'a b': 'A', "q'": '</script><!--' }, colours: { c: '#ff0000' } });
    const code = codeOf(made, false, 'http://bridge:8080');
    assert.equal(code.split('</script>').length, 3, 'no name ends the script');
    assert.deepEqual(run(code).options, JSON.parse(JSON.stringify(optionsOf(made))), type);
  }
  assert.match(codeOf(plan({}), false, 'http://bridge:8080'), /src="http:\/\/bridge:8080\/charts\/eon.js"/);
});

test('what the code transforms is what is transformed here', () => {
  const messages = [
    { columns: [['a', 1], ['b', 2], ['x', 3]] }, { eon: { a: { deep: 1 }, b: 2 } }, { eons: [{ a: 1 }, { b: 2, c: 3 }] }, { eons: [{ a: 1 }], eon: { b: 2 } }, { json: { b: 1, c: 2 } },
  ];
  for (const off of [[], ['b'], ['a', 'a.deep']]) {
    const { transform: coded } = run(codeOf(plan({ off }), true, ''));
    for (const message of messages) assert.deepEqual(coded(message), transform(message, off, flatten), `${off} ${JSON.stringify(message)}`);
  }
  assert.equal(run(codeOf(plan({}), false, '')).transform, undefined, 'only where it is needed');
  assert.match(codeOf(plan({ off: ['b'] }), false, ''), /transform: function/);
  assert.match(transformCode(['b']), /\["b"\]/);
});

/** Runs the script of a page. @param {string} code */
function run(code) {
  const script = /<script>\n([^]*)<\/script>/.exec(code)?.[1] ?? '';
  /** @type {any} */
  let called;
  new Function('eon', script)({ chart: (/** @type {any} */ options) => { called = options; }, c: { flatten } });
  const { transform: coded, ...options } = called;
  return { options, transform: coded };
}

test('what is nested without end has no keys, and stops nothing', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
  assert.deepEqual(keysOf({ eon: { deep, flat: 1 } }).keys, ['flat']);
});
