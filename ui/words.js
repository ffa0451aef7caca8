/** The short texts of the header; pure. */

import { formatDuration } from '../charts/index.js';

/** @param {{series: number, up: number, down: number}} counts */
export function countsText({ series, up, down }) {
  const parts = [`${series.toLocaleString('en')} series`, `${up} up`];
  if (down > 0) parts.push(`${down} down`);
  return parts.join(' · ');
}

/** @param {{name: string, retryAt: number|null}} connection @param {number} now  the clock of `retryAt` */
export function connectionText({ name, retryAt }, now) {
  if (name !== 'reconnecting' || retryAt === null || retryAt <= now) return name;
  return `reconnecting in ${Math.ceil((retryAt - now) / 1000)} s`;
}

/** @param {boolean} paused @param {number} behindMs */
export function pauseText(paused, behindMs) {
  return paused ? `Live ▶ +${formatDuration(behindMs)}` : 'Pause';
}
