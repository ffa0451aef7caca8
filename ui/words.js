/** The short texts of the header; pure. */

import { formatDuration } from '../charts/index.js';

/** What is well, and what is not: empty where nothing is. @param {{series: number, up: number, down: number}} counts */
export function countsText({ series, up, down }) {
  const well = `${series.toLocaleString('en')} series · ${up.toLocaleString('en')} up`;
  return { well, ill: down > 0 ? ` · ${down.toLocaleString('en')} down` : '' };
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
