import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceOf, tokensOf } from './code.js';

/** @param {string} source */
const marked = (source) => tokensOf(source).filter(({ kind }) => kind !== 'plain').map(({ kind, text }) => `${kind} ${text}`);

for (const [source, expected] of /** @type {[string, string[]][]} */ ([
  ["const a = 'it';", ['word const', "text 'it'"]],
  ['a = of(12, -4.5, 1_000, 2e6)', ['word of', 'number 12', 'number -4.5', 'number 1_000', 'number 2e6']],
  ['return x2 ** 20; // for 3 of them', ['word return', 'number 20', 'comment // for 3 of them']],
  ["'no // comment', `nor ${here}`", ["text 'no // comment'", 'text `nor ${here}`']],
  ["'it\\'s 5'", ["text 'it\\'s 5'"]],
  ['offset.form({ format })', []],
  ['', []],
])) {
  test(`words, texts, numbers and comments of ${source}`, () => {
    assert.deepEqual(marked(source), expected);
    assert.equal(tokensOf(source).map(({ text }) => text).join(''), source, 'nothing is lost');
  });
}

test('types are for the checker, not for the reader', () => {
  const run = (/** @type {number} */ value) => /** @type {unknown} */ (value);
  assert.equal(sourceOf(run), '(value) => (value)');
});
