import assert from 'node:assert/strict';
import test from 'node:test';
import { rowAfterKey, rowsInSight, scrollToShow } from './sight.js';

test('only the rows in sight and a few beyond are in the page', () => {
  for (const [scrollTop, height, count, first, last, why] of /** @type {[number, number, number, number, number, string][]} */ ([
    [0, 260, 20_000, 0, 12, 'at the top'],
    [2_600, 260, 20_000, 98, 112, 'on a row'],
    [2_613, 260, 20_000, 98, 113, 'between rows'],
    [519_740, 260, 20_000, 19_988, 20_000, 'at the end'],
    [999_999, 260, 20_000, 19_988, 20_000, 'scrolled where no rows are any more'],
    [0, 260, 3, 0, 3, 'shorter than its place'],
    [80, 260, 3, 0, 3, 'shorter, and still scrolled'],
    [0, 0, 20_000, 0, 0, 'not in the page itself'],
    [0, 260, 0, 0, 0, 'none'],
    [2_599_740, 260, 100_000, 99_988, 100_000, 'a hundred thousand'],
    [-40, 260, 100, 0, 12, 'pulled beyond the top'],
  ])) assert.deepEqual(rowsInSight(scrollTop, height, 26, count), { first, last }, why);
});

test('scrolls as little as shows a row wholly', () => {
  for (const [index, scrollTop, wanted] of [[5, 0, 0], [9, 0, 0], [10, 0, 26], [3, 100, 78], [4, 100, 100], [200, 0, 4_966]]) {
    assert.equal(scrollToShow(index, scrollTop, 260, 26), wanted, `row ${index} from ${scrollTop}`);
  }
});

test('each key leads where one expects, and stays inside', () => {
  for (const [key, index, wanted] of /** @type {[string, number, number|null][]} */ ([
    ['ArrowDown', 4, 5], ['ArrowDown', 99, 99], ['ArrowUp', 4, 3], ['ArrowUp', 0, 0], ['PageDown', 4, 13], ['PageDown', 95, 99],
    ['PageUp', 40, 31], ['PageUp', 4, 0], ['Home', 40, 0], ['End', 4, 99], ['Enter', 4, null], ['a', 4, null],
  ])) assert.equal(rowAfterKey(key, index, 100, 10), wanted, `${key} at ${index}`);
  assert.equal(rowAfterKey('End', 0, 0, 10), null, 'of no rows');
  assert.equal(rowAfterKey('PageDown', 4, 100, 1), 5, 'in a place for one row');
});
