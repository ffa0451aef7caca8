import assert from 'node:assert/strict';
import test from 'node:test';
import { StripPlan } from './strip.js';

/** @param {Partial<import('./strip.js').StripView>} more */
const view = (more) => ({ key: 'a', left: 1000, visible: 100, spare: 40, dirty: Infinity, until: Infinity, ahead: true, ...more });

/** @param {ReturnType<StripPlan['next']>} work */
const stretch = (work) => work && { from: work.from, to: work.to, shift: work.shift };

test('first everything, then nothing, then from the first changed column on', () => {
  const plan = new StripPlan();
  assert.deepEqual(stretch(plan.next(view({}))), { from: 1000, to: 1140, shift: 0 });
  assert.equal(plan.next(view({})), null);
  assert.equal(plan.next(view({ left: 1001 })), null, 'the compositor moves it');
  assert.deepEqual(stretch(plan.next(view({ left: 1002, dirty: 1090 }))), { from: 1090, to: 1140, shift: 0 });
  assert.deepEqual(stretch(plan.next(view({ left: 1002, dirty: 3 }))), { from: 1000, to: 1140, shift: 0 });
  assert.equal(plan.next(view({ left: 1002, dirty: 1140 })), null, 'what changed lies beyond');
  assert.deepEqual(stretch(plan.next(view({ left: 1002, dirty: 1090, until: 1102 }))), { from: 1090, to: 1102, shift: 0 }, 'nothing is ahead of the data');
});

test('at the end of its room it is moved, and only what is new is drawn', () => {
  const plan = new StripPlan();
  plan.next(view({}));
  assert.deepEqual(stretch(plan.next(view({ left: 1041 }))), { from: 1140, to: 1181, shift: 41 });
  assert.equal(plan.first, 1041);
  assert.deepEqual(stretch(plan.next(view({ left: 1082, dirty: 1170 }))), { from: 1170, to: 1222, shift: 41 });
});

test('another key, size or a jump is another picture', () => {
  for (const more of [{ key: 'b' }, { visible: 90 }, { spare: 0 }, { left: 5000 }, { left: 900 }]) {
    const plan = new StripPlan();
    plan.next(view({}));
    const work = plan.next(view(more));
    assert.ok(work && work.shift === 0 && work.from === plan.first, JSON.stringify(more));
    assert.equal(work.to - work.from, (more.visible ?? 100) + (more.spare ?? 40));
  }
});

test('held, there is room on both sides', () => {
  const plan = new StripPlan();
  assert.deepEqual(stretch(plan.next(view({ ahead: false }))), { from: 980, to: 1120, shift: 0 });
  assert.equal(plan.next(view({ ahead: false, left: 985 })), null);
});

test('without room each move draws all', () => {
  const plan = new StripPlan();
  plan.next(view({ spare: 0 }));
  assert.deepEqual(stretch(plan.next(view({ spare: 0, left: 1001 }))), { from: 1001, to: 1101, shift: 0 });
  assert.equal(plan.next(view({ spare: 0, left: 1001 })), null);
  assert.deepEqual(stretch(plan.next(view({ spare: 0, left: 1001, dirty: 1090, until: 1095 }))), { from: 1001, to: 1101, shift: 0 }, 'and so does new data');
});

test('what stands below the plot is drawn once a column', () => {
  const plan = new StripPlan();
  assert.equal(plan.next(view({}))?.foot, true);
  assert.equal(plan.next(view({ left: 1002, dirty: 1090 }))?.foot, false, 'data changes nothing there');
  assert.equal(plan.next(view({ left: 1041 }))?.foot, true, 'new columns');
  assert.equal(plan.next(view({ left: 1041, key: 'b' }))?.foot, true);
  assert.equal(plan.next(view({ left: 1041, key: 'b', spare: 0 }))?.foot, true);
  assert.equal(plan.next(view({ left: 1041, key: 'b', spare: 0, dirty: 1050 }))?.foot, true, 'of what stands still labels may follow the data');
});

test('whatever happens, every column in sight was drawn after it last changed', () => {
  let seed = 1;
  const random = (/** @type {number} */ n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 200; round++) {
    const plan = new StripPlan();
    /** Version of each column as drawn, by its number. @type {Map<number, number>} */
    let drawn = new Map();
    /** @type {Map<number, number>} */
    const changed = new Map();
    let left = 1000;
    let key = 0;
    for (let step = 1; step < 60; step++) {
      left += random(12) - 2;
      if (random(9) === 0) left += random(300) - 150;
      if (random(15) === 0) key += 1;
      const dirty = random(3) === 0 ? left + 100 - random(40) : Infinity;
      if (dirty < Infinity) for (let column = dirty; column < left + 600; column++) changed.set(column, step);
      const work = plan.next({ key: String(key), left, visible: 100, spare: random(10) === 0 ? 0 : 40, dirty, until: Infinity, ahead: random(4) > 0 });
      if (work) {
        const kept = work.shift > 0 || work.from > plan.first ? drawn : new Map();
        drawn = new Map([...kept].filter(([column]) => column >= plan.first && column < work.from));
        for (let column = work.from; column < work.to; column++) drawn.set(column, step);
      }
      for (let column = left; column < left + 100; column++) {
        assert.ok((drawn.get(column) ?? -1) >= (changed.get(column) ?? 0), `round ${round} step ${step} column ${column}`);
      }
    }
  }
});
