import assert from 'node:assert/strict';
import test from 'node:test';
import { nameOf, patternOf } from './names.js';

test('names are written as the facade writes them, and read back', () => {
  for (const [name, channel] of [
    ['eon-demo', 'eon-demo'], ['orbit_channel', 'orbit_channel'], ['a.b', 'a.b'], ['room:1', 'room-_3A1'], ['my channel', 'my-_20channel'],
    ['a..b', 'a.-_.b'], ['.', '-_.-_'], ['größe#>/', 'gr-_C3-_B6-_C3-_9Fe-_23-_3E-_2F'], ['a-_3A', 'a-_2D_3A'], ['--_', '--_2D_'],
    ['foo.*', 'foo.*'], ['my room.*', 'my-_20room.*'], ['a*b', 'a-_2Ab'],
  ]) assert.deepEqual([patternOf(name), nameOf(channel)], [channel, name]);
  assert.equal(nameOf('a-_ZZ-_x'), 'a-_ZZ-_x');
  assert.equal(nameOf('a-_FF'), 'a-_FF', 'no text');
});

test('each name of odd signs has a channel of its own that leads back', () => {
  const signs = ['-', '_', '.', 'a', '2', 'D', ':', ' ', 'ü', '€', '😀'];
  const seen = new Map();
  for (let i = 0; i < 4_000; i += 1) {
    const name = Array.from({ length: 1 + (i % 6) }, (_, k) => signs[(i * (k + 7) + ((i >> (2 * k)) % 11)) % signs.length]).join('');
    const channel = patternOf(name);
    assert.match(channel, /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, name);
    assert.equal(nameOf(channel), name);
    assert.equal(seen.get(channel) ?? name, name);
    seen.set(channel, name);
  }
});

test('what no bridge can watch is said', () => {
  for (const name of ['', '*', '.*', 'ü'.repeat(50)]) assert.throws(() => patternOf(name), TypeError, name.slice(0, 4));
});
