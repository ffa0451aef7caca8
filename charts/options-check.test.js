import assert from 'node:assert/strict';
import test from 'node:test';
import { checkData, checked, checkOption, checkSpeed } from './options-check.js';

const data = { columns: [['x', 1, 2], ['a', 1, 2]] };

/** @param {() => unknown} act */
function said(act) {
  try {
    act();
    return 'nothing';
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return error.message;
  }
}

test('what cannot be meant is refused, by name, with what could be', () => {
  /** @type {[options: any, said: RegExp][]} */
  const table = [
    [{}, /^chart options: channel: none is given, nor data/],
    [{ data, type: 'lines' }, /^chart options: type: "lines" is not one of line, spline/],
    [{ data, types: { a: 'foo' } }, /^chart options: types\.a: "foo" is not one of line/],
    [{ channel: 'c', window: '5 minutes' }, /^chart options: window: "5 minutes" is not a span as 30s, 5m or 24h$/],
    [{ channel: 'a b' }, /^chart options: channel: "a b" is not a channel/],
    [{ channel: 'a.*.b' }, /channel: /], [{ channel: '*' }, /channel: /], [{ channel: '' }, /channel: /],
    [{ channel: 'c', detail: 'much' }, /detail: "much" is not one of auto, lines, density$/],
    [{ channel: 'c', timeZone: 'Mars/Base' }, /timeZone: "Mars\/Base" is not local, utc or a time zone/],
    [{ data, axis: { x: { type: 'log10' } } }, /axis\.x\.type: "log10" is not one of time/],
    [{ data, axis: { y: { format: '%%%q' } } }, /axis\.y\.format: "%%%q" is not a d3-format specifier/],
    [{ data, axis: { y: { title: 'x' } } }, /axis\.y\.title: there is no such option; there are type, label/],
    [{ data, axis: { y: { min: 5, max: 5 } } }, /axis\.y\.max: 5 is not above its min, 5/],
    [{ data, axis: { y: { type: 'log', min: 0 } } }, /axis\.y\.min: 0 has no place on a logarithmic axis/],
    [{ data, axis: { y: { padding: '10%' } } }, /axis\.y\.padding/], [{ data, axis: { y: { padding: { left: 1 } } } }, /axis\.y\.padding/],
    [{ data, channel: 'c' }, /data: there is a channel as well/],
    [{ data, colors: {} }, /^chart options: colors: there is no such option/],
    [{ data: { columns: [['x', 1], ['a', 1, 2]] } }, /^chart options: data\.columns: "a" has 2 values and "x" 1$/],
    [{ data: { columns: [['a', 1], ['b', 1, 2]] } }, /data\.columns: "b" has 2 values and "a" 1$/],
    [{ data: { columns: [['a', 1], ['a', 2]] } }, /data\.columns: "a" comes twice$/],
    [{ data: { columns: [['a', {}]] } }, /data\.columns: {} in "a" is not a number/],
    [{ data: { columns: { a: [1] } } }, /data\.columns: {"a":\[1\]} is not a list/],
    [{ channel: 'c', bridge: '::' }, /bridge: "::" is not host:port/], [{ channel: 'c', bridge: '' }, /bridge: "" is not host/], [{ channel: 'c', url: 'live' }, /url: "live" is not an address/],
    [{ channel: 'c', axis: { x: { type: 'linear' } } }, /axis\.x\.type: "linear" is for data of your own/],
    [{ channel: 'c', series: 'rss-*' }, /series: "rss-\*" is not a list/], [{ channel: 'c', series: [1] }, /series\[0\]: 1 is not a text/],
    [{ data, groups: ['a'] }, /groups\[0\]: "a" is not a list/], [{ data, axes: { a: 'y3' } }, /axes\.a: "y3" is not one of y, y2/],
    [{ data, gauge: { min: 1, max: 0 } }, /gauge\.max: 0 is not above its min, 1/],
    [{ data, gauge: { thresholds: [{ value: '1', colour: 'red' }] } }, /gauge\.thresholds\[0\]\.value: "1" is not a number/],
    [{ data, bar: { ratio: 2 } }, /bar\.ratio: 2 is not a share/], [{ data, locale: 'x' }, /locale: "x" is not a language tag/],
    [{ data, points: 0 }, /points: 0 is not true, false or the radius/], [{ data, points: '1' }, /points: "1" is not true/],
    [{ data, labels: '%%%' }, /labels: "%%%" is not a d3-format/], [{ data, labels: 1 }, /labels: 1 is not/], [{ data, dashed: 1 }, /dashed: 1 is not true or false/],
    [{ data, rules: [{ axis: 'z', at: 1 }] }, /rules\[0\]\.axis: "z" is not one of x, y/], [{ data, rules: [{ axis: 'x', at: 'now' }] }, /rules\[0\]\.at/],
    [{ data, tooltip: { text: String } }, /tooltip\.text: there is no such option/], [{ data, tooltip: { title: 'x' } }, /tooltip\.title: "x" is not a function/],
    [{ data, gauge: { format: '%' } }, /gauge\.format: "%" is not a function/], [{ data, donut: { label: 1 } }, /donut\.label: 1 is not true, false or a function/], [{ data, axis: { rotated: true } }, /axis\.rotated: only bars/],
    [{ channel: 'c', type: 'bar', axis: { rotated: true } }, /axis\.rotated: only bars/],
    [{ data, type: 'bar', types: { a: 'line' }, axis: { rotated: true } }, /axis\.rotated: only bars/],
  ];
  for (const [options, expected] of table) assert.match(said(() => checked(options)), expected, JSON.stringify(options));
});

test('all mistakes are said at once, a line each', () => {
  const text = said(() => checked(/** @type {any} */ ({ channel: 'a b', window: 'x', detail: 'much', axis: { y: { max: 'high' } } })));
  assert.deepEqual(text.replace('chart options: ', '').split('\n').map((line) => line.split(':')[0]), ['channel', 'window', 'detail', 'axis.y.max']);
});

test('what the examples say is right', () => {
  /** @type {any[]} */
  const table = [
    { channel: 'process-memory-demo' }, { channel: 'a.b.*', window: '15m', series: ['rss-*'], timeZone: 'Europe/Berlin', bridge: 'bridge.example:8443' },
    { channel: 'c', bridge: 'https://bridge.example', url: 'ws://127.0.0.1:9/live', type: 'donut', detail: undefined }, { data, type: 'density' },
    { data, axis: { x: { format: '%d %b' }, y: { format: '$,.2s', padding: { top: 0.3 } }, y2: { format: String, padding: 0.1 } } },
    { data: { columns: [] } }, { data: { columns: [['disk', 412], ['memory', 1, 2]] }, type: 'pie' },
    { data: { columns: [['x', 'one', null], ['a', '3', null]], categories: ['one'] }, axis: { x: { type: 'category' } } },
    { data, type: 'bar', types: { a: 'bar' }, axis: { rotated: true }, bar: { ratio: 0.7 } },
  ];
  for (const options of table) assert.equal(checked(options), options);
});

test('setters refuse what options do', () => {
  assert.match(said(() => checkOption('window', '5 minutes')), /^chart options: window: "5 minutes" is not a span/);
  assert.match(said(() => checkOption('type', 'foo')), /^chart options: type: "foo"/);
  for (const speed of [-3, 0, NaN, Infinity, '2']) assert.match(said(() => checkSpeed(speed)), /^chart options: speed: /);
  assert.match(said(() => checkData({ columns: [['x', 1], ['a', 1, 2]] }, 'line')), /data\.columns: "a" has 2 values/);
  checkData({ columns: [['a', 1], ['b', 1, 2]] }, 'pie');
});
