import assert from 'node:assert/strict';
import test from 'node:test';
import { SHEET } from './key-sheet.js';
import { actionOf, KEYS, WINDOWS } from './keys.js';
/** @import {Press} from './types.js' */

const PAGE = { typing: false, onControl: false, inDialog: false };
/** @param {string} name @param {Partial<Press>} [more] */
const press = (name, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });

const ALL = Object.values(KEYS).flat();

test('each key does what the sheet says', () => {
  const said = Object.values(SHEET).flat();
  for (const [action, keys] of Object.entries(KEYS)) {
    keys.forEach((name, index) => assert.deepEqual(actionOf(press(name), PAGE), { action, index }, name));
    const entries = said.filter((entry) => entry.action === action);
    assert.equal(entries.length, 1, `the sheet says once what ${keys[0]} does`);
    if (action === 'pause' || action === 'zoomOut') continue;
    for (const name of action === 'window' ? [keys[0], keys[keys.length - 1]] : action === 'search' ? keys : [keys[0]]) {
      assert.ok(entries[0].shown.includes(name.toUpperCase()), `${name} is shown as ${entries[0].shown}`);
    }
  }
  assert.deepEqual(actionOf(press('L'), PAGE), { action: 'live', index: 0 }, 'with or without Shift');
  assert.deepEqual(actionOf(press('3'), PAGE), { action: 'window', index: 2 });
  assert.equal(KEYS.window.length, WINDOWS.length);
});

test('no key stands for two things', () => {
  assert.equal(new Set(ALL).size, ALL.length);
  const shown = Object.values(SHEET).flat().map((entry) => entry.shown);
  assert.equal(new Set(shown).size, shown.length);
});

test('letters belong to whoever types, Space to a button, shortcuts to the browser', () => {
  for (const name of ALL) {
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
