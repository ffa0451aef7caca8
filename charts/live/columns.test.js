import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { densityBytes, written, Writer } from '../testing.js';
import { bucketOf, DensityColumn, edgesOf, quantile } from '../series/density.js';
import { ProtocolError } from './check.js';
import { decodeBinary, decodeText } from './decode.js';
/** @import {DensityFrame} from '../types.js' */
/** @import {Written} from '../testing.js' */

const SLOT = 1_763_683_200;
const WHOLE = densityBytes(4, 0, '{"up":2,"down":1}', 1000, [
  ['rss', 3, [written(SLOT, [1, 2]), written(SLOT + 1, [0.1, -3, 0, 1e300, -1e300])]], ['größe', 0, [written(SLOT - 5, [7])]],
]);

/** The text is that of the bridge's own test. */
const TEXT = '{"sub":7,"type":"snapshot","position":{"epoch":1763683100000,"offset":42},"now":1763683200500,"window_ms":60000,'
  + '"sources":{"up":2,"down":0},"view":"density","step_ms":1000,"metrics":[{"metric":"rss","series":2,"columns":['
  + '{"t":1763683200000,"count":2,"min":1,"max":2,"sum":3,"p5":1.015625,"p25":1.015625,"p50":2,"p75":2,"p95":2,'
  + '"buckets":[32736,1,32768,1]}]}]}';

/** The golden numbers and frames that the bridge is held to as well. */
const FIXTURES = new URL('../../publisher/wire/fixtures/density.json', import.meta.url);
const golden = JSON.parse(readFileSync(FIXTURES, 'utf8'));

test('golden buckets, edges and quantiles are the bridge\'s', () => {
  assert.ok(golden.buckets.length > 10 && golden.columns.length > 2);
  for (const { value, bucket, low, high } of golden.buckets) {
    assert.equal(bucketOf(value), bucket, String(value));
    assert.deepEqual(edgesOf(bucket), [low, high], String(value));
  }
  for (const { values, min, max, sum, count, buckets, quantiles } of golden.columns) {
    const column = DensityColumn.of(values);
    assert.deepEqual([column.min, column.max, column.sum, column.count], [min, max, sum, count]);
    assert.deepEqual([...column.buckets].map((bucket, i) => [bucket, column.counts[i]]), buckets);
    for (const [q, value] of quantiles) assert.equal(quantile(column, q), value, `p${100 * q}`);
  }
});

test('golden density frames mean the same as text and as binary', () => {
  assert.ok(golden.cases.length >= 2);
  for (const { name, json, binary_hex } of golden.cases) {
    const fromText = decodeText(JSON.stringify(json));
    const bytes = new Uint8Array(Buffer.from(binary_hex, 'hex'));
    const fromBytes = decodeBinary(bytes.buffer);
    assert.ok(fromText.type === 'density' && fromBytes.type === 'density');
    // In binary the number of messages is saturated.
    assert.equal(fromBytes.messages, Math.min(fromText.messages, 65_535), name);
    assert.deepEqual({ ...fromBytes, messages: 0 }, { ...fromText, messages: 0 }, name);
    for (let length = 0; length < bytes.length; length++) assert.throws(() => decodeBinary(bytes.slice(0, length).buffer), ProtocolError);
  }
});

test('a density snapshot means the same as text and as binary', () => {
  const frame1 = decodeText(TEXT);
  assert.deepEqual(decodeBinary(densityBytes(4, 0, '{"up":2,"down":0}', 1000, [['rss', 2, [written(SLOT, [1, 2])]]])), frame1);
  assert.ok(frame1.type === 'density');
  assert.deepEqual(
    [frame1.snapshot, frame1.window_ms, frame1.step_ms, frame1.sources, frame1.messages], [true, 60_000, 1_000, { up: 2, down: 0 }, 0],
  );
  assert.deepEqual(frame1.metrics, [{ name: 'rss', series: 2, columns: [{ slot: SLOT, column: DensityColumn.of([1, 2]) }] }]);
});

test('a density update adds, and says of how many messages', () => {
  const update = decodeBinary(densityBytes(5, 65_535, '', 100, [['rss', 0, [written(SLOT * 10, [5])]]]));
  assert.ok(update.type === 'density');
  assert.deepEqual([update.snapshot, update.messages, update.sources, update.step_ms], [false, 65_535, null, 100]);
  const text = decodeText('{"sub":7,"type":"update","position":{"epoch":1,"offset":2},"now":3,"messages":70000,"view":"density","step_ms":100,"metrics":[]}');
  assert.ok(text.type === 'density');
  assert.deepEqual([text.snapshot, text.messages, text.metrics], [false, 70_000, []]);
});

test('an update of lines says of how many messages, an old bridge does not', () => {
  const update = '{"sub":1,"type":"update","position":{"epoch":1,"offset":2},"now":3,"blocks":[]';
  for (const [text, messages] of /** @type {[string, number][]} */ ([[`${update}}`, 0], [`${update},"messages":70000}`, 70_000]])) {
    const read = decodeText(text);
    assert.ok(read.type === 'update');
    assert.equal(read.messages, messages);
  }
});

test('every kind of value comes back from bytes', () => {
  const read = /** @type {DensityFrame} */ (decodeBinary(WHOLE));
  assert.deepEqual(read.metrics.map(({ name, series, columns }) => [name, series, columns.map(({ slot }) => slot)]), [
    ['rss', 3, [SLOT, SLOT + 1]], ['größe', 0, [SLOT - 5]],
  ]);
  assert.deepEqual(read.metrics[0].columns[1].column, DensityColumn.of([0.1, -3, 0, 1e300, -1e300]));
  const many = [...Array(5_000).keys()].map((i) => Math.sin(i) * 10 ** (i % 30));
  const large = /** @type {DensityFrame} */ (decodeBinary(densityBytes(5, 1, '', 60_000, [['m', 0, [written(29_394_720, many)]]])));
  assert.deepEqual(large.metrics[0].columns[0].column, DensityColumn.of(many));
});

test('a density frame cut anywhere is an error, and so is one byte more', () => {
  for (let length = 0; length < WHOLE.byteLength; length++) {
    assert.throws(() => decodeBinary(WHOLE.slice(0, length)), ProtocolError, `cut to ${length}`);
  }
  assert.throws(() => decodeBinary(new Uint8Array([...new Uint8Array(WHOLE), 0]).buffer), /1 bytes too many/);
});

test('any byte changed is another frame or an error of the protocol, never anything else', () => {
  const bytes = new Uint8Array(WHOLE);
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff, bytes[at] ^ 1]) {
      const changed = bytes.slice();
      changed[at] = value;
      try {
        decodeBinary(changed.buffer);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
  }
});

test('binary columns that are none are refused by what is wrong', () => {
  const one = written(SLOT, [1, 2]);
  const of = (/** @type {Partial<Written>} */ more, step = 1000) => densityBytes(5, 1, '', step, [['m', 0, [{ ...one, ...more }]]]);
  for (const [buffer, message] of /** @type {[ArrayBuffer, RegExp][]} */ ([
    [of({}, 0), /step of 0/],
    [of({ slot: 2 ** 45 }), /no date/],
    [of({ slot: -(2 ** 45) }), /no date/],
    [of({ min: 3 }), /from 3 to 2/],
    [of({ min: NaN }), /from NaN/],
    [of({ min: -Infinity }), /from -Infinity/],
    [of({ max: Infinity }), /to Infinity/],
    [of({ buckets: [] }), /no value/],
    [of({ buckets: [[1, 0]] }), /not in order/],
    [of({ buckets: [[1, 1], [1, 1]] }), /not in order/],
    [of({ buckets: [[1, 1], [2 ** 32 + 2, 1]] }), /no bucket/],
    [of({ buckets: [[-(2 ** 32) + 1, 1]] }), /no bucket/],
    [of({ buckets: [[bucketOf(Infinity), 1]] }), /no bucket/],
    [of({ buckets: [[1, 2 ** 53]] }), /above 2\^53/],
    [densityBytes(4, 0, '', 1000, []), /sources is not an object/],
    [densityBytes(4, 0, '{"up":1', 1000, []), /not JSON/],
  ])) assert.throws(() => decodeBinary(buffer), (error) => error instanceof ProtocolError && message.test(error.message), String(message));
});

test('lengths that promise gigabytes cost an error, not memory', () => {
  const bytes = () => new DataView(densityBytes(5, 1, '', 1000, [['m', 0, [written(SLOT, [1])]]]));
  for (const [at, what] of /** @type {[number, string][]} */ ([[40, 'sources'], [48, 'metrics'], [59, 'columns']])) {
    const view = bytes();
    view.setUint32(at, 0xffff_ffff, true);
    assert.throws(() => decodeBinary(view.buffer), /cut short/, what);
  }
  const buckets = written(SLOT, [1]);
  const long = new Writer();
  long.raw(...new Uint8Array(densityBytes(5, 1, '', 1000, [['m', 0, [buckets]]])));
  // The number of buckets is the byte before the three of the only bucket and the one of its count.
  const at = long.bytes.length - 5;
  assert.equal(long.bytes[at], 1);
  long.bytes.splice(at, 1, 0xff, 0xff, 0xff, 0xff, 0x0f);
  assert.throws(() => decodeBinary(long.buffer()), /cut short/);
  const many = new Writer();
  many.raw(...new Uint8Array(densityBytes(5, 1, '', 1000, [])));
  many.bytes.splice(48, 4);
  many.whole(1, 4);
  many.text('m', 2);
  many.whole(0, 4);
  many.whole(200_000, 4);
  many.bytes = many.bytes.concat(Array(1_400_000).fill(0));
  assert.throws(() => decodeBinary(many.buffer()), /more than 131072 columns/);
});

test('text columns that are none are refused by what is wrong', () => {
  const column = { t: 1000, min: 1, max: 1, sum: 1, buckets: [32736, 1] };
  const of = (/** @type {object} */ more, /** @type {object} */ of = {}) => JSON.stringify({
    sub: 1, type: 'update', position: { epoch: 1, offset: 2 }, now: 3, view: 'density', step_ms: 1000,
    metrics: [{ metric: 'm', series: 0, columns: [{ ...column, ...more }] }], ...of,
  });
  for (const [text, message] of /** @type {[string, RegExp][]} */ ([
    [of({}, { step_ms: 0.5 }), /step of 0.5/],
    [of({}, { metrics: [{}] }), /no name/],
    [of({}, { metrics: null }), /not a list/],
    [of({ t: 1e300 }), /no date/],
    [of({ buckets: [1] }), /without a count/],
    [of({ buckets: [1, -1] }), /count of -1/],
    [of({ buckets: [1.5, 1] }), /no bucket/],
    [of({ buckets: [2, 1, 1, 1] }), /not in order/],
    [of({ min: null }), /min is not a number/],
  ])) assert.throws(() => decodeText(text), (error) => error instanceof ProtocolError && message.test(error.message), text);
  const beyond = decodeText(of({ sum: null }));
  assert.ok(beyond.type === 'density' && beyond.metrics[0].columns[0].column.sum === Infinity, 'a sum beyond all doubles');
});
