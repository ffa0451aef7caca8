import assert from 'node:assert/strict';
import test from 'node:test';
import { localeOf, numberFormat, tickFormat } from './format.js';
import { formatValue, parseUnit, prefixStep } from './units.js';

test('specifiers and functions write numbers', () => {
  for (const [wanted, value, text] of /** @type {[import('./format.js').Format, number, string][]} */ ([
    [',.2f', 1234.5, '1,234.50'], ['.3s', 1_500_000, '1.50M'], ['.0%', 0.256, '26%'], ['$,d', -1200, '−$1,200'], ['+.1f', 2, '+2.0'],
    [(value) => `<${value}>`, 3, '<3>'], ['.2f', NaN, '–'], ['.2f', Infinity, '–'],
  ])) assert.equal(numberFormat(wanted)(value), text, String(wanted));
});

test('digits, separators and names are those of the language', () => {
  for (const [tag, number, date] of /** @type {[string|null, string, string][]} */ ([
    [null, '1,234,567.5', 'Sat 21 November'], ['de', '1.234.567,5', 'Sa 21 November'], ['fr', '1\u202f234\u202f567,5', 'sam. 21 novembre'],
    ['hi', '12,34,567.5', 'शनि 21 नवंबर'], ['ar-EG', '١٬٢٣٤٬٥٦٧٫٥', 'السبت 21 نوفمبر'], ['ja', '1,234,567.5', '土 21 11月'],
    ['no such tongue', '1,234,567.5', 'Sat 21 November'],
  ])) {
    assert.equal(localeOf(tag).number(',.1f')(1_234_567.5), number, String(tag));
    assert.equal(localeOf(tag).utc('%a %d %B')(new Date(Date.UTC(2026, 10, 21))), date, String(tag));
  }
});

test('a locale is made once, and a specifier compiled once', () => {
  assert.equal(localeOf('de'), localeOf('de'));
  assert.equal(localeOf('de').number(',.3f'), localeOf('de').number(',.3f'));
  for (let i = 0; i < 1_000; i++) localeOf('de').number(`.${i % 20}f`), localeOf('de').utc(String(i));
});

test('neighbouring ticks differ, and no digit is too many', () => {
  for (const [step, largest, specifier, expected] of /** @type {[number, number, string, string][]} */ ([
    [0.05, 1, ',f', '0.05'], [2, 10, ',f', '2'], [500, 10_000, '~s', '0.5k'], [0.05, 1, '%', '5%'], [0.1, 1, '.1%', '10.0%'], [10, 90, 'r', '10'], [1, 9, 'e', '1e+0'],
  ])) assert.equal(tickFormat(step, largest, specifier)(step), expected, specifier);
});

test('units are read in their usual spellings', () => {
  for (const [text, value, expected] of /** @type {[string, number, string][]} */ ([
    ['B/s', 2048, '2 KiB/s'], ['MiB/s', 1536, '1.5 GiB/s'], ['kB/s', 1500, '1.5 MB/s'], ['bytes per second', 512, '512 B/s'], ['Mbit/s', 2500, '2.5 Gbit/s'],
    ['kbps', 1500, '1.5 Mbit/s'], ['req/s', 12.5, '12.5 req/s'], ['req/min', 3, '3 req/min'], ['1/s', 12, '12/s'], ['/s', 0.5, '0.5/s'], ['Hz', 4e9, '4 GHz'],
    ['kW', 0.5, '500 W'], ['ns', 1_500, '1.5 µs'], ['us', 250, '250 µs'], ['µs', 0.25, '250 ns'], ['ms', 0.25, '250 µs'], ['ms', 1_500, '1.5 s'],
    ['s', 0.02, '20 ms'], ['seconds', 90, '90 s'], ['s', 150, '2.5 min'], ['s', 10_800, '3 h'], ['h', 72, '3 d'], ['s', -0.002, '−2 ms'], ['s', 0, '0 s'], ['ms', 0, '0 s'],
    ['ratio', 0.256, '25.6\u202f%'], ['percent', 3, '3\u202f%'], ['widgets', 3, '3 widgets'], ['CPUs', 2e7, '20M CPUs'], ['', 3, '3'],
  ])) assert.equal(formatValue(value, parseUnit(text)), expected, `${value} ${text}`);
  assert.equal(parseUnit('MiB'), parseUnit('MiB'));
  assert.equal(prefixStep(0, parseUnit('ms')).name, 's');
});

test('values in other languages', () => {
  assert.equal(formatValue(1536, parseUnit('KiB'), 'de'), '1,5 MiB');
  assert.equal(formatValue(1234.5, parseUnit(null), 'de'), '1.234,5');
  assert.equal(formatValue(NaN, parseUnit(null), 'de'), '–');
});
