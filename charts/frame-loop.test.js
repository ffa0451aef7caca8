import assert from 'node:assert/strict';
import test from 'node:test';

/** What a browser has: a document that is seen or not, frames, timers and a clock; all moved by the test. */
class FakeBrowser {
  visibilityState = 'visible';
  at = 0;
  /** Frames that were asked for since the start. */
  asked = 0;
  /** @type {Set<() => void>} */
  listeners = new Set();
  /** @type {Map<number, (now: number) => void>} */
  frames = new Map();
  /** @type {Map<number, {at: number, run: () => void}>} */
  timers = new Map();
  #ids = 0;

  install() {
    const requestAnimationFrame = (/** @type {(now: number) => void} */ run) => {
      this.asked += 1;
      this.frames.set(++this.#ids, run);
      return this.#ids;
    };
    const setTimeout = (/** @type {() => void} */ run, /** @type {number} */ ms) => {
      this.timers.set(++this.#ids, { at: this.at + ms, run });
      return this.#ids;
    };
    const document = { addEventListener: (/** @type {string} */ _, /** @type {any} */ run) => this.listeners.add(run), removeEventListener: (/** @type {string} */ _, /** @type {any} */ run) => this.listeners.delete(run) };
    Object.defineProperty(document, 'visibilityState', { get: () => this.visibilityState });
    Object.assign(globalThis, {
      document, requestAnimationFrame, cancelAnimationFrame: (/** @type {number} */ id) => this.frames.delete(id),
      window: { setTimeout, clearTimeout: (/** @type {number} */ id) => this.timers.delete(id) },
    });
    Object.defineProperty(globalThis, 'performance', { configurable: true, value: { now: () => this.at } });
  }

  /** @param {string} state */
  show(state) {
    this.visibilityState = state;
    for (const run of this.listeners) run();
  }

  /** One frame, if one was asked for. @param {number} [time]  that it carries */
  frame(time = this.at) {
    const [id, run] = [...this.frames][0] ?? [];
    if (id === undefined || !run) return false;
    this.frames.delete(id);
    run(time);
    return true;
  }

  /** Time passes: timers fire, frames come every 16 ms. @param {number} ms */
  pass(ms) {
    const until = this.at + ms;
    while (this.at < until) {
      const next = Math.min(until, this.frames.size > 0 ? this.at + 16 : until, ...[...this.timers.values()].map(({ at }) => at));
      this.at = Math.max(next, this.at);
      for (const [id, { at, run }] of [...this.timers]) if (at <= this.at && this.timers.delete(id)) run();
      if (this.frames.size > 0 && next < until) this.frame();
      else if (this.timers.size === 0 && this.frames.size === 0) this.at = until;
    }
  }

  get idle() { return this.frames.size === 0 && this.timers.size === 0; }
}

const browser = new FakeBrowser();
const { performance } = globalThis;
browser.install();
const { onFrames } = await import('./frame-loop.js');
test.after(() => Object.defineProperty(globalThis, 'performance', { configurable: true, value: performance }));

/** A chart that writes down when it was drawn and is due again after so many ms. @param {number} [after] */
function chart(after = Infinity) {
  /** @type {number[]} */
  const drawn = [];
  const it = {
    after, takes: 0, drawn, loop: /** @type {ReturnType<typeof onFrames>|null} */ (null),
    wake: (/** @type {number} */ ms = 0) => it.loop?.wake(ms), now: () => it.loop?.now(), close: () => it.loop?.close(),
  };
  it.loop = onFrames((now) => {
    drawn.push(now);
    browser.at += it.takes;
    return it.after;
  });
  return it;
}

/** @param {string} name @param {() => void} body */
function loopTest(name, body) {
  test(name, () => {
    Object.assign(browser, { visibilityState: 'visible', at: browser.at + 60_000, asked: 0 });
    body();
    assert.equal(browser.idle, true, 'nothing is left behind');
    assert.equal(browser.listeners.size, 0);
  });
}

loopTest('a chart is drawn in the next frame, and at rest after it', () => {
  const a = chart();
  assert.deepEqual([a.drawn.length, browser.asked], [0, 1]);
  browser.frame();
  assert.deepEqual(a.drawn, [browser.at]);
  assert.equal(browser.idle, true);
  browser.pass(60_000);
  assert.deepEqual([a.drawn.length, browser.asked], [1, 1]);
  a.close();
});

loopTest('what cannot wait is drawn at once; it rests from when that was done', () => {
  const a = chart();
  browser.frame();
  a.wake(400);
  a.drawn.length = 0;
  const began = browser.at;
  a.now();
  assert.deepEqual(a.drawn, [began]);
  assert.equal(browser.idle, true, 'what it was woken for is in the picture');

  Object.assign(a, { after: 30, takes: 70 });
  a.now();
  assert.equal(browser.at, began + 70);
  assert.deepEqual([browser.frames.size, browser.timers.size], [0, 1], 'no frame comes right after it');
  Object.assign(a, { after: Infinity, takes: 0 });
  browser.pass(100);
  assert.deepEqual([a.drawn.length, browser.idle], [3, true]);

  browser.show('hidden');
  a.now();
  assert.equal(a.drawn.length, 3, 'nobody would see it');
  browser.show('visible');
  browser.frame();
  assert.equal(a.drawn.length, 4, 'seen again it is drawn');
  a.close();
  a.now();
  assert.equal(a.drawn.length, 4, 'it is gone');
});

loopTest('woken, it asks for one frame, however often', () => {
  const a = chart();
  browser.frame();
  for (let i = 0; i < 5; i++) a.wake();
  assert.equal(browser.frames.size, 1);
  browser.frame();
  assert.equal(a.drawn.length, 2);
  a.close();
});

loopTest('until it is due a timer waits, no frame', () => {
  const a = chart(500);
  browser.frame();
  assert.deepEqual([browser.frames.size, browser.timers.size], [0, 1]);
  browser.pass(499);
  assert.deepEqual([a.drawn.length, browser.asked], [1, 1]);
  browser.pass(40);
  assert.deepEqual([a.drawn.length, browser.asked], [2, 2]);
  a.close();
});

loopTest('woken for later or for sooner, the sooner counts', () => {
  const a = chart(500);
  browser.frame();
  a.wake(800);
  a.wake(100);
  browser.pass(150);
  assert.equal(a.drawn.length, 2);
  browser.pass(400);
  assert.equal(a.drawn.length, 2, 'from then on again after 500 ms');
  a.close();
});

loopTest('charts share the frames', () => {
  const all = [chart(16), chart(16), chart()];
  browser.pass(160);
  const { asked } = browser;
  assert.deepEqual(all.map(({ drawn }) => drawn.length), [all[0].drawn.length, all[0].drawn.length, 1]);
  assert.ok(all[0].drawn.length >= 9 && asked <= all[0].drawn.length + 1, `${asked} frames for ${all[0].drawn.length} pictures`);
  for (const one of all) one.close();
});

loopTest('a hidden page has neither frame nor timer; seen again it draws what is due', () => {
  const a = chart(100);
  const b = chart(10_000);
  browser.frame();
  browser.show('hidden');
  assert.equal(browser.idle, true);
  a.wake();
  assert.equal(browser.idle, true);
  browser.at += 5_000;
  browser.show('visible');
  browser.frame();
  assert.deepEqual([a.drawn.length, b.drawn.length], [2, 1]);
  a.close();
  b.close();
});

loopTest('what happens while it is drawn counts: woken, closed, another one made', () => {
  const a = chart();
  const b = chart();
  /** @type {ReturnType<typeof chart>[]} */
  const made = [];
  const busy = onFrames(() => {
    a.wake();
    b.close();
    if (made.length === 0) made.push(chart());
    return Infinity;
  });
  browser.frame();
  assert.deepEqual([a.drawn.length, b.drawn.length], [1, 1]);
  browser.frame();
  assert.deepEqual([a.drawn.length, b.drawn.length, made[0].drawn.length], [2, 1, 1]);
  assert.equal(browser.idle, true);
  for (const one of [a, b, busy, ...made]) one.close();
});

loopTest('a chart that fails stops no other, and may come back', () => {
  let fails = true;
  const bad = onFrames(() => {
    if (fails) throw new Error('broken');
    return Infinity;
  });
  const good = chart(16);
  assert.throws(() => browser.frame(), /broken/);
  browser.pass(100);
  assert.ok(good.drawn.length > 3, `${good.drawn.length} pictures`);
  fails = false;
  bad.wake();
  browser.pass(20);
  bad.close();
  good.close();
});

// Frames carry the time of the screen's refresh. A message between that and the frame asked for it, and was put off to the next one.
loopTest('a frame whose time is that of an earlier refresh serves who asked after it', () => {
  const a = chart();
  browser.frame();
  const refresh = browser.at;
  browser.at += 12;
  a.wake();
  browser.frame(refresh);
  assert.deepEqual([a.drawn.length, browser.frames.size], [2, 0]);
  a.close();
});

loopTest('closed, it is not called any more, whoever wakes it', () => {
  const a = chart(16);
  browser.frame();
  a.close();
  a.wake();
  assert.equal(browser.idle, true);
  a.close();
});
