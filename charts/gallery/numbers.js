/** Numbers to draw: the same at each visit, so that a picture can be compared with the one before. */

/**
 * A wave with a little noise on it.
 * @param {number} length
 * @param {{base?: number, swing?: number, noise?: number, period?: number, seed?: number}} [shape]
 */
export function wave(length, { base = 100, swing = 20, noise = 4, period = 40, seed = 1 } = {}) {
  const random = randomOf(seed);
  return Array.from({ length }, (_, i) => rounded(base + swing * Math.sin((2 * Math.PI * i) / period + seed) + noise * (random() - 0.5)));
}

/**
 * What grows and falls by a share of itself, as prices and loads do.
 * @param {number} length
 * @param {{start?: number, step?: number, seed?: number}} [shape]  step: the share
 */
export function walk(length, { start = 100, step = 0.05, seed = 1 } = {}) {
  const random = randomOf(seed);
  let value = start;
  return Array.from({ length }, () => {
    value *= 1 + step * (random() - 0.48);
    return rounded(value);
  });
}

/**
 * Points around a middle, close to it more than far away.
 * @param {number} length
 * @param {{middle: number, spread: number, seed?: number}} shape
 */
export function cloud(length, { middle, spread, seed = 1 }) {
  const random = randomOf(seed);
  return Array.from({ length }, () => rounded(middle + spread * (random() + random() + random() - 1.5)));
}

/** Times in ms, evenly spaced. @param {string} first  ISO 8601 @param {number} length @param {number} stepMs */
export function times(first, length, stepMs) {
  const start = Date.parse(first);
  return Array.from({ length }, (_, i) => start + i * stepMs);
}

/** Numbers from 0 to 1 that look like chance: a linear congruential generator. @param {number} seed */
function randomOf(seed) {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Four digits are enough for a picture. @param {number} value */
const rounded = (value) => Number(value.toPrecision(4));
