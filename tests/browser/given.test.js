/** Charts of data that a page hands over: what is drawn where, what is said of it, and what a mistake leaves behind. */

import assert from 'node:assert/strict';
import { given } from './on-given.js';

// The catalogue sorted the names, so the slices of a pie stood in the order of the alphabet, in colours of their names.
given('series stand in the order of their columns, in colour after colour', `
  const bars = await shown({ type: 'bar', data: { columns: [['x', 'one'], ['zebra', 3], ['ape', 2], ['mouse', 1]] } });
  const names = bars.names();
  const colours = names.map((name) => bars.row(name).style);
  bars.load({ columns: [['x', 'one'], ['zebra', 4]] });
  const again = bars.names();
  const many = await shown({ data: { columns: [['x', 1, 2], ...Array.from({ length: 10 }, (_, i) => ['s' + (99 - i), i, i])] } });
  return { names, colours, again, styles: many.names().map((name) => many.row(name).style) };
`, ({ names, colours, again, styles }) => {
  assert.deepEqual([names, again], [['zebra', 'ape', 'mouse'], ['zebra', 'ape', 'mouse']]);
  assert.deepEqual(colours, [0, 1, 2].map((colour) => ({ colour, dash: 0 })));
  assert.deepEqual(styles.slice(6), [{ colour: 6, dash: 0 }, { colour: 7, dash: 0 }, { colour: 0, dash: 1 }, { colour: 1, dash: 1 }]);
});

given('what is named first in a group lies lowest', `
  const made = await shown({ type: 'bar', groups: [['b', 'a']], data: { columns: [['x', 'one'], ['a', 1], ['b', 1]] }, colours: { a: '#ff0000', b: '#0000ff' } });
  const { at } = picture(made);
  return [[330, 60], [330, 240]].map(([x, y]) => at(x, y));
`, ([top, bottom]) => {
  assert.match(top, /^#ff/, 'a');
  assert.match(bottom, /ff$/, 'b');
});

// The longest gap a line bridges was guessed from its cadence, which data that nobody samples does not have.
given('only a null breaks a line, however far apart its points are', `
  const options = { axis: { x: { type: 'log' } }, colours: { a: '#ff0000' } };
  const made = await shown({ ...options, data: { columns: [['x', 1, 3, 10, 3000, 10000], ['a', 5, 5, 5, 5, 5]] } });
  const red = picture(made).found('#ff0000');
  const holed = await shown({ ...options, data: { columns: [['x', 1, 3, 10, 3000, 10000], ['a', 5, 5, null, null, 5]] } });
  const { at: look } = picture(holed);
  return { view: made.view, red, holed: Array.from({ length: 300 }, (_, y) => look(400, y)).filter((colour) => /^#ff/.test(colour) && colour !== '#ffffff') };
`, ({ view, red, holed }) => {
  assert.ok(view.from > 0.8 && view.from < 1, `${view.from}: a logarithmic axis keeps its left part`);
  assert.ok(red.right - red.left > 480, JSON.stringify(red));
  assert.deepEqual(holed, []);
});

given('numbers that are no time, dates over decades and points at one place are all there', `
  const far = await shown({ data: { columns: [['x', '1900-01-01', '2100-01-01'], ['a', 1, 2]] } });
  const whole = { from: new Date(far.view.from).getUTCFullYear(), to: new Date(far.view.to).getUTCFullYear() };
  const huge = await shown({ axis: { x: { type: 'linear' } }, data: { columns: [['x', 0, 1e15], ['a', 1, 2]] } });
  const cloud = await shown({ type: 'scatter', data: { columns: [['x', 1, 1, 2], ['a', 1, 2, 3]] } });
  return { whole, huge: huge.view, cloud: cloud.data()[0].v };
`, ({ whole, huge, cloud }) => {
  assert.deepEqual(whole, { from: 1896, to: 2104 });
  assert.ok(huge.from < 0 && huge.to > 1e15, JSON.stringify(huge));
  assert.deepEqual(cloud, [1, 2, 3]);
});

// Wheel, pinch and pan took the clock of a bridge there was none of, and ended in 1970.
given('zoom and pan stay where the data is', `
  const made = await shown({ data: { columns: [['x', 100, 200], ['a', 1, 2]] } });
  const views = [];
  const look = () => views.push([made.view.mode, Math.round(made.view.from), Math.round(made.view.to)]);
  made.zoom(0.5, 150); look();
  made.pan(20); look();
  made.zoom(100, 150); look();
  document.querySelector('.eontide-chart').dispatchEvent(new WheelEvent('wheel', { clientX: 300, clientY: 100, deltaY: -400, bubbles: true, cancelable: true }));
  await answered(); look();
  made.live(); look();
  const log = await shown({ axis: { x: { type: 'log' } }, data: { columns: [['x', 1, 10000], ['a', 1, 2]] } });
  for (let i = 0; i < 30; i++) log.zoom(1.2, 100);
  return { views, log: log.view };
`, ({ views, log }) => {
  assert.deepEqual(views.slice(0, 3), [['held', 124, 176], ['held', 144, 196], ['held', 98, 202]]);
  assert.equal(views[3][0], 'held');
  assert.ok(views[3][1] > 98 && views[3][2] < 202, 'the wheel came closer');
  assert.deepEqual(views[4], ['held', 98, 202]);
  assert.ok(log.from > 0.8 && log.to < 13_000, JSON.stringify(log));
});

given('bars are whole at both ends, also where they were lines before', `
  const data = { columns: [['x', 1, 2, 3, 4], ['a', 5, 5, 5, 5]] };
  const made = await shown({ type: 'bar', bar: { ratio: 1 }, data, colours: { a: '#ff0000' } });
  const ends = [made.view.from, made.view.to];
  const line = await shown({ data });
  const before = [line.view.from, line.view.to];
  line.setType('bar');
  return { ends, before, after: [line.view.from, line.view.to] };
`, ({ ends, before, after }) => {
  assert.deepEqual(ends, [0.5, 4.5]);
  assert.deepEqual(before.map((/** @type {number} */ x) => x.toFixed(2)), ['0.94', '4.06']);
  assert.deepEqual(after, [0.5, 4.5]);
});

// The only bar of a time axis was a millisecond wide on an axis of a twentieth of one: it covered the plot, and so did its neighbours.
given('a bar that stands alone has air on both sides', `
  const made = await shown({ type: 'bar', data: { columns: [['x', '2026-01-01'], ['a', 5], ['b', 4]] }, colours: { a: '#ff0000', b: '#0000ff' } });
  return { red: picture(made).found('#ff0000'), blue: picture(made).found('#0000ff'), width: 600 };
`, ({ red, blue, width }) => {
  assert.ok(red.left > 100 && red.right < blue.left && blue.right < width - 50, JSON.stringify([red, blue]));
});

given('values are written at points and bars, and rules lie across the plot', `
  const data = { columns: [['x', 1, 2, 3], ['a', 5, 7, 6]] };
  const labels = (value, name) => name + '=' + value;
  const line = picture(await shown({ data, labels, points: 4 })).texts;
  const bars = picture(await shown({ type: 'bar', data, labels: '.1f' })).texts;
  const ruled = await shown({ data, rules: [{ axis: 'y', at: 6.5, text: 'limit', colour: '#ff0000' }], colours: { a: '#0000ff' } });
  const before = picture(ruled).found('#ff0000');
  ruled.setLooks({ rules: [], colours: { a: '#ff0000' } });
  for (let i = 0; i < 4; i++) await frame();
  return { line, bars, before, after: picture(ruled).found('#ff0000') };
`, ({ line, bars, before, after }) => {
  const of = (/** @type {any[]} */ texts, /** @type {RegExp} */ wanted) => texts.map(({ text }) => text).filter((text) => wanted.test(text));
  assert.deepEqual(of(line, /=/), ['a=5', 'a=7', 'a=6']);
  assert.deepEqual(of(bars, /^[567]\.0$/).sort(), ['5.0', '6.0', '7.0']);
  assert.ok(before.bottom - before.top < 20 && before.right - before.left > 480, JSON.stringify(before));
  assert.ok(after.bottom - after.top > 50, 'the rule went, and the line is red');
});

given('tooltips, gauges and slices are written by the page where it says how', `
  const seen = [];
  const tooltip = { title: (x) => 'at ' + x, name: (name) => name.toUpperCase(), value: (value, name) => name + ':' + value };
  await shown({ data: { columns: [['x', 0, 1, 2], ['a', 1, 2, 3]] }, tooltip });
  seen.push((await hover(330, 100))[0]);
  await shown({ type: 'bar', axis: { rotated: true }, data: { columns: [['x', 'one'], ['a', 1]] }, tooltip });
  seen.push((await hover(330, 150))[0]);
  await shown({ type: 'pie', data: { columns: [['a', 1]] }, tooltip: { value: (value, name, share) => name + ' ' + share }, donut: { label: false } });
  seen.push((await hover(330, 150))[0]);
  const gauge = picture(await shown({ type: 'gauge', data: { columns: [['a', 5]] }, gauge: { max: 10, format: (value, share) => value + ' is ' + share } })).texts;
  const pie = await shown({ type: 'pie', data: { columns: [['a', 1], ['b', 3]] }, donut: { label: (value, share, name) => name + value + '/' + share } });
  return { seen, gauge: gauge.map(({ text }) => text), pie: picture(pie).texts.map(({ text }) => text) };
`, ({ seen, gauge, pie }) => {
  assert.deepEqual(seen, [['at 1', 'A', 'a:2'], ['at 0', 'A', 'a:1'], ['a', 'a 1']]);
  assert.ok(gauge.includes('5 is 0.5'), gauge.join());
  assert.ok(pie.includes('a1/0.25') && pie.includes('b3/0.75'), pie.join());
});

given('the title of x is drawn below its labels', `
  const time = await shown({ axis: { x: { label: 'when it was' } }, data: { columns: [['x', '2026-01-01', '2026-01-05'], ['a', 1, 2]] } });
  const texts = picture(time).texts;
  const onScreen = document.querySelector('.eontide-x-title').getBoundingClientRect();
  const numbers = await shown({ axis: { x: { label: 'how many' } }, data: { columns: [['x', 1, 2], ['a', 1, 2]] } });
  return { texts, onScreen: [onScreen.top, onScreen.bottom, onScreen.left + onScreen.width / 2], numbers: picture(numbers).texts };
`, ({ texts, onScreen, numbers }) => {
  const [title, labels, date] = ['when it was', '03 Jan', 'Thu 01 Jan 2026 – Mon 05 Jan 2026'].map((text) => texts.find((/** @type {any} */ one) => one.text === text));
  assert.ok(title && labels && date, JSON.stringify(texts));
  assert.ok(labels.y + 11 <= title.y && title.y + 11 <= date.y, JSON.stringify([labels, title, date]));
  assert.ok(onScreen[0] >= labels.y + 11 && onScreen[1] <= 300 && Math.abs(onScreen[2] - 326) < 3, JSON.stringify(onScreen));
  assert.ok(numbers.some((/** @type {any} */ { text, y }) => text === 'how many' && y < 290), JSON.stringify(numbers));
  assert.ok(!numbers.some((/** @type {any} */ { text }) => /19[67]\d|UTC/.test(text)), 'there is no day and no zone');
});

// Labels of y were cut by the edge, those of x by both.
for (const scale of [1, 1.5]) {
  given(`every label is whole at ratio ${scale}`, `
    const seen = [];
    const columns = [['x', '2026-01-01', '2026-01-05'], ['a', 200000, 1500000]];
    for (const options of [
      { axis: { y: { unit: '€/MWh' } } }, { axis: { y: { format: ',.2f', label: 'y' } }, locale: 'de-DE' }, { axis: { y2: { unit: 'visitors a day' } }, axes: { a: 'y2' } },
      { data: { columns: [['x', ...'abcdefghij'].map((one, i) => (i ? 'quite a long name ' + one : one)), ['a', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] } },
      { axis: { x: { format: '%A %d %B' } } },
    ]) {
      const made = await shown({ data: { columns }, ...options });
      const { texts, width, height } = picture(made);
      const strip = document.querySelector('.eontide-date').style.left;
      seen.push({ texts, width, height, left: parseFloat(strip) * devicePixelRatio });
    }
    return seen;
  `, (seen) => {
    for (const { texts, width, left } of seen) {
      assert.ok(texts.length > 6);
      for (const { text, left: from, right: to } of texts) assert.ok(from >= -1 && to <= width + 1, `${text} from ${from} to ${to} of ${width}`);
      assert.ok(Math.abs(left - Math.round(left)) < 1e-3, `the plot begins at ${left} device pixels`);
    }
    const names = seen[3].texts.filter((/** @type {any} */ { text }) => text.includes('name'));
    assert.equal(new Set(names.map((/** @type {any} */ { text }) => text)).size, names.length);
    assert.ok(names.length > 5);
  }, { scale });
}

given('a plot does not grow and shrink with its labels', `
  const made = await shown({ data: { columns: [['x', 1, 2], ['a', 1, 2]] }, axis: { y: { format: ',d' } } });
  const left = () => document.querySelector('.eontide-date').style.left;
  const seen = [left()];
  for (const top of [3e12, 5]) {
    made.load({ columns: [['x', 1, 2], ['a', 1, top]] });
    for (let i = 0; i < 4; i++) await frame();
    seen.push(left());
  }
  return seen;
`, ([first, wide, again]) => {
  assert.equal(first, '66px');
  assert.ok(parseFloat(wide) > 90, wide);
  assert.equal(again, wide);
});

given('the tooltip says the place as the axis does, and values in the unit and the language', `
  const seen = {};
  const tip = async (name, options, x = 330, y = 100) => {
    await shown(options);
    seen[name] = (await hover(x, y))[0];
  };
  await tip('category', { type: 'bar', data: { columns: [['x', 'one', 'two', 'three'], ['a', 1234.5, 2345.25, 3]] }, axis: { y: { unit: 'ms' } } });
  await tip('linear', { data: { columns: [['x', 0, 1, 2], ['a', 1, 2.5, 3]] }, axis: { y: { unit: '°C' } }, locale: 'de-DE' });
  await tip('format', { data: { columns: [['x', 0, 0.5, 1], ['a', 1, 2.5, 3]] }, axis: { x: { format: '.1%' }, y: { format: '$.2f' } } });
  await tip('time', { data: { columns: [['x', '2026-01-01', '2026-01-02', '2026-01-03'], ['a', 1, 2, 3]] }, names: { a: 'Wert' } });
  await tip('pie', { type: 'pie', data: { columns: [['disk', 1, 2], ['memory', 1]] }, axis: { y: { unit: 'GiB' } } }, 330, 150);
  const made = await shown({ data: { columns: [['x', 'one', 'two'], ['a', 42.04, 43]] }, axis: { y: { unit: 'ms' } } });
  document.querySelector('.eontide-chart').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
  await answered();
  return { ...seen, spoken: document.querySelector('.eontide-visually-hidden[role="status"]').textContent, summary: made.summary(), row: made.row('a').value };
`, ({ category, linear, format, time, pie, spoken, summary, row }) => {
  assert.deepEqual(category, ['two', 'a', '2.345 s']);
  assert.deepEqual(linear, ['1', 'a', '2,5 °C']);
  assert.deepEqual(format, ['50.0%', 'a', '$2.50']);
  assert.deepEqual(time, ['2026-01-02', 'Wert', '2']);
  assert.deepEqual(pie, ['disk', '3 GiB · 75.0\u202f%']);
  assert.equal(spoken, 'a: 43 ms at two');
  assert.equal(summary, 'Chart of 1 line, one to two. a 43 ms, between 42.04 ms and 43 ms.');
  assert.equal(row, '43 ms');
});

given('a pie, a donut and gauges are in a file as on the screen, with their names', `
  const columns = [['disk', 30], ['memory', 20], ['network', 50]];
  const seen = {};
  for (const type of ['pie', 'donut', 'gauge']) {
    const made = await shown({ type, data: { columns }, axis: { y: { unit: '%' } } });
    const { texts, found, width } = picture(made);
    const onScreen = [...document.querySelectorAll('canvas')].filter((canvas) => canvas.checkVisibility()).length;
    seen[type] = { texts: texts.map(({ text }) => text), blue: found('#0072b2'), onScreen };
  }
  return seen;
`, ({ pie, donut, gauge }) => {
  for (const [seen, words] of [[pie, ['disk', 'memory', 'network', '30\u202f%']], [donut, ['disk', 'memory', 'network']], [gauge, ['disk', '30\u202f%', '100\u202f%']]]) {
    for (const word of words) assert.ok(seen.texts.includes(word), `${word} in ${seen.texts}`);
    assert.ok(seen.blue && seen.blue.right - seen.blue.left > 20);
    assert.equal(seen.onScreen, 1, 'the sheet alone');
  }
});

given('bars lie where axis.rotated says so: the first category on top, values along the foot', `
  const made = await shown({
    type: 'bar', axis: { rotated: true, y: { unit: 'ms', label: 'how long' }, x: { label: 'who' } }, bar: { ratio: 0.5 }, colours: { a: '#ff0000', b: '#0000ff' },
    data: { columns: [['x', 'checkout', 'search'], ['a', 100, 50], ['b', 20, null]] },
  });
  const { at, texts } = picture(made);
  const name = texts.find(({ text }) => text === 'checkout');
  const foot = texts.filter(({ text }) => /ms$/.test(text));
  const tip = await hover(200, 60);
  const before = made.view.from;
  document.querySelector('.eontide-chart').dispatchEvent(new WheelEvent('wheel', { clientX: 300, clientY: 100, deltaY: -400, bubbles: true, cancelable: true }));
  const result = { name, foot, tip, texts, moved: made.view.from !== before, a: at(name.right + 30, name.y - 15), b: at(name.right + 30, name.y + 15), second: at(name.right + 30, texts.find(({ text }) => text === 'search').y - 15) };
  made.setType('line');
  for (let i = 0; i < 6; i++) await frame();
  return { ...result, upright: document.querySelectorAll('.eontide-sheet').length };
`, ({ name, foot, tip, texts, moved, a, b, second, upright }) => {
  assert.ok(name.left > 16 && name.right < 110, JSON.stringify(name));
  assert.ok(foot.length > 2 && foot.every((/** @type {any} */ { y }) => y > 250), JSON.stringify(foot));
  assert.ok(texts.some((/** @type {any} */ { text }) => text === 'who') && texts.some((/** @type {any} */ { text }) => text === 'how long'));
  assert.match(a, /^#ff/);
  assert.match(b, /ff$/);
  assert.match(second, /^#ff/);
  assert.deepEqual(tip, [['checkout', 'a', 'b', '100 ms', '20 ms']]);
  assert.deepEqual([moved, upright], [false, 0]);
});

given('many series of the page’s own are a density, with its quantiles and who is in a cell', `
  const x = Array.from({ length: 100 }, (_, i) => Date.UTC(2026, 0, 1) + i * 60_000);
  const columns = [['x', ...x], ...Array.from({ length: 200 }, (_, k) => ['s' + k, ...x.map((_, i) => 100 + 20 * Math.sin(i / 10) + k / 10)])];
  const made = await shown({ type: 'density', data: { columns }, axis: { y: { unit: 'ms' } } });
  const detail = made.detail;
  const strip = document.querySelector('.eontide-strip');
  const { data } = strip.getContext('2d').getImageData(0, 0, strip.width, strip.height);
  const shades = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) shades.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
  const tip = await hover(330, 150);
  const cells = [];
  made.on('cell', (cell) => cells.push(cell));
  const host = document.querySelector('.eontide-chart');
  const hit = (y) => { for (const type of ['pointerdown', 'pointerup']) host.dispatchEvent(new PointerEvent(type, { clientX: 330, clientY: y, pointerId: 1, bubbles: true, pointerType: 'mouse' })); };
  host.setPointerCapture = () => {};
  for (let y = 20; y < 250 && cells.length === 0; y += 5) hit(y);
  made.pin(['s7']);
  for (let i = 0; i < 4; i++) await frame();
  const pinned = made.detail.text;
  const numbers = await shown({ type: 'density', data: { columns: [['x', 0.1, 0.2, 0.3, 0.4], ['a', 1, 2, 3, 4], ['b', 2, 3, 4, 5]] } });
  const blank = numbers.detail.text;
  numbers.setType('line');
  for (let i = 0; i < 4; i++) await frame();
  return { detail, shades: shades.size, tip, cell: cells[0], pinned, blank, lines: numbers.detail.text };
`, ({ detail, shades, tip, cell, pinned, blank, lines }) => {
  assert.deepEqual([detail.mode, detail.series, detail.text], ['density', 200, 'density of 200 series']);
  assert.ok(shades > 8, `${shades} shades`);
  assert.match(tip[0].join('\n'), /of 200 values · [\d.]+ ms/);
  assert.ok(cell.total > 0 && cell.series[0].name.startsWith('s') && cell.to - cell.from >= 60_000, JSON.stringify(cell));
  assert.equal(pinned, 'density of 200 series · 1 pinned as lines');
  assert.deepEqual([blank, lines], ['density of 2 series', '2 lines']);
});

given('a chart gives back what its host had, also while parts of it are on their way', `
  const seen = [];
  for (const [type, attributes] of [['line', {}], ['pie', { class: 'mine', role: 'img', 'aria-label': 'Mine', tabindex: '-1' }], ['bar', { 'data-testid': 'own' }]]) {
    const host = document.createElement('div');
    for (const [name, value] of Object.entries(attributes)) host.setAttribute(name, value);
    document.body.replaceChildren(host);
    const before = host.outerHTML;
    const made = chart(host, { type, data: { columns: [['a', 1, 2]] } });
    const during = host.getAttribute('role') + ' ' + host.getAttribute('aria-label') + ' ' + host.getAttribute('tabindex') + ' ' + host.dataset.testid;
    await frame();
    made.destroy();
    for (let i = 0; i < 10; i++) await frame();
    seen.push([during, host.outerHTML === before]);
  }
  return seen;
`, (seen) => {
  assert.deepEqual(seen, [
    ['figure Chart. Arrow keys read points. 0 chart', true], ['img Mine -1 chart', true], ['figure Chart. Arrow keys read points. 0 own', true],
  ]);
});

given('mistakes are said before anything is touched, by setters as well', `
  const host = document.createElement('div');
  document.body.replaceChildren(host);
  const said = (act) => { try { act(); return 'nothing'; } catch (error) { return error.name + ' ' + error.message; } };
  const attempts = [{ }, { data: { columns: [['x', 1], ['a', 1, 2]] } }, { data: { columns: [['a', 1]] }, axis: { y: { format: '%%%q' } } }].map((options) => said(() => chart(host, options)));
  const untouched = host.outerHTML === '<div></div>';
  const made = await shown({ data: { columns: [['x', 'a', 'b'], ['a', 1, 2]] } });
  const setters = [() => made.setWindow('5 minutes'), () => made.setType('foo'), () => made.setDetail('x'), () => made.replay(0, -3), () => made.setTimeZone('Mars/Base'),
    () => made.load({ columns: [['x', 'a'], ['b', 1, 2]] }), () => made.setType('density'), () => chart(null, {})].map(said);
  return { attempts, untouched, setters };
`, ({ attempts, untouched, setters }) => {
  assert.ok(untouched);
  for (const [text, start] of [...attempts.map((/** @type {string} */ one, /** @type {number} */ i) => [one, ['channel', 'data.columns', 'axis.y.format'][i]]),
    ...setters.slice(0, 7).map((/** @type {string} */ one, /** @type {number} */ i) => [one, ['window', 'type', 'detail', 'speed', 'timeZone', 'data.columns', 'type'][i]])]) {
    assert.ok(text.startsWith(`TypeError chart options: ${start}: `), text);
  }
  assert.match(setters[7], /^TypeError chart: .*element/);
});

// The value under the pointer was compared with values of another axis.
given('a click names the series nearest to it, each by its own axis', `
  const told = [];
  const made = await shown({
    data: { columns: [['x', 0, 1, 2], ['line', 400, 400, 400], ['bar', 30, 50, 30]] }, types: { bar: 'bar' }, axes: { bar: 'y2' }, axis: { y: { min: 0, max: 500 }, y2: { min: 0, max: 50 } },
  });
  made.on('click', ({ name, value }) => told.push([name, value > 350]));
  const host = document.querySelector('.eontide-chart');
  const click = async (x, y) => {
    const place = { clientX: x, clientY: y, pointerId: 1, isPrimary: true, button: 0, bubbles: true };
    for (const type of ['pointermove', 'pointerdown', 'pointerup']) {
      host.dispatchEvent(new PointerEvent(type, place));
      await answered();
    }
  };
  await click(300, 14);
  await click(300, 62);
  const only = picture(await shown({ data: { columns: [['x', 0, 1, 2], ['bar', 30, 50, 30]] }, types: { bar: 'bar' }, axes: { bar: 'y2' }, axis: { y2: { min: 0, max: 50 } } }));
  const grid = Array.from({ length: only.height }, (_, y) => only.at(120, y)).filter((colour) => colour !== only.at(60, 30) && colour !== only.at(120, 30)).length;
  return { told, grid };
`, ({ told, grid }) => {
  assert.deepEqual(told, [['bar', true], ['line', true]]);
  assert.ok(grid >= 3, `${grid} rows of the grid, which goes by the second axis where all is on it`);
});
