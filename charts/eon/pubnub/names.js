/**
 * PubNub's channel names as channels of a bridge, and back, by the rule of `--pubnub-facade` (broker-bridge, `http/pubnub/name.rs`):
 * a byte that no token of `A-Za-z0-9_-` takes is `-_` and two hexadecimal digits, so is the `-` of a `-_` in the name
 * itself, and an empty token is `-_` alone. `room:1` is `room-_3A1`; most names stay what they are.
 */

const ESCAPE = '-_';
/** Of a channel, in bytes; `limits.rs` of the wire. */
export const CHANNEL_BYTES_MAX = 256;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * What a bridge is asked to watch: the channel, or for `foo.*` what is one level below it.
 * @param {string} name
 * @throws {TypeError} for a name that is too long, or that a bridge cannot watch
 */
export function patternOf(name) {
  if (typeof name !== 'string' || name === '') throw new TypeError('eon: a channel has no name');
  if (name === '*' || name === '.*') throw new TypeError(`eon: ${name} is every channel, which no page may watch: name one, as foo.*`);
  return name.endsWith('.*') ? `${channelOf(name.slice(0, -2))}.*` : channelOf(name);
}

/** @param {string} name */
function channelOf(name) {
  const channel = name.split('.').map(tokenOf).join('.');
  if (channel.length > CHANNEL_BYTES_MAX) throw new TypeError(`eon: channel ${JSON.stringify(name.slice(0, 40))}… is longer than ${CHANNEL_BYTES_MAX} bytes, as a bridge writes it`);
  return channel;
}

/** @param {string} token */
function tokenOf(token) {
  if (token === '') return ESCAPE;
  if (/^[A-Za-z0-9_-]*$/.test(token) && !token.includes(ESCAPE)) return token;
  const bytes = encoder.encode(token);
  const texts = [...bytes].map((byte, at) => {
    const sign = String.fromCharCode(byte);
    const begins = sign === '-' && bytes[at + 1] === 0x5f;
    return /[A-Za-z0-9_-]/.test(sign) && byte < 128 && !begins ? sign : `${ESCAPE}${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return texts.join('');
}

/** The page's name of a channel, or of a pattern. @param {string} channel */
export const nameOf = (channel) => channel.split('.').map(partOf).join('.');

/** @param {string} token */
function partOf(token) {
  if (token === ESCAPE) return '';
  if (!token.includes(ESCAPE)) return token;
  const bytes = [];
  for (let rest = token; rest !== '';) {
    const digits = rest.startsWith(ESCAPE) ? /^-_([0-9A-Fa-f]{2})/.exec(rest) : null;
    if (digits) bytes.push(Number.parseInt(digits[1], 16));
    else bytes.push(...encoder.encode(rest.startsWith(ESCAPE) ? ESCAPE : rest[0]));
    rest = rest.slice(digits ? 4 : rest.startsWith(ESCAPE) ? 2 : 1);
  }
  try {
    return decoder.decode(new Uint8Array(bytes));
  } catch {
    return token;
  }
}
