//# allFunctionsCalledOnLoad
/** What stands over the chart when there is something to say: nothing yet, lost, refused, all hidden. */

import { element, setAttribute, setHidden, setText } from '../dom.js';
import { formatDuration } from '../live/span.js';
import { number } from './count.js';
/** @import {ConnectionState} from '../types.js' */

/**
 * @typedef {'connecting'|'empty'|'stale'|'error'|'hidden'} OverlayKind
 * @typedef {{kind: OverlayKind, title: string, text: string, action: 'retry'|'restore'|null}} OverlayContent
 *
 * @typedef {object} Situation
 * @property {ConnectionState} connection
 * @property {number} now  monotonic, the clock of `retryAt`
 * @property {number} openedAt  the same clock
 * @property {boolean} filled  did a snapshot ever arrive?
 * @property {boolean} answered  did anything come of what is subscribed now?
 * @property {number} series
 * @property {number} lines  visible series
 * @property {number} sources
 * @property {string} channel
 * @property {string} bridge  its address, for people
 * @property {string} until  time of the last data
 * @property {string} window
 * @property {string} [deaf]  since when the bridge has heard nothing; empty: it hears
 * @property {{error: string, empty: boolean}|null} [past]  of a range that is not live and was fetched
 */

/** A bridge that answers at once is not announced: words that flash over the first picture say nothing. */
const PATIENCE_MS = 500;

/**
 * @param {Situation} situation
 * @returns {OverlayContent|null}
 */
export function overlayOf(situation) {
  const { connection, filled, series, lines, channel, bridge } = situation;
  if (connection.name === 'closed') {
    return connection.reason === '' ? null
      : { kind: 'error', title: 'The bridge ended this view', text: connection.reason, action: 'retry' };
  }
  if (!filled) {
    if (connection.attempt === 0) return situation.now - situation.openedAt < PATIENCE_MS ? null : { kind: 'connecting', title: 'Connecting …', text: bridge, action: null };
    return {
      kind: 'error', title: `No bridge at ${bridge}`, action: 'retry',
      text: `Is it running? In the repository: make demo. ${next(situation)}`,
    };
  }
  if (connection.name !== 'live') {
    return {
      kind: 'stale', title: `Connection lost – data until ${situation.until}`, action: 'retry',
      text: connection.name === 'stale' ? 'The bridge does not answer.' : next(situation),
    };
  }
  const { past, deaf } = situation;
  if (deaf) {
    return {
      kind: 'stale', title: `The bridge has heard nothing since ${deaf}`, action: null,
      text: 'It is cut off from the broker: who was there is unknown, not down.',
    };
  }
  if (past?.error) return { kind: 'stale', title: 'The past cannot be loaded', text: past.error, action: 'retry' };
  if (past?.empty) return { kind: 'empty', title: `No data on channel ${channel} then`, text: 'Nothing is kept of this stretch of time.', action: null };
  if (lines > 0 || !situation.answered) return null;
  // How many series there are now says nothing about then.
  if (series === 0) return past ? null : emptyOverlay(situation);
  return { kind: 'hidden', title: 'Nothing selected', text: `${number(series)} series on ${channel}`, action: 'restore' };
}

/** @param {Situation} situation @returns {OverlayContent} */
function emptyOverlay({ channel, sources, window }) {
  if (sources > 0) {
    return {
      kind: 'empty', title: `No data on channel ${channel} in the last ${window}`, action: null,
      text: 'Its sources are listed beside the chart. A longer window may reach their last points.',
    };
  }
  const text = channel.includes('*') ? 'No channel of this pattern has any.'
    : `Start publishers: spawn --count 5 --channel ${channel}, `
      + `or publish {"columns":[…]} on eon.${channel} with any NATS client.`;
  return { kind: 'empty', title: `No data on channel ${channel} yet`, text, action: null };
}

/** @param {Situation} situation */
function next({ connection, now }) {
  const rest = connection.retryAt === null ? 0 : Math.ceil((connection.retryAt - now) / 1000);
  return rest > 0 ? `Reconnecting in ${formatDuration(rest * 1000)}.` : 'Reconnecting …';
}

const ACTIONS = { retry: 'Try now', restore: 'Show all' };

export class Overlay {
  /** Read aloud when it changes; the seconds below it are not. */
  #title = element('strong', { attributes: { role: 'status' } });
  #text = element('span');
  #action = element('button', { attributes: { type: 'button' } });
  #root;

  /**
   * @param {Element} host
   * @param {(action: 'retry'|'restore') => void} onAction
   */
  constructor(host, onAction) {
    this.#root = element('div', { class: 'eontide-overlay', attributes: { 'data-testid': 'overlay' } },
      this.#title, this.#text, this.#action);
    this.#root.hidden = true;
    this.#action.addEventListener('click', () => {
      const action = this.#action.dataset.action;
      if (action === 'retry' || action === 'restore') onAction(action);
    });
    host.append(this.#root);
  }

  close() {
    this.#root.remove();
  }

  /** @param {OverlayContent|null} content */
  show(content) {
    setHidden(this.#root, content === null);
    setAttribute(this.#root, 'data-kind', content?.kind ?? 'none');
    if (!content) return;
    setText(this.#title, content.title);
    setText(this.#text, content.text);
    setHidden(this.#action, content.action === null);
    if (!content.action) return;
    setAttribute(this.#action, 'data-action', content.action);
    setText(this.#action, ACTIONS[content.action]);
  }
}
