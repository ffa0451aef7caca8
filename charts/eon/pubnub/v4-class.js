/** The class of v4 clients of one bridge, to be had by `new PubNub({…})`. */

import { PubNubClient } from './v4.js';
/** @import {Setup} from './v4.js' */
/** @import {Transport} from './transport.js' */

/**
 * @typedef {object} PubNubStatics
 * @property {() => string} generateUUID
 * @property {Readonly<Record<string, string>>} OPERATIONS
 * @property {Readonly<Record<string, string>>} CATEGORIES
 *
 * @typedef {(new (setup?: Setup) => PubNubClient) & PubNubStatics} PubNubClass
 */

/** @param {Transport} transport @returns {PubNubClass} */
export function pubNubOf(transport) {
  return class PubNub extends PubNubClient {
    /** @param {Setup} [setup] */
    constructor(setup = {}) {
      super(setup, transport);
    }
  };
}
