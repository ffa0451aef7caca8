/** The channel chooser: what the bridge knows, the present one always among it. */

import { element } from '../charts/index.js';

/** @typedef {{channel: string, series: number, sources: number}} ChannelInfo */

/**
 * @param {unknown} json  answer of /api/v1/channels
 * @param {string} present
 * @returns {ChannelInfo[]} by name
 */
export function readChannels(json, present) {
  const list = typeof json === 'object' && json !== null && 'channels' in json && Array.isArray(json.channels) ? json.channels : [];
  /** @type {ChannelInfo[]} */
  const channels = [];
  for (const item of list) {
    if (typeof item?.channel !== 'string') continue;
    channels.push({ channel: item.channel, series: Number(item.series) || 0, sources: Number(item.sources) || 0 });
  }
  if (!channels.some(({ channel }) => channel === present)) channels.push({ channel: present, series: 0, sources: 0 });
  return channels.sort((a, b) => (a.channel < b.channel ? -1 : 1));
}

/**
 * @param {HTMLSelectElement} select
 * @param {ChannelInfo[]} channels
 * @param {string} present
 */
export function fillChannels(select, channels, present) {
  select.replaceChildren(...channels.map(({ channel, series }) => element('option', {
    text: series > 0 ? `${channel} · ${series} series` : channel, attributes: { value: channel },
  })));
  select.value = present;
}
