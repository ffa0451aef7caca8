/**
 * `eon.chart()` and `c3.generate()` of old pages, on charts of our own.
 *
 *     chart({ channels: ['memory'], flow: true, generate: { bindto: '#chart' } }, context)
 *
 * options (what was told) → clients (v3 and v4 as one) → intake (history, then live, each message once) → ledger (points by
 * series) → picture (one chart of the library); core joins them, face is C3's object. Every import here is loaded by old pages
 * only.
 */

import { clientOf } from './clients.js';
import { complain } from './complain.js';
import { Core } from './core.js';
import { faceOf } from './face.js';
import { flatten } from './flatten.js';
import { Intake } from './intake.js';
import { isRecord, wishOf } from './options.js';

export { methods } from './methods.js';

/**
 * @typedef {object} Context  what the script of a page has
 * @property {string} [bridge]  its origin
 * @property {() => any} [client]  of a page that does not hand over one, v3 or v4
 * @property {unknown} [transport]
 */

/** @type {Record<string, import('./options.js').Kind>} */
const KINDS = { timeseries: 'time', category: 'category', indexed: 'linear' };

/**
 * A chart of channels. What is wrong with the options is said in the console; it is never thrown.
 * @param {unknown} options  of EON, in either dialect
 * @param {Context} [context]
 * @returns {Record<string, any>} C3's object
 */
export function chart(options, context = {}) {
  const { wish, complaints, errors } = wishOf(options);
  complaints.forEach((text) => complain(text));
  errors.forEach((text) => complain(text, 'error'));
  if (wish.debug) console.log('EON-CHART:', 'options', options);
  const { flow, flowMs, generate, limit, rate } = wish;
  const core = new Core(generate, { wish, live: true, limit, rate, flow, flowMs });
  const client = errors.length > 0 ? null : clientFor(wish.pubnub, context);
  if (client) {
    const intake = new Intake(client, wish, (all) => {
      core.ledger.take(all);
      core.came();
    });
    core.alsoCloses(() => intake.close());
    intake.open();
  }
  return faceOf(core);
}

/**
 * A chart of data of the page's own.
 * @param {unknown} config  of C3
 * @param {Context} [_context]
 * @returns {Record<string, any>} C3's object
 */
export function generate(config, _context = {}) {
  const { axis = {}, data = {} } = isRecord(config) ? config : {};
  return faceOf(new Core(config, { wish: { x: 'message', xNames: [], kind: KINDS[axis?.x?.type] ?? (data?.xFormat ? 'time' : null) }, live: false }));
}

/** What pages of the first years call it by. */
export const c = { create: chart, flatten };

/** @param {unknown} given @param {Context} context */
function clientFor(given, context) {
  const client = clientOf(given ?? context.client?.());
  if (!client) {
    complain('PubNub not found: eon.chart({ pubnub: new PubNub({ … }), … }) names the client, where there is no script of a bridge that brings one', 'error');
  }
  return client;
}
