import assert from 'node:assert/strict';
import test from 'node:test';
import { BridgeClock } from './clock.js';
import { formatDuration, parseSpan } from './span.js';

test('spans are numbers with a unit', () => {
  for (const [text, ms] of /** @type {[string, number|null][]} */ ([
    ['1ms', 1], ['10s', 10_000], ['15m', 900_000], ['24h', 86_400_000], ['7d', 604_800_000], [' 5m ', 300_000],
    ['', null], ['s', null], ['5', null], ['0s', null], ['-1s', null], ['1.5s', null], ['5x', null], ['1d1h', null], ['999999999999d', null],
  ])) assert.equal(parseSpan(text), ms, text);
});

test('durations are read in their two largest units', () => {
  for (const [ms, text] of /** @type {[number, string][]} */ ([
    [-5, '0 s'], [999, '0 s'], [12_000, '12 s'], [60_000, '1 min'], [75_000, '1 min 15 s'], [3_600_000, '1 h'],
    [5_400_000, '1 h 30 min'], [90_000_000, '1 d 1 h'],
  ])) assert.equal(formatDuration(ms), text);
});

test('the clock believes the least delayed frame', () => {
  const clock = new BridgeClock();
  assert.equal(clock.known, false);
  clock.observe(1_000_000, 500);
  clock.observe(1_001_000, 1_900);
  clock.observe(1_002_000, 2_450);
  assert.equal(clock.now(2_500), 1_002_050);
  clock.observe(1_003_000, 3_900);
  assert.equal(clock.now(4_000), 1_003_550, 'a late one does not set it back');
  assert.equal(clock.last, 1_003_000);
});

test('a bridge whose clock was set forward is followed at once, set back after a few frames', () => {
  const clock = new BridgeClock();
  clock.observe(1_000_000, 0);
  clock.observe(1_060_000, 1_000);
  assert.equal(clock.now(1_000), 1_060_000);
  for (let i = 0; i < 8; i++) clock.observe(900_000 + i, 2_000 + i);
  assert.equal(clock.now(3_000), 901_000);
});
