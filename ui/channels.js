/** Which channels there are, and which of them fit what is typed. Pure. */

/** @typedef {{channel: string, series: number, sources: number}} ChannelInfo */

/**
 * @param {unknown} json  answer of /api/v1/channels
 * @param {string} present
 * @returns {ChannelInfo[]} by name; the present one always among them
 */
export function readChannels(json, present) {
  const known = typeof json === 'object' && json !== null && 'channels' in json ? json.channels : [];
  const list = Array.isArray(known) ? known : [];
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
 * Those that have every word, names that begin with what is typed first.
 * @param {readonly ChannelInfo[]} channels
 * @param {string} text
 * @returns {ChannelInfo[]}
 */
export function matching(channels, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = channels.filter(({ channel }) => words.every((word) => channel.toLowerCase().includes(word)));
  const first = words[0] ?? '';
  const begins = (/** @type {ChannelInfo} */ { channel }) => Number(channel.toLowerCase().startsWith(first));
  return found.sort((a, b) => begins(b) - begins(a));
}
