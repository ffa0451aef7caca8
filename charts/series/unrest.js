/** What is needed once somebody is not well: loaded with the first source that is down or stale. */

export { Happenings } from './happenings.js';
export { Steady } from './steady.js';
