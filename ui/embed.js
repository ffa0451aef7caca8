/** The chart alone, for a frame in another page: what it still answers, and the way to the whole page. */

import { element } from '../charts/dom.js';
import { listen } from './keys.js';
import { find } from './page.js';
import { relative, writeUrl } from './url-write.js';
/** @import {Chart} from '../charts/index.js' */
/** @import {Address} from './address.js' */

/** @param {Chart} chart @param {Address} address @returns {{close: () => void}[]} */
export function begin(chart, { state }) {
  const address = writeUrl({ ...relative(state), embed: false }, location.search) || location.pathname;
  find('chart', HTMLElement).after(element('a', {
    class: 'full', text: 'Eontide ↗',
    attributes: { href: address, target: '_blank', rel: 'noopener', title: 'Open the whole page', 'data-testid': 'full' },
  }));
  document.title = `${state.channel} · Eontide`;
  listen({ pause: () => (chart.paused ? chart.live() : chart.pause()), live: () => chart.live() });
  return [];
}
