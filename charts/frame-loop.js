/**
 * The page's one animation-frame loop: however many charts there are, the browser is asked for one frame, and only when a
 * chart is due. Between two due times nothing runs: no frame, no timer but one. A hidden page has neither.
 */

/** @typedef {(now: number) => number} Step  now: monotonic ms; returns after how long it is due again, Infinity: when woken */

/** When each chart is due, monotonic ms. @type {Map<Step, number>} */
const due = new Map();
/** @type {number|null} */
let frame = null;
/** @type {number|null} */
let timer = null;
let timerAt = Infinity;
/** A frame that begins this little before a due time serves it. */
const EARLY_MS = 4;

/**
 * @param {Step} step  called in the next frame for the first time
 * @returns {{wake: (afterMs?: number) => void, now: () => void, close: () => void}}  now: what nothing is gained by waiting for
 */
export function onFrames(step) {
  if (due.size === 0) document.addEventListener('visibilitychange', arrange);
  due.set(step, 0);
  arrange();
  return {
    wake: (afterMs = 0) => {
      const at = performance.now() + afterMs;
      if (at >= (due.get(step) ?? -Infinity)) return;
      due.set(step, at);
      arrange();
    },
    now: () => {
      if (!due.has(step)) return;
      due.set(step, 0);
      try {
        if (document.visibilityState === 'visible') serve(step, performance.now(), true);
      } finally {
        arrange();
      }
    },
    close: () => {
      due.delete(step);
      if (due.size === 0) document.removeEventListener('visibilitychange', arrange);
      arrange();
    },
  };
}

/** Asks for a frame, for a timer before it, or for nothing. */
function arrange() {
  if (document.visibilityState !== 'visible') return stop();
  let next = Infinity;
  for (const at of due.values()) if (at < next) next = at;
  if (next === Infinity) return stop();
  if (frame !== null) return;
  const wait = next - performance.now();
  if (wait <= EARLY_MS) {
    stop();
    frame = requestAnimationFrame(run);
  } else if (timer === null || next < timerAt) {
    stop();
    timerAt = next;
    timer = window.setTimeout(ring, wait);
  }
}

function ring() {
  timer = null;
  timerAt = Infinity;
  arrange();
}

function stop() {
  if (frame !== null) cancelAnimationFrame(frame);
  if (timer !== null) window.clearTimeout(timer);
  frame = timer = null;
  timerAt = Infinity;
}

/** @param {Step} step @param {number} now @param {boolean} [long]  it may take many frames' time, and rests only then */
function serve(step, now, long = false) {
  due.set(step, Infinity);
  const after = step(now);
  // It may have been woken, or removed, while it ran.
  const woken = due.get(step);
  if (woken !== undefined) due.set(step, Math.min(woken, (long ? performance.now() : now) + after));
}

/** @param {number} now */
function run(now) {
  frame = null;
  // A frame may carry the time of a refresh of the screen that was before what it was asked for.
  const until = Math.max(now, performance.now()) + EARLY_MS;
  try {
    for (const [step, at] of due) {
      if (at <= until) serve(step, now);
    }
  } finally {
    // A chart that fails does not stop the others.
    arrange();
  }
}
