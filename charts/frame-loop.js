/**
 * The page's one animation-frame loop: however many charts there are, the browser is asked once a frame, and not at all
 * while the page is hidden or nothing is open.
 */

/** @typedef {(now: number) => void} Step  now: monotonic ms */

/** @type {Set<Step>} */
const steps = new Set();
/** @type {number|null} */
let request = null;

/**
 * @param {Step} step
 * @returns {() => void} removes it
 */
export function everyFrame(step) {
  if (steps.size === 0) document.addEventListener('visibilitychange', arrange);
  steps.add(step);
  arrange();
  return () => {
    steps.delete(step);
    if (steps.size === 0) document.removeEventListener('visibilitychange', arrange);
    arrange();
  };
}

/** Starts or stops the loop as the page needs it. */
function arrange() {
  const wanted = steps.size > 0 && document.visibilityState === 'visible';
  if (wanted && request === null) request = requestAnimationFrame(run);
  if (!wanted && request !== null) {
    cancelAnimationFrame(request);
    request = null;
  }
}

/** @param {number} now */
function run(now) {
  request = null;
  for (const step of steps) step(now);
  arrange();
}
