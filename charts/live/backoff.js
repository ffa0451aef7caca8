/** When to try again, and whether to. */

const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * Doubles per attempt up to 30 s, then takes a random half off: when a bridge with thousands of viewers restarts they
 * must not all come back in the same instant.
 * @param {number} attempt  0 for the first retry
 * @param {number} random  in [0, 1)
 */
export function retryDelay(attempt, random) {
  const full = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.round(full * (0.5 + random / 2));
}

/**
 * 1008 (policy) and 4400 and above are decisions of the bridge that trying again cannot change.
 * @param {number} code  WebSocket close code
 */
export function mayReturn(code) {
  return code !== 1008 && code < 4400;
}
