//# allFunctionsCalledOnLoad
/**
 * A cursor over a binary frame that refuses to read past its end. Every length is checked against what is left before
 * anything is allocated: a cut or hostile frame costs an error, not memory.
 *
 * No alignment is promised, so numbers are read through a DataView; on a little-endian machine (all that run browsers
 * today) a copied slice is the faster way to the same doubles, where they are many.
 */

import { ProtocolError } from './check.js';

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const ONE = new DataView(new ArrayBuffer(8));
/** From here on a buffer of their own costs less than reading them one by one. */
const MANY_DOUBLES = 8;
/** Names come again with every update: known ones by a hash of their bytes, ASCII only. @type {Map<number, string>} */
const names = new Map();
const NAMES_MAX = 20_000;

export class Reader {
  #view;
  #bytes;
  #at = 0;

  /** @param {ArrayBuffer} buffer */
  constructor(buffer) {
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  /** Another one, from here on. */
  fork() {
    const fork = new Reader(/** @type {ArrayBuffer} */ (this.#view.buffer));
    fork.#at = this.#at;
    return fork;
  }

  u8() { return this.#view.getUint8(this.#take(1)); }
  u16() { return this.#view.getUint16(this.#take(2), true); }
  u32() { return this.#view.getUint32(this.#take(4), true); }
  f64() { return this.#view.getFloat64(this.#take(8), true); }

  /** Positions and windows stay below 2^53 by contract; more would lose digits in silence. */
  u64() {
    const value = this.#view.getUint32(this.#take(4), true) + this.u32() * 2 ** 32;
    if (value > Number.MAX_SAFE_INTEGER) throw new ProtocolError('a number of a binary frame is above 2^53');
    return value;
  }

  /** LEB128. */
  varint() {
    const bytes = this.#bytes;
    const first = bytes[this.#take(1)];
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 2 ** 7; scale < 2 ** 56; scale *= 2 ** 7) {
      const byte = bytes[this.#take(1)];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new ProtocolError('a number of a binary frame is above 2^53');
  }

  /** LEB128, sign last. */
  zigzag() {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A double without its trailing zero bytes, its length before it. */
  short() {
    const length = this.u8();
    if (length > 8) throw new ProtocolError(`a double of ${length} bytes in a binary frame`);
    const at = this.#take(length);
    ONE.setFloat64(0, 0);
    for (let i = 0; i < length; i++) ONE.setUint8(i, this.#bytes[at + i]);
    return ONE.getFloat64(0);
  }

  /** How many of something follow, each at least so many bytes long. @param {number} count @param {number} bytes */
  count(count, bytes) {
    if (count * bytes <= this.#bytes.length - this.#at) return count;
    throw new ProtocolError(`binary frame cut short: ${count} times ${bytes} bytes wanted at ${this.#at} of ${this.#bytes.length}`);
  }

  /** @param {number} length */
  text(length) {
    const at = this.#take(length);
    try {
      return UTF8.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw new ProtocolError('text of a binary frame is not UTF-8');
    }
  }

  /** Text that is likely to have been read before: seven times as fast then. @param {number} length */
  name(length) {
    const at = this.#at;
    this.#take(length);
    const bytes = this.#bytes;
    let hash = length;
    for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ bytes[i], 0x0100_0193);
    const known = names.get(hash);
    if (known !== undefined && isAt(known, bytes, at, length)) return known;
    this.#at = at;
    const name = this.text(length);
    if (!isAt(name, bytes, at, length)) return name;
    if (names.size >= NAMES_MAX) names.clear();
    names.set(hash, name);
    return name;
  }

  /** @param {number} count */
  doubles(count) {
    const at = this.#take(count * 8);
    if (count < MANY_DOUBLES) {
      const few = new Float64Array(count);
      for (let i = 0; i < count; i++) few[i] = this.#view.getFloat64(at + i * 8, true);
      return few;
    }
    if (LITTLE_ENDIAN) return new Float64Array(this.#view.buffer.slice(at, at + count * 8));
    return Float64Array.from({ length: count }, (_, i) => this.#view.getFloat64(at + i * 8, true));
  }

  end() {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw new ProtocolError(`${left} bytes too many in a binary frame`);
  }

  /** @param {number} length */
  #take(length) {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      throw new ProtocolError(`binary frame cut short: ${length} bytes wanted at ${at} of ${this.#bytes.length}`);
    }
    this.#at = at + length;
    return at;
  }
}

/**
 * Is this the text of these bytes, letter by letter?
 * @param {string} text @param {Uint8Array} bytes @param {number} at @param {number} length
 */
function isAt(text, bytes, at, length) {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}
