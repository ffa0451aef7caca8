/** The short texts of the page; pure. Digits and dates are written as the reader's language does. */

import { formatDuration } from '../charts/index.js';

/** @type {Map<string, Intl.NumberFormat>} */
const numberFormats = new Map();

/** `1,240`, `1.240` @param {number} value @param {string} locale @param {number} [digits]  behind the comma, at most */
export function count(value, locale, digits = 0) {
  const key = `${locale} ${digits}`;
  let format = numberFormats.get(key);
  if (!format) numberFormats.set(key, format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));
  return format.format(value);
}

/**
 * What is well, and what is not: empty where nothing is.
 * @param {{series: number, up: number, down: number}} counts
 * @param {string} locale
 */
export function countsText({ series, up, down }, locale) {
  const well = `${count(series, locale)} series · ${count(up, locale)} up`;
  return { well, ill: down > 0 ? ` · ${count(down, locale)} down` : '' };
}

/** @param {{name: string, retryAt: number|null}} connection @param {number} now  the clock of `retryAt` */
export function connectionText({ name, retryAt }, now) {
  if (name !== 'reconnecting' || retryAt === null || retryAt <= now) return name;
  return `reconnecting in ${Math.ceil((retryAt - now) / 1000)} s`;
}

/**
 * From publishing to the picture, and how much comes in: `38 ms · 1,240 msg/s`.
 * @param {{latencyMs: number, messagesPerSecond: number}} stats
 * @param {string} locale
 */
export function badgeText({ latencyMs, messagesPerSecond }, locale) {
  const rate = `${count(messagesPerSecond, locale, messagesPerSecond < 9.95 ? 1 : 0)} msg/s`;
  return Number.isFinite(latencyMs) ? `${latencyText(latencyMs, locale)} · ${rate}` : `– · ${rate}`;
}

/** @param {number} ms @param {string} locale */
function latencyText(ms, locale) {
  // Clocks of two machines differ: less than nothing says that ours is behind, not that a point came from the future.
  if (ms < 9_950) return ms < 1_000 ? `${count(Math.max(0, ms), locale)} ms` : `${count(ms / 1000, locale, 1)} s`;
  return formatDuration(ms);
}

/** @param {boolean} paused @param {number} behindMs */
export function pauseText(paused, behindMs) {
  return paused ? `Live ▶ +${formatDuration(behindMs)}` : 'Pause';
}

/**
 * When the picture begins and ends: `21 Nov 2025, 12:03:04 – 12:08:04`.
 * @param {{from: number, to: number}} view
 * @param {string} zone
 * @param {string} locale
 */
export function rangeText({ from, to }, zone, locale) {
  return dateFormat(zone, locale).formatRange(from, to);
}

/** `21 Nov 2025, 12:03:04` @param {number} ms @param {string} zone @param {string} locale */
export function momentText(ms, zone, locale) {
  return dateFormat(zone, locale).format(ms);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/** @param {string} zone @param {string} locale */
function dateFormat(zone, locale) {
  const key = `${zone} ${locale}`;
  let format = dateFormats.get(key);
  if (!format) {
    const timeZone = zone === 'local' ? undefined : zone === 'utc' ? 'UTC' : zone;
    dateFormats.set(key, format = new Intl.DateTimeFormat(locale, {
      year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone,
    }));
  }
  return format;
}

/** What is laid beneath, for the button: `previous 5m`, `1 d earlier`. @param {string} compare @param {string} window */
export function compareText(compare, window) {
  if (compare === '') return 'Compare';
  return compare === 'previous' ? `vs ${window} before` : `vs ${compare} ago`;
}
