/** The short texts of the page; pure. Digits and dates are written as the reader's language does. */

import { formatDuration } from '../charts/live/span.js';

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
 * @param {{series: number, up: number, down: number, hearing?: boolean, alerts?: readonly unknown[]}} counts  hearing: does the bridge know who is up?
 * @param {string} locale
 */
export function countsText({ series, up, down, hearing = true, alerts = [] }, locale) {
  const well = `${count(series, locale)} series · ${count(up, locale)} ${hearing ? 'up' : 'unknown'}`;
  const ill = [down > 0 ? `${count(down, locale)} down` : '', alerts.length > 0 ? `${count(alerts.length, locale)} ${alerts.length === 1 ? 'alert' : 'alerts'}` : ''];
  return { well, ill: ill.filter(Boolean).map((text) => ` · ${text}`).join('') };
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
