import assert from 'node:assert/strict';
import test from 'node:test';
import { detailOf } from './detail.js';

test('above a hundred series density, back below eighty', () => {
  for (const [wanted, series, before, expected] of /** @type {const} */ ([
    ['auto', 0, 'lines', 'lines'], ['auto', 100, 'lines', 'lines'], ['auto', 101, 'lines', 'density'],
    ['auto', 101, 'density', 'density'], ['auto', 80, 'density', 'density'], ['auto', 79, 'density', 'lines'],
    ['lines', 15_000, 'density', 'lines'], ['density', 1, 'lines', 'density'],
  ])) assert.equal(detailOf(wanted, series, before), expected, `${wanted} ${series} ${before}`);
});
