/** What pages of EON write with d3 3 comes out as d3 3 wrote it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { d3 } from './d3.js';

test('numbers are written as d3 3 wrote them', () => {
  /** Beside each what d3 3.5.17 answers. @type {[string, any, string][]} */
  const table = [
    ['.2f', 3.14159, '3.14'], ['f', 3.7, '4'], ['.1%', 0.256, '25.6%'], ['%', 0.256, '26%'], ['p', 0.256, '25.6%'], ['r', 3.7, '3.7'], ['.2p', 0.256, '26%'],
    ['s', 1500, '1.5k'], ['.2s', 1_234_567, '1.2M'], ['s', 1_234.56789, '1.23456789k'], [',', 1234.5, '1,234.5'], ['$,.2f', -1234.5, '-$1,234.50'],
    ['d', 12, '12'], ['', 0.1, '0.1'], ['g', 0.25, '0.25'], ['e', 1500, '1.5e+3'], ['+.1f', 2, '+2.0'], ['05d', 42, '00042'], ['x', 255, 'ff'],
    ['.3r', 1234.5, '1230'], ['n', 1234.5, '1,234.5'], ['d', 1.5, ''], [',d', 12345, '12,345'], ['.0f', '12.6', '13'], ['.2f', -0.5, '-0.50'], ['$', 5, '$5'],
  ];
  assert.deepEqual(table.map(([specifier, value]) => d3.format(specifier)(value)), table.map(([, , text]) => text));
});

test('times too, of dates and of ms, and back', () => {
  const date = new Date(2026, 10, 21, 9, 5, 7);
  assert.equal(d3.time.format('%H:%M:%S')(date), '09:05:07');
  assert.equal(d3.time.format('%H:%m:%S')(+date), '09:11:07');
  assert.equal(d3.timeFormat('%Y-%m-%d %H:%M')(date), '2026-11-21 09:05');
  assert.deepEqual(d3.time.format('%Y-%m-%d').parse('2018-03-01'), new Date(2018, 2, 1));
  assert.deepEqual(d3.timeParse('%H:%M')('nothing'), null);
  assert.equal(d3.time.format.utc('%H:%M')(new Date(0)), '00:00');
  assert.equal(d3.time.format.iso(new Date(0)), '1970-01-01T00:00:00.000Z');
  assert.deepEqual(d3.utcParse('%Y')('1971'), new Date(Date.UTC(1971, 0, 1)));
  assert.equal(String(d3.time.format('%H:%M')), '%H:%M');
});
