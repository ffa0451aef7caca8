/** What a page's author should know, in the console; the same once a page. */

/** @type {Set<string>} */
const said = new Set();
const SAID_MAX = 200;

/** @param {'error'|'warn'|'info'} level @param {string} text */
export function sayOnce(level, text) {
  if (said.has(text) || said.size >= SAID_MAX) return;
  said.add(text);
  console[level](`eon: ${text}`);
}

/**
 * Calls what a page gave. What it throws is the page's, is shown as such, and stops nothing else.
 * @template {any[]} Arguments
 * @param {((...all: Arguments) => unknown)|null|undefined} listener
 * @param {Arguments} all
 */
export function tell(listener, ...all) {
  if (typeof listener !== 'function') return;
  try {
    listener(...all);
  } catch (error) {
    reportError(error);
  }
}
