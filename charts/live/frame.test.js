import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ProtocolError } from './check.js';
import { decodeBinary, decodeText } from './decode.js';

/** The golden frames that the bridge's encoder is held to as well. */
const FIXTURES = new URL('../../publisher/wire/fixtures/frames.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(FIXTURES, 'utf8'));

/** @param {string} hex */
const bytes = (hex) => {
  const buffer = new ArrayBuffer(hex.length / 2);
  new Uint8Array(buffer).set(Buffer.from(hex, 'hex'));
  return buffer;
};

test('the golden frames mean the same as text and as binary', () => {
  assert.ok(cases.length >= 3);
  for (const { name, json, binary_hex } of cases) {
    const fromText = decodeText(JSON.stringify(json));
    assert.deepEqual(decodeBinary(bytes(binary_hex)), fromText, name);
    assert.equal(fromText.type, json.type, name);
  }
});

test('a golden update has the points it names', () => {
  const frame = decodeBinary(bytes(cases.find((/** @type {{name: string}} */ c) => c.name === 'update').binary_hex));
  assert.ok(frame.type === 'update');
  assert.equal(frame.sub, 1);
  assert.deepEqual(frame.position, { epoch: 1763683100000, offset: 42 });
  assert.equal(frame.now, 1763683201123.5);
  const [first, second] = frame.blocks;
  assert.deepEqual([...first.x], [1763683200123, 1763683201123.5]);
  assert.deepEqual(first.columns.map(({ name, v }) => [name, ...v]), [['rss-a', 12, NaN], ['größe', 0.1, -3]]);
  assert.deepEqual(second.columns.map(({ name, v }) => [name, ...v]), [['b', 1e300]]);
});

test('a golden snapshot says whether it resumes', () => {
  for (const { name, binary_hex } of cases) {
    const frame = decodeBinary(bytes(binary_hex));
    if (frame.type !== 'snapshot') continue;
    assert.equal(frame.resumed, name === 'resumed', name);
    assert.equal(frame.window_ms, 900_000, name);
  }
});

test('a binary frame cut anywhere is an error, never a shorter frame', () => {
  for (const { name, binary_hex } of cases) {
    const whole = bytes(binary_hex);
    for (let length = 0; length < whole.byteLength; length++) {
      assert.throws(() => decodeBinary(whole.slice(0, length)), ProtocolError, `${name} cut to ${length}`);
    }
  }
});

test('a length that promises gigabytes costs an error, not memory', () => {
  const whole = bytes(cases[0].binary_hex);
  // Behind the header (44 bytes), the block count and the series count stands the point count of the first block.
  new DataView(whole).setUint32(52, 0xffff_ffff, true);
  assert.throws(() => decodeBinary(whole), /cut short/);
});

test('binary frames that are none are refused by what is wrong', () => {
  const change = (/** @type {number} */ at, /** @type {number} */ value) => {
    const frame = bytes(cases[0].binary_hex);
    new Uint8Array(frame)[at] = value;
    return frame;
  };
  assert.throws(() => decodeBinary(change(0, 1)), /0xE0/);
  assert.throws(() => decodeBinary(change(1, 9)), /kind 9/);
  assert.throws(() => decodeBinary(change(15, 0xff)), /2\^53/);
  const longer = new Uint8Array([...new Uint8Array(bytes(cases[0].binary_hex)), 0]);
  assert.throws(() => decodeBinary(longer.buffer), /1 bytes too many/);
});

test('text frames that break the protocol are refused by what is wrong', () => {
  const update = (/** @type {unknown} */ blocks) => JSON.stringify({ sub: 1, type: 'update', position: { epoch: 1, offset: 2 }, now: 3, blocks });
  for (const [text, message] of /** @type {[string, RegExp][]} */ ([
    ['', /not JSON/],
    ['[]', /frame is not an object/],
    [update([{ columns: [['a', 1]] }]), /last column/],
    [update([{ columns: [['a', 1, 2], ['x', 1]] }]), /not as long/],
    [update([{ columns: [['a', 1], ['x', '1']] }]), /x is not a number/],
    [update([{ columns: [[7, 1], ['x', 1]] }]), /no name/],
    [update(null), /blocks is not a list/],
    ['{"type":"presence","sub":1,"now":1,"sources":[{}]}', /no id/],
    ['{"type":"update","sub":1,"now":1,"blocks":[]}', /position/],
  ])) assert.throws(() => decodeText(text), message, text);
});

test('null, text and what else is no number is a gap', () => {
  const frame = decodeText('{"sub":1,"type":"update","position":{"epoch":1,"offset":2},"now":3,"blocks":[{"columns":[["a",1,null,"7",true],["x",1,2,3,4]]}]}');
  assert.ok(frame.type === 'update');
  assert.deepEqual([...frame.blocks[0].columns[0].v], [1, NaN, NaN, NaN]);
});

test('a frame of a later protocol is skipped, not an error', () => {
  assert.deepEqual(decodeText('{"type":"later","rule":"x"}'), { type: 'other', name: 'later' });
});

test('an alert fires unless it says that it is over; what it does not say is null', () => {
  const alerts = [{ offset: 3, said: 4, rule: 'memory', state: 'firing', at: 5, channel: 'c', id: 'a', text: 'too much' }, { offset: 0, said: 0, rule: 'cpu', state: 'resolved', at: 6, channel: null, id: null }];
  const frame = decodeText(JSON.stringify({ sub: 1, type: 'alert', now: 7, alerts }));
  assert.deepEqual(frame, { type: 'alert', sub: 1, now: 7, snapshot: false, alerts: [alerts[0], { ...alerts[1], text: '' }] });
  assert.throws(() => decodeText('{"type":"alert","sub":1,"now":7,"alerts":[{"rule":"x"}]}'), /at is not a number/);
});

test('what a source does not say has a meaning', () => {
  const frame = decodeText('{"sub":1,"type":"presence","now":1,"sources":[{"id":"a","state":"up","series":[{"name":"s"}]}]}');
  assert.ok(frame.type === 'presence');
  const [source] = frame.sources;
  assert.equal(source.host, null);
  assert.equal(source.lives, 1);
  assert.deepEqual(source.series, [{ name: 's', unit: null, metric: null }]);
  assert.deepEqual(source.labels, {});
});

/** Sources as a frame of presence says them. @param {object[]} sources */
function present(...sources) {
  const frame = decodeText(JSON.stringify({ sub: 1, type: 'presence', now: 1, sources }));
  assert.ok(frame.type === 'presence');
  return frame.sources;
}

test('labels that sources have in common are the same object, also when one comes later, and nobody can change it', () => {
  const zone = { 'a.long.name.of.a.label': 'a long text of a label' };
  const [a, b, other, none, bad] = present(
    { id: 'a', labels: zone }, { id: 'b', labels: zone }, { id: 'c', labels: { ...zone, x: 'y' } }, { id: 'd' }, { id: 'e', labels: { n: 1 } },
  );
  assert.deepEqual([a.labels, other.labels, none.labels, bad.labels], [zone, { ...zone, x: 'y' }, {}, {}]);
  assert.equal(a.labels, b.labels);
  assert.equal(none.labels, bad.labels);
  assert.equal(present({ id: 'a', labels: zone })[0].labels, a.labels);
  assert.throws(() => { a.labels.x = 'y'; }, TypeError);
});

test('what is no set of labels has none', () => {
  for (const labels of [null, 'text', 7, true, undefined]) assert.deepEqual(present({ id: 'a', labels })[0].labels, {}, String(labels));
});

test('more labels and texts than are remembered are read as they are', () => {
  const many = Array.from({ length: 2_500 }, (_, i) => ({ id: `s-${i}`, host: `host ${i}`, program: 'one', labels: { i: `${i}`, all: 'one' } }));
  present(...many).forEach((source, i) => {
    assert.deepEqual([source.host, source.program, source.labels], [`host ${i}`, 'one', { i: `${i}`, all: 'one' }]);
  });
  // A text that looks like labels is one.
  assert.equal(present({ id: 'a', host: '{"i":"1","all":"one"}' })[0].host, '{"i":"1","all":"one"}');
});
