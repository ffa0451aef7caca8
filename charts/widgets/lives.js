/** When a source was there, and why each of its lives ended: a window over the page. Loaded when it is first asked for. */

import { element } from '../dom.js';
import { formatDuration } from '../live/span.js';
import { Rest } from '../live/rest.js';
import { fullTime } from '../scale/time.js';
import { isDown, stateName, whyOf } from '../series/status.js';
import { number } from './count.js';
/** @import {Period} from '../live/rest.js' */
/** @import {TimeZone} from '../scale/time.js' */
/** @import {Source} from '../types.js' */

/** @typedef {{from: number, to: number|null, text: string, why: string}} Life  to: null while it lasts */

const STYLE = element('link', { attributes: { rel: 'stylesheet', href: new URL('lives.css', import.meta.url).href } });

/**
 * The newest first; what is over, and what is now.
 * @param {Source} source
 * @param {Period[]} periods  the oldest first
 * @param {number} now
 * @param {TimeZone} zone
 * @returns {Life[]}
 */
export function livesOf(source, periods, now, zone) {
  const over = periods.map(({ from, to, cause, reason }) => ({
    from, to, text: `${fullTime(from, zone)} to ${fullTime(to, zone)}, ${formatDuration(to - from)}`, why: endOf(cause, reason),
  }));
  if (isDown(source)) return over.reverse();
  const last = periods.length > 0 ? periods[periods.length - 1].to : -Infinity;
  const from = source.state === 'stale' || source.state === 'unknown' ? Math.max(source.epoch, last) : Math.max(source.since, last);
  const why = whyOf(source);
  return [{
    from, to: null, text: `${fullTime(from, zone)} until now, ${formatDuration(now - from)}`, why: `${stateName(source.state)}${why ? ` · ${why}` : ''}`,
  }, ...over.reverse()];
}

/** @param {string|null} cause @param {string|null} reason */
function endOf(cause, reason) {
  const why = whyOf({ cause: null, reason });
  return [cause, why === cause ? '' : why].filter(Boolean).join(' · ') || 'not known why';
}

/**
 * How many of its lives the bridge does not remember.
 * @param {Source} source
 * @param {number} known
 */
export const forgotten = ({ lives }, known) => Math.max(0, lives - known);

/** @param {{origin?: string, timeZone: TimeZone}} chart @param {Source} source */
export async function openLives({ origin = '', timeZone }, source) {
  if (!STYLE.isConnected) document.head.append(STYLE);
  const close = element('button', { class: 'eontide-button eontide-close', text: '×', attributes: { type: 'button', 'aria-label': 'Close', title: 'Close (Escape)' } });
  const note = element('p', { class: 'eontide-lives-note', text: 'Asking the bridge …', attributes: { role: 'status' } });
  const list = element('ol', { class: 'eontide-lives-list', attributes: { 'data-testid': 'lives-list', tabindex: '0', 'aria-label': `Lives of ${source.id}, the newest first` } });
  const title = `When ${source.id} was there`;
  const dialog = element('dialog', { class: 'eontide-dialog', attributes: { 'aria-label': title, 'data-testid': 'lives-dialog' } },
    element('div', { class: 'eontide-card-head' }, element('strong', { text: title }), close), note, list);
  const asked = new AbortController();
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => {
    asked.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    const { source: now, periods } = await new Rest(origin).lives(source.id, source.channel, asked.signal);
    const lives = livesOf(now, periods, Date.now(), timeZone);
    const more = forgotten(now, lives.length);
    note.textContent = `${number(now.lives)} ${now.lives === 1 ? 'life' : 'lives'}${more > 0 ? `; the first ${number(more)} are not remembered` : ''}`;
    list.append(...rowsOf(lives));
  } catch (error) {
    if (!asked.signal.aborted) note.textContent = `It cannot be said: ${error instanceof Error ? error.message : error}.`;
  }
}

/** Each with its stretch of the whole time, as a bar. @param {Life[]} lives */
function rowsOf(lives) {
  const first = Math.min(...lives.map(({ from }) => from));
  const last = Math.max(...lives.map(({ to }) => to ?? Date.now()));
  const share = (/** @type {number} */ ms) => `${(100 * ms / Math.max(1, last - first)).toFixed(2)}%`;
  return lives.map(({ from, to, text, why }) => {
    const bar = element('span', { attributes: { 'aria-hidden': 'true', class: to === null ? 'eontide-life eontide-life-now' : 'eontide-life' } });
    const stretch = element('span', { class: 'eontide-life-bar' }, bar);
    Object.assign(bar.style, { left: share(from - first), width: share((to ?? last) - from) });
    return element('li', {}, element('span', { text }), element('span', { class: 'eontide-life-why', text: why }), stretch);
  });
}
