/** Hands a file to the reader: a link that is clicked by us, and taken back once the browser has it. */

import { element } from '../dom.js';

/** Browsers read the address after the click returned; a minute is enough for the slowest question where to save. */
const REVOKE_MS = 60_000;
const NAME_CHARACTERS_MAX = 120;

/** @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = element('a', { attributes: { href: url, download: name } });
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}

/**
 * `eontide-process-memory-demo-2025-11-21T12-03-04Z.png`: sorts by time, and no file system objects.
 * @param {string} channel
 * @param {number} ms
 * @param {string} extension
 */
export function fileName(channel, ms, extension) {
  const time = `${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const safe = channel.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, NAME_CHARACTERS_MAX);
  return `eontide-${safe}-${time}.${extension}`;
}
