/** eon.chart() on a channel where anybody may publish: names and values that no page expects. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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
