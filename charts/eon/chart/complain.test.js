import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complain } from './complain.js';

test('each text is said once; what others published is said ten times at most, and cut', (t) => {
  const said = t.mock.method(console, 'error', () => {});
  for (let i = 0; i < 1_000; i++) complain(`x "${i}" is no time`, 'error', 'x');
  complain('no channel', 'error');
  complain('no channel', 'error');
  complain('long '.repeat(1_000), 'error');
  const texts = said.mock.calls.map(({ arguments: [text] }) => String(text));
  assert.equal(texts.filter((text) => text.includes('is no time')).length, 10);
  assert.deepEqual(texts.slice(10).map((text) => text.slice(0, 21)), ['eon.chart: no channel', 'eon.chart: long long ']);
  assert.ok(texts[11].length < 600);
});
