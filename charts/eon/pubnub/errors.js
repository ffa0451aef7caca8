/** What cannot be done, and how PubNub's clients call it. */

import { sayOnce } from './say.js';

/** What to do where the bridge answers none of PubNub's calls. */
export const OFF = 'publishing, channel groups and presence need a bridge that was started with --pubnub-facade';

export class PubNubError extends Error {
  /** @param {string} message  for people @param {number} status  of HTTP; 0 where there was no answer @param {unknown} [data]  what was answered */
  constructor(message, status, data) {
    super(message);
    this.name = 'PubNubError';
    /** Of HTTP here; a status object in what a v4 promise is rejected with. @type {unknown} */
    this.status = status;
    this.data = data;
    if (message.endsWith(OFF)) sayOnce('error', message);
  }
}

/** @param {unknown} error @returns {PubNubError} */
export function asPubNubError(error) {
  if (error instanceof PubNubError) return error;
  const { message = String(error), status = 0 } = /** @type {{message?: string, status?: number}} */ (error ?? {});
  return new PubNubError(message, typeof status === 'number' ? status : 0, error);
}

/** As v4 clients name it. @param {number} status  of HTTP */
export function categoryOf(status) {
  if (status === 0) return 'PNNetworkIssuesCategory';
  if (status === 401 || status === 403) return 'PNAccessDeniedCategory';
  return status >= 400 && status < 500 ? 'PNBadRequestCategory' : 'PNUnknownCategory';
}
