/** Frames of a raw view: messages as they were published, each with its place in the stream. */

import { list, number, object, ProtocolError, string } from '../../live/check.js';
import { readText } from '../../live/frame.js';
import { timetokenOf } from './timetoken.js';
/** @import {ColumnReader, Frame, GapFrame, Position} from '../../types.js' */

/**
 * @typedef {object} Item  one message
 * @property {number} offset  in the stream
 * @property {number} time  the broker's, ms
 * @property {string} timetoken  the same in 100 ns, 17 digits
 * @property {string} channel  the bridge's name of where it was published
 * @property {unknown} message  as published; the text where it is no JSON
 *
 * @typedef {{type: 'messages', sub: number, position: Position, items: Item[]}} MessagesFrame
 */

/**
 * As {@link readText}, and messages too. Of a gap where the stream began anew the position goes along: nothing is sent then
 * from which it would be known.
 * @param {string} text
 * @param {ColumnReader} columns
 * @returns {Frame}
 */
export function readRaw(text, columns) {
  // No other frame begins so, and none of these is read twice.
  if (!/^\{[^{[]*"type":"messages"/.test(text)) return placed(readText(text, columns));
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ProtocolError('a text frame is not JSON');
  }
  const { sub, position, items } = object(json, 'frame');
  const { epoch, offset } = object(position, 'position');
  return /** @type {any} */ ({
    type: 'messages', sub: number(sub, 'sub'), position: { epoch: number(epoch, 'epoch'), offset: number(offset, 'offset') },
    items: list(items, 'items').map(readItem),
  });
}

/** @param {unknown} value @returns {Item} */
export function readItem(value) {
  const json = object(value, 'item');
  const time = number(json.time, 'time');
  return {
    offset: number(json.offset, 'offset'), time, timetoken: string(json.timetoken) || timetokenOf(time),
    channel: string(json.channel), message: json.message,
  };
}

/** @param {Frame} frame @returns {Frame} */
function placed(frame) {
  if (frame.type !== 'gap' || frame.reason !== 'new_epoch' || frame.to === null) return frame;
  return /** @type {GapFrame} */ ({ ...frame, position: frame.to });
}
