/** Lengths of time as people write them: `500ms`, `15m`, `24h`; the same grammar as the bridge's. */

const MS_PER_UNIT = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * @param {string} text
 * @returns {number|null} milliseconds; null where the text is no span
 */
export function parseSpan(text) {
  const match = /^([0-9]{1,12})(ms|s|m|h|d)$/.exec(text.trim());
  const unit = MS_PER_UNIT.get(match?.[2] ?? '');
  if (!match || unit === undefined) return null;
  const ms = Number(match[1]) * unit;
  return ms > 0 && ms < 2 ** 53 ? ms : null;
}

/**
 * A length for people: the two largest units at most, so that it can stand in a legend.
 * @param {number} ms
 */
export function formatDuration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** @param {number} large @param {string} unit @param {number} rest @param {string} restUnit */
function withRest(large, unit, rest, restUnit) {
  return rest === 0 ? `${large} ${unit}` : `${large} ${unit} ${rest} ${restUnit}`;
}
