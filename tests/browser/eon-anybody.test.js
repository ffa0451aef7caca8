/** eon.chart() on a channel where anybody may publish: names and values that no page expects. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { COLOURS, EonStage } from './eon.js';

/** @type {EonStage} */
let stage;
before(async () => { stage = await EonStage.start(); });
after(() => stage?.close());

// `names`, `types` and `colors` of a page were asked for such names as well, and answered with the functions of every object: the
// legend said "function Object() { [native code] }", and nothing was drawn any more.
test('names that every object has are names like others, whatever the page says of its own', { timeout: 60_000 }, async () => {
  const page = await stage.open();
  try {
    await page.run(`
      place('a');
      window.made = eon.chart({ channels: ['anybody'], rate: 50, generate: { bindto: '#a', data: {
        type: 'line', names: { rss: 'RSS' }, types: { rss: 'area' }, colors: { rss: '#ff0000' }, axes: { rss: 'y' }, labels: { format: { rss: String } },
      } }, connect: () => { window.connected = true; } });
    `);
    await page.until('window.connected');
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    for (let i = 0; i < 3; i++) await stage.publish('anybody', `{"eon":{"rss":${i},${names.map((name, at) => `"${name}":${i + at + 1}`).join()}}}`);
    await page.until(`made.data().length === 5 && made.data.values('__proto__').length === 3`, 'made.data()');
    assert.deepEqual(await page.run(`return [...document.querySelectorAll('#a .c3-legend-item')].map((item) => item.innerText)`), ['RSS', ...names]);
    assert.deepEqual(await page.run('return Object.entries(made.data.names())'), [['rss', 'RSS'], ...names.map((name) => [name, name])]);
    await page.until(`(${COLOURS})('#a') > 5`);
    assert.equal(await page.run('return made.data.colors().rss'), '#ff0000');
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.close();
  }
});

// One name of 400 letters was wider than the page, and centred so that neither end could be read.
test('a name that is too long for its place is cut, and stays in it', { timeout: 60_000 }, async () => {
  const page = await stage.open();
  try {
    await page.run(`place('long'); window.made = eon.chart({ channels: ['long'], rate: 50, generate: { bindto: '#long' }, connect: () => { window.ready = true; } });`);
    await page.until('window.ready');
    await stage.publish('long', { eon: { short: 1, ['x'.repeat(400)]: 2 } });
    await page.until(`document.querySelectorAll('#long .c3-legend-item').length === 2`);
    const inside = `(() => { const place = document.querySelector('#long').getBoundingClientRect();
      return [...document.querySelectorAll('#long .c3-legend-item')].map((item) => item.getBoundingClientRect()).every(({ left, right }) => left >= place.left && right <= place.right); })()`;
    await page.until(inside, `[...document.querySelectorAll('#long .c3-legend-item')].map((item) => item.getBoundingClientRect().width)`);
  } finally {
    await page.close();
  }
});
