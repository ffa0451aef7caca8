/** eon.chart() on old pages: a real bridge, its clients of both generations, and what was published beside what is shown. */

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { test } from './again.js';
import { COLOURS, EonStage } from './eon.js';
import { difference, Subscriber } from './points.js';
import { publishers, until } from './real.js';
/** @import {EonPage} from './eon.js' */

const TYPES = ['line', 'spline', 'step', 'area', 'area-spline', 'area-step', 'scatter', 'bar', 'donut', 'pie', 'gauge'];
const T = Date.UTC(2026, 0, 2, 3, 4, 5);

/** @type {EonStage} */
let stage;
before(async () => { stage = await EonStage.start(); });
after(() => stage?.close());

let channels = 0;
/** One of its own, so that no test sees another's messages. */
const channel = () => `eon-${++channels}`;

/**
 * @param {string} name
 * @param {(page: EonPage) => Promise<void>} run
 * @param {{complaints?: RegExp[]}} [options]  expected ones
 */
function onPage(name, run, { complaints = [] } = {}) {
  test(name, { timeout: 90_000 }, async () => {
    const page = await stage.open();
    try {
      await run(page);
      assert.deepEqual(page.complaints.filter((text) => !complaints.some((one) => one.test(text))), []);
    } finally {
      await page.close();
    }
  });
}

/** Series as data() has them, times in ms. */
const DATA = `(chart) => chart.data().map(({ id, values }) => [id, values.map(({ x, value }) => [Number(x), value])])`;
/** @param {string} name */
const data = (name) => `(${DATA})(${name})`;

onPage('every type draws, in both dialects and with clients of both generations; the legend is what was published', async (page) => {
  const name = channel();
  await page.run(`
    window.made = {};
    window.connected = new Set();
    ${JSON.stringify(TYPES)}.forEach((type, i) => {
      place(type);
      const connect = () => connected.add(type);
      const generate = { bindto: '#' + type, data: { type, labels: i % 2 === 0 }, legend: { show: true } };
      made[type] = i % 2 ? eon.chart({ channels: ['${name}'], generate, connect, flow: true, rate: 50 }) : eon.c.create({ channel: '${name}', generate, connect, pubnub: PUBNUB, rate: 50 });
    });
  `);
  await page.until(`connected.size === ${TYPES.length}`, '[...connected]');
  for (let i = 0; i < 5; i++) await stage.publish(name, { eon: { 'rss-a': 10 + i, 'heap b': `${5 + i}.50` } }, { columns: [['third', 3 * i]] });
  for (const type of TYPES) {
    await page.until(`made['${type}'].data().length === 3 && (${COLOURS})('#${type}') > 3`, data(`made['${type}']`));
    const round = ['bar', 'donut', 'pie', 'gauge'].includes(type);
    await page.until(`made['${type}'].data.values('third').length === ${round ? 1 : 5}`, data(`made['${type}']`));
    const held = Object.fromEntries(await page.run(`return ${data(`made['${type}']`)}`));
    const values = (/** @type {string} */ id) => held[id].map((/** @type {[number, number]} */ [, value]) => value);
    assert.deepEqual([values('rss-a'), values('heap b'), values('third')], round ? [[14], [9.5], [12]] : [[10, 11, 12, 13, 14], [5.5, 6.5, 7.5, 8.5, 9.5], [0, 3, 6, 9, 12]], type);
    assert.deepEqual(await page.run(`return [...document.querySelectorAll('#${type} .c3-legend-item')].map((item) => item.innerText)`), ['rss-a', 'heap b', 'third'], type);
  }
});

onPage('history and live, of processes that publish meanwhile: every process comes back with its own values, nothing twice, nothing missing', async (page) => {
  const name = channel();
  const subscriber = await Subscriber.start(stage.nats.url, name);
  const load = publishers(stage.nats, '--count', '5', '--interval', '20ms', '--channel', name);
  try {
    await until('there is history', () => [...subscriber.points().values()].every(({ x }) => x.length > 60) && subscriber.points().size === 15);
    for (let round = 0; round < 4; round++) {
      await page.run(`
        const id = 'seam${round}';
        place(id);
        window.seam = eon.chart({ history: true, channel: '${name}', limit: 50, rate: 30, flow: true, ${round % 2 ? 'pubnub: PUBNUB,' : ''}
          generate: { bindto: '#' + id, data: { x: 'x' }, axis: { x: { type: 'timeseries', tick: { format: '%H:%M:%S' } } }, transition: { duration: 0 } } });
      `);
      await page.until('seam.data().length === 15 && seam.data().every(({ values }) => values.length === 50)', 'seam.data().map(({ values }) => values.length)');
      const [held, at] = await page.run(`return [${data('seam')}, Date.now()]`);
      await until('it is recorded', () => [...subscriber.points().values()].every(({ x }) => (x.at(-1) ?? 0) > at));
      /** @type {{name: string, x: number[], v: number[]}[]} */
      const series = held.map((/** @type {[string, [number, number|null][]]} */ [id, values]) => ({ name: id, x: values.map(([x]) => x), v: values.map(([, v]) => v ?? NaN) }));
      const since = Math.max(...series.map(({ x }) => x[0]));
      const last = Math.min(...series.map(({ x }) => x.at(-1) ?? NaN));
      // Each has fifty; all have those of the time that all reach. As with C3, two points of one time are two.
      const published = new Map([...subscriber.everyPoint()].map(([id, { x, v }]) => [id, { x: x.filter((one) => one <= last), v: v.slice(0, x.filter((one) => one <= last).length) }]));
      // Of those at the very begin the limit may have cut one.
      assert.equal(difference(published, series, since + 0.001), null);
      assert.ok(last > since, 'there is something to compare');
      await page.run('seam.destroy()');
    }
  } finally {
    await load.kill();
    await subscriber.close();
  }
});

onPage('history of any length, of several channels in order of time', async (page) => {
  const [one, two] = [channel(), channel()];
  for (let i = 0; i < 700; i++) await stage.publish(i % 2 ? one : two, { eon: { [i % 2 ? 'a' : 'b']: i, both: i } });
  await page.run(`
    place('long');
    window.order = [];
    window.long = eon.chart({ history: true, channels: ['${one}', '${two}'], limit: 320, generate: { bindto: '#long' } });
    place('told');
    window.told = eon.chart({ history: true, channels: ['${one}', '${two}'], limit: 320, generate: { bindto: '#told' }, transform: (m) => { order.push(m.eon.both); return m; } });
  `);
  await page.until('long.data.values("both")?.length === 320 && order.length === 700', `[long.data().map(({ id, values }) => [id, values.length]), order.length]`);
  const held = Object.fromEntries(await page.run(`return ${data('long')}`));
  const last = (/** @type {number} */ count, /** @type {(i: number) => boolean} */ of) => Array.from({ length: 700 }, (_, i) => i).filter(of).slice(-count);
  const values = (/** @type {string} */ id) => held[id].map((/** @type {[number, number]} */ [, value]) => value);
  assert.deepEqual(values('a'), last(320, (i) => i % 2 === 1));
  assert.deepEqual(values('b'), last(320, (i) => i % 2 === 0));
  assert.deepEqual(values('both'), last(320, () => true));
  assert.deepEqual(await page.run('return order'), last(700, () => true), 'transform sees all, oldest first, once');
});

onPage('channel groups are live, and a wildcard is', async (page) => {
  const name = channel();
  await page.run(`
    const client = new PubNub({});
    await client.channelGroups.addChannels({ channelGroup: 'group-${name}', channels: ['${name}-1', '${name}-2'] }).catch((error) => { throw new Error(error.message); });
    place('grouped'); place('wild');
    window.connected = new Set();
    window.grouped = eon.chart({ channelGroups: ['group-${name}'], channels: ['${name}-1'], pubnub: client, rate: 30, connect: () => connected.add('grouped'), generate: { bindto: '#grouped' } });
    window.wild = eon.chart({ channels: ['${name}.*'], rate: 30, connect: () => connected.add('wild'), generate: { bindto: '#wild' } });
  `);
  await page.until('connected.size === 2', '[...connected]');
  await stage.publish(`${name}-1`, { eon: { a: 1 } });
  await stage.publish(`${name}-2`, { eon: { b: 2 } });
  await stage.publish(`${name}.deep`, { eon: { c: 3 } });
  await stage.publish(`${name}-1`, { eon: { a: 4 } });
  await page.until('grouped.data.values("a")?.length >= 2 && grouped.data.values("b") && wild.data.values("c")', `[${data('grouped')}, ${data('wild')}]`);
  assert.deepEqual(await page.run('return [grouped.data.values("a"), grouped.data.values("b"), wild.data.values("c")]'), [[1, 4], [2], [3]]);
});

onPage('x in seconds, ms, as text, counted, as names, or the time of the broker', async (page) => {
  const name = channel();
  /** @type {[string, string, unknown[], unknown][]} */
  const table = [
    ['seconds', "xType: 'custom'", [{ eon: { x: T / 1_000, a: 1 } }, { eon: { x: T / 1_000 + 1.5, a: 2 } }], [['a', [[T, 1], [T + 1_500, 2]]]]],
    ['ms', "x_type: 'custom', x_id: 't'", [{ eons: [{ t: T, a: 1 }, { t: T + 1, a: '2' }] }], [['a', [[T, 1], [T + 1, 2]]]]],
    ['text', "xcolumn: 'when', generate: { bindto: '#text', data: { xFormat: '%d.%m.%Y' }, axis: { x: { localtime: false } } }", [{ columns: [['a', 1], ['when', '02.01.2026']] }], [['a', [[Date.UTC(2026, 0, 2), 1]]]]],
    ['counted', 'xType: false', [{ eon: { a: 1 } }, { eon: { b: 2, a: null } }], [['a', [[0, 1], [1, null]]], ['b', [[1, 2]]]]],
    ['names', "xType: 'category', generate: { bindto: '#names', data: { type: 'bar' } }", [{ eon: { apples: 1, pears: 2 } }, { eon: { plums: 3, apples: 4 } }], [['value', [[0, 4], [1, 2], [2, 3]]]]],
    ['days', "xType: 'custom', generate: { bindto: '#days', axis: { x: { type: 'category' } } }", [{ eon: { x: 'mon', a: 1 } }, { eon: { x: 'tue', a: 2 } }], [['a', [[0, 1], [1, 2]]]]],
    ['set', 'transform: (m) => ({ eon: { a: m.v, _eonDatetime: m.at } })', [{ v: 1, at: T }], [['a', [[T, 1]]]]],
  ];
  for (const [id, options, messages, expected] of table) {
    await page.run(`place('${id}'); window['c-${id}'] = eon.chart({ generate: { bindto: '#${id}' }, channel: '${name}-${id}', history: true, rate: 20, ${options} });`);
    await stage.publish(`${name}-${id}`, ...messages);
    await page.until(`JSON.stringify(${data(`window['c-${id}']`)}) === ${JSON.stringify(JSON.stringify(expected))}`, data(`window['c-${id}']`));
    await page.until(`(${COLOURS})('#${id}') > 2`);
  }
  const began = Date.now();
  await page.run(`place('sent'); window.sent = eon.chart({ generate: { bindto: '#sent' }, channel: '${name}-sent', history: true, rate: 20 });`);
  await stage.publish(`${name}-sent`, { eon: { a: 1 } });
  await page.until('sent.data().length === 1');
  const [[, [[x]]]] = await page.run(`return ${data('sent')}`);
  assert.ok(x >= began - 1_000 && x <= Date.now() + 1_000, `${x}: when the broker had it`);
});

onPage('what is rejected is left out: by transform in silence, else with a word, said once', async (page) => {
  const name = channel();
  await page.run(`
    window.told = [];
    place('a'); place('b');
    window.a = eon.chart({ channel: '${name}', rate: 20, generate: { bindto: '#a' }, transform: (m) => (m.keep ? { eon: { v: m.keep } } : null), message: (m, token, from) => told.push([m, typeof token, from]) });
    window.b = eon.chart({ channel: '${name}', rate: 20, generate: { bindto: '#b' } });
  `);
  const last = { keep: 9, eon: { b: 1 } };
  await until('messages arrive', async () => {
    await stage.publish(name, { keep: 1 }, { drop: 1 }, { drop: 2 }, last);
    return page.run('return told.length >= 8 && b.data().length === 1');
  });
  assert.deepEqual(await page.run('return [...new Set(told.map((one) => JSON.stringify(one)))].sort()'), [`[null,"string","${name}"]`, `[{"eon":{"v":1}},"string","${name}"]`, `[{"eon":{"v":9}},"string","${name}"]`]);
  assert.equal(page.complaints.filter((text) => /a message on .* is none of them/.test(text)).length, 1);
}, { complaints: [/a message on .* is none of them.*can be drawn; transform/] });

onPage('a hidden page draws nothing, stays within its limit, and is right when it is looked at again', async (page) => {
  const name = channel();
  await page.run(`
    place('h');
    window.drawn = 0;
    window.h = eon.chart({ channel: '${name}', limit: 10, rate: 20, flow: true, history: true, generate: { bindto: '#h', onrendered: () => { drawn += 1; } } });
  `);
  await stage.publish(name, { eon: { a: 0 } });
  await page.until('drawn > 0 && h.data.values("a")?.length === 1');
  await page.run("look('hidden'); window.before = drawn;");
  for (let i = 1; i <= 300; i++) await stage.publish(name, { eon: { a: i } });
  await page.until('h.data.values("a").at(-1) === 300');
  assert.deepEqual(await page.run('return [h.data.values("a"), drawn - before]'), [Array.from({ length: 10 }, (_, i) => 291 + i), 0]);
  await page.run("look('visible')");
  await page.until('drawn === before + 1');
  await stage.publish(name, { eon: { a: 301 } });
  await page.until('h.data.values("a").at(-1) === 301 && drawn > before + 1');
});

onPage('a process that died ends where it ended, and leaves when the others have moved on', async (page) => {
  const name = channel();
  const at = (/** @type {number} */ s, /** @type {object} */ values) => ({ eon: { x: T + s * 1_000, ...values } });
  await page.run(`place('d'); window.d = eon.chart({ channel: '${name}', history: true, xType: 'custom', limit: 5, rate: 20, generate: { bindto: '#d' } });`);
  for (let s = 0; s < 6; s++) await stage.publish(name, at(s, { dead: 1, alive: 2 }));
  for (let s = 6; s < 8; s++) await stage.publish(name, at(s, { alive: 2 }));
  await page.until(`d.data.values('alive')?.length === 5 && Number(d.x().alive.at(-1)) === ${T + 7_000}`, data('d'));
  assert.deepEqual(await page.run("return d.x().dead.map(Number)"), [1, 2, 3, 4, 5].map((s) => T + s * 1_000), 'nothing is carried on');
  for (let s = 8; s < 14; s++) await stage.publish(name, at(s, { alive: 2 }));
  await page.until("d.data().map(({ id }) => id).join() === 'alive'", data('d'));
  await page.until("document.querySelectorAll('#d .c3-legend-item').length === 1");
});

onPage('flow.duration: the picture goes from where it was to where it will be, in that time', async (page) => {
  const name = channel();
  const at = (/** @type {number} */ s) => ({ eon: { x: T + s * 1_000, a: s } });
  await page.run(`
    place('f');
    window.seen = [];
    window.f = eon.chart({ channel: '${name}', history: true, xType: 'custom', limit: 5, rate: 20, flow: { duration: 600 }, generate: { bindto: '#f' } });
  `);
  for (let s = 0; s < 5; s++) await stage.publish(name, at(s));
  await page.until('f.data.values("a")?.length === 5 && f.zoom().length === 2');
  // What was drawn one by one may still move.
  await page.run('for (let same = 0, last = ""; same < 30;) { await frame(); const now = String(f.zoom().map(Number)); same = now === last ? same + 1 : 0; last = now; } window.from = Number(f.zoom()[0]);');
  await page.run(`window.watch = (async () => { while (Number(f.zoom()[0]) === from) await frame(); const began = performance.now(); for (let same = 0; same < 30;) { const [a] = f.zoom(); seen.push(Number(a)); same = seen.at(-1) === seen.at(-2) ? same + 1 : 0; if (same === 0) window.took = performance.now() - began; await frame(); } return 1; })(); return 1;`);
  await stage.publish(name, at(5));
  await page.run('return watch');
  const [seen, from, took] = await page.run('return [seen, from, took]');
  assert.ok(new Set(seen).size > 5 && seen.every((/** @type {number} */ x, /** @type {number} */ i) => i === 0 || x >= seen[i - 1]), JSON.stringify([...new Set(seen)]));
  assert.ok(Math.abs(seen.at(-1) - from - 1_000) < 1, `from ${from} to ${seen.at(-1)}`);
  assert.ok(took > 300, `${took} ms`);
});

onPage("C3's object: what is asked is answered, what is changed is seen", async (page) => {
  const seen = await page.run(`
    place('c');
    const rendered = () => new Promise((done) => c.load({ columns: [], done }));
    const c = window.c = c3.generate({ bindto: '#c', data: { x: 'x', columns: [['x', '2026-01-01', '2026-01-02', '2026-01-03'], ['a', 1, null, 3], ['b', 4, 5, 6]], names: { a: 'Alpha' }, axes: { b: 'y2' }, hide: ['b'], xLocaltime: false }, axis: { x: { type: 'timeseries', localtime: false } } });
    await rendered();
    const out = [];
    const say = (...all) => out.push(all);
    say(c.data('a'), c.data.values('b'), c.data.shown().map(({ id }) => id), c.data.names(), c.data.axes(), c.color('a'), c.data.colors({ a: '#ff0000' }));
    c.show('b'); c.hide('a'); say(c.data.shown().map(({ id }) => id)); c.toggle(); say(c.data.shown().map(({ id }) => id)); c.show();
    await new Promise((done) => c.load({ columns: [['x', '2026-01-04'], ['d', 7]], unload: ['b'], done }));
    say(c.data().map(({ id, values }) => [id, values.map(({ x, value }) => [x.toISOString().slice(0, 10), value])]));
    await new Promise((done) => c.flow({ columns: [['x', '2026-01-05'], ['a', 9], ['d', 8]], duration: 50, done }));
    say(c.data.values('a'), c.data.values('d'), c.zoom().length, c.zoom()[0] instanceof Date);
    c.transform('bar'); c.transform('spline', 'a'); c.focus('a'); c.revert(); c.groups([['a', 'd']]);
    say(c.groups(), c.axis.max({ y: 20 }), c.axis.min(0).y, c.axis.labels({ y: 'MiB' }).y, c.axis.range().max.y, c.xgrids([{ value: '2026-01-04', text: 'now' }]).length, c.ygrids.add({ value: 5 }), c.ygrids().length, c.regions([{ axis: 'y', start: 1, end: 2 }]).length);
    c.ygrids.remove({ value: 5 }); say(c.ygrids());
    c.zoom(['2026-01-03', '2026-01-04']); say(c.zoom().map((date) => date.toISOString().slice(0, 10))); c.unzoom();
    c.resize({ width: 400, height: 200 }); await rendered();
    const box = document.querySelector('#c .eontide-eon').getBoundingClientRect(); say(box.width, box.height, c.element.id);
    c.legend.hide('a'); await rendered(); say([...document.querySelectorAll('#c .c3-legend-item')].map((item) => item.innerText)); c.legend.show();
    c.unload({ ids: 'a' }); await rendered(); say(c.data().map(({ id }) => id)); c.tooltip.show({ x: '2026-01-05' }); c.tooltip.hide(); c.flush();
    c.destroy(); say(document.getElementById('c').outerHTML);
    return JSON.parse(JSON.stringify(out));
  `);
  const iso = (/** @type {number} */ day) => `2026-01-0${day}T00:00:00.000Z`;
  const at = (/** @type {number} */ i, /** @type {number|null} */ value) => ({ x: iso(i + 1), value, id: 'a', index: i });
  assert.deepEqual(seen, [
    [[{ id: 'a', id_org: 'a', values: [at(0, 1), at(1, null), at(2, 3)] }], [4, 5, 6], ['a'], { a: 'Alpha', b: 'b' }, { a: 'y', b: 'y2' }, '#1f77b4', { a: '#ff0000', b: '#ff7f0e' }],
    [['b']], [['a']],
    [[['a', [['2026-01-01', 1], ['2026-01-02', null], ['2026-01-03', 3]]], ['d', [['2026-01-04', 7]]]]],
    [[null, 3, 9], [7, 8], 2, true],
    [[['a', 'd']], { y: 20 }, 0, 'MiB', 20, 1, null, 1, 1], [[]], [['2026-01-03', '2026-01-04']], [400, 200, 'c'], [['d']], [['d']], ['<div id="c" class="chart"></div>'],
  ]);
});

onPage('the object has every method of the table, which a script answers by before the modules are here', async (page) => {
  const missing = await page.run(`
    place('m');
    const made = c3.generate({ bindto: '#m', data: { columns: [['a', 1]] } });
    const missing = Object.keys(methods).filter((path) => typeof path.split('.').reduce((at, name) => at?.[name], made) !== 'function');
    const walk = (object, prefix) => Object.keys(object).flatMap((name) => (typeof object[name] === 'function' || (object[name]?.constructor === Object) ? [...(typeof object[name] === 'function' ? [prefix + name] : []), ...walk(object[name], prefix + name + '.')] : []));
    const more = walk(made, '').filter((path) => !(path in methods));
    made.destroy();
    return [missing, more];
  `);
  assert.deepEqual(missing, [[], []]);
});

onPage('the legend hides and shows, in the colours of the page', async (page) => {
  await page.run(`
    place('l');
    window.l = c3.generate({ bindto: '#l', data: { columns: [['a', 1, 2], ['b', 3, 4], ['c d', 1, 1]], colors: { a: '#010203' } }, color: { pattern: ['#aa0000', '#00aa00'] } });
  `);
  await page.until("document.querySelectorAll('#l .c3-legend-item').length === 3");
  const items = () => page.run("return [...document.querySelectorAll('#l .c3-legend-item')].map((item) => [item.innerText, getComputedStyle(item.children[0]).backgroundColor, item.classList.contains('c3-legend-item-hidden')])");
  assert.deepEqual(await items(), [['a', 'rgb(1, 2, 3)', false], ['b', 'rgb(170, 0, 0)', false], ['c d', 'rgb(0, 170, 0)', false]]);
  await page.page.locator('.c3-legend-item-c-d').click();
  await page.until("l.data.shown().length === 2 && document.querySelector('.c3-legend-item-c-d').classList.contains('c3-legend-item-hidden')");
  await page.page.locator('.c3-legend-item-c-d').click();
  await page.until('l.data.shown().length === 3');
  const box = await page.run("const [plot, legend] = ['.eontide-chart', '.c3-legend'].map((one) => document.querySelector('#l ' + one).getBoundingClientRect()); return [plot.bottom <= legend.top, Math.round(legend.bottom - document.querySelector('#l').getBoundingClientRect().top), getComputedStyle(document.documentElement).colorScheme]");
  assert.deepEqual(box, [true, 280, 'light']);
});

// Its height was looked up by taking the chart out for a moment, with each picture: a page that was scrolled down jumped.
onPage('a chart is as high as its place, or as C3 makes it, and the page does not move under the reader', async (page) => {
  await page.run(`
    for (const [id, style] of [['none', ''], ['fixed', 'height: 200px'], ['half', 'height: 50vh']]) {
      document.body.append(Object.assign(document.createElement('div'), { id, style }));
      window[id] = c3.generate({ bindto: '#' + id, data: { columns: [['a', 1, 2]] } });
    }
    document.body.append(Object.assign(document.createElement('div'), { id: 'low' }));
    window.low = c3.generate({ bindto: '#low', data: { columns: [['a', 1, 2]] }, size: { height: 900 } });
  `);
  const heights = () => page.run("return ['none', 'fixed', 'half', 'low'].map((id) => document.querySelector('#' + id + ' .eontide-eon')?.offsetHeight)");
  await until('all are drawn', async () => (await heights()).every((/** @type {number} */ height) => height > 0));
  assert.deepEqual(await heights(), [320, 200, 380, 900]);
  await page.page.setViewportSize({ width: 1280, height: 600 });
  await until('the half is half again', async () => (await heights())[2] === 300 || JSON.stringify(await heights()));
  const moved = await page.run(`
    scrollTo(0, document.documentElement.scrollHeight);
    const before = scrollY;
    for (const chart of [none, fixed, half, low]) await new Promise((done) => chart.load({ columns: [['a', 3, 4]], done }));
    return [before > 100, scrollY - before];
  `);
  assert.deepEqual(moved, [true, 0]);
});

onPage('what is not honoured says so once, by name; what is missing says what to do; nothing is thrown', async (page) => {
  const shapes = await page.run(`
    place('w');
    const odd = { bindto: '#w', subchart: { show: true }, axis: { x: { tick: { fit: true } }, y: { tick: { count: 3 } } }, data: { type: 'bars' } };
    const made = [eon.chart({ channel: 'c', ssl: true, generate: odd }), eon.chart({ channel: 'c', ssl: true, generate: odd }), eon.chart({}), eon.chart(), eon.chart({ channel: 'c', pubnub: {} }), eon.chart({ channel: 'c', generate: { bindto: '#nowhere' } })];
    await new Promise((done) => made[0].load({ columns: [['a', 1]], done }));
    window.made = made;
    return made.map((one) => [one.data().length, typeof one.load]);
  `);
  await until('the place is missed', () => page.complaints.some((text) => text.includes('#nowhere')));
  await page.run('made.forEach((one) => one.destroy())');
  assert.deepEqual(shapes, [[1, 'function'], ...Array(5).fill([0, 'function'])]);
  assert.deepEqual(page.warnings.filter((text) => text.startsWith('eon.chart:')).sort(), [
    'eon.chart: generate.axis.x.tick.fit is not honoured', 'eon.chart: generate.axis.y.tick.count is not honoured',
    'eon.chart: generate.data.type: "bars" is not one of line, spline, step, area, area-spline, area-step, scatter, bar, pie, donut, gauge',
    'eon.chart: generate.subchart is not honoured', 'eon.chart: ssl: there is no such option, it changes nothing',
  ]);
  for (const said of [/No channels or channel groups supplied\. Say which/, /PubNub not found: eon\.chart\({ pubnub/, /there is no element #nowhere/]) assert.equal(page.complaints.filter((text) => said.test(text)).length, 1, String(said));
}, { complaints: [/No channels/, /PubNub not found/, /there is no element/] });

test('destroy() gives everything back: two hundred charts leave heap, document, listeners and subscriptions as they were', { timeout: 200_000 }, async (t) => {
  const page = await stage.open();
  const name = channel();
  const session = await page.page.context().newCDPSession(page.page);
  await stage.publish(name, ...Array.from({ length: 20 }, (_, i) => ({ eon: { a: i, b: 2 * i } })));
  const churn = (/** @type {number} */ many) => page.run(`
    const types = ${JSON.stringify(TYPES)};
    const body = document.body.innerHTML;
    for (let i = 0; i < ${many}; i++) {
      place('k');
      const made = eon.chart({ channel: '${name}', history: true, flow: i % 2 === 0, rate: 20, pubnub: i % 3 ? undefined : PUBNUB, generate: { bindto: '#k', data: { type: types[i % types.length], labels: i % 5 === 0 } } });
      // Some go while they load, or while they move.
      if (i % 4) await new Promise((done, fail) => { const late = setTimeout(() => fail(new Error('never drawn: ' + types[i % types.length])), 10_000); (function look() { if (made.data().length === 2 && document.querySelector('#k canvas')) { clearTimeout(late); done(); } else requestAnimationFrame(look); })(); });
      if (i % 3 === 0) made.transform('bar');
      made.destroy();
      if (document.getElementById('k').outerHTML !== '<div id="k" class="chart"></div>') throw new Error(document.getElementById('k').outerHTML);
      document.getElementById('k').remove();
    }
    return document.body.innerHTML === body;
  `);
  const held = async () => {
    for (let i = 0; i < 3; i += 1) {
      await page.run('await frame()');
      await session.send('HeapProfiler.collectGarbage');
    }
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { usedSize, nodes, jsEventListeners };
  };
  try {
    assert.equal(await churn(60), true);
    const first = await held();
    assert.equal(await churn(200), true);
    const last = await held();
    t.diagnostic(`heap ${first.usedSize} → ${last.usedSize} bytes, nodes ${first.nodes} → ${last.nodes}, listeners ${first.jsEventListeners} → ${last.jsEventListeners}`);
    assert.ok(last.usedSize - first.usedSize < 600_000, `${last.usedSize - first.usedSize} bytes more`);
    assert.deepEqual([last.nodes, last.jsEventListeners], [first.nodes, first.jsEventListeners]);
    assert.deepEqual(await page.run('return client().getSubscribedChannels()'), []);
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.close();
  }
});
