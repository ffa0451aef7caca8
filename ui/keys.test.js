import assert from 'node:assert/strict';
import test from 'node:test';
import { actionOf, KEYS, WINDOWS } from './keys.js';
/** @import {Press} from './types.js' */

const PAGE = { typing: false, onControl: false, inDialog: false };
/** @param {string} name @param {Partial<Press>} [more] */
const press = (name, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });

test('each key of the sheet does what the sheet says', () => {
  for (const { keys, action } of KEYS) {
    keys.forEach((name, index) => assert.deepEqual(actionOf(press(name), PAGE), action === null ? null : { action, index }, name));
  }
  assert.deepEqual(actionOf(press('L'), PAGE), { action: 'live', index: 0 }, 'with or without Shift');
  assert.deepEqual(actionOf(press('3'), PAGE), { action: 'window', index: 2 });
  assert.equal(KEYS.find(({ action }) => action === 'window')?.keys.length, WINDOWS.length);
});

test('no key stands for two things', () => {
  const all = KEYS.flatMap(({ keys }) => keys);
  assert.equal(new Set(all).size, all.length);
  assert.equal(new Set(KEYS.map(({ shown }) => shown)).size, KEYS.length);
});

test('letters belong to whoever types, Space to a button, shortcuts to the browser', () => {
  for (const name of KEYS.flatMap(({ keys }) => keys)) {
    assert.equal(actionOf(press(name), { ...PAGE, typing: true }), null, name);
    assert.equal(actionOf(press(name), { ...PAGE, inDialog: true }), null, name);
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) assert.equal(actionOf(press(name, { [modifier]: true }), PAGE), null, name);
  }
  assert.equal(actionOf(press(' '), { ...PAGE, onControl: true }), null);
  assert.equal(actionOf(press('l'), { ...PAGE, onControl: true })?.action, 'live');
});

test('a bracket made with AltGr is a bracket', () => {
  const altGr = { ctrlKey: true, altKey: true, getModifierState: (/** @type {string} */ name) => name === 'AltGraph' };
  assert.equal(actionOf(press('[', altGr), PAGE)?.action, 'back');
});

test('keys that do nothing here are nobody’s', () => {
  for (const name of ['x', 'Tab', 'Enter', 'F5', 'Dead', '7', '']) assert.equal(actionOf(press(name), PAGE), null, name);
});
