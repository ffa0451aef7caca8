import assert from 'node:assert/strict';
import test from 'node:test';
import { drawLines } from '../draw/paper.js';
import { SvgContext } from './svg-context.js';

/** A ruler whose letters are as wide as high, and whose `top` and `middle` lie where a canvas has them. */
function ruler() {
  /** @type {Record<string, number>} */
  const ascents = { alphabetic: 8, top: 0, middle: 4 };
  const made = {
    font: '', textBaseline: /** @type {CanvasTextBaseline} */ ('alphabetic'), fillStyle: '#000000',
    measureText: (/** @type {string} */ text) => ({ width: 10 * text.length, actualBoundingBoxAscent: ascents[made.textBaseline] }),
  };
  return /** @type {any} */ (made);
}

/** @param {(context: any) => void} draw */
function svg(draw) {
  const context = new SvgContext(200, 100, ruler());
  draw(context);
  return context.document({ title: 't', description: 'd' });
}

/** Elements of a document, without its head. @param {(context: any) => void} draw */
const elements = (draw) => svg(draw).split('\n').slice(3, -2);

/** @param {string} data */
function pointsOf(data) {
  return [...data.matchAll(/([ML])(-?[\d.]+) (-?[\d.]+)/g)].map(([, command, x, y]) => [command, Number(x), Number(y)]);
}

/** A canvas that notes where its pen went, path by path, when it is stroked. */
function recorder() {
  /** @type {[string, number, number][]} */
  let path = [];
  /** @type {{path: [string, number, number][], stroke: string, width: number, dash: number[]}[]} */
  const strokes = [];
  let dash = /** @type {number[]} */ ([]);
  const two = (/** @type {number} */ value) => Math.round(value * 100) / 100;
  const context = {
    strokeStyle: '', fillStyle: '', lineWidth: 1, lineJoin: '', globalAlpha: 1,
    beginPath: () => { path = []; },
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => path.push(['M', two(x), two(y)]),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => path.push(['L', two(x), two(y)]),
    arc: () => {}, fill: () => {}, save: () => {}, restore: () => {}, setLineDash: (/** @type {number[]} */ lengths) => { dash = lengths; },
    stroke: () => strokes.push({ path, stroke: context.strokeStyle, width: context.lineWidth, dash }),
  };
  return { context, strokes };
}

test('a line in the document goes where the pen of a canvas went', async () => {
  const { Ring } = await import('../series/ring.js');
  const ring = new Ring();
  for (let i = 0; i < 300; i++) ring.push(i * 10, i % 40 === 39 ? NaN : Math.sin(i / 20) * 30 + (i % 3), 1_000);
  const line = {
    name: 'a', ring, colour: '#0072b2', dash: 1, gaps: { gapMs: 1e9, breaks: [] }, ended: false, unit: /** @type {any} */ (null),
  };
  const projection = /** @type {any} */ ({ box: { left: 10, top: 5, width: 180, height: 90 }, px: (/** @type {number} */ t) => 10 + t * 0.06,
    py: (/** @type {number} */ v) => 50 - v });
  const view = { from: 0, to: 3_000, columnMs: 16.7 };
  const { context: canvas, strokes } = recorder();
  drawLines(/** @type {any} */ (canvas), [line], () => projection, view, { background: '#fff' });
  const paths = elements((context) => drawLines(context, [line], () => projection, view, { background: '#fff' }))
    .flatMap((text) => [...text.matchAll(/<path d="([^"]+)" fill="none" stroke="([^"]+)" stroke-width="([^"]+)"(?: stroke-dasharray="([^"]+)")?/g)]);
  assert.ok(strokes.length > 0 && strokes[0].path.length > 200);
  assert.deepEqual(paths.map(([, d, stroke, width, dash = '']) => ({ path: pointsOf(d), stroke, width: Number(width), dash: dash.split(' ').filter(Boolean).map(Number) })),
    strokes.map(({ path, stroke, width, dash }) => ({ path, stroke, width, dash })));
});

test('points are moved by the transform of the moment, widths and dashes grow with it', () => {
  assert.deepEqual(elements((context) => {
    context.save();
    context.translate(10, 20);
    context.scale(2, 2);
    context.setLineDash([3, 1]);
    context.strokeStyle = '#ff0000';
    context.beginPath();
    context.moveTo(1, 1);
    context.lineTo(5.126, 1);
    context.stroke();
    context.restore();
    context.fillRect(1, 2, 3, 4);
  }), [
    '<path d="M12 22L20.25 22" fill="none" stroke="#ff0000" stroke-width="2" stroke-dasharray="6 2" stroke-miterlimit="10"/>',
    '<path d="M1 2L4 2L4 6L1 6Z" fill="#000000"/>',
  ]);
});

test('arcs, whole circles too, and curves', () => {
  const data = (/** @type {(context: any) => void} */ draw) => elements((context) => {
    context.beginPath();
    draw(context);
    context.fill();
  }).join().match(/ d="([^"]+)"/)?.[1];
  assert.equal(data((context) => context.arc(50, 50, 10, 0, Math.PI / 2)), 'M60 50A10 10 0 0 1 50 60');
  assert.equal(data((context) => context.arc(50, 50, 10, 0, Math.PI / 2, true)), 'M60 50A10 10 0 0 0 42.93 42.93A10 10 0 0 0 50 60');
  assert.equal(data((context) => context.arc(50, 50, 10, 0, 2 * Math.PI)), 'M60 50A10 10 0 0 1 40 50A10 10 0 0 1 60 50');
  assert.equal(data((context) => context.arc(50, 50, 10, 1, 8)), 'M55.4 58.41A10 10 0 0 1 44.6 41.59A10 10 0 0 1 55.4 58.41');
  assert.equal(data((context) => {
    context.moveTo(0, 0);
    context.bezierCurveTo(1, 2, 3, 4, 5, 6);
    context.quadraticCurveTo(7, 8, 9, 10);
    context.lineTo(NaN, 1);
    context.closePath();
  }), 'M0 0C1 2 3 4 5 6Q7 8 9 10Z');
});

test('clips nest, and end with the state they were made in', () => {
  const text = svg((context) => {
    context.save();
    context.beginPath();
    context.rect(0, 0, 50, 50);
    context.clip();
    context.fillRect(1, 1, 1, 1);
    context.save();
    context.beginPath();
    context.rect(10, 10, 5, 5);
    context.clip();
    context.fillRect(2, 2, 1, 1);
    context.restore();
    context.fillRect(3, 3, 1, 1);
    context.restore();
    context.fillRect(4, 4, 1, 1);
  });
  assert.match(text, /<clipPath id="c1"><path d="M0 0L50 0L50 50L0 50Z"\/><\/clipPath><clipPath id="c2" clip-path="url\(#c1\)">/);
  assert.deepEqual([...text.split('</defs>')[1].matchAll(/url\(#(c\d)\)">\n|<path d="M(\d) |<\/g>/g)].map(([all, clip, at]) => clip ?? at ?? all),
    ['c1', '1', '</g>', 'c2', '2', '</g>', 'c1', '3', '</g>', '4']);
});

test('a text stands on its own baseline, and cannot become markup', () => {
  assert.deepEqual(elements((context) => {
    context.font = '600 11px "A B", sans-serif';
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText('<script>&"\u0000', 10, 20);
    context.textBaseline = 'top';
    context.textAlign = 'left';
    context.globalAlpha = 0.5;
    context.rotate(Math.PI / 2);
    context.fillText('b', 1, 2);
  }), [
    '<text x="10" y="24" font-family="&#34;A B&#34;, sans-serif" font-size="11" font-weight="600" text-anchor="end" fill="#000000"'
      + ' xml:space="preserve">&#60;script&#62;&#38;&#34;\ufffd</text>',
    '<text x="1" y="10" font-family="&#34;A B&#34;, sans-serif" font-size="11" font-weight="600" fill="#000000" fill-opacity="0.5"'
      + ' transform="matrix(0 1 -1 0 0 0)" xml:space="preserve">b</text>',
  ]);
});

test('what is saved comes back: styles, dashes, transform', () => {
  const context = new SvgContext(10, 10, ruler());
  context.lineWidth = 3;
  context.setLineDash([1, 2]);
  context.save();
  context.lineWidth = 5;
  context.textAlign = 'center';
  context.setLineDash([]);
  context.translate(5, 5);
  context.restore();
  context.restore();
  assert.deepEqual([context.lineWidth, context.textAlign, context.getLineDash()], [3, 'start', [1, 2]]);
  context.fillRect(0, 0, 1, 1);
  assert.match(context.document({ title: '', description: '' }), /d="M0 0L1 0/);
  context.clearRect();
  assert.doesNotMatch(context.document({ title: '', description: '' }), /path/);
});

test('light that shines through is written as every reader of SVG knows it', () => {
  const seeing = ruler();
  Object.defineProperty(seeing, 'fillStyle', { get: () => 'rgba(1, 2, 255, 0.4)', set: () => {} });
  const context = new SvgContext(10, 10, seeing);
  context.fillStyle = 'rgb(1 2 255 / 40%)';
  context.globalAlpha = 0.5;
  context.fillRect(0, 0, 1, 1);
  assert.match(context.document({ title: '', description: '' }), /fill="#0102ff" fill-opacity="0.2"/);
});
