import assert from 'node:assert/strict';
import test from 'node:test';
import { isSigned, mostOf, room } from './density-room.js';

test('buckets and counts get the narrowest numbers they fit into, in one buffer', () => {
  for (const [length, signed, most, Buckets, Counts, bytes] of /** @type {[number, boolean, number, Function, Function, number][]} */ ([
    [0, false, 0, Uint16Array, Uint8Array, 0],
    [3, false, 255, Uint16Array, Uint8Array, 9],
    [3, false, 256, Uint16Array, Uint16Array, 12],
    [3, false, 65_535, Uint16Array, Uint16Array, 12],
    // Counts of four bytes begin at a multiple of four.
    [3, false, 65_536, Uint16Array, Uint32Array, 20],
    [3, true, 1, Int32Array, Uint8Array, 15],
    [3, true, 2 ** 32 - 1, Int32Array, Uint32Array, 24],
  ])) {
    const { buckets, counts } = room(length, signed, most);
    const what = `${length} ${signed} ${most}`;
    assert.deepEqual([buckets.constructor, counts.constructor], [Buckets, Counts], what);
    assert.deepEqual([buckets.length, counts.length, buckets.buffer.byteLength], [length, length, bytes], what);
    assert.equal(buckets.buffer, counts.buffer);
    assert.equal(isSigned(buckets), signed);
    assert.ok(mostOf(counts) >= most, what);
  }
});

test('neither array writes into the other', () => {
  const { buckets, counts } = room(5, false, 70_000);
  buckets.fill(65_503);
  counts.fill(70_000);
  assert.deepEqual([...buckets], Array(5).fill(65_503));
  assert.deepEqual([...counts], Array(5).fill(70_000));
});
