import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOptions, gradedColour, PATTERN, TIME_FORMAT } from './config.js';
import { flatten } from './flatten.js';
import { unhonoured } from './honoured.js';
import { methods } from './methods.js';
import { wishOf } from './options.js';

/** @param {unknown} options */
const wish = (options) => wishOf(options).wish;

test('both dialects say the same', () => {
  const transform = () => null;
  const old = wish({ channel: 'a', x_type: 'custom', x_id: 't', limit: 5, rate: 50, history: true, flow: true, transform });
  const later = wish({ channels: ['a'], xType: 'custom', xId: 't', limit: 5, rate: 50, history: true, flow: true, transform });
  assert.deepEqual(old, later);
  assert.deepEqual(wish({ channel: 'a,b', channelGroups: 'g' }).channels, ['a', 'b']);
  assert.deepEqual(wish({ channels: ['a', 'a', ' b '], channelGroups: ['g'] }), { ...wish({ channel: ['a', 'b'] }), groups: ['g'] });
});

test('what is not said is as documented', () => {
  const { limit, rate, history, flow, flowMs, x, xNames, kind, debug, pubnub, transform } = wish({ channel: 'a' });
  assert.deepEqual({ limit, rate, history, flow, flowMs, x, xNames, kind, debug, pubnub, transform }, {
    limit: 10, rate: 1000, history: false, flow: false, flowMs: null, x: 'message', xNames: ['_eonDatetime', '_eon_datetime'], kind: 'time', debug: false, pubnub: null, transform: null,
  });
});

test('ten points of what flows, one of what does not', () => {
  for (const type of [undefined, 'line', 'spline', 'area', 'area-spline', 'step', 'area-step', 'scatter']) assert.equal(wish({ channel: 'a', generate: { data: { type } } }).limit, 10, type);
  for (const type of ['bar', 'pie', 'donut', 'gauge']) assert.equal(wish({ channel: 'a', generate: { data: { type } } }).limit, 1, type);
});

test('where x comes from', () => {
  /** @type {[object, object][]} */
  const table = [
    [{ xType: 'auto' }, { x: 'message', xNames: [], kind: 'time' }],
    [{ xType: 'custom' }, { x: 'message', xNames: ['x'], kind: null }],
    [{ x_type: 'custom', x_id: 'when' }, { x: 'message', xNames: ['when'], kind: null }],
    [{ xcolumn: 't' }, { x: 'message', xNames: ['t'], kind: null }],
    [{ generate: { data: { x: 'x' }, axis: { x: { type: 'timeseries' } } } }, { x: 'message', xNames: ['x'], kind: 'time' }],
    [{ xType: 'custom', generate: { axis: { x: { type: 'indexed' } } } }, { x: 'message', xNames: ['x'], kind: 'linear' }],
    [{ xType: 'category' }, { x: 'keys', xNames: [], kind: 'category' }],
    [{ xType: false }, { x: 'count', xNames: [], kind: 'linear' }],
  ];
  for (const [options, expected] of table) {
    const { x, xNames, kind } = wish({ channel: 'a', ...options });
    assert.deepEqual({ x, xNames: xNames.filter((name) => !name.startsWith('_eon')), kind }, expected, JSON.stringify(options));
  }
});

test('flow may say how long', () => {
  assert.deepEqual([wish({ channel: 'a', flow: { duration: 250 } })].map(({ flow, flowMs }) => [flow, flowMs]), [[true, 250]]);
  assert.deepEqual(wishOf({ channel: 'a', flow: { duration: 1, length: 3 } }).complaints, ['flow.length: how far the picture moves follows from limit, it changes nothing']);
});

test('what is missing or cannot be meant is said, and something that can be is taken', () => {
  assert.match(wishOf({}).errors[0], /^No channels or channel groups supplied\./);
  assert.deepEqual(wishOf({ channelGroups: ['g'] }).errors, []);
  const { wish: held, complaints } = wishOf({ channel: 'a', limit: 'many', rate: 1, ssl: true, uuid: '', xType: 'time', message: 'told', subscribe_key: 'demo', generate: 5 });
  assert.deepEqual([held.limit, held.rate, held.xNames.length, held.message], [10, 10, 2, null]);
  assert.deepEqual(complaints.map((text) => text.split(':')[0]).sort(), ['generate', 'limit', 'message', 'rate', 'ssl', 'subscribe_key', 'uuid', 'xType']);
  assert.deepEqual(wishOf({ channel: 'a', limit: 1e9 }).wish.limit, 20_000);
  for (const nothing of [undefined, null, 5, 'a', []]) assert.equal(wishOf(nothing).errors.length, 1);
});

test('what of a configuration changes nothing is named by its path; what is off is not', () => {
  assert.deepEqual(unhonoured({
    bindto: '#a', data: { x: 'x', url: '/data', selection: { enabled: false }, onmouseover: () => {} }, subchart: { show: true }, axis: { x: { tick: { fit: true, format: '%H' } }, y: { tick: { count: 5 } } },
    bar: { width: 20 }, legend: { show: false }, zoom: { enabled: true, rescale: true }, tooltip: { contents: () => '' }, size: null, transition: { duration: 0 }, foo: 1,
  }), [
    'generate.data.url', 'generate.data.onmouseover', 'generate.subchart', 'generate.axis.x.tick.fit', 'generate.axis.y.tick.count', 'generate.bar.width', 'generate.zoom.rescale',
    'generate.tooltip.contents', 'generate.foo',
  ]);
  assert.deepEqual([unhonoured(undefined), unhonoured({})], [[], []]);
});

/** @param {object} config @param {object} [situation] */
const options = (config, situation = {}) => chartOptions(config, { kind: 'time', live: true, zoomable: false, categories: null, ...situation });

test('a configuration of C3 becomes options of a chart', () => {
  const { options: made, complaints } = options({
    data: { type: 'area-spline', labels: true }, axis: { x: { label: 'when', localtime: false, tick: { format: '%H:%m:%S' } }, y: { min: 0, max: 10, label: { text: 'MiB', position: 'outer-middle' }, inverted: true, padding: { top: 50, bottom: 0 } } },
    grid: { y: { show: true, lines: [{ value: 5, text: 'limit' }, { value: 7, axis: 'y2' }] }, x: { lines: [{ value: '2026-01-02' }] } }, regions: [{ axis: 'y', start: 1, end: 2 }, { axis: 'y2', start: 3 }, { start: 'never' }], point: { r: 4 },
    bar: { width: { ratio: 0.5 } }, donut: { title: 'all' }, tooltip: { show: false },
  });
  assert.deepEqual(complaints, []);
  const { labels, gauge, donut, rules, axis, ...rest } = made;
  assert.deepEqual(rest, { type: 'area-spline', points: 4, dashed: false, markers: false, grid: { x: false, y: true }, tooltip: false, interactive: false, timeZone: 'utc', bar: { ratio: 0.5 } });
  assert.deepEqual(axis?.x, { type: 'time', label: 'when', format: '%H:%m:%S' });
  assert.deepEqual(axis?.y, { label: 'MiB', min: 0, max: 10, inverted: true, padding: { top: 0.2, bottom: 0 } });
  assert.deepEqual(rules?.map((rule) => ('at' in rule ? [rule.axis, typeof rule.at, rule.text] : [rule.axis, rule.from, rule.to])), [['y', 1, 2], ['y2', 3, undefined], ['x', undefined, undefined], ['x', 'number', undefined], ['y', 'number', 'limit'], ['y2', 'number', undefined]]);
  assert.equal(typeof labels === 'function' && labels(5, 'a'), '5');
  assert.equal(donut?.title, 'all');
  assert.equal(gauge?.format?.(5, 0.5), '50.0%');
});

test('times of messages are written as EON does, unless the page says how', () => {
  const format = (/** @type {object} */ config, /** @type {object} */ situation = {}) => options(config, situation).options.axis?.x?.format;
  assert.equal(format({}), TIME_FORMAT);
  assert.equal(format({ axis: { x: { type: 'timeseries' } } }), undefined);
  assert.equal(format({ axis: { x: { tick: {} } } }), undefined);
  assert.equal(format({}, { live: false }), undefined);
  const written = format({ axis: { x: { tick: { format: (/** @type {Date} */ date) => date.toISOString() } } } });
  assert.equal(typeof written === 'function' && written(0), '1970-01-01T00:00:00.000Z');
  const hidden = format({ axis: { x: { show: false } } });
  assert.equal(typeof hidden === 'function' && hidden(0), '');
});

test('a gauge has the colour of its threshold, in percent as C3 counts', () => {
  const { gauge } = options({ gauge: { min: 100, max: 200, label: { format: (/** @type {number} */ value, /** @type {number} */ share) => `${value}@${share}` } }, color: { pattern: ['red', 'yellow', 'green'], threshold: { values: [30, 60] } } }).options;
  assert.deepEqual(gauge?.thresholds, [{ value: 130, colour: 'yellow' }, { value: 160, colour: 'green' }]);
  assert.equal(gauge?.format?.(150, 0.5), '150@0.5');
  assert.deepEqual(options({ color: { pattern: ['red', 'blue'], threshold: { unit: 'value', values: [7] } } }).options.gauge?.thresholds, [{ value: 7, colour: 'blue' }]);
  assert.equal(PATTERN.length, 10);
  const graded = { color: { pattern: ['red', 'yellow', 'green'], threshold: { values: [30, 60] } } };
  assert.deepEqual([-5, 29, 30, 59, 60, 200, NaN].map((value) => gradedColour(graded, value)), ['red', 'red', 'yellow', 'yellow', 'green', 'green', 'red']);
  assert.equal(gradedColour({}, 5), null);
});

test('what the chart would refuse is left out, and said', () => {
  const { options: made, complaints } = options({ data: { type: 'bars' }, axis: { rotated: true, y: { tick: { format: '%%%' }, min: 5, max: 5 } }, bar: { width: 20 } });
  assert.equal(made.type, 'line');
  assert.deepEqual([made.axis?.rotated, made.axis?.y], [undefined, {}]);
  assert.deepEqual(complaints.map((text) => text.split(':')[0]), ['generate.data.type', 'generate.axis.rotated', 'generate.bar.width', 'generate', 'generate']);
});

test('nested objects are flattened, and one that holds itself ends', () => {
  assert.deepEqual(flatten({ a: 1, b: { c: 2, d: { e: '3' } }, f: [4, { g: 5 }], h: {} }), { a: 1, 'b.c': 2, 'b.d.e': '3', 'f.0': 4, 'f.1.g': 5 });
  assert.deepEqual([flatten(null), flatten(5), flatten([])], [{}, {}, {}]);
  /** @type {any} */
  const own = {};
  own.self = own;
  assert.equal(Object.keys(flatten(own)).length, 1);
});

test('answers before anything is loaded are plain: they can be copied into another script', () => {
  assert.ok(Object.keys(methods).length > 40);
  for (const [name, value] of Object.entries(methods)) if (value !== undefined) assert.deepEqual(JSON.parse(JSON.stringify(value)), value, name);
});
