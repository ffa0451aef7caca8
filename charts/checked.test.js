import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checked, dataMistakes, mistakes } from './checked.js';

const CHANNEL = { channel: 'process-memory-demo' };
const DATA = { columns: [['x', 1, 2], ['a', 1, null]] };

test('what is right passes as it is', () => {
  for (const options of [
    CHANNEL, { data: DATA }, { ...CHANNEL, window: '30s', series: ['rss-*'], bridge: 'bridge.example:8080' }, { ...CHANNEL, bridge: 'https://bridge.example' },
    { ...CHANNEL, url: 'ws://127.0.0.1:1/live', detail: 'density', timeZone: 'Europe/Berlin', pauseOnHover: true, window: undefined },
    { data: DATA, type: 'area-spline', types: { a: 'bar' }, groups: [['a', 'b']], axes: { a: 'y2' }, names: { a: 'A' }, colours: { a: '#123456' }, locale: 'de-DE' },
    { data: DATA, axis: { x: { type: 'time', format: '%H:%M' }, y: { format: ',.2f', min: 0, padding: { top: 0.1 } }, y2: { format: String, padding: 0.2 }, rotated: true } },
    { data: DATA, gauge: { max: 10, thresholds: [{ value: 5, colour: 'red' }] }, donut: { title: 'all' }, bar: { ratio: 0.5 }, grid: { x: false } },
    { data: { x: 't', columns: [['a', 1, 2], ['t', '2026-01-01', '2026-01-02']] } }, { data: { columns: [] } }, { data: { columns: [['x', 1, 2, 3], ['a', 1]] } },
  ]) {
    assert.equal(checked(/** @type {any} */ (options)), options);
  }
});

/** @type {[unknown, RegExp][]} */
const WRONG = [
  [undefined, /^they are missing/],
  [{}, /^channel: none is given, and no data/],
  [{ ...CHANNEL, data: DATA }, /^data: given besides a channel/],
  [{ channel: 7 }, /^channel: 7 is not a text/],
  [{ ...CHANNEL, window: '5 minutes' }, /^window: "5 minutes" is not a span as 30s/],
  [{ ...CHANNEL, window: 5 }, /^window: 5 is not/],
  [{ ...CHANNEL, series: 'rss-*' }, /^series: "rss-\*" is not a list/],
  [{ ...CHANNEL, bridge: '::' }, /^bridge: "::" is not host:port/],
  [{ ...CHANNEL, detail: 'much' }, /^detail: "much" is not one of auto, lines, density/],
  [{ ...CHANNEL, timeZone: 'Mars/Base' }, /^timeZone: "Mars\/Base" is not local, utc/],
  [{ ...CHANNEL, colors: {} }, /^colors: there is no such option, there are .*colours/],
  [{ ...CHANNEL, constructor: 1 }, /^constructor: there is no such option/],
  [{ ...CHANNEL, tooltip: 'no' }, /^tooltip: "no" is not true or false/],
  [{ data: DATA, type: 'lines' }, /^type: "lines" is not one of line, spline/],
  [{ data: DATA, types: { a: 'foo' } }, /^types: \{"a":"foo"\} is not shapes by series, each one of line/],
  [{ data: DATA, axes: { a: 'y3' } }, /^axes: .* each one of y, y2/],
  [{ data: DATA, groups: ['a', 'b'] }, /^groups: .* is not a list of lists/],
  [{ data: DATA, axis: { x: { type: 'log10' } } }, /^axis\.x\.type: "log10" is not one of time, linear, log, category/],
  [{ data: DATA, axis: { z: {} } }, /^axis\.z: there is no such option/],
  [{ data: DATA, axis: { y: 3 } }, /^axis\.y: 3 is no object/],
  [{ data: DATA, axis: { y: { min: NaN } } }, /^axis\.y\.min: null is not a number/],
  [{ data: DATA, axis: { y: { format: '%%%q' } } }, /^axis\.y\.format: "%%%q" is no specifier of d3-format/],
  [{ data: DATA, gauge: { thresholds: [{ value: 1 }] } }, /^gauge\.thresholds: .* is not a list of \{ value, colour \}/],
  [{ data: [['a', 1]] }, /^data: an object with columns is wanted/],
  [{ data: { columns: [[1, 2]] } }, /^data\.columns: each is a list that begins with its name/],
  [{ data: { x: 't', columns: [['a', 1]] } }, /^data\.x: there is no column "t"/],
  [{ data: { columns: [['x', 1, 2], ['a', 1, 2, 3]] } }, /^data\.columns: "a" has 3 values and "x" 2$/],
];

for (const [options, words] of WRONG) {
  test(`a mistake is named: ${words.source.slice(1)}`, () => {
    const found = mistakes(options);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0], words);
    assert.throws(() => checked(/** @type {any} */ (options)), (error) => error instanceof TypeError && error.message === `chart options: ${found[0]}`);
  });
}

test('all mistakes are said at once', () => {
  assert.equal(mistakes({ windows: '5m', type: 'x', axis: { y: { lable: 'a' } } }).length, 4);
  assert.deepEqual(dataMistakes(null, 'load'), ['load: an object with columns is wanted']);
});

test('every option of the typedefs has a rule', () => {
  const source = readFileSync(new URL('options.js', import.meta.url), 'utf8');
  const [axis, chart] = source.split('@typedef {object} ChartOptions').map((part) => [...part.matchAll(/@property \{.*\} \[(\w+)\]/g)].map(([, name]) => name));
  assert.ok(axis.length > 5 && chart.length > 20);
  const known = (/** @type {string} */ text) => text.replace(/^.*there are /, '').split(', ').sort();
  assert.deepEqual(known(mistakes({ ...CHANNEL, nothing: 1 })[0]), chart.sort());
  assert.deepEqual(known(mistakes({ ...CHANNEL, axis: { y: { nothing: 1 } } })[0]), axis.sort());
});
