/** Time as PubNub's clients write it: 100 ns since 1970, 17 digits as text, since a number holds even ones only. */

/** Of a time. @param {number} ms  to the µs */
export const timetokenOf = (ms) => String(BigInt(Math.round(ms * 1_000)) * 10n);

/** @param {string} timetoken @returns {number} ms, to the µs */
export const timeOf = (timetoken) => Number(BigInt(timetoken) / 10n) / 1_000;

/**
 * What a page says for one; null where it says none, `''`, 0 or `'0'` among it.
 * @param {unknown} value
 * @returns {string|null}
 * @throws {TypeError} for what is no time
 */
export function readTimetoken(value) {
  if (value === undefined || value === null || value === '' || value === false) return null;
  const text = typeof value === 'number' && Number.isFinite(value) ? BigInt(Math.round(value)).toString() : String(value).trim();
  if (!/^\d{1,19}$/.test(text)) throw new TypeError(`${JSON.stringify(value)} is no time token: 17 digits, 100 ns since 1970`);
  return /^0+$/.test(text) ? null : BigInt(text).toString();
}
