/** The classic script of d3's formats is the one of the modules. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';
import { formats, FORMATS } from '../../scripts/formats.mjs';
import { d3 } from './d3.js';

const text = readFileSync(FORMATS, 'utf8');

test('it is made of what the modules are now', () => {
  assert.ok(text === formats(), 'run: node scripts/formats.mjs update');
});

test('it writes what the modules write', () => {
  const page = vm.createContext({});
  vm.runInContext(text, page);
  const classic = vm.runInContext('eontideFormats', page);
  assert.deepEqual(Object.keys(classic), Object.keys(d3));
  for (const specifier of ['.2f', 's', '.3s', '$,.2f', '%', 'x', '', '.12~g', '+08.1e']) {
    for (const value of [0, -1234.5678, 1e-7, 98_765_432]) assert.equal(classic.format(specifier)(value), d3.format(specifier)(value), specifier);
  }
  for (const specifier of ['%Y-%m-%d %H:%M:%S.%L', '%a %b %e %j %U %W %V %Z', '%I %p']) {
    const date = new Date(2026, 10, 21, 15, 5, 7, 9);
    assert.equal(classic.time.format(specifier)(date), d3.time.format(specifier)(date), specifier);
  }
});
