/** The class of v4 clients of one bridge, to be had by `new PubNub({…})`. */

import { PubNubClient } from './v4.js';
/** @import {Setup} from './v4.js' */
/** @import {Transport} from './transport.js' */

/** @param {Transport} transport */
export function pubNubOf(transport) {
  return class PubNub extends PubNubClient {
    /** @param {Setup} setup */
    constructor(setup) {
      super(setup, transport);
    }
  };
}
